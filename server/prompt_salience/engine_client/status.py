"""What the engine process is doing, as people are told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EngineState(StrEnum):
    """The states of the engine, as its users see them."""

    STOPPED = "stopped"
    STARTING = "starting"
    LOADING = "loading"
    READY = "ready"
    GENERATING = "generating"
    EXPLAINING = "explaining"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """One state of the engine.

    Attributes:
        state: what it is doing.
        model: the name of the model that is loaded or being loaded; empty while there is none.
        pid: the process, or None while there is none.
        restarts: how often it was started again after it died.
        message: why it failed, and what to do about it; empty in all other states.
    """

    state: EngineState = EngineState.STOPPED
    model: str = ""
    pid: int | None = None
    restarts: int = 0
    message: str = ""
