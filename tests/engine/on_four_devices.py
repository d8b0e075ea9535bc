"""Models on several devices, which are simulated: ``test_several_devices`` runs this in a process that has four.

Decisions:
- XLA optimises next to nothing here: how it divides the work is what is tested, and compiling for several devices takes
  several times as long otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jax
import numpy as np
import pytest
from hugging_face_folders import write_folder
from models import decoder_of, engine_of, some_ids
from numpy.testing import assert_allclose, assert_array_equal

from conftest import quick_compilation
from prompt_salience.engine import device_choice, keras_reading
from prompt_salience.engine.device_choice import VARIABLE
from prompt_salience.engine.free_memory import Memory
from prompt_salience.engine.gemma_engine import GemmaEngine
from prompt_salience.engine.load import load_engine
from prompt_salience.engine.memory_need import memory_need
from prompt_salience.engine_client.protocol import (
    AblateRequest,
    ExplainRequest,
    Method,
    ModelLoadError,
    SamplingSettings,
)

NO_COPIES = pytest.mark.filterwarnings("error:Some donated buffers were not usable")


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    """Compile quickly."""
    with quick_compilation():
        yield


@cache
def engine_on(preset: Path, devices: int) -> GemmaEngine:
    """The engine of a preset on several devices, loaded once a session."""
    return load_engine(preset, devices=devices)


def assert_the_same(engine: GemmaEngine, expected: GemmaEngine, seed: int) -> None:
    """A response, and what is said of it, are those of another engine."""
    prompt = some_ids(90, seed)
    (*_, found), (*_, wanted) = (one.generate(prompt, SamplingSettings(12)) for one in (engine, expected))
    assert [token.id for token in found.tokens] == [token.id for token in wanted.tokens]
    ids = (*prompt, *(token.id for token in wanted.tokens))
    assert_allclose(engine.log_probs(ids), expected.log_probs(ids), atol=1e-4)
    targets = ((90, len(ids)), (92, 95))
    for method in (Method.GRAD_L2, Method.GRAD_DOT_INPUT):
        request = ExplainRequest(ids, targets, method)
        scores = expected.explain(request).scores
        assert_allclose(engine.explain(request).scores, scores, atol=1e-4 * np.abs(scores).max())


def share(array: jax.Array) -> tuple[float, ...]:
    """The part of each axis that every one of the array's devices holds."""
    (shape,) = {shard.data.shape for shard in array.addressable_shards}
    return tuple(part / whole for part, whole in zip(shape, array.shape, strict=True))


def test_there_are_four_devices() -> None:
    assert len(jax.devices()) == 4


@NO_COPIES
@pytest.mark.parametrize("devices", [2, 4])
def test_several_devices_write_and_explain_as_one_does(preset: Path, devices: int) -> None:
    engine = engine_on(preset, devices)
    assert (engine.info.devices, engine_of(preset).info.devices) == (devices, 1)
    assert_the_same(engine, engine_of(preset), seed=1)


@NO_COPIES
def test_so_do_as_many_as_nothing_can_be_divided_among_by_heads(gemma_preset: Path) -> None:
    assert_the_same(engine_on(gemma_preset, 3), engine_of(gemma_preset), seed=2)


@NO_COPIES
@pytest.mark.parametrize("devices", [2, 4])
def test_another_prompt_of_the_same_length_compiles_nothing(
    gemma2_preset: Path, devices: int, compiled: list[str]
) -> None:
    engine = engine_on(gemma2_preset, devices)
    for seed in (3, 4):
        compiled.clear()
        assert_the_same(engine, engine_of(gemma2_preset), seed)
    assert compiled == []


def test_each_device_holds_its_part_of_the_weights(gemma2_preset: Path) -> None:
    weights = engine_on(gemma2_preset, 2)._model.weights
    assert share(weights.embedding) == (1 / 2, 1)
    assert share(weights.final_norm) == (1,)
    for block in weights.blocks:
        columns, rows = (
            (block.query, block.key, block.value, block.gate, block.up),
            (block.attention_output, block.down),
        )
        assert {share(weight) for weight in columns} == {(1, 1 / 2)}
        assert {share(weight) for weight in rows} == {(1 / 2, 1)}
        assert share(block.pre_attention_norm) == (1,)


def test_heads_are_not_cut(gemma_preset: Path) -> None:
    """One key/value head for four devices: its weights are divided, and the keys are whole on each."""
    block = engine_on(gemma_preset, 4)._model.weights.blocks[0]
    assert (share(block.query), share(block.key)) == ((1, 1 / 4), (1 / 4, 1))


@pytest.mark.parametrize(("devices", "part"), [(2, 1 / 2), (4, 1)])
def test_keys_and_values_stay_where_they_are(gemma2_preset: Path, devices: int, part: float) -> None:
    engine = engine_on(gemma2_preset, devices)
    list(engine.generate(some_ids(90, seed=5), SamplingSettings(4)))
    leaves = jax.tree_util.tree_leaves(engine._last_run._sequence._caches[0].keys_and_values)
    assert {share(leaf) for leaf in leaves} == {(1, 1, part, 1)}


def pretend(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    """Every device has so many bytes."""
    monkeypatch.setattr(device_choice, "device_memory", lambda _count: Memory("a small device", free, free))


def test_as_few_devices_are_taken_as_the_model_fits_into(preset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = decoder_of(preset).config
    need = memory_need(config, 4, 1024).total
    assert load_engine(preset).info.devices == 1
    pretend(monkeypatch, need)
    assert load_engine(preset).info.devices == 1
    pretend(monkeypatch, need - 1)
    engine = load_engine(preset)
    assert engine.info.devices > 1
    assert_array_equal(engine._model.weights.embedding, decoder_of(preset).weights.embedding)
    assert len(engine._model.weights.embedding.devices()) == engine.info.devices


def test_what_does_not_fit_into_all_of_them_is_refused(preset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, 1000)
    with pytest.raises(ModelLoadError, match=r"the memory of a small device: .* among 4 devices it"):
        load_engine(preset)


def test_the_number_can_be_set(gemma_preset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "2")
    assert load_engine(gemma_preset).info.devices == 2
    assert load_engine(gemma_preset, devices=1).info.devices == 1


def test_keras_reads_what_is_left_to_it(gemma2_preset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras_reading, "read_weights", lambda *_: None)
    weights, expected = load_engine(gemma2_preset, devices=2)._model.weights, decoder_of(gemma2_preset).weights
    jax.tree_util.tree_map(assert_array_equal, weights, expected)
    assert share(weights.blocks[0].key) == (1, 1 / 2)


def test_versions_of_a_prompt_are_read_on_several_devices(gemma2_preset: Path) -> None:
    prompts = (some_ids(20, seed=6), some_ids(17, seed=7))
    hidden = np.zeros((2, 20), bool)
    hidden[0, 5:9] = True
    request = AblateRequest(prompts, some_ids(6, seed=8), hidden)
    found, expected = (engine.ablated(request) for engine in (engine_on(gemma2_preset, 2), engine_of(gemma2_preset)))
    assert_allclose(found, expected, atol=1e-4)


def test_a_folder_of_hugging_face(tmp_path: Path) -> None:
    folder, ids = write_folder(tmp_path, "gemma2"), some_ids(20, seed=9)
    one, two = load_engine(folder, devices=1), load_engine(folder, devices=2)
    assert share(two._model.weights.blocks[0].key) == (1, 1 / 2)
    assert_allclose(two.log_probs(ids), one.log_probs(ids), atol=1e-4)
