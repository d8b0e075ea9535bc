"""Loading Keras models without TensorFlow, also where it is installed.

keras-hub imports TensorFlow wherever it finds it, and asks again whenever it opens a preset, although on JAX it only
serves preprocessing that this engine does itself. Importing keras-nlp takes 2.5 times as long with it (3.2 s, 1.3 s
without) and 3.2 times the memory (843 MiB, 262 MiB): best of five warm starts on two cores of an AMD EPYC, keras-hub
0.32, TensorFlow 2.21, which is another 2 GB on disk.

Decisions:
- A None entry in ``sys.modules`` is Python's own way to say that a module cannot be imported. Unlike an import hook
  that raises, it also answers ``importlib.util.find_spec`` in peace.
- The entries go when the block ends: a notebook that loads an engine can import TensorFlow afterwards. What Keras has
  found out by then stays: in this process it goes on without.
- TensorFlow that somebody has imported before has been paid for, and is left alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

TENSORFLOW_MODULES = ("tensorflow", "tensorflow_text", "tf_keras")


@contextmanager
def without_tensorflow() -> Iterator[None]:
    """Make ``import tensorflow`` raise ModuleNotFoundError inside the block, in all threads; blocks may be nested.

    Import Keras and load presets inside. Module names that are in ``sys.modules`` already stay as they are.
    """
    hidden = [name for name in TENSORFLOW_MODULES if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            if sys.modules.get(name) is None:
                sys.modules.pop(name, None)
