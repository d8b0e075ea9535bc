"""Rows of text: nothing lost, nothing too wide, offsets true."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from prompt_salience.report.escaping import escaped
from prompt_salience.report.layout import clipped, rows

TEXTS = st.text(alphabet=st.sampled_from("ab .\n\r\t\x1b日本é👩\u200d👧\u0301\u202e"), max_size=80)


@given(TEXTS, st.integers(2, 30))
def test_rows_cover_the_text_in_order_and_without_gap(text, width):
    position = 0
    for row in rows(text, 0, len(text), width):
        assert row.start == position
        position = row.end
    assert position == len(text)


@given(TEXTS, st.integers(8, 30))
def test_no_row_is_too_wide(text, width):
    for row in rows(text, 0, len(text), width):
        assert row.width <= width or len(row.glyphs) == 1
        assert row.width == sum(cell_len(glyph.text) for glyph in row.glyphs)


@given(TEXTS, st.integers(2, 30))
def test_every_character_that_is_not_blank_is_shown_where_it_stands(text, width):
    shown = "".join(glyph.text for row in rows(text, 0, len(text), width) for glyph in row.glyphs)
    assert "".join(shown.split()) == "".join(escaped(text.replace("\r\n", "\n")).split())
    for row in rows(text, 0, len(text), width):
        for glyph in row.glyphs:
            assert row.start <= glyph.offset < row.end


def lines(text, width):
    return ["".join(glyph.text for glyph in row.glyphs) for row in rows(text, 0, len(text), width)]


def test_lines_stay_as_written():
    assert lines("one\n\n  two\r\n", 20) == ["one", "", "  two"]


def test_long_lines_break_at_blanks():
    assert lines("aaa bbb ccc", 7) == ["aaa bbb", "ccc"]
    assert lines("aaa    bbbbbb", 8) == ["aaa", "bbbbbb"]


def test_long_words_break_where_they_must():
    assert lines("abcdefgh", 3) == ["abc", "def", "gh"]
    assert lines("x abcdefgh", 4) == ["x", "abcd", "efgh"]


def test_wide_characters_may_break_anywhere():
    assert lines("日本語の文", 5) == ["日本", "語の", "文"]


def test_a_part_of_a_text_keeps_the_offsets_of_the_whole():
    (row,) = rows("prompt response", 6, 15, 40)
    assert (row.start, row.end, row.glyphs[1].offset) == (6, 15, 7)


def test_clipping_says_that_it_cut():
    assert clipped("a\n b", 10) == "a b"
    assert clipped("abcdefgh", 5) == "abcd…"
    assert clipped("abcdefgh", 5, "ascii") == "ab..."
    assert clipped("日本語", 5) == "日本…"
