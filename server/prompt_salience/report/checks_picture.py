"""The checks of an explanation as a terminal table: what each unit was said to do, and what taking it out did.

Decisions:
- Numbers come first, each column as wide as it needs, and texts last, where they have the room that is left. An output
  that is too narrow for columns has a few words for each unit instead.
- Where the response changed, its first sentence that is another one stands below the unit, before and now.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.text import Text

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.report import captions
from prompt_salience.report.check_words import agreement_words, change_words
from prompt_salience.report.escaping import expressible
from prompt_salience.report.layout import clipped, rows
from prompt_salience.report.likelihood import AS_BEFORE, times_likely
from prompt_salience.report.look import Look
from prompt_salience.report.response_picture import ResponsePicture
from prompt_salience.report.shading import BOLD, DIM, PLAIN
from prompt_salience.report.shares import ShareFormat
from prompt_salience.report.terminal import captioned, response_heading
from prompt_salience.verifying import Check, Difference, Verification

_HEADS = ("influence", "log p", "probability", "response")
_TO_THE_RIGHT = (True, True, False, False)
_GAP = "  "
_LEAST_TEXT = 30
_MOST_WIDTH = 120
NOTHING_MORE = "(nothing more)"


def print_checks(verification: Verification, console: Console, look: Look) -> None:
    """Print the table to a console."""
    for line in checks_picture(verification, look):
        console.print(line, soft_wrap=True, highlight=False)


def checks_picture(verification: Verification, look: Look) -> list[Text]:
    """The lines of response, table and footer, none wider than the look."""
    look = replace(look, width=min(look.width, _MOST_WIDTH))
    explanation = verification.explanation
    response = ResponsePicture(explanation, look)
    return [
        *response_heading(captions.ending(explanation), "unit" if response.numbers_shown else "", look),
        *response.lines(),
        Text(),
        *_Table(verification, look).lines(),
        Text(),
        *captioned("Target", captions.target(explanation), look),
        *captioned("Method", captions.method(explanation), look),
        *captioned("Model", captions.model(explanation), look),
        *(captioned("Note", explanation.hint, look) if explanation.hint else []),
        *captioned("Agreement", agreement_words(verification), look),
    ]


@dataclass(frozen=True)
class _Table:
    """The table of some checks under one look."""

    verification: Verification
    look: Look

    def lines(self) -> list[Text]:
        head = [Text().append(self._numbers(_HEADS) + "without", DIM)] if self._in_columns else []
        checks = zip(self._cells, self.verification.checks, strict=True)
        return [*head, *(_trimmed(line) for cells, check in checks for line in self._check(cells, check))]

    def _check(self, cells: Sequence[str], check: Check) -> Iterator[Text]:
        if self._in_columns:
            yield Text(self._numbers(cells)).append(self._removed(check), BOLD)
        else:
            yield Text().append(self._removed(check), BOLD)
            yield from self._words(cells)
        for label, text, style in _differing(check.difference):
            for number, row in enumerate(rows(text, 0, len(text), self._room - len(label), self.look.encoding)):
                shown = "".join(glyph.text for glyph in row.glyphs)
                yield Text(" " * self._indent).append((" " * len(label) if number else label) + shown, style)

    def _words(self, cells: Sequence[str]) -> Iterator[Text]:
        """The numbers as words, for an output without room for columns."""
        words = ", ".join(f"{head} {cell}" for head, cell in zip(_HEADS, cells, strict=True))
        return (Text(_GAP).append(line) for line in textwrap.wrap(words, self._room))

    @property
    def _cells(self) -> list[tuple[str, ...]]:
        return [self._of(check) for check in self.verification.checks]

    def _of(self, check: Check) -> tuple[str, ...]:
        minus = "\N{MINUS SIGN}" if self.look.unicode else "-"
        shares = ShareFormat(self.verification.explanation.method.signed, self.look.unicode)
        likely = times_likely(check.change, expressible("×", "x", self.look.encoding))
        return (
            shares.percent(check.influence).strip(),
            change_words(check, minus),
            "as before" if likely == AS_BEFORE else likely.removesuffix(" likely"),
            "changed" if check.difference else "the same",
        )

    def _numbers(self, cells: Sequence[str]) -> str:
        columns = zip(cells, self._widths, _TO_THE_RIGHT, strict=True)
        return "".join((cell.rjust(width) if right else cell.ljust(width)) + _GAP for cell, width, right in columns)

    @property
    def _widths(self) -> list[int]:
        return [max(map(cell_len, column)) for column in zip(_HEADS, *self._cells, strict=True)]

    @property
    def _in_columns(self) -> bool:
        return self.look.width - cell_len(self._numbers(_HEADS)) >= _LEAST_TEXT

    @property
    def _indent(self) -> int:
        return cell_len(self._numbers(_HEADS)) if self._in_columns else len(_GAP)

    @property
    def _room(self) -> int:
        return self.look.width - self._indent

    def _removed(self, check: Check) -> str:
        return clipped(removed_text(self.verification.explanation, check), self._room, self.look.encoding)


def removed_text(explanation: Explanation, check: Check) -> str:
    """The text of the units that were taken out."""
    return " … ".join(explanation.prompt[start:end] for start, end in check.spans)


def _differing(difference: Difference | None) -> Iterator[tuple[str, str, Style]]:
    if difference:
        yield "was: ", " ".join(difference.before.split()) or NOTHING_MORE, DIM
        yield "now: ", " ".join(difference.after.split()) or NOTHING_MORE, PLAIN


def _trimmed(line: Text) -> Text:
    line.rstrip()
    return line
