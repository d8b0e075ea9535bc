"""The table of presets is that of the keras-hub that is installed."""

import json

from record_known_presets import table

from prompt_salience.engine_client.known_presets import TABLE, known_presets


def test_the_table_is_in_step_with_keras_hub():
    assert json.loads(TABLE.read_bytes()) == table(), "run tests/engine/record_known_presets.py"


def test_each_preset_goes_by_its_variation():
    """Where kagglehub has put a preset, it is found by the name that keras-hub has for it."""
    assert all(preset.handle.variation == name for name, preset in known_presets().items())
