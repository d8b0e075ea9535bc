"""Which kind of folder a model is in, and looking through it."""

from __future__ import annotations

from pathlib import Path

from prompt_salience.engine.hugging_face_folder import read_hugging_face_folder
from prompt_salience.engine.model_folder import ModelFolder
from prompt_salience.engine.preset import read_preset
from prompt_salience.engine_client.hugging_face_files import is_hugging_face_folder
from prompt_salience.engine_client.protocol import ModelLoadError


def read_model_folder(folder: Path, name: str | None = None) -> ModelFolder:
    """Look through a folder.

    Raises:
        ModelLoadError: something is missing, damaged or not supported; the message says what, where and what to do.
    """
    if not folder.is_dir():
        message = f"There is no model folder at {folder}. Check the path, or choose another model."
        raise ModelLoadError(message)
    return read_hugging_face_folder(folder, name) if is_hugging_face_folder(folder) else read_preset(folder, name)
