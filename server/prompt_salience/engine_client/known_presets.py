"""The Gemma presets that keras-hub has names for, and which model on Kaggle each of them is.

Decisions:
- A table of our own, because keras-hub cannot be asked without importing Keras. ``tests/engine`` writes it, and checks
  that it is in step with the keras-hub that is installed.
- Models that write no text are left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from prompt_salience.engine_client.kaggle_handle import KaggleHandle, kaggle_handle

TABLE = Path(__file__).with_name("known_presets.json")


@dataclass(frozen=True, slots=True)
class KnownPreset:
    """A preset: its name, the model on Kaggle, and how many parameters it has."""

    name: str
    handle: KaggleHandle
    parameters: int


@cache
def known_presets() -> Mapping[str, KnownPreset]:
    """All of them by name."""
    table = json.loads(TABLE.read_bytes())
    return MappingProxyType(
        {name: KnownPreset(name, kaggle_handle(row["handle"]), row["parameters"]) for name, row in table.items()}
    )


def preset_of(handle: KaggleHandle) -> KnownPreset | None:
    """The preset that is this model, of whatever version."""
    return next((preset for preset in known_presets().values() if preset.handle.parts == handle.parts), None)
