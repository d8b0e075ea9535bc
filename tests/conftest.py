"""What all rings of tests share."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import settings

# Code that tests compile stays out of the home directory, and models that are there out of the tests.
_CACHE = Path(__file__).parents[1] / ".cache" / "tests"
os.environ["PROMPT_SALIENCE_CACHE"] = str(_CACHE)
os.environ["HF_HUB_CACHE"] = str(_CACHE / "hugging-face")

# A busy machine must not turn a slow example into a failure; speed has tests and benchmarks of its own.
settings.register_profile("prompt-salience", deadline=None)
settings.load_profile("prompt-salience")
