"""Presets that every engine test may load: written once a session, and never changed by a test; what is compiled."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

# Keras reads this when it is first imported.
os.environ["KERAS_BACKEND"] = "jax"

from presets import Family, write_preset

COMPILED = "/jax/core/compile/backend_compile_duration"


@contextmanager
def quick_compilation() -> Iterator[None]:
    """Let XLA optimise next to nothing: the initial weights, overwritten at once, are not worth four times the wait."""
    import jax

    flag = "jax_disable_most_optimizations"
    before = jax.config.read(flag)
    jax.config.update(flag, val=True)
    try:
        yield
    finally:
        jax.config.update(flag, before)


@pytest.fixture(scope="session")
def preset_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Family], Path]:
    """The folder of a family's preset, written when it is first asked for."""

    @cache
    def written(family: Family) -> Path:
        with quick_compilation():
            return write_preset(tmp_path_factory.mktemp("presets") / f"tiny_{family}", family)

    return written


@pytest.fixture(scope="session", params=list(Family))
def preset(request: pytest.FixtureRequest, preset_of: Callable[[Family], Path]) -> Path:
    """Each family's preset in turn."""
    return preset_of(request.param)


@pytest.fixture(scope="session")
def gemma_preset(preset_of: Callable[[Family], Path]) -> Path:
    """Gemma 1: one key/value head, no post norms, no window, no soft-cap."""
    return preset_of(Family.GEMMA)


@pytest.fixture(scope="session")
def gemma2_preset(preset_of: Callable[[Family], Path]) -> Path:
    """Gemma 2: soft-caps, post norms, windows on every other layer, two key/value heads."""
    return preset_of(Family.GEMMA_2)


@pytest.fixture(scope="session")
def gemma3_preset(preset_of: Callable[[Family], Path]) -> Path:
    """Gemma 3, text only: query and key norms, five local layers and a global one with scaled positions."""
    return preset_of(Family.GEMMA_3)


@pytest.fixture
def compiled() -> Iterator[list[str]]:
    """The names of functions compiled during the test."""
    import jax

    names: list[str] = []

    def heard(event: str, _seconds: float, **details: str | int) -> None:
        if event == COMPILED:
            names.append(str(details.get("fun_name")))

    jax.monitoring.register_event_duration_secs_listener(heard)
    yield names
    jax.monitoring.unregister_event_duration_listener(heard)
