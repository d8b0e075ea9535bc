"""Messages to text: as they are, or in Gemma's turns.

Decisions:
- Gemma knows two speakers. ``assistant`` is its ``model``; whoever else speaks, speaks in a user turn. So the
  system's text comes first in the first user turn, as Gemma's own chat template has it.
- Messages that follow each other in one turn are separated by a blank line. Turns alternate.
- A message is stripped of white space around it, again as Gemma's chat template does; an empty one is left out.
- A conversation that ends with the assistant leaves the model's turn open, for the model to go on with it.
- ``<bos>`` is no part of the text: the tokenizer puts it there.
- Raw text of messages is their texts with a blank line between; the lines that name roles are not part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from prompt_salience.prompts.rendered import Message
from prompt_salience.prompts.source_map import SCAFFOLDING
from prompt_salience.prompts.traced_text import TracedText, computed, joined

MODEL = "model"
USER = "user"
START_OF_TURN = "<start_of_turn>"
END_OF_TURN = "<end_of_turn>"
BLANK_LINE = "\n\n"


class Spoken(NamedTuple):
    """What one role says."""

    role: str
    text: TracedText


def stripped(messages: Iterable[Spoken]) -> tuple[Spoken, ...]:
    """The messages without white space around them, and without those that are then empty."""
    found = (Spoken(role, TracedText(text.strip())) for role, text in messages)
    return tuple(message for message in found if message.text)


def raw_text(messages: Sequence[Spoken]) -> tuple[TracedText, tuple[Message, ...]]:
    """The texts of the messages, and where each of them stands."""
    conversation = _Conversation()
    conversation.say(messages)
    return conversation.finished()


def chat_text(messages: Sequence[Spoken]) -> tuple[TracedText, tuple[Message, ...]]:
    """Gemma's turns, ready for the model to answer, and where each message stands in them."""
    conversation = _Conversation()
    speaker = ""
    for speaker, turn in groupby(messages, lambda message: _speaker(message.role)):
        conversation.scaffold(END_OF_TURN + "\n" if conversation.position else "")
        conversation.scaffold(f"{START_OF_TURN}{speaker}\n")
        conversation.say(list(turn))
    if speaker != MODEL:
        conversation.scaffold(f"{END_OF_TURN}\n{START_OF_TURN}{MODEL}\n")
    return conversation.finished()


def _speaker(role: str) -> str:
    return MODEL if role == "assistant" else USER


class _Conversation:
    """Text under construction."""

    def __init__(self) -> None:
        self.position = 0
        self._pieces: list[TracedText] = []
        self._messages: list[Message] = []

    def scaffold(self, text: str) -> None:
        self._add(computed(text, SCAFFOLDING))

    def say(self, messages: Sequence[Spoken]) -> None:
        for index, message in enumerate(messages):
            self.scaffold(BLANK_LINE if index else "")
            start = self.position
            self._add(message.text)
            self._messages.append(Message(message.role, start, self.position))

    def finished(self) -> tuple[TracedText, tuple[Message, ...]]:
        return joined(self._pieces), tuple(self._messages)

    def _add(self, text: TracedText) -> None:
        self._pieces.append(text)
        self.position += len(text)
