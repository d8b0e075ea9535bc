"""Write the table of presets that ``engine_client/known_presets.py`` reads, from the keras-hub that is installed.

Run it by hand when keras-hub has changed: ``.venv/bin/python tests/engine/record_known_presets.py``. The test beside it
says when that is.

Decisions:
- Models that write no text are left out; keras-hub says so in their names only.
"""

from __future__ import annotations

import json
from typing import Any

from prompt_salience.engine.backend import prepare_backend
from prompt_salience.engine_client.known_presets import TABLE


def table() -> dict[str, dict[str, Any]]:
    """Name, handle and number of parameters of every Gemma preset that writes text."""
    prepare_backend()
    import keras_nlp

    presets = keras_nlp.models.GemmaBackbone.presets | keras_nlp.models.Gemma3Backbone.presets
    return {
        name: {"handle": preset["kaggle_handle"], "parameters": preset["metadata"]["params"]}
        for name, preset in sorted(presets.items())
        if "embedding" not in name
    }


if __name__ == "__main__":
    TABLE.write_text(json.dumps(table(), indent=2) + "\n", encoding="utf-8")
