"""What a Keras preset is, and its weights: Keras says the one, its files hold the other.

Decisions:
- The weights are read from the files without Keras where they lie as it writes them, and by it otherwise
  (``preset_weights``). Its model is let go then.
"""

from __future__ import annotations

from prompt_salience.engine.config import DecoderConfig
from prompt_salience.engine.keras_layers import block_layers, decoder_config, decoder_weights
from prompt_salience.engine.keras_structure import backbone_without_weights, sample_backbone, whole_config
from prompt_salience.engine.model_folder import ReadableModel
from prompt_salience.engine.no_tensorflow import without_tensorflow
from prompt_salience.engine.preset import Preset
from prompt_salience.engine.preset_weights import read_weights
from prompt_salience.engine.weights import DecoderWeights
from prompt_salience.engine_client.protocol import Progress


def readable_preset(preset: Preset, dtype: str) -> ReadableModel:
    """A preset as Keras describes it, to be read in a number format."""
    sample = sample_backbone(preset.architecture, preset.backbone_config, dtype)
    sampled = decoder_config(sample, preset.family, preset.context_length)
    config = whole_config(sampled, preset.backbone_config["num_layers"])
    names = tuple(block_layers(sample.transformer_layers[0]))
    return ReadableModel(config, lambda progress: _weights(preset, names, config, dtype, progress))


def _weights(
    preset: Preset, names: tuple[str, ...], config: DecoderConfig, dtype: str, progress: Progress
) -> DecoderWeights:
    return read_weights(preset, names, config, dtype, progress) or _read_by_keras(preset, dtype)


def _read_by_keras(preset: Preset, dtype: str) -> DecoderWeights:
    backbone = backbone_without_weights(preset.folder, dtype)
    with without_tensorflow():
        backbone.load_weights(str(preset.weights))
    return decoder_weights(backbone)
