"""Why a folder holds no model that can be run, as far as a look at its files tells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from prompt_salience.engine_client.hugging_face_files import MODEL_TYPES, WEIGHTS, is_hugging_face_config, weight_files

GEMMA_BACKBONES = frozenset({"GemmaBackbone", "Gemma3Backbone"})


def folder_fault(folder: Path) -> str:
    """Why a folder holds no model that can be run, in a few words; empty when it does."""
    try:
        config = json.loads((folder / "config.json").read_bytes())
    except FileNotFoundError:
        return "there is no config.json in it"
    except OSError as error:
        return f"config.json cannot be read: {error.strerror}"
    except ValueError:
        return "config.json is not JSON"
    return _hugging_face_fault(folder, config) if is_hugging_face_config(config) else _keras_fault(folder, config)


def _keras_fault(folder: Path, config: Any) -> str:
    kind = config.get("class_name") if isinstance(config, dict) else None
    if kind not in GEMMA_BACKBONES:
        return f"config.json describes {kind or 'no model'}, not a Gemma backbone"
    if not any(folder.glob("model*.weights.h5")):
        return "there are no weights in it (model.weights.h5)"
    return ""


def _hugging_face_fault(folder: Path, config: dict[str, Any]) -> str:
    if config["model_type"] not in MODEL_TYPES:
        return f"config.json describes {config['model_type']}, not a Gemma model ({', '.join(sorted(MODEL_TYPES))})"
    try:
        missing = [path.name for path in weight_files(folder) if not path.is_file()]
    except (OSError, ValueError) as error:
        return f"the list of its weights cannot be read: {error}"
    if missing == [WEIGHTS]:
        return f"there are no weights in it ({WEIGHTS})"
    return f"a part of the weights is missing ({', '.join(missing)})" if missing else ""
