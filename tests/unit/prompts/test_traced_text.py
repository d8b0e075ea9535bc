"""Traced text is the text that ``str`` gives, and each exact character is a copy of the one at its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.prompts.source_map import Origin, OriginKind, Place
from prompt_salience.prompts.traced_text import TracedText, computed, copied, joined, source_map

WHOLE = Place("whole", 0, 0)
TEXT = st.text(st.sampled_from("aAbB \n\tß🍳é,İ"), max_size=12)
SHORT = st.text(st.sampled_from("aAb ,\n"), min_size=1, max_size=2)
INDEX = st.one_of(st.none(), st.integers(-14, 14))
OPERATIONS = st.one_of(
    st.sampled_from(["upper", "lower", "title", "capitalize", "swapcase", "casefold", "strip", "lstrip", "rstrip"]).map(
        lambda name: lambda text: getattr(text, name)()
    ),
    st.sampled_from(["split", "rsplit", "splitlines", "__iter__"]).map(
        lambda name: lambda text: list(getattr(text, name)())
    ),
    st.tuples(st.sampled_from(["split", "rsplit"]), SHORT, st.integers(-1, 2)).map(
        lambda a: lambda text: getattr(text, a[0])(a[1], a[2])
    ),
    st.tuples(st.sampled_from(["split", "rsplit"]), st.integers(-1, 2)).map(
        lambda a: lambda text: getattr(text, a[0])(None, a[1])
    ),
    st.tuples(
        st.sampled_from(["partition", "rpartition", "strip", "lstrip", "rstrip", "removeprefix", "removesuffix"]), SHORT
    ).map(lambda a: lambda text: getattr(text, a[0])(a[1])),
    st.tuples(TEXT, TEXT, st.integers(-1, 3)).map(lambda a: lambda text: text.replace(*a)),
    st.tuples(INDEX, INDEX, st.sampled_from([None, 1, 2, -1, -2])).map(lambda a: lambda text: text[slice(*a)]),
    st.integers(-1, 3).map(lambda n: lambda text: text * n),
    st.integers(-1, 3).map(lambda n: lambda text: n * text),
    TEXT.map(lambda other: lambda text: text + other),
    TEXT.map(lambda other: lambda text: other + text),
    st.lists(TEXT, max_size=3).map(lambda parts: lambda text: text.join(parts)),
    st.booleans().map(lambda keep: lambda text: text.splitlines(keepends=keep)),
)


@st.composite
def traced(draw: st.DrawFn) -> tuple[TracedText, dict[str, str]]:
    pieces, documents = [], {}
    for number in range(draw(st.integers(0, 3))):
        text, path = draw(TEXT), str(number)
        origin = Origin(OriginKind.VALUE, Place(path, 1, 1 + len(text)))
        documents[path] = f"<{text}>"
        pieces.append(draw(st.sampled_from([copied, computed]))(text, origin))
    return joined(pieces), documents


def check(result: Any, documents: dict[str, str]) -> None:
    for text in result if isinstance(result, (list, tuple)) else [result]:
        found = source_map(TracedText(text), WHOLE)
        assert found.length == len(text)
        for segment in found.segments:
            place = segment.origin.place
            assert place is not None
            if segment.exact:
                shown = str.__str__(text)[segment.start : segment.end]
                assert shown == documents[place.path][place.start : place.end]


@given(traced(), st.lists(OPERATIONS, min_size=1, max_size=3))
def test_operations_give_the_text_of_str(
    start: tuple[TracedText, dict[str, str]], operations: list[Callable[[Any], Any]]
) -> None:
    text, documents = start
    plain: Any = str.__str__(text)
    assert type(plain) is str
    current: Any = text
    for operation in operations:
        plain, current = operation(plain), operation(current)
        assert current == plain
        check(current, documents)
        if not isinstance(plain, str):
            return


def test_bare_text_has_an_unknown_origin() -> None:
    (segment,) = source_map(TracedText("abc"), WHOLE).segments
    assert (segment.origin.kind, segment.exact) == (OriginKind.EXPRESSION, False)
