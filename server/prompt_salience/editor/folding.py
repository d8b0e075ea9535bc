"""What an editor may fold: front matter, messages, sections, examples, blocks and comments of Jinja, cases.

Decisions:
- Everything is told from the text alone, so that folds stay while a file is broken.
- Only what spans several lines is folded; a block folds from its opening tag to the line above its closing one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from prompt_salience.editor.body_range import body_range
from prompt_salience.editor.lines import Lines
from prompt_salience.editor.outline import Item, outline
from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.prompts.formats import jsonl, text_file
from prompt_salience.prompts.formats.front_matter import front_matter_range
from prompt_salience.prompts.jinja.open_blocks import opens
from prompt_salience.prompts.jinja.tags import Tag, tags

BRANCHES = ("else", "elif")


class FoldKind(StrEnum):
    """What a fold hides."""

    REGION = "region"
    COMMENT = "comment"


@dataclass(frozen=True, order=True)
class Fold:
    """The lines ``first`` to ``last``, counted from zero, of which the first stays visible."""

    first: int
    last: int
    kind: FoldKind = FoldKind.REGION


def folds(snapshot: Snapshot, path: str) -> tuple[Fold, ...]:
    """What may be folded in the prompt file or in its file of values, in order."""
    document = snapshot.documents.get(path)
    if document is None:
        return ()
    lines = Lines(document.text)
    found = {*_of_items(lines, outline(snapshot, path))}
    if path == snapshot.path:
        found |= {*_front_matter(snapshot, lines), *_of_tags(snapshot, lines)}
    return tuple(sorted(fold for fold in found if fold.first < fold.last))


def _of_items(lines: Lines, items: tuple[Item, ...]) -> Iterator[Fold]:
    for item in items:
        yield Fold(lines.at(item.start), lines.at(max(item.start, item.end - 1)))
        yield from _of_items(lines, item.children)


def _front_matter(snapshot: Snapshot, lines: Lines) -> Iterator[Fold]:
    start, end = body_range(snapshot)
    found = front_matter_range(lines.text) if start else None
    if found and found[1] < end:
        yield Fold(lines.at(found[0]) - 1, lines.at(found[1]))


def _of_tags(snapshot: Snapshot, lines: Lines) -> Iterator[Fold]:
    name = snapshot.analysis.format.NAME
    if name == jsonl.NAME or (name == text_file.NAME and len(snapshot.documents) == 1):
        return
    opened: list[Tag] = []
    for tag in tags(lines.text, *body_range(snapshot)):
        if tag.sign != "{%":
            kind = FoldKind.COMMENT if tag.sign == "{#" else FoldKind.REGION
            yield Fold(lines.at(tag.start), lines.at(tag.end - 1), kind)
        elif tag.name.startswith("end"):
            yield from _closed(lines, opened, tag)
        elif tag.name in BRANCHES and opened:
            yield Fold(lines.at(opened[-1].end - 1), lines.at(tag.start) - 1)
            opened[-1] = Tag(tag.start, tag.end, tag.sign, tag.inner_start, tag.inner_end, opened[-1].name)
        elif opens(lines.text, tag):
            opened.append(tag)


def _closed(lines: Lines, opened: list[Tag], tag: Tag) -> Iterator[Fold]:
    """The fold of the block that a tag closes; what was never closed inside of it is given up."""
    if all(f"end{block.name}" != tag.name for block in opened):
        return
    while opened:
        block = opened.pop()
        if f"end{block.name}" == tag.name:
            yield Fold(lines.at(block.end - 1), lines.at(tag.start) - 1)
            return
