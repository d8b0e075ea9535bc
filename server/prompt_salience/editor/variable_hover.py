"""What a hover over a variable says: its value, where that is written, and its influence.

Decisions:
- A variable's influence is that of the units that show any of its text, each counted once; where it stands in several
  places, the hovered place is told apart from all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.editor.influence_words import EDITED, counted, paragraphs, percent, target_words
from prompt_salience.editor.markdown import Link, excerpt, fenced, linked, place_name
from prompt_salience.editor.snapshot import Snapshot, lines
from prompt_salience.editor.tints import chosen_target, stale_units, tints
from prompt_salience.editor.unit_places import units_that_show
from prompt_salience.editor.variable_info import VariableInfo
from prompt_salience.prompts.source_map import Place
from prompt_salience.report.captions import unit_noun


def variable_words(snapshot: Snapshot, variable: VariableInfo, link: Link) -> str:
    """The Markdown of a hover over a variable."""
    return paragraphs(_parts(snapshot, variable, link))


def _parts(snapshot: Snapshot, variable: VariableInfo, link: Link) -> Iterator[str]:
    name = f"**{excerpt(variable.name)}**"
    if variable.value is None:
        yield f"{name} has no value in {_case(snapshot)}."
    elif not variable.value:
        yield f"{name} is empty in {_case(snapshot)}."
    else:
        yield name
        yield fenced(variable.value)
    yield " · ".join(_places(snapshot, variable, link))
    if snapshot.explained:
        yield from _influence(snapshot, snapshot.explained.explanation, variable)


def _case(snapshot: Snapshot) -> str:
    return f"the case **{excerpt(snapshot.analysis.case)}**" if snapshot.analysis.case else "this prompt"


def _places(snapshot: Snapshot, variable: VariableInfo, link: Link) -> Iterator[str]:
    if variable.place:
        yield f"Written at {linked_place(snapshot, variable.place, link)}"
    if variable.declared and variable.declared != variable.place:
        yield f"declared at {linked_place(snapshot, variable.declared, link)}"


def _influence(snapshot: Snapshot, explanation: Explanation, variable: VariableInfo) -> Iterator[str]:
    everywhere = units_that_show(explanation, variable.name)
    here = _units_here(snapshot, variable.occurrence)
    units = everywhere or here
    if not units:
        return
    influence, noun = chosen_target(explanation).influence, unit_noun(explanation)
    what = f"The {noun} that shows it has" if len(units) == 1 else f"The {counted(len(units), noun)} that show it have"
    total = f"**{percent(explanation, float(influence[units].sum()))}** of the influence on {target_words(explanation)}"
    yield f"{what} {total}{_share_here(explanation, here, units)}."
    if stale_units(snapshot)[units].any():
        yield EDITED


def _share_here(explanation: Explanation, here: Sequence[int], units: Sequence[int]) -> str:
    if not here or set(here) == set(units):
        return ""
    share = float(chosen_target(explanation).influence[list(here)].sum())
    return f"; what was rendered from this place has {percent(explanation, share)}"


def _units_here(snapshot: Snapshot, place: Place) -> list[int]:
    found = (tint.units for tint in tints(snapshot, place.path) if tint.start < place.end and tint.end > place.start)
    return sorted({unit for units in found for unit in units})


def linked_place(snapshot: Snapshot, place: Place, link: Link) -> str:
    """A link to a place of the current texts, called by file and line."""
    if place.path not in snapshot.documents:
        return linked(PurePath(place.path).name, link(place))
    return linked(place_name(place, lines(snapshot, place.path).at(place.start) + 1), link(place))
