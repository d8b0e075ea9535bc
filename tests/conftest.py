"""What all rings of tests share."""

from __future__ import annotations

from hypothesis import settings

# A busy machine must not turn a slow example into a failure; speed has tests and benchmarks of its own.
settings.register_profile("prompt-salience", deadline=None)
settings.load_profile("prompt-salience")
