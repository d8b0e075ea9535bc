"""The examples of a few-shot prompt, and the question that follows them.

Decisions:
- Examples are looked for in three shapes, the plainest first: ``<example>`` elements, headings such as
  ``### Example 1``, and repeated groups of the same labels (``Q:``, ``A:``). Two make them examples.
- Numbers, emphasis and case do not tell labels apart: ``Q1:``, ``**q2:**`` and ``3. Q:`` are the same label.
- A labelled example reaches from its first label to the end of its last value: up to the next example where only
  blank lines and prose come between, else (and always before the question) to the end of the paragraph.
- The question is the group after the last example that begins with the same label, or the last example itself
  where its last label has no value.
- All other text is divided into paragraphs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import NamedTuple

import regex

from prompt_salience.prompts.pieces import Piece
from prompt_salience.prompts.repetition import EXAMPLE_WORDS, occurrences, repeated_sequence
from prompt_salience.prompts.structure import Line, LineKind, lines, paragraphs


def examples(text: str, start: int, end: int) -> Iterator[Piece]:
    """The examples and the question in the range ``start:end`` of a text, and the paragraphs around them."""
    outline = _Outline.of(text, start, end)
    position = start
    for shot in _shots(outline):
        first = outline.lines[shot.first].start
        yield from _plain(text, position, first)
        position = outline.lines[shot.end - 1].end
        yield Piece(first, position, shot.kind)
    yield from _plain(text, position, end)


def _plain(text: str, start: int, end: int) -> Iterator[Piece]:
    return (piece._replace(kind="text") for piece in paragraphs(text, start, end))


class _Shot(NamedTuple):
    """The lines ``first:end`` of an outline."""

    first: int
    end: int
    kind: str = "example"


_BREAKS = (LineKind.HEADING, LineKind.RULE, LineKind.TAG)
_OPENED_BY = (*_BREAKS, LineKind.BLANK)


@dataclass(frozen=True)
class _Outline:
    """The lines of a text, the numbers of those with a label, and the names of these labels."""

    text: str
    lines: tuple[Line, ...]
    labelled: tuple[int, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, text: str, start: int, end: int) -> _Outline:
        found = tuple(lines(text, start, end))
        labelled = tuple(number for number, line in enumerate(found) if line.label)
        return cls(text, found, labelled, tuple(_name(found[number].label) for number in labelled))

    def labels_within(self, shot: _Shot) -> range:
        """Indices into ``names`` of the labels inside a shot."""
        return range(bisect_left(self.labelled, shot.first), bisect_left(self.labelled, shot.end))

    def labels_taken(self, shot: _Shot, sequence: tuple[str, ...]) -> int:
        """The index into ``names`` after a shot's labels, or after those of ``sequence`` where it begins with them."""
        within = self.labels_within(shot)
        whole = self.names[within.start : within.start + len(sequence)] == sequence
        return within.start + len(sequence) if whole else within.stop

    def opens(self, number: int) -> bool:
        """Whether something new begins at a line."""
        return number == 0 or self.lines[number - 1].kind in _OPENED_BY

    def paragraph_end(self, number: int, limit: int) -> int:
        """The number of the line after the paragraph in which line ``number`` stands, at most ``limit``."""
        below = range(number + 1, limit)
        return next((line for line in below if self.lines[line].kind in _OPENED_BY), limit)

    def value_end(self, number: int, following: int) -> int:
        """The number of the line after the value in line ``number``, with the next example at line ``following``."""
        between = range(number + 1, following)
        parted = any(self.lines[line].kind in _BREAKS for line in between)
        return self.paragraph_end(number, following) if parted else following

    def is_unfinished(self, shot: _Shot) -> bool:
        """Whether the last label in a shot has no value."""
        within = self.labels_within(shot)
        if not within:
            return False
        last = self.lines[self.labelled[within[-1]]]
        return not self.text[last.body : self.lines[shot.end - 1].end].strip()


_NOISE = regex.compile(r"[\p{Nd}\s#_*=:.()\[\]-]+")


def _name(label: str) -> str:
    return _NOISE.sub(" ", label).strip().casefold()


def _shots(outline: _Outline) -> list[_Shot]:
    for find in (_tagged, _headed):
        shots = find(outline)
        if len(shots) > 1:
            sequence = tuple(outline.names[index] for index in outline.labels_within(shots[0]))
            return _with_question(outline, shots, sequence)
    sequence = repeated_sequence(outline.names, [outline.opens(number) for number in outline.labelled])
    return _with_question(outline, _labelled(outline, sequence), sequence) if sequence else []


