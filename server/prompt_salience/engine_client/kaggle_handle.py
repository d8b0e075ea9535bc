"""What Kaggle calls a model: ``OWNER/MODEL/FRAMEWORK/VARIATION``, and a version where one is meant.

Decisions:
- Written with ``kaggle://`` before it, as Keras's own presets name theirs.
- Without a version it is the newest one: of those on this machine where there is one, else of those on Kaggle.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from prompt_salience.engine_client.protocol import ModelLoadError

SCHEME = "kaggle://"
_FRAMEWORK = "keras"
_PART = r"[\w.-]*\w[\w.-]*"
_HANDLE = re.compile(rf"({_PART})/({_PART})/({_PART})/({_PART})(?:/([1-9]\d*))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class KaggleHandle:
    """A model on Kaggle; ``version`` None is the newest."""

    owner: str
    model: str
    framework: str
    variation: str
    version: int | None = None

    def __str__(self) -> str:
        return "/".join(self.parts if self.version is None else (*self.parts, str(self.version)))

    @property
    def parts(self) -> tuple[str, str, str, str]:
        """All but the version."""
        return self.owner, self.model, self.framework, self.variation

    @property
    def page(self) -> str:
        """The address of the page on which its licence is accepted."""
        return f"https://www.kaggle.com/models/{'/'.join(self.parts)}"


def parsed_handle(text: str) -> KaggleHandle | None:
    """The handle that is written so, with ``kaggle://`` or without, or None where it is none."""
    found = _HANDLE.fullmatch(text.removeprefix(SCHEME))
    if found is None:
        return None
    owner, model, framework, variation, version = found.groups()
    return KaggleHandle(owner, model, framework, variation, int(version) if version else None)


def kaggle_handle(text: str) -> KaggleHandle:
    """The handle that is written so.

    Raises:
        ModelLoadError: it is none, or that of a model which is not written for Keras.
    """
    handle = parsed_handle(text)
    if handle is None:
        message = (
            f"{text!r} names no model on Kaggle. It has to be {SCHEME}OWNER/MODEL/{_FRAMEWORK}/VARIATION, perhaps with "
            f"/VERSION, such as {SCHEME}keras/gemma2/keras/gemma2_instruct_2b_en."
        )
        raise ModelLoadError(message)
    if handle.framework != _FRAMEWORK:
        message = (
            f"{handle} is written for {handle.framework}. Only models on Kaggle that are written for Keras can be run."
        )
        raise ModelLoadError(message)
    return handle
