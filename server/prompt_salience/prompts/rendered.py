"""A rendered prompt: the text a model reads, with its source map and its messages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from prompt_salience.prompts.source_map import SourceMap


class Form(StrEnum):
    """How messages become text: as they are, or in the turns of a chat."""

    RAW = "raw"
    CHAT = "chat"


@dataclass(frozen=True, slots=True)
class Message:
    """The range ``start:end`` of the rendered text that one role speaks, without scaffolding."""

    role: str
    start: int
    end: int


@dataclass(frozen=True)
class RenderedPrompt:
    """The text a model gets, where each character came from, and who says what."""

    text: str
    source_map: SourceMap
    messages: tuple[Message, ...]
    form: Form
