"""Weights read from a preset's files are those that Keras reads, in every way that files may hold them."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any

import h5py
import jax
import keras
import numpy as np
import pytest
from models import backbone_of, decoder_of
from numpy.testing import assert_array_equal

from prompt_salience.engine import preset_weights
from prompt_salience.engine.aligned import aligned, lent
from prompt_salience.engine.keras_layers import block_layers, decoder_config, decoder_weights
from prompt_salience.engine.keras_structure import backbone_without_weights, sample_backbone, whole_config
from prompt_salience.engine.load import load_engine
from prompt_salience.engine.placement import Placement
from prompt_salience.engine.preset import read_preset
from prompt_salience.engine.weights import DecoderWeights
from prompt_salience.engine_client.protocol import no_progress


def read_from(folder: Path, dtype: str = "float32") -> DecoderWeights | None:
    """The weights as they are read without Keras, or None where they are left to it."""
    preset = read_preset(folder)
    backbone = sample_backbone(preset.architecture, preset.backbone_config, dtype)
    sampled = decoder_config(backbone, preset.family, preset.context_length)
    config = whole_config(sampled, preset.backbone_config["num_layers"])
    names = block_layers(backbone.transformer_layers[0])
    return preset_weights.read_weights(preset, names, config, dtype, Placement(), no_progress)


def assert_equal(found: DecoderWeights | None, expected: DecoderWeights) -> None:
    assert found is not None
    jax.tree_util.tree_map(assert_array_equal, found, expected)


def saved_as(preset: Path, folder: Path, dtype: str, shard_gigabytes: float = 10) -> Path:
    """A copy of a preset as Keras saves it in a number format, perhaps in shards."""
    import keras_nlp

    shutil.copytree(preset, folder, ignore=shutil.ignore_patterns("*.weights.h5"))
    backbone = keras_nlp.models.Backbone.from_preset(str(preset), dtype=dtype)
    backbone.save_to_preset(str(folder), max_shard_size=shard_gigabytes)
    return folder


def test_weights_are_those_that_keras_reads(preset: Path) -> None:
    assert_equal(read_from(preset), decoder_weights(backbone_of(preset)))


@pytest.mark.parametrize(
    ("saved", "wanted"), [("bfloat16", "float32"), ("float16", "float32"), ("float32", "bfloat16")]
)
def test_number_formats_are_converted_as_keras_does(
    gemma2_preset: Path, tmp_path: Path, saved: str, wanted: str
) -> None:
    import keras_nlp

    folder = saved_as(gemma2_preset, tmp_path / "copy", saved)
    expected = decoder_weights(keras_nlp.models.Backbone.from_preset(str(folder), dtype=wanted))
    assert_equal(read_from(folder, wanted), expected)


def test_large_arrays_are_read_in_pieces(gemma3_preset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prompt_salience.engine.stored_arrays._PIECE_BYTES", 1000)
    assert_equal(read_from(gemma3_preset), decoder_weights(backbone_of(gemma3_preset)))


def test_shards(gemma2_preset: Path, tmp_path: Path) -> None:
    folder = saved_as(gemma2_preset, tmp_path / "copy", "float32", shard_gigabytes=1e-4)
    assert len(list(folder.glob("model_*.weights.h5"))) > 1
    assert_equal(read_from(folder), decoder_weights(backbone_of(gemma2_preset)))


def compressed(file: h5py.File, name: str) -> None:
    numbers = file[name][()]
    del file[name]
    file.create_dataset(name, data=numbers, compression="gzip")


def elsewhere(file: h5py.File, name: str) -> None:
    file["layers/renamed"] = file[name]
    del file[name]


@pytest.mark.parametrize("change", [compressed, elsewhere])
def test_what_is_not_as_expected_is_left_to_keras(gemma_preset: Path, tmp_path: Path, change: Any) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(gemma_preset, folder)
    with h5py.File(folder / "model.weights.h5", "r+") as file:
        change(file, "layers/gemma_decoder_block/gating_ffw/vars/0")
    assert read_from(folder) is None


def test_keras_reads_what_is_left_to_it(gemma2_preset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preset_weights, "read_weights", lambda *_: None)
    assert_equal(load_engine(gemma2_preset)._model.weights, decoder_of(gemma2_preset).weights)


def test_a_file_of_another_folder_is_never_read(gemma_preset: Path, tmp_path: Path) -> None:
    folder, name = tmp_path / "copy", "layers/gemma_decoder_block/gating_ffw/vars/0"
    shutil.copytree(gemma_preset, folder)
    with h5py.File(folder / "model.weights.h5", "r+") as file:
        del file[name]
        file[name] = h5py.ExternalLink(str(gemma_preset / "model.weights.h5"), name)
    assert read_from(folder) is None


@pytest.mark.parametrize("layers", [1, 5, 6, 7, 26])
def test_the_first_layers_show_what_all_of_them_do(preset: Path, layers: int) -> None:
    found = read_preset(preset)
    config = found.backbone_config | {"num_layers": layers}
    sample = sample_backbone(found.architecture, config, "float32")
    whole = type(sample).from_config(config | {"dtype": "float32"})
    expected = decoder_config(whole, found.family, found.context_length)
    assert whole_config(decoder_config(sample, found.family, found.context_length), layers) == expected
    names = tuple(block_layers(sample.transformer_layers[0]))
    assert {tuple(block_layers(block)) for block in whole.transformer_layers} == {names}


def test_a_backbone_without_weights_is_whole(preset: Path) -> None:
    shapes = [variable.shape for variable in backbone_without_weights(preset, "float32").weights]
    assert shapes == [variable.shape for variable in backbone_of(preset).weights]


def test_layers_of_other_threads_get_their_weights(gemma_preset: Path) -> None:
    from prompt_salience.engine.keras_structure import _unwritten_weights

    made: list[np.ndarray] = []

    def make() -> None:
        layer = keras.layers.Dense(3, kernel_initializer="ones")
        layer.build((None, 2))
        made.append(np.asarray(layer.kernel))

    with _unwritten_weights():
        thread = threading.Thread(target=make)
        thread.start()
        thread.join()
    make()
    assert_array_equal(made, np.ones((2, 2, 3)))


def test_jax_takes_an_aligned_array_over() -> None:
    numbers = aligned((5, 7), "float32")
    numbers[...] = 1
    assert lent(numbers).unsafe_buffer_pointer() == numbers.ctypes.data
