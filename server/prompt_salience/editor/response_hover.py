"""What a hover over the response says: what in the prompt made the model write this sentence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from prompt_salience.attribution.explanation import Explanation, TargetScores
from prompt_salience.editor.hover import Hover
from prompt_salience.editor.influence_words import Row, doubts, method_words, paragraphs, response_noun, rows
from prompt_salience.editor.line_hover import unit_label
from prompt_salience.editor.markdown import Link
from prompt_salience.editor.response_document import ResponseDocument
from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.tints import current_place, stale_units
from prompt_salience.editor.unit_places import unit_begin
from prompt_salience.editor.variable_hover import linked_place
from prompt_salience.report.captions import probability, response_units, unit_noun

STRONGEST = 5
UNEXPLAINED = "Run and explain to see what in the prompt made the model write this."


def response_hover(snapshot: Snapshot, document: ResponseDocument, offset: int, link: Link) -> Hover | None:
    """What influenced the sentence at ``offset`` of the response document most; None in the header and between them.

    Args:
        snapshot: the prompt file.
        document: the response as the editor shows it, which may be an older state.
        offset: in code points of the document.
        link: makes a URI that opens a place of the current texts.
    """
    position, explained = document.unit_at(offset), snapshot.explained
    if position is None:
        return None
    target = _target_at(explained.explanation, document, offset) if explained else None
    if explained is None or target is None:
        return Hover(document.offset(position[0]), document.offset(position[1]), UNEXPLAINED)
    border = len(explained.explanation.prompt)
    start, end = document.offset(target.start - border), document.offset(target.end - border)
    return Hover(start, end, paragraphs(_parts(snapshot, explained.explanation, target, link)))


def _target_at(explanation: Explanation, document: ResponseDocument, offset: int) -> TargetScores | None:
    """The unit of the response at an offset of the document; None where the explanation is of another response."""
    position = document.in_response(offset)
    if position is None:
        return None
    border = len(explanation.prompt)
    units = explanation.targets[1 : 1 + len(response_units(explanation))]
    held = (unit for unit in units if unit.start <= border + position < unit.end)
    target = next(held, next((unit for unit in units if unit.end == border + position), None))
    same = target is not None and document.response.startswith(explanation.text[border : target.end])
    return target if same else None


def _parts(snapshot: Snapshot, explanation: Explanation, target: TargetScores, link: Link) -> Iterator[str]:
    found = probability(target.log_prob)
    yield f"**{response_noun(explanation).capitalize()} of the response** · {found}"
    strongest = np.argsort(-np.abs(target.influence), kind="stable")[:STRONGEST].tolist()
    units = [unit for unit in strongest if target.influence[unit]]
    if not units:
        yield "Nothing in the prompt influenced it."
        return
    yield f"The {unit_noun(explanation)}s of the prompt that influenced it most:"
    listed = [Row(float(target.influence[unit]), _label(snapshot, explanation, unit, link)) for unit in units]
    yield rows(explanation, listed, abs(listed[0].share), unit_noun(explanation))
    yield method_words(explanation)
    yield from doubts(explanation)


def _label(snapshot: Snapshot, explanation: Explanation, unit: int, link: Link) -> str:
    """A unit's text, with a link to where it is now."""
    label = unit_label(explanation, unit) + (" *(edited)*" if stale_units(snapshot)[unit] else "")
    begin = unit_begin(explanation, unit)
    if begin is None:
        return label
    place = current_place(snapshot, begin)
    return f"{label} · {linked_place(snapshot, place, link) if place else 'deleted'}"
