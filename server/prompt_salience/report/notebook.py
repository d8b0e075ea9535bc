"""An explanation as a notebook shows it: a small piece of HTML without scripts or style sheets.

Decisions:
- Tints are see-through overlays under text that keeps the notebook's own colours, so that light and dark themes need
  no telling apart; every tinted unit carries its share in a tooltip, and sentences and larger units in print.
- ``Explanation`` knows nothing of HTML: IPython is told how to show one, which is what its formatters are for.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html import escape

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.attribution.scale import levels, overlay
from prompt_salience.prompts.units import Granularity, Part
from prompt_salience.report import captions
from prompt_salience.report.escaping import escaped
from prompt_salience.report.shares import ShareFormat

_FINE = frozenset({Granularity.TOKEN, Granularity.WORD})
_BOX = "font-family: ui-monospace, monospace; font-size: 90%; line-height: 1.5; white-space: pre-wrap; margin: 0 0 1em"
_SMALL = "font-size: 85%; opacity: 0.75"


def show_explanations_in_notebooks() -> None:
    """Have a running IPython show explanations as pictures; do nothing where there is none."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        shell.display_formatter.formatters["text/html"].for_type(Explanation, html)


def html(explanation: Explanation) -> str:
    """The picture of an explanation as one HTML element."""
    footer = (captions.target(explanation), captions.method(explanation), captions.model(explanation), explanation.hint)
    lines = "<br>".join(_text(line) for line in footer if line)
    return (
        f'<div class="prompt-salience">{_heading("Prompt", captions.source(explanation))}'
        f'<div style="{_BOX}">{"".join(_prompt(explanation))}</div>'
        f"{_heading('Response', captions.ending(explanation))}"
        f'<div style="{_BOX}">{_response(explanation)}</div>'
        f'<div style="{_SMALL}">{lines}</div></div>'
    )


def _heading(name: str, detail: str) -> str:
    return f'<div><b>{name}</b> <span style="{_SMALL}">{_text(detail)}</span></div>'


def _text(text: str) -> str:
    return escape(escaped(text))


def _prompt(explanation: Explanation) -> Iterator[str]:
    shares = explanation.targets[explanation.chosen].influence
    unit_levels = levels(shares, [unit.part is Part.PROMPT for unit in explanation.units])
    position = 0
    for unit, share, level in zip(explanation.units, shares.tolist(), unit_levels.tolist(), strict=True):
        if unit.part is Part.PROMPT:
            yield _text(explanation.prompt[position : unit.start])
            yield _tinted(explanation, explanation.prompt[unit.start : unit.end], share, level)
            position = unit.end
    yield _text(explanation.prompt[position:])


def _tinted(explanation: Explanation, text: str, share: float, level: int) -> str:
    signed = explanation.method.signed
    overlaid = overlay(level, signed=signed)
    if overlaid is None:
        return _text(text)
    percent = escape(ShareFormat(signed, unicode=True).percent(share).strip())
    colour, opacity = overlaid.colour, overlaid.opacity
    background = f"background: rgba({colour.red}, {colour.green}, {colour.blue}, {opacity})"
    printed = "" if explanation.granularity in _FINE else f' <small style="opacity: 0.75">{percent}</small>'
    return f'<span style="{background}" title="influence {percent}">{_text(text)}</span>{printed}'


def _response(explanation: Explanation) -> str:
    start, end = (offset - len(explanation.prompt) for offset in _target_span(explanation))
    response = explanation.response
    if explanation.of_whole:
        return _text(response)
    return f"{_text(response[:start])}<u><b>{_text(response[start:end])}</b></u>{_text(response[end:])}"


def _target_span(explanation: Explanation) -> tuple[int, int]:
    target = explanation.targets[explanation.chosen]
    return target.start, target.end
