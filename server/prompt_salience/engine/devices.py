"""The devices of this process that one model can be laid on."""

from __future__ import annotations

import jax


def devices_of_a_kind() -> tuple[jax.Device, ...]:
    """The first device, and those of its kind."""
    first, *others = jax.local_devices()
    return (first, *(device for device in others if device.device_kind == first.device_kind))
