"""On how many devices a model is laid: one if it fits, otherwise as few as it fits into.

Decisions:
- Dividing a model is for the memory. Devices wait for each other twice in every layer, so that one that is large enough
  is left alone with it.
- All devices of a model are of the kind of the first, and belong to this process.
- ``PROMPT_SALIENCE_DEVICES`` sets the number, for those who would rather have the speed of several.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from prompt_salience.engine.config import DecoderConfig
from prompt_salience.engine.devices import devices_of_a_kind
from prompt_salience.engine.division import UNDIVIDED, Division, divided
from prompt_salience.engine.fitting import first_that_fits
from prompt_salience.engine.free_memory import device_memory
from prompt_salience.engine.placement import Placement, mesh_of
from prompt_salience.engine_client.protocol import ModelLoadError

VARIABLE = "PROMPT_SALIENCE_DEVICES"


def chosen_placement(name: str, config: DecoderConfig, dtype: str, wanted: int | None = None) -> Placement:
    """The devices of a model, and how it is divided among them.

    Args:
        name: what the model is called.
        config: of the whole model.
        dtype: its number format.
        wanted: the number of devices; otherwise what the environment says, or as few as the model fits into.

    Raises:
        ModelLoadError: it does not fit, or there are not so many devices; the message has the numbers.
    """
    devices = devices_of_a_kind()
    divisions = _divisions(config, _counts(wanted, len(devices)))
    accelerator = devices[0].platform != "cpu"
    division = first_that_fits(name, config, dtype, divisions, device_memory, accelerator=accelerator)
    return Placement(mesh_of(devices[: division.count]), division)


def _counts(wanted: int | None, available: int) -> range:
    count = _from_environment() if wanted is None else wanted
    if count is None:
        return range(1, available + 1)
    if not 1 <= count <= available:
        there = "is one device" if available == 1 else f"are {available} devices"
        message = f"There {there} to lay a model on, and {count} were asked for."
        raise ModelLoadError(message)
    return range(count, count + 1)


def _from_environment() -> int | None:
    said = os.environ.get(VARIABLE, "")
    if said and not said.isdecimal():
        message = f"{VARIABLE} is {said!r}; it must be a number of devices."
        raise ModelLoadError(message)
    return int(said) if said else None


def _divisions(config: DecoderConfig, counts: range) -> Iterator[Division]:
    """Keras is asked for its layout only where one device is not enough: importing it takes seconds."""
    if 1 in counts:
        yield UNDIVIDED
    several = [count for count in counts if count > 1]
    if several:
        from prompt_salience.engine.keras_layout import layout

        plan = layout()
        yield from (divided(config, plan, count) for count in several)
