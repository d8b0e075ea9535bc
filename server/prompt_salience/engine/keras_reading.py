"""What a Keras preset is, and its weights: Keras says the one, its files hold the other.

Decisions:
- The weights are read from the files without Keras where they lie as it writes them, and by it otherwise
  (``preset_weights``). Its model is let go then.
"""

from __future__ import annotations

from contextlib import nullcontext

from prompt_salience.engine.keras_layers import block_layers, decoder_config, decoder_weights
from prompt_salience.engine.keras_structure import (
    backbone_without_weights,
    in_host_memory,
    sample_backbone,
    whole_config,
)
from prompt_salience.engine.model_folder import ReadableModel
from prompt_salience.engine.no_tensorflow import without_tensorflow
from prompt_salience.engine.placement import Placement
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

    def read(progress: Progress, placement: Placement) -> DecoderWeights:
        found = read_weights(preset, names, config, dtype, placement, progress)
        return found or _read_by_keras(preset, dtype, placement)

    return ReadableModel(config, read)


def _read_by_keras(preset: Preset, dtype: str, placement: Placement) -> DecoderWeights:
    """Where one device alone is too small for the model, it is read into the host's memory first."""
    backbone = backbone_without_weights(preset.folder, dtype)
    with without_tensorflow(), nullcontext() if placement.mesh is None else in_host_memory():
        backbone.load_weights(str(preset.weights))
        return placement.laid_weights(decoder_weights(backbone))
