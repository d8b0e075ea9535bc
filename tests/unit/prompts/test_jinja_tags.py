"""Tags found without parsing are those that Jinja finds, in every valid template."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, TemplateSyntaxError

from conformance.template_generator import TemplateGenerator
from prompt_salience.prompts.jinja.tag_tokens import tokens
from prompt_salience.prompts.jinja.tags import Tag, tags

ENVIRONMENT = Environment()
ENDS = {"variable_end": 1, "block_end": 1, "comment_end": 1, "raw_begin": 1, "raw_end": 1}
SIGNS = ("variable_begin", "block_begin", "comment_begin", "raw_begin", "raw_end")


def jinja_words(text: str) -> list[str]:
    found = ENVIRONMENT.lexer.tokeniter(text, None)
    skipped = ("whitespace", "data", "comment", *SIGNS, *ENDS)
    return [word for _, kind, word in found if kind not in skipped and word not in ("raw", "endraw")]


def our_words(text: str) -> list[str]:
    found = [tag for tag in tags(text, 0, len(text)) if tag.sign != "{#" and tag.name not in ("raw", "endraw")]
    return [token.text for tag in found for token in tokens(text, tag)]


def valid(seed: int) -> bool:
    try:
        ENVIRONMENT.parse(TemplateGenerator(seed).template())
    except TemplateSyntaxError:
        return False
    return True


@given(st.integers(0, 2**32).filter(valid))
def test_words_are_those_of_jinja(seed: int) -> None:
    text = TemplateGenerator(seed).template().replace("\r\n", "\n").replace("\r", "\n")
    assert our_words(text) == jinja_words(text)
    assert all(tag.closed for tag in tags(text, 0, len(text)))


@given(
    st.lists(
        st.sampled_from(["{{", "{%", "{#", "#}", "%}", "}}", "{", "}", "'", '"', "\\", "raw", "endraw", "x", " ", "\n"])
    ).map("".join)
)
def test_any_text_has_tags_in_order(text: str) -> None:
    position = 0
    for tag in tags(text, 0, len(text)):
        assert position <= tag.start < tag.inner_start <= tag.inner_end <= tag.end <= len(text)
        assert text.startswith(tag.sign, tag.start)
        position = tag.end


def test_an_unfinished_tag_ends_with_its_line() -> None:
    text = "{% if x\nmore {{ y }}"
    assert [*tags(text, 0, len(text))] == [
        Tag(0, 7, "{%", 2, 7, "if"),
        Tag(13, 20, "{{", 15, 18),
    ]
