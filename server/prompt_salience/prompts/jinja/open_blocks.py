"""Which statements are open at a place of a template, and which names they give, in any text, however broken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from prompt_salience.prompts.jinja.tag_tokens import Token, TokenKind, tokens
from prompt_salience.prompts.jinja.tags import Tag, tags
from prompt_salience.prompts.jinja.vocabulary import CLOSED, KEYWORDS

DECLARING = ("for", "set", "macro", "with", "call")


@dataclass(frozen=True)
class LocalName:
    """A name that the template sets. ``over`` are the words of what a loop goes over, for the names of loops."""

    name: str
    over: tuple[Token, ...] = ()


@dataclass
class OpenBlock:
    """A statement that is open, and the names that are known inside of it."""

    tag: Tag | None
    names: list[LocalName] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name of the statement; empty for the template as a whole."""
        return self.tag.name if self.tag else ""


def open_blocks(text: str, start: int, end: int) -> tuple[OpenBlock, ...]:
    """What is open at ``end`` of a template that begins at ``start``: the template itself, then the outermost first."""
    found = [OpenBlock(None)]
    for tag in tags(text, start, end):
        if tag.sign != "{%" or not tag.closed:
            continue
        names = tuple(names_set(text, tag))
        if opens(text, tag):
            found.append(OpenBlock(tag, list(names) if tag.name not in ("macro", "set") else list(names[1:])))
        if tag.name in ("set", "macro"):
            # What a branch of an ``if`` sets is known after it.
            home = next(block for block in reversed(found) if block.tag is not tag and block.name != "if")
            home.names += names[:1] if tag.name == "macro" else names
        _close(found, tag.name)
    return tuple(found)


def opens(text: str, tag: Tag) -> bool:
    """Whether a statement reaches up to an ``end…``."""
    if tag.name != "set":
        return tag.name in CLOSED
    return all(token.text != "=" for token in tokens(text, tag))


def _close(blocks: list[OpenBlock], name: str) -> None:
    if not name.startswith("end"):
        return
    closed = next((number for number in range(len(blocks) - 1, 0, -1) if f"end{blocks[number].name}" == name), None)
    if closed is not None:
        del blocks[closed:]


def names_set(text: str, tag: Tag) -> Iterator[LocalName]:
    """The names that a statement gives, its own name first where it is a macro."""
    if tag.sign != "{%" or tag.name not in DECLARING:
        return
    words = [*tokens(text, tag)][1:]
    match tag.name:
        case "for":
            border = next((number for number, word in enumerate(words) if word.text == "in"), len(words))
            over = tuple(words[border + 1 :])
            names = [word.text for word in words[:border] if word.kind is TokenKind.NAME]
            yield from (LocalName(name, over if len(names) == 1 else ()) for name in names)
        case "set":
            border = next((number for number, word in enumerate(words) if word.text in ("=", "|")), len(words))
            yield from (LocalName(name) for name in _targets(words[:border]))
        case _:
            yield from _parameters(words)


def _targets(words: Sequence[Token]) -> Iterator[str]:
    if not any(word.text == "." for word in words):
        yield from (word.text for word in words if word.kind is TokenKind.NAME)


def _parameters(words: Sequence[Token]) -> Iterator[LocalName]:
    """The names that stand where a parameter does: at the beginning, after ``(`` or ``,``, and not in a default."""
    before, depth = "", 0
    for word in words:
        if word.kind is TokenKind.NAME and before in ("", "(", ",") and depth <= 1 and word.text not in KEYWORDS:
            yield LocalName(word.text)
        depth += (word.text in ("(", "[", "{")) - (word.text in (")", "]", "}"))
        before = word.text
