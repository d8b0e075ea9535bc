"""The version stands in two places, and is the same in both."""

from __future__ import annotations

import tomllib
from pathlib import Path

from prompt_salience.version import VERSION


def test_the_package_and_its_metadata_have_the_same_version():
    project = Path(__file__).parents[2] / "pyproject.toml"
    assert tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"] == VERSION