_TAG = regex.compile(r"\s*+<(?P<name>[\p{L}_][^\s<>/]*+)[^<>]*+>")


def _tagged(outline: _Outline) -> list[_Shot]:
    """The ``<example>`` elements; the last may have no end."""
    shots: list[_Shot] = []
    first, closing = 0, ""
    for number, line in enumerate(outline.lines):
        tag = _TAG.match(outline.text, line.start, line.end) if line.kind is LineKind.TAG else None
        if tag and _name(tag["name"]).split(" ")[-1] in EXAMPLE_WORDS:
            first, closing = number, f"</{tag['name']}>"
        if closing and outline.text.find(closing, line.start, line.end) >= 0:
            shots.append(_Shot(first, number + 1))
            closing = ""
    if closing:
        shots.append(_Shot(first, len(outline.lines), "question"))
    return shots


_EXAMPLE_HEADING = regex.compile(
    r"[\s#*=_\[-]*+(?:\p{L}++[ -])?\L<words>"
    r"\s*+#?+(?:\p{Nd}++|[一二三四五六七八九十]++|[A-Z]\b)?+\s*+(?:[^\p{L}\p{Nd}\s]|\Z)",
    regex.IGNORECASE,
    words=EXAMPLE_WORDS,
)
_LOWEST_LEVEL = 7
_BRACKETED = regex.compile(r"\s*+\[")
_HASHES = regex.compile(r"\s*+(#++)")


def _headed(outline: _Outline) -> list[_Shot]:
    """What stands below headings that say example, up to the next heading of the same level or a higher one."""
    titled = (number for number, line in enumerate(outline.lines) if line.kind in (LineKind.HEADING, LineKind.TAG))
    levels = {number: level for number in titled if (level := _level(outline, outline.lines[number]))}
    titles = [number for number in levels if _is_example_heading(outline, number)]
    if not titles:
        return []
    level, _ = Counter(levels[number] for number in titles).most_common(1)[0]
    borders = [number for number in levels if levels[number] <= level] + [len(outline.lines)]
    following = dict(pairwise(borders))
    return [_Shot(number, following[number]) for number in titles if levels[number] == level]


def _level(outline: _Outline, line: Line) -> int:
    """The level of a heading, 1 for the highest; 0 for a line that is none."""
    if line.kind is LineKind.HEADING:
        hashes = _HASHES.match(outline.text, line.start, line.end)
        return len(hashes[1]) if hashes else _LOWEST_LEVEL
    bracketed = line.kind is LineKind.TAG and _BRACKETED.match(outline.text, line.start, line.end)
    return _LOWEST_LEVEL if bracketed else 0


def _is_example_heading(outline: _Outline, number: int) -> bool:
    line = outline.lines[number]
    return _EXAMPLE_HEADING.match(outline.text, line.start, line.end) is not None


def _labelled(outline: _Outline, sequence: tuple[str, ...]) -> list[_Shot]:
    """The groups of lines with the labels of ``sequence``."""
    shots: list[_Shot] = []
    for group in reversed(occurrences(outline.names, sequence)):
        last = outline.labelled[group + len(sequence) - 1]
        if shots and not outline.is_unfinished(shots[-1]):
            end = outline.value_end(last, shots[-1].first)
        else:
            end = outline.paragraph_end(last, shots[-1].first if shots else len(outline.lines))
        shots.append(_Shot(outline.labelled[group], end))
    return shots[::-1]


def _with_question(outline: _Outline, shots: list[_Shot], sequence: tuple[str, ...]) -> list[_Shot]:
    """The shots, with the question that comes after the last, or that the last one is."""
    *before, last = shots
    if last.kind != "example" or not sequence:
        return shots
    taken = outline.labels_taken(last, sequence)
    group = next((index for index in range(taken, len(outline.names)) if outline.names[index] == sequence[0]), None)
    if group is None:
        return [*before, last._replace(kind="question")] if outline.is_unfinished(last) else shots
    first = outline.labelled[group]
    if first < last.end:  # Only a heading marks where the last example begins, and nothing where it ends.
        last = last._replace(end=outline.paragraph_end(outline.labelled[taken - 1], first))
    final = outline.labelled[group + _common_prefix(outline.names[group:], sequence) - 1]
    question = _Shot(first, outline.paragraph_end(final, len(outline.lines)), "question")
    return [*before, last, question]


def _common_prefix(names: Sequence[str], sequence: Sequence[str]) -> int:
    pairs = zip(names, sequence, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
