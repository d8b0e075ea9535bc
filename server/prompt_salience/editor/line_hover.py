"""What a hover over a line of the prompt says of its influence."""

from __future__ import annotations

from collections.abc import Iterator

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.attribution.scale import reference
from prompt_salience.editor.check_words import checks_of_line
from prompt_salience.editor.influence_words import (
    EDITED,
    Row,
    counted,
    doubts,
    method_words,
    ordinal,
    percent,
    response_noun,
    rows,
    target_words,
)
from prompt_salience.editor.line_influence import LineInfluence, response_shares
from prompt_salience.editor.markdown import excerpt
from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.tints import chosen_target, stale_units
from prompt_salience.prompts.units import Part
from prompt_salience.report.captions import unit_noun


def line_words(snapshot: Snapshot, explanation: Explanation, found: LineInfluence) -> Iterator[str]:
    """The paragraphs of a hover over a line: its influence, units and checks, and that on parts of the response."""
    yield _summary(explanation, found)
    yield EDITED if found.stale else ""
    yield _units(snapshot, explanation, found)
    yield from checks_of_line(snapshot, found.units)
    yield from _on_response(explanation, found)
    yield method_words(explanation)
    yield from doubts(explanation)


def _summary(explanation: Explanation, found: LineInfluence) -> str:
    share = percent(explanation, found.influence)
    rank = f"{ordinal(found.rank)} of {counted(found.of, 'line')}"
    return f"**Influence {share}** on {target_words(explanation)} · {rank} · raw score {found.score:.3g}"


def _units(snapshot: Snapshot, explanation: Explanation, found: LineInfluence) -> str:
    target, stale = chosen_target(explanation), stale_units(snapshot)
    in_prompt = [unit.part is Part.PROMPT for unit in explanation.units]
    listed = [
        Row(float(target.influence[unit]), unit_label(explanation, unit) + (" *(edited)*" if stale[unit] else ""))
        for unit in found.units
    ]
    return rows(explanation, listed, reference(target.influence, in_prompt), unit_noun(explanation))


def _on_response(explanation: Explanation, found: LineInfluence) -> Iterator[str]:
    """The line's share in each unit of the response, where there are several."""
    shares = response_shares(explanation, found.units)
    if len(shares) < 2:
        return
    yield f"Its influence on each {response_noun(explanation)} of the response:"
    listed = [Row(share, _target_label(explanation, index)) for index, share in shares]
    in_prompt = [unit.part is Part.PROMPT for unit in explanation.units]
    full = max(reference(target.influence, in_prompt) for target in explanation.targets)
    yield rows(explanation, listed, full, response_noun(explanation))


def unit_label(explanation: Explanation, unit: int) -> str:
    """The beginning of a unit's text, as Markdown."""
    found = explanation.units[unit]
    return excerpt(explanation.text[found.start : found.end])


def _target_label(explanation: Explanation, index: int) -> str:
    target = explanation.targets[index]
    return excerpt(explanation.text[target.start : target.end])
