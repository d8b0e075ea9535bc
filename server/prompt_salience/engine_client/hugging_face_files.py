"""The files of a model as Hugging Face keeps it: what they are called, and which of them there have to be.

Decisions:
- One file of weights comes before a list of several, as in Hugging Face's own library.
- A list may only name files beside it.
"""

from __future__ import annotations

import json
from pathlib import Path, PurePath
from typing import Any

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
TOKENIZER = "tokenizer.model"
MODEL_TYPES = frozenset({"gemma", "gemma2", "gemma3", "gemma3_text"})
"""The kinds of models, as their configurations call them, that can be run."""


def is_hugging_face_folder(folder: Path) -> bool:
    """Whether the configuration in a folder is one of Hugging Face's."""
    try:
        return is_hugging_face_config(json.loads((folder / CONFIG).read_bytes()))
    except (OSError, ValueError):
        return False


def is_hugging_face_config(config: Any) -> bool:
    """Whether what ``config.json`` holds is one of Hugging Face's configurations."""
    return isinstance(config, dict) and isinstance(config.get("model_type"), str)


def weight_files(folder: Path) -> tuple[Path, ...]:
    """The files that have to hold the weights, whether they are there or not.

    Raises:
        ValueError: the list of the files is no such list.
        OSError: it cannot be read.
    """
    index = folder / INDEX
    if (folder / WEIGHTS).is_file() or not index.is_file():
        return (folder / WEIGHTS,)
    listed = json.loads(index.read_bytes())
    weight_map = listed.get("weight_map") if isinstance(listed, dict) else None
    names = set(weight_map.values()) if isinstance(weight_map, dict) else set()
    if not names or not all(isinstance(name, str) and PurePath(name).name == name for name in names):
        message = f"{INDEX} lists no weights"
        raise ValueError(message)
    return tuple(folder / name for name in sorted(names))
