"""The version of this package; ``pyproject.toml`` has the same, which a test checks."""

VERSION = "0.1.0"
