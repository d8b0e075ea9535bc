"""JAX, and Keras on it, made ready before anything of a model is computed.

Decisions:
- Keras runs on JAX and without TensorFlow. It is only imported for a model that it describes: that takes seconds.
- An accelerator's memory is taken as it is needed, not three quarters of it at the start.
"""

from __future__ import annotations

import os
from typing import Any

from prompt_salience.engine.compilation_cache import keep_compiled_code
from prompt_salience.engine.no_tensorflow import without_tensorflow
from prompt_salience.engine_client.protocol import ModelLoadError


def prepare_jax() -> None:
    """Import JAX, with compiled code kept between starts."""
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    keep_compiled_code()


def prepare_backend() -> None:
    """Import Keras on JAX, without TensorFlow, with compiled code kept between starts.

    Raises:
        ModelLoadError: Keras is not installed as it should be, or was imported before on another backend.
    """
    os.environ["KERAS_BACKEND"] = "jax"
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    keras = _import_keras()
    if keras.backend.backend() != "jax":
        message = (
            f"Keras already runs on {keras.backend.backend()} in this process. Load the engine before anything that "
            "imports Keras, or set KERAS_BACKEND=jax."
        )
        raise ModelLoadError(message)
    prepare_jax()


def _import_keras() -> Any:
    try:
        with without_tensorflow():
            import keras
            import keras_nlp  # noqa: F401 - registers the classes that presets name.
    except ImportError as error:
        message = f"Keras cannot be imported: {error}. Install prompt-salience and what it needs again."
        raise ModelLoadError(message) from error
    return keras
