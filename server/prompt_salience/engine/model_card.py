"""What is known of a model beside its configuration and its weights: its card, and the name of its folder.

Decisions:
- A folder may hold ``prompt_salience.json``, an object with any of ``name``, ``context_length`` and
  ``instruction_tuned``: what other files have no place for. What it leaves out is worked out from the rest.
- A snapshot in the cache of Hugging Face goes by the name of its repository; its folder is called after a commit.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prompt_salience.engine_client.hugging_face_cache import repository_of
from prompt_salience.engine_client.protocol import ModelLoadError

CARD = "prompt_salience.json"
AGAIN = "Download the model again, or choose another model."
_INSTRUCTION_TUNED = re.compile(r"(^|[-_/])(it|instruct)([-_/]|$)", re.IGNORECASE)
_BASE = re.compile(r"(^|[-_/])(pt|base)([-_/]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What ``prompt_salience.json`` says; None for what it does not."""

    name: str | None
    context_length: int | None
    instruction_tuned: bool | None


def model_card(folder: Path) -> ModelCard:
    """The card in a folder; an empty one where there is none.

    Raises:
        ModelLoadError: it cannot be read, or its context length is no number of tokens.
    """
    path = folder / CARD
    card = json_object(path) if path.is_file() else {}
    length = card.get("context_length")
    if length is not None and (not isinstance(length, int) or length < 1):
        message = f"The context_length in {path} is {length!r}; it must be a number of tokens."
        raise ModelLoadError(message)
    told = card.get("instruction_tuned")
    return ModelCard(card.get("name"), length, None if told is None else bool(told))


def json_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file.

    Raises:
        ModelLoadError: it cannot be read, or is none.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"{path} cannot be read: {error}. {AGAIN}"
        raise ModelLoadError(message) from error
    if not isinstance(value, dict):
        message = f"{path} holds no JSON object. {AGAIN}"
        raise ModelLoadError(message)
    return value


def folder_name(folder: Path) -> str:
    """The folder's name; that of the folder above where it is only a version number, or of its repository."""
    resolved = folder.resolve()
    repository = repository_of(resolved)
    if repository:
        return repository.rpartition("/")[2]
    return resolved.parent.name if resolved.name.isdigit() else resolved.name


def tuned_by_name(folder: Path) -> bool | None:
    """Whether the folder's name says that the model was trained to answer in chat turns; None where it is silent."""
    name = folder_name(folder)
    if _INSTRUCTION_TUNED.search(name):
        return True
    return False if _BASE.search(name) else None
