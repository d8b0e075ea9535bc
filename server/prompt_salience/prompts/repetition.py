"""The sequence of labels that a prompt's examples repeat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

LONGEST = 16
"""The most labels an example may have."""

EXAMPLE_WORDS = frozenset(
    (
        "beispiel",
        "case",
        "contoh",
        "demo",
        "demonstration",
        "ejemplo",
        "example",
        "exemplar",
        "exemple",
        "sample",
        "shot",
        "उदाहरण",
        "مثال",
        "예",
        "예시",
        "예제",
        "사례",
        "例",
        "例子",
        "示例",
        "样例",
        "范例",
    )
)
"""What people call an example, in lower case and without its number."""


def repeated_sequence(names: Sequence[str], opens: Sequence[bool]) -> tuple[str, ...]:
    """The labels of one example, in order; empty where no sequence is repeated.

    Args:
        names: the labels of a prompt, in order.
        opens: for each label, whether something new begins there, such as after a blank line.

    Of the sequences that stand in full twice or more, the one that accounts for most labels wins, and of those the
    shortest. Where there is none, one of three labels or more may lack its last label the second time, for that is
    how a question ends. One label alone is a sequence only when it means example.
    """
    best: tuple[int, int, int] | None = None
    weight = (False, 0)
    for period in range(1, min(LONGEST, len(names) - 1) + 1):
        for first, matches in _matching_runs(names, period):
            found = (matches >= period, period + matches)
            if found > weight and _is_group(names[first : first + period], matches):
                best, weight = (first, period, matches), found
    if best is None:
        return ()
    first = _likeliest_first(opens, *best)
    return tuple(names[first : first + best[1]])


def occurrences(names: Sequence[str], sequence: tuple[str, ...]) -> list[int]:
    """Where ``sequence`` stands in ``names``, without overlap."""
    found, index = [], 0
    while index + len(sequence) <= len(names):
        matches = tuple(names[index : index + len(sequence)]) == sequence
        if matches:
            found.append(index)
        index += len(sequence) if matches else 1
    return found


def _matching_runs(names: Sequence[str], period: int) -> Iterator[tuple[int, int]]:
    """Runs in which every name comes again ``period`` names later: first index, number of such names."""
    first = 0
    for index in range(len(names) - period):
        if names[index] != names[index + period]:
            if first < index:
                yield first, index - first
            first = index + 1
    if first < len(names) - period:
        yield first, len(names) - period - first


def _needed(period: int) -> int:
    return period - 1 if period > 2 else period


def _is_group(names: Sequence[str], matches: int) -> bool:
    return matches >= _needed(len(names)) and (len(set(names)) > 1 or names[0] in EXAMPLE_WORDS)


def _likeliest_first(opens: Sequence[bool], first: int, period: int, matches: int) -> int:
    """The label that examples begin with: the one that most often opens something new."""
    end = first + matches + period
    candidates = range(first, first + min(period, matches - _needed(period) + 1))
    return max(candidates, key=lambda candidate: sum(opens[candidate:end:period]))
