"""A model that has a name and is not on this machine: what it would take to get it.

Decisions:
- Nothing is asked of Kaggle to say so: the number of parameters is known for the presets that keras-hub names, and
  weights have 2 bytes each or 4.
"""

from __future__ import annotations

from prompt_salience.engine_client.byte_counts import bytes_in_words
from prompt_salience.engine_client.kaggle_handle import KaggleHandle
from prompt_salience.engine_client.known_presets import KnownPreset, preset_of
from prompt_salience.engine_client.protocol import ModelLoadError

_BYTES_PER_PARAMETER = (2, 4)
_MILLION, _BILLION = 10**6, 10**9


class NotDownloadedError(ModelLoadError):
    """A model is on Kaggle, as far as is known here, and not on this machine.

    Attributes:
        name: what the user called it.
        handle: what Kaggle calls it.
        offer: what downloading it would take, without how.
    """

    def __init__(self, name: str, handle: KaggleHandle, *, broken_off: bool) -> None:
        self.name, self.handle = name, handle
        self.offer = f"{_state(name, broken_off)} {_what_it_takes(handle)}"
        super().__init__(f"{self.offer} To download it: prompt-salience download {name}")


def _state(name: str, broken_off: bool) -> str:
    if broken_off:
        return f"Only a part of {name} is on this machine. Downloading it goes on from there."
    return f"{name} is not on this machine, and can be downloaded from Kaggle."


def _what_it_takes(handle: KaggleHandle) -> str:
    preset = preset_of(handle)
    licence = f"Kaggle wants you to sign in, and to accept the licence at {handle.page}."
    return f"{_size(preset)} {licence}" if preset else licence


def _size(preset: KnownPreset) -> str:
    least, most = (bytes_in_words(preset.parameters * each) for each in _BYTES_PER_PARAMETER)
    return f"It has {_count(preset.parameters)} parameters, which take {least} to {most}."


def _count(parameters: int) -> str:
    if parameters < _BILLION:
        return f"{parameters / _MILLION:.0f} million"
    return f"{parameters / _BILLION:.1f} billion"
