"""What a hover says of influence: the target, the method and its source, rows of shares with bars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.attribution.method_documentation import METHODS
from prompt_salience.editor.markdown import excerpt, linked, plain
from prompt_salience.prompts.units import Granularity
from prompt_salience.report.captions import unit_noun
from prompt_salience.report.shares import ShareFormat

IN_SENTENCES = (Granularity.MESSAGE, Granularity.EXAMPLE, Granularity.VARIABLE)
MOST_ROWS = 10
EDITED = "*Edited since it was explained; the figures are those of the text before.*"


@dataclass(frozen=True)
class Row:
    """A share with what it is the share of; ``label`` is Markdown."""

    share: float
    label: str


def share_format(explanation: Explanation) -> ShareFormat:
    """How an explanation's shares are written."""
    return ShareFormat(explanation.method.signed, unicode=True)


def percent(explanation: Explanation, share: float) -> str:
    """A share such as ``34%`` or ``+34%``."""
    return share_format(explanation).percent(share).strip()


def rows(explanation: Explanation, found: Sequence[Row], full: float, noun: str) -> str:
    """A list of shares with bars, a bar being full at the share ``full``; of many, the strongest in their order."""
    shares = share_format(explanation)
    kept = _strongest(found)
    listed = [f"- `{shares.bar(_proportion(row.share, full))} {shares.percent(row.share)}` {row.label}" for row in kept]
    hidden = len(found) - len(kept)
    more = [f"- and {counted(hidden, f'weaker {noun}')}"] if hidden else []
    return "\n".join([*listed, *more])


def method_words(explanation: Explanation) -> str:
    """What the method tells, in a sentence with its source."""
    about = METHODS[explanation.method]
    source = linked(about.source, about.address) if about.address else plain(about.source)
    return f"{plain(about.name)} (`{explanation.method}`): {plain(about.sentence)} {source}"


def doubts(explanation: Explanation) -> Iterator[str]:
    """What makes the whole explanation doubtful."""
    if explanation.hint:
        yield f"**Doubtful:** {excerpt(explanation.hint, 600)}"


def target_words(explanation: Explanation) -> str:
    """The chosen target, as Markdown: ``the whole response``, or its text; and what it is contrasted with."""
    target = explanation.targets[explanation.chosen]
    text = explanation.text[target.start : target.end]
    name = "the whole response" if explanation.of_whole else f"“{excerpt(text)}”"
    return f"{name} rather than “{excerpt(target.contrast)}”" if target.contrast else name


def response_noun(explanation: Explanation) -> str:
    """What a unit of the response is called."""
    return "sentence" if explanation.granularity in IN_SENTENCES else unit_noun(explanation)


def counted(count: int, noun: str) -> str:
    """``1 line``, ``2 lines``."""
    return f"{count:,} {noun if count == 1 else noun + 's'}"


def ordinal(number: int) -> str:
    """``1st``, ``2nd``, ``11th``."""
    teen = number % 100 // 10 == 1
    return f"{number:,}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def paragraphs(parts: Iterable[str]) -> str:
    """The parts as paragraphs, empty ones left out."""
    return "\n\n".join(part for part in parts if part)


def _proportion(share: float, full: float) -> float:
    return abs(share) / full if full else 0.0


def _strongest(found: Sequence[Row]) -> list[Row]:
    if len(found) <= MOST_ROWS:
        return list(found)
    by_strength = sorted(range(len(found)), key=lambda index: -abs(found[index].share))
    return [found[index] for index in sorted(by_strength[:MOST_ROWS])]
