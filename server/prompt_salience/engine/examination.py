"""What an examination of the engine on this machine finds: plain data, for the command line to print."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Device:
    """Something that models can run on; bytes of memory, None where it does not tell."""

    name: str
    kind: str
    free: int | None
    total: int | None


@dataclass(frozen=True, slots=True)
class TokenCheck:
    """A token of the prompt, its score, and what the score should be by finite differences."""

    token: str
    score: float
    difference: float


@dataclass(frozen=True, slots=True)
class SelfTest:
    """One generation and one explanation by a model.

    Attributes:
        model: its name.
        dtype: its number format.
        devices: on how many devices it lay.
        response: what it wrote.
        checks: the scores that were compared.
        seconds: how long all of it took, loading and compilation included.
        fault: what is wrong, or an empty string.
    """

    model: str
    dtype: str
    devices: int
    response: str
    checks: tuple[TokenCheck, ...]
    seconds: float
    fault: str


@dataclass(frozen=True, slots=True)
class Examination:
    """The devices, on the first or the first few of which models are laid, and the self-test."""

    devices: tuple[Device, ...]
    self_test: SelfTest
