r"""A prompt without some of its units: what is taken out, and which white space goes with it.

Decisions:
- A unit that fills its lines takes their indentation and its line break with it; the last line of a text, which has
  none, takes the one before it. Of blank lines on both sides, those below go too, so that one gap does not become two.
- Within a line the blanks after a unit go with it, at the end of a line those before it. None goes that would join what
  stood apart, and nothing parts what stood together.
- The line breaks of a rendered prompt are ``\n``; a ``\r`` in a value is white space.
- Scaffolding and other messages are never touched, also where a message is left empty.
- Units with nothing but white space between them are taken out as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from prompt_salience.prompts.rendered import Message
from prompt_salience.prompts.source_map import SourceMap
from prompt_salience.prompts.stretches import prompt_stretches

Span = tuple[int, int]
_BLANK_LINES = re.compile(r"(?:[^\S\n]*\n)*")
_BLANK_LINE_ABOVE = re.compile(r"(?:\A|\n)[^\S\n]*\n\Z")


def without(prompt: str, source_map: SourceMap, messages: Sequence[Message], spans: Sequence[Span]) -> str:
    """The text of a prompt without some of its units.

    Args:
        prompt: the rendered prompt.
        source_map: where each of its characters came from.
        messages: who says what in it.
        spans: the units, in code points of the prompt, in order and without overlap.
    """
    kept, position = "", 0
    for start, end in _removed(prompt, list(prompt_stretches(source_map, messages)), spans):
        kept += prompt[position:start]
        position = end
    return kept + prompt[position:]


def _removed(prompt: str, stretches: Sequence[Span], spans: Sequence[Span]) -> Iterator[Span]:
    """What is taken out, in order and without overlap."""
    for low, high in stretches:
        inside = [(start, end) for start, end in spans if low <= start and end <= high]
        for start, end in _joined(prompt, inside):
            taken_from, taken_to = _widened(prompt[low:high], start - low, end - low)
            yield low + taken_from, low + taken_to


def _joined(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """The spans, those with nothing but white space between them made one."""
    if not spans:
        return
    first, last = spans[0]
    for start, end in spans[1:]:
        if text[last:start].strip():
            yield first, last
            first = start
        last = end
    yield first, last


def _widened(text: str, start: int, end: int) -> Span:
    """A span with the white space that goes with it."""
    before = start - _blanks(text[:start][::-1])
    after = end + _blanks(text[end:])
    begins_line = before == 0 or text[before - 1] == "\n"
    ends_line = after == len(text) or text[after] == "\n"
    if begins_line and ends_line:
        return _whole_lines(text, before, after)
    if ends_line:
        return before, after
    return start, after if begins_line or before < start else end


def _whole_lines(text: str, start: int, end: int) -> Span:
    """Whole lines with their line break, and with one of the gaps around them."""
    if end == len(text):
        return max(start - 1, 0), end
    end += 1
    if start == 0 or _BLANK_LINE_ABOVE.search(text[:start]):
        blank = _BLANK_LINES.match(text, end)
        end = blank.end() if blank else end
    return start, end


def _blanks(text: str) -> int:
    """How many blanks a text begins with, not counting line breaks."""
    return next((count for count, sign in enumerate(text) if not sign.isspace() or sign == "\n"), len(text))
