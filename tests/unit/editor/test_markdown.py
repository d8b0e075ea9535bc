"""Prompt text in a hover is shown as it is, whatever it is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.editor.markdown import excerpt, fenced, linked, place_name, plain, shortened
from prompt_salience.prompts.source_map import Place


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a `b` |c|", r"a \`b\` \|c\|"),
        ("<b>*x*</b>", r"\<b\>\*x\*\</b\>"),
        ("[a](http://b.c)", r"\[a\](http\://b.c)"),
        ("see WWW.x.org, a@b.c", r"see WWW\.x.org, a\@b.c"),
        ("&amp; $x$ # ~~y~~", r"\&amp; \$x\$ \# \~\~y\~\~"),
        ("two\n\n- lines\t!", "two - lines \\!"),
        ("\x1b[31m\u202e", r"\\x1b\[31m\\u202e"),
    ],
)
def test_signs_of_markdown_are_escaped(text: str, expected: str) -> None:
    assert plain(text) == expected


@given(st.text(st.sampled_from("ab`*_[]<>|~&$\\ \n"), max_size=30))
def test_taking_the_backslashes_away_gives_the_text(text: str) -> None:
    shown = plain(text)
    assert re.sub(r"\\(.)", r"\1", shown) == " ".join(text.split())
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>|~&$]", shown)


def test_long_texts_are_cut() -> None:
    assert shortened("word " * 1000, 12) == "word word w…"
    assert excerpt("a_b " * 1000, 8) == r"a\_b a\_b…"
    assert shortened("short") == "short"


@given(st.text(st.sampled_from("`a\n "), max_size=40))
def test_a_fence_is_longer_than_any_run_of_backticks_in_it(text: str) -> None:
    first, *inside, last = fenced(text).split("\n")
    assert first == f"{last}text"
    assert set(last) == {"`"}
    assert all(last not in line for line in inside)
    assert "\n".join(inside) == text or inside[-1].endswith("…")


def test_long_values_are_cut_by_lines_and_by_characters() -> None:
    assert fenced("line\n" * 50).count("\n") == 13
    assert len(fenced("a" * 5000)) < 450


def test_nothing_in_a_link_ends_it() -> None:
    assert linked("a]b", "file:///a b>c") == r"[a\]b](<file:///a%20b%3Ec>)"


def test_places_are_called_by_file_and_line() -> None:
    assert place_name(Place("/home/x/menu.j2", 0, 1), 3) == "menu.j2:3"
    assert place_name(Place(r"C:\x\menu.j2", 0, 1), 3) == "menu.j2:3"
