"""What is never sent to a terminal as it is."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from prompt_salience.report.escaping import escaped, expressible


@given(st.text(alphabet=st.characters(codec=None)))
def test_no_control_character_and_no_half_character_is_left(text):
    for character in escaped(text):
        assert character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
        assert character not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"


@given(st.text(alphabet=st.characters(codec=None)), st.sampled_from(["ascii", "latin-1", "utf-8", "cp1252"]))
def test_every_encoding_can_express_what_is_left(text, encoding):
    left = escaped(text, encoding)
    assert left.encode(encoding).decode(encoding) == left


def test_ordinary_text_in_any_script_is_left_alone():
    text = "naïve — 日本語 עברית हिन्दी 👩\u200d👩\u200d👧 e\u0301\tx\n"
    assert escaped(text) == text


def test_escapes_say_which_character():
    assert escaped("\x1b[2J\x9b\u202e\U0001fffe") == "\\x1b[2J\\x9b\\u202e\\U0001fffe"


def test_a_symbol_has_a_stand_in():
    assert (expressible("▸", ">", "utf-8"), expressible("▸", ">", "latin-1")) == ("▸", ">")
