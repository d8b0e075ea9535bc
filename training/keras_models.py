"""keras-hub on JAX, imported without TensorFlow (keras-hub 0.32 or later: 0.29 insists on it)."""

from __future__ import annotations

import os
from typing import Any


def import_keras_hub() -> Any:
    """Import keras-hub and return it."""
    from prompt_salience.engine.no_tensorflow import without_tensorflow

    os.environ["KERAS_BACKEND"] = "jax"
    with without_tensorflow():
        import keras_hub
    return keras_hub
