"""An explanation as a terminal picture: prompt, response, and what the colours mean.

Decisions:
- A picture is a list of ``rich`` texts that fit the look's width: pure data, printed by whoever owns the output.
- Everything from outside (prompt, response, paths, names, hints) is escaped before it is shown.
"""

from __future__ import annotations

import textwrap
from dataclasses import replace
from itertools import groupby

from rich.console import Console
from rich.text import Text

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.attribution.scale import STRONGEST
from prompt_salience.report import captions
from prompt_salience.report.escaping import escaped
from prompt_salience.report.layout import clipped
from prompt_salience.report.look import Look
from prompt_salience.report.prompt_picture import GAP, MARGIN, PromptPicture, flush_right
from prompt_salience.report.response_picture import ResponsePicture
from prompt_salience.report.shading import BOLD, DIM, Shading

_LABEL_WIDTH = 11
_COMFORTABLE_WIDTH = 72


def print_picture(explanation: Explanation, console: Console, look: Look) -> None:
    """Print the picture of ``explanation`` to a console."""
    for line in picture(explanation, look):
        console.print(line, soft_wrap=True, highlight=False)


def picture(explanation: Explanation, look: Look) -> list[Text]:
    """The lines of the picture, none wider than the look, and none wider than the text needs."""
    look = _fitted(explanation, look)
    prompt, response = PromptPicture(explanation, look), ResponsePicture(explanation, look)
    blank = Text()
    title = "influence by row" if prompt.sums else "influence"
    strongest = [_heading("Strongest", "", "", look), *prompt.strongest(), blank] if prompt.sums else []
    return [
        _heading("Prompt", captions.source(explanation), title, look),
        *prompt.lines(),
        blank,
        *response_heading(captions.ending(explanation), "unit" if response.numbers_shown else "", look),
        *response.lines(),
        blank,
        *strongest,
        *_footer(explanation, look, prompt.shading),
    ]


def _fitted(explanation: Explanation, look: Look) -> Look:
    """``look`` made narrow enough that shares stand beside their text on a wide terminal too."""
    needed = max(PromptPicture(explanation, look).needed_width, ResponsePicture(explanation, look).needed_width)
    return replace(look, width=min(look.width, max(needed, _COMFORTABLE_WIDTH)))


def response_heading(ending: str, column: str, look: Look) -> list[Text]:
    """A heading that leaves nothing out: what does not fit goes on below."""
    first, *others = textwrap.wrap(ending, _room_for_detail("Response", column, look))
    indent = " " * (len("Response") + GAP)
    return [_heading("Response", first, column, look), *(Text(indent).append(line, DIM) for line in others)]


def _room_for_detail(name: str, column: str, look: Look) -> int:
    return look.width - len(name) - len(column) - 2 * GAP


def _heading(name: str, detail: str, column: str, look: Look) -> Text:
    line = Text().append(name, BOLD)
    room = _room_for_detail(name, column, look)
    if detail and room > 0:
        line.append(" " * GAP + clipped(detail, room, look.encoding), DIM)
    return flush_right(line, Text(column, DIM), look.width) if column else line


def _footer(explanation: Explanation, look: Look, shading: Shading) -> list[Text]:
    return [
        *captioned("Target", captions.target(explanation), look),
        *captioned("Method", captions.method(explanation), look),
        *captioned("Model", captions.model(explanation), look),
        *_legend(explanation, look, shading),
        *(captioned("Note", explanation.hint, look) if explanation.hint else []),
    ]


def captioned(label: str, caption: str, look: Look) -> list[Text]:
    """A caption beside its label, wrapped."""
    width = max(look.width - _LABEL_WIDTH, MARGIN)
    wrapped = textwrap.wrap(escaped(caption, look.encoding), width, break_on_hyphens=False)
    labels = [label, *[""] * (len(wrapped) - 1)]
    return [_labelled(label).append(line) for label, line in zip(labels, wrapped, strict=True)]


def _labelled(label: str) -> Text:
    return Text().append(label.ljust(_LABEL_WIDTH), DIM)


def _legend(explanation: Explanation, look: Look, shading: Shading) -> list[Text]:
    signed = explanation.method.signed
    if look.bars:
        sign = "+ speaks for the target, - against it; " if signed else ""
        return captioned("Influence", f"{sign}shares of the whole prompt's; bars are relative to the strongest", look)
    line = _labelled("Influence").append("against " if signed else "weak ")
    wide = look.width >= _COMFORTABLE_WIDTH
    for tint, _ in groupby(shading.tint(level) for level in range(-STRONGEST if signed else 1, STRONGEST + 1)):
        line.append("  " if tint and wide else " ", tint)
    line.append(" for" if signed else " strong")
    what_a_share_is = ", in shares of the whole prompt's"
    return [line.append(what_a_share_is, DIM) if line.cell_len + len(what_a_share_is) <= look.width else line]
