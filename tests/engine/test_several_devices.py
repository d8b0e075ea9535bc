"""Models on several devices. There are four on a processor if XLA is told so before JAX starts: in another process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from prompt_salience.engine.device_choice import VARIABLE
from prompt_salience.engine.load import load_engine
from prompt_salience.engine_client.protocol import ModelLoadError

HERE = Path(__file__).parent
FOUR_DEVICES = {"XLA_FLAGS": "--xla_force_host_platform_device_count=4"}


def test_on_four_devices() -> None:
    """All of ``on_four_devices``."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(HERE / "on_four_devices.py")]
    finished = subprocess.run(
        command, cwd=HERE.parents[1], env=os.environ | FOUR_DEVICES, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert " passed" in finished.stdout
    assert "skipped" not in finished.stdout


@pytest.mark.parametrize("devices", [0, 2])
def test_more_devices_than_there_are(gemma_preset: Path, devices: int) -> None:
    with pytest.raises(ModelLoadError, match=f"There is one device to lay a model on, and {devices} were asked for"):
        load_engine(gemma_preset, devices=devices)


def test_a_number_that_is_none(gemma_preset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "all")
    with pytest.raises(ModelLoadError, match=f"{VARIABLE} is 'all'; it must be a number of devices"):
        load_engine(gemma_preset)
