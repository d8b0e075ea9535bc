"""An environment of its own for LIT and TensorFlow, which are no dependencies of this project."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PINS = (
    "lit-nlp==1.3.1",
    "keras==3.15.1",
    "keras-hub==0.32.0",
    "keras-nlp==0.32.0",
    "numpy==1.26.4",
    "tensorflow==2.21.0",
    "tensorflow-text==2.21.1",
)
ENVIRONMENT = Path(__file__).parents[1] / ".cache" / "lit"
_SIZE = "3.2 GB"
_COMPLETE = "installed.txt"
"""Written last: an environment without it was not finished."""


def lit_python(folder: Path) -> Path:
    """The Python that has LIT, installed into ``folder`` unless it is there."""
    python, complete = folder / "bin" / "python", folder / _COMPLETE
    wanted = "\n".join(PINS)
    if complete.is_file() and complete.read_text() == wanted:
        return python
    print(f"Installing {', '.join(PINS)} and what they need into {folder} ({_SIZE}, once) ...", flush=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PINS], check=True)
    complete.write_text(wanted)
    return python
