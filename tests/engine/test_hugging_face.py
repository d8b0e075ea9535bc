"""Models as Hugging Face keeps them: the same numbers as keras-hub makes of them, and a message for each fault."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hugging_face_folders import (
    FAMILIES,
    keras_backbone,
    text_config,
    text_tensors,
    write_folder,
    write_json,
    write_weights,
)
from models import keras_log_probs, some_ids
from numpy.testing import assert_allclose, assert_array_equal

from prompt_salience.engine.config import LayerKind
from prompt_salience.engine.free_memory import Memory
from prompt_salience.engine.hugging_face_folder import HuggingFaceFolder, read_hugging_face_folder
from prompt_salience.engine.keras_layers import decoder_config, decoder_weights
from prompt_salience.engine.load import load_engine
from prompt_salience.engine.safetensors_file import SafetensorsError, stored_tensors
from prompt_salience.engine.weights import DecoderWeights
from prompt_salience.engine_client.cancellation import Cancelled
from prompt_salience.engine_client.models import find_model
from prompt_salience.engine_client.protocol import ModelLoadError, SamplingSettings, no_progress

PICTURES_TOO = "language_model.model."
LAYOUTS = [
    ("gemma", "model."),
    ("gemma2", "model."),
    ("gemma3_text", "model."),
    ("gemma3_text", ""),
    ("gemma3", PICTURES_TOO),
    ("gemma3", "model.language_model."),
]


def weights_of(folder: Path, dtype: str = "float32") -> DecoderWeights:
    return load_engine(folder, dtype=dtype)._model.weights


def looked_through(folder: Path, **changes: Any) -> HuggingFaceFolder:
    """A Gemma 3 with these values in its configuration, as it is found."""
    return read_hugging_face_folder(write_folder(folder, "gemma3_text", **changes))


def refusal(folder: Path) -> str:
    with pytest.raises(ModelLoadError) as raised:
        load_engine(folder)
    message = str(raised.value)
    assert message.endswith(".")
    return message


def assert_equal(found: DecoderWeights, expected: DecoderWeights) -> None:
    jax.tree_util.tree_map(assert_array_equal, found, expected)


@pytest.mark.parametrize(("model_type", "prefix"), LAYOUTS)
def test_log_probabilities_equal_those_of_keras_hub(tmp_path: Path, model_type: str, prefix: str) -> None:
    folder = write_folder(tmp_path / "model", model_type, prefix=prefix)
    ids = some_ids(80)
    engine, backbone = load_engine(folder), keras_backbone(folder)
    expected = keras_log_probs(backbone, backbone.token_embedding.embeddings.value[jnp.array(ids)], ids)
    assert_allclose(engine.log_probs(ids), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("model_type", "prefix"), LAYOUTS)
def test_config_and_weights_equal_those_of_keras_hub(tmp_path: Path, model_type: str, prefix: str) -> None:
    folder = write_folder(tmp_path / "model", model_type, prefix=prefix)
    backbone, found = keras_backbone(folder), read_hugging_face_folder(folder)
    assert found.config == decoder_config(backbone, FAMILIES[model_type], 4_096)
    assert_equal(weights_of(folder), decoder_weights(backbone))


@pytest.mark.parametrize("wanted", ["float32", "bfloat16"])
@pytest.mark.parametrize("kind", ["BF16", "F16", "F32"])
def test_number_formats_are_converted_as_keras_does(tmp_path: Path, kind: str, wanted: str) -> None:
    folder = write_folder(tmp_path / "model", "gemma2", kind=kind)
    assert_equal(weights_of(folder, wanted), decoder_weights(keras_backbone(folder, wanted)))


def test_shards(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "model", "gemma3_text", shards=3)
    assert not (folder / "model.safetensors").exists()
    whole = write_folder(tmp_path / "whole", "gemma3_text")
    assert_equal(weights_of(folder), weights_of(whole))
    assert_equal(weights_of(folder), decoder_weights(keras_backbone(folder)))


def test_large_arrays_are_read_in_pieces_and_squares(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_folder(tmp_path / "model", "gemma2", kind="BF16")
    expected = weights_of(folder)
    monkeypatch.setattr("prompt_salience.engine.stored_arrays._PIECE_BYTES", 1000)
    monkeypatch.setattr("prompt_salience.engine.stored_arrays._SQUARE", 5)
    assert_equal(weights_of(folder), expected)


def test_an_engine_says_what_it_is(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "gemma-2-tiny", "gemma2", kind="BF16")
    engine = load_engine(folder)
    info = engine.info
    assert (info.name, info.family, info.dtype, info.path) == ("gemma-2-tiny", "gemma2", "float32", str(folder))
    tensors = text_tensors(text_config("gemma2"), "model.")
    assert info.parameters == sum(numbers.size for numbers in tensors.values())
    assert (info.context_length, info.instruction_tuned) == (4_096, False)
    assert engine._tokenizer.stop_ids >= {1, 9}
    assert load_engine(folder, name="mine").info.name == "mine"
    assert read_hugging_face_folder(folder).saved_dtype == "bfloat16"


def test_a_model_in_the_cache_of_hugging_face_is_found_and_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    model = tmp_path / "models--google--gemma-2-tiny-it"
    folder = write_folder(model / "snapshots/0a1b2c", "gemma2")
    (model / "refs").mkdir()
    (model / "refs/main").write_text("0a1b2c")
    found = find_model("hf://google/gemma-2-tiny-it")
    engine = load_engine(found.path, name=found.name)
    assert (engine.info.name, engine.info.path) == ("hf://google/gemma-2-tiny-it", str(folder))
    assert engine.info.instruction_tuned
    *_, response = engine.generate(some_ids(10), SamplingSettings(3), no_progress)
    assert len(response.tokens) == 3


@pytest.mark.parametrize(
    ("folder", "files", "instruction_tuned"),
    [
        ("gemma-2-2b", {}, False),
        ("gemma-2-2b-it", {}, True),
        ("Gemma-2-2B-Instruct", {}, True),
        ("models--google--gemma-2-2b-it/snapshots/0a1b2c", {}, True),
        ("tuned", {"tokenizer_config.json": '{"chat_template": "x"}'}, True),
        ("tuned", {"chat_template.jinja": "x"}, True),
        ("tuned", {"tokenizer_config.json": "{}"}, False),
        ("gemma-3-1b-pt", {"tokenizer_config.json": '{"chat_template": "x"}'}, False),
        ("gemma-2-2b-it", {"prompt_salience.json": '{"instruction_tuned": false}'}, False),
    ],
)
def test_a_model_is_instruction_tuned_by_its_card_its_name_or_its_template(
    tmp_path: Path, folder: str, files: dict[str, str], *, instruction_tuned: bool
) -> None:
    written = write_folder(tmp_path / folder, "gemma2")
    for name, text in files.items():
        (written / name).write_text(text)
    assert read_hugging_face_folder(written).instruction_tuned is instruction_tuned


def test_a_snapshot_goes_by_its_repository(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "models--google--gemma-2-2b/snapshots/0a1b2c", "gemma2")
    assert read_hugging_face_folder(folder).name == "gemma-2-2b"


def test_a_card_shortens_the_context(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "model", "gemma")
    write_json(folder / "prompt_salience.json", {"context_length": 100})
    assert read_hugging_face_folder(folder).context_length == 100


LOCAL, GLOBAL = LayerKind(7, 10_000.0, 1.0), LayerKind(None, 1_000_000.0, 8.0)
NEWER_ROPE = {
    "sliding_attention": {"rope_type": "default", "rope_theta": 500.0},
    "full_attention": {"rope_type": "linear", "rope_theta": 7_000.0, "factor": 3.0},
}


@pytest.mark.parametrize(
    ("changes", "layers"),
    [
        ({}, [LOCAL] * 5 + [GLOBAL]),
        ({"sliding_window_pattern": 3}, [LOCAL, LOCAL, GLOBAL] * 2),
        ({"layer_types": ["full_attention"] * 4 + ["sliding_attention"] * 2}, [GLOBAL] * 4 + [LOCAL] * 2),
        ({"sliding_window": None}, [LayerKind(None, 10_000.0, 1.0)] * 5 + [GLOBAL]),
        ({"rope_scaling": None}, [LOCAL] * 5 + [LayerKind(None, 1_000_000.0, 1.0)]),
        ({"rope_scaling": {"type": "linear", "factor": 2}}, [LOCAL] * 5 + [LayerKind(None, 1_000_000.0, 2.0)]),
        ({"rope_local_base_freq": 5.0}, [LayerKind(7, 5.0, 1.0)] * 5 + [GLOBAL]),
        ({"rope_parameters": NEWER_ROPE}, [LayerKind(7, 500.0, 1.0)] * 5 + [LayerKind(None, 7_000.0, 3.0)]),
    ],
)
def test_layers_are_read_in_every_way_they_are_written(
    tmp_path: Path, changes: dict[str, Any], layers: list[LayerKind]
) -> None:
    assert looked_through(tmp_path, **changes).config.layers == tuple(layers)


def test_what_all_layers_of_gemma_2_share_is_read_in_the_newer_way_too(tmp_path: Path) -> None:
    rope = {"rope_type": "linear", "rope_theta": 300.0, "factor": 2.0}
    found = read_hugging_face_folder(write_folder(tmp_path, "gemma2", rope_parameters=rope, query_pre_attn_scalar=5))
    assert found.config.layers == (LayerKind(7, 300.0, 2.0), LayerKind(None, 300.0, 2.0)) * 2
    assert found.config.block.query_scale == pytest.approx(5**-0.5)


def test_what_a_configuration_leaves_out_is_as_in_published_models(tmp_path: Path) -> None:
    """Gemma 3 4B says no more than this."""
    folder = write_folder(tmp_path, "gemma3")
    told = {"hidden_size": 2560, "intermediate_size": 10240, "num_hidden_layers": 34, "sliding_window": 1024}
    text = {**told, "model_type": "gemma3_text", "rope_scaling": {"factor": 8.0, "rope_type": "linear"}}
    write_json(folder / "config.json", {"model_type": "gemma3", "text_config": text})
    config = read_hugging_face_folder(folder).config
    block = config.block
    assert (config.vocabulary_size, config.context_length, len(config.layers)) == (262_208, 131_072, 34)
    assert (block.query_heads, block.key_value_heads, block.head_dim, block.query_scale) == (8, 4, 256, 1 / 16)
    assert (block.attention_soft_cap, config.final_soft_cap, block.norm_epsilon) == (None, None, 1e-6)
    assert config.layers[:6] == (LayerKind(1024, 10_000.0, 1.0),) * 5 + (GLOBAL,)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model_type": "llama"}, "is llama, which cannot be run. Supported are Gemma 1, Gemma 2 and Gemma 3"),
        ({"use_bidirectional_attention": True}, "an embedding model, which writes no text"),
        ({"tie_word_embeddings": False}, "a matrix of its own for its output"),
        ({"attention_bias": True}, "Its attention has biases"),
        ({"quantization_config": {"bits": 4}}, "Its weights are quantised"),
        ({"hidden_activation": "silu"}, "Its activation is silu"),
        ({"hidden_activation": "gelu"}, "Its activation is gelu"),
        ({"layer_types": ["chunked_attention"] * 6}, "layers of a type that is not known: chunked_attention"),
        ({"rope_scaling": {"rope_type": "yarn", "factor": 2}}, "scaled in a way that is not known: yarn"),
        ({"layer_types": ["full_attention"]}, "there are 1 layer_types, and num_hidden_layers is 6"),
        ({"model_type": ["gemma"]}, "is nothing that it names, which cannot be run"),
        ({"sliding_window_pattern": 0}, "does not describe a Gemma model"),
        ({"head_dim": float("inf")}, "does not describe a Gemma model"),
        ({"hidden_size": "wide"}, "does not describe a Gemma model"),
        ({"rope_scaling": {"rope_type": "linear"}}, "does not describe a Gemma model"),
    ],
)
def test_what_cannot_be_run_is_refused(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    folder = write_folder(tmp_path, "gemma3_text")
    write_json(folder / "config.json", text_config("gemma3_text") | changes)
    assert words in refusal(folder)


def test_weights_that_are_missing(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, "gemma")
    (folder / "model.safetensors").unlink()
    assert f"there is no {folder / 'model.safetensors'}. Download the model again" in refusal(folder)
    (folder / "pytorch_model.bin").touch()
    assert "pytorch_model.bin cannot be read in its place: get the model in the format safetensors" in refusal(folder)


def test_a_shard_that_is_missing(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, "gemma", shards=3)
    (folder / "model-00002-of-00003.safetensors").unlink()
    message = refusal(folder)
    assert f"A part of the model's weights is missing from {folder}: model-00002-of-00003.safetensors." in message
    (folder / "model.safetensors.index.json").write_text("{}")
    assert "The list of the weights" in refusal(folder)


def test_a_file_that_was_broken_off(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, "gemma")
    path = folder / "model.safetensors"
    written = path.read_bytes()
    path.write_bytes(written[:-10])
    message = refusal(folder)
    assert f"The model's weights in {path} are damaged: it ends 10 bytes too early." in message
    assert "The download may have been broken off. Download the model again" in message


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"1234",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
        (40).to_bytes(8, "little") + b'{"a": ',
        (2).to_bytes(8, "little") + b"[]",
        (8).to_bytes(8, "little") + b'{"a": 1}',
        (62).to_bytes(8, "little") + b'{"a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}}   ' + b"0" * 8,
        (62).to_bytes(8, "little") + b'{"a": {"dtype": "F32", "shape": [1], "data_offsets": [8, 4]}}   ' + b"0" * 8,
        (63).to_bytes(8, "little") + b'{"a": {"dtype": "F32", "shape": [-1], "data_offsets": [4, 0]}}   ' + b"0" * 8,
    ],
)
def test_a_file_that_is_not_in_the_format(tmp_path: Path, written: bytes) -> None:
    folder = write_folder(tmp_path, "gemma")
    (folder / "model.safetensors").write_bytes(written)
    assert "model.safetensors are damaged: it has no header that can be read." in refusal(folder)


def test_a_header_with_any_damage_is_told_or_stays_inside_the_file(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, "gemma")
    path = folder / "model.safetensors"
    written, draw = path.read_bytes(), np.random.default_rng(0)
    length = int.from_bytes(written[:8], "little")
    told = 0
    for _ in range(400):
        changed = bytearray(written)
        for at in draw.integers(0, length + 8, draw.integers(1, 4)):
            changed[at] = draw.choice(list(b'0123456789[]{}",:-.e \xff\x00'))
        path.write_bytes(changed)
        try:
            tensors = stored_tensors(path)
        except SafetensorsError:
            told += 1
        else:
            ends = [tensor.start + tensor.nbytes for tensor in tensors.values() if tensor.is_readable]
            assert max(ends) <= len(changed)
    assert 100 < told < 400


def test_lists_within_lists_without_end(tmp_path: Path) -> None:
    path = tmp_path / "deep.safetensors"
    path.write_bytes((200_000).to_bytes(8, "little") + b"[" * 200_000)
    with pytest.raises(SafetensorsError, match="no header that can be read"):
        stored_tensors(path)


def test_a_tensor_that_is_missing(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, "gemma2")
    tensors = text_tensors(text_config("gemma2"), "model.")
    del tensors["model.layers.2.mlp.up_proj.weight"]
    write_weights(folder, tensors)
    message = refusal(folder)
    assert f"The weights in {folder} are not complete: there is no model.layers.2.mlp.up_proj.weight." in message


def test_no_tensors_at_all(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, "gemma2")
    write_weights(folder, {})
    assert "there is no model.embed_tokens.weight" in refusal(folder)


def test_another_number_of_layers(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, "gemma2")
    write_json(folder / "config.json", text_config("gemma2", num_hidden_layers=3))
    assert "hold model.layers.3.input_layernorm.weight, for which the model" in refusal(folder)
    write_json(folder / "config.json", text_config("gemma2", num_hidden_layers=5))
    assert "there is no model.layers.4.input_layernorm.weight" in refusal(folder)


def test_numbers_that_the_model_has_no_place_for(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, "gemma")
    tensors = text_tensors(text_config("gemma"), "model.")
    write_weights(folder, tensors | {"model.layers.0.self_attn.rotary_emb.inv_freq": np.ones(8, np.float32)})
    assert_equal(weights_of(folder), weights_of(write_folder(tmp_path / "without", "gemma")))
    write_weights(folder, tensors | {"model.layers.0.self_attn.q_proj.bias": np.ones(64, np.float32)})
    assert "hold model.layers.0.self_attn.q_proj.bias, for which the model" in refusal(folder)


def test_a_tensor_of_another_shape(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, "gemma2")
    write_json(folder / "config.json", text_config("gemma2", num_key_value_heads=3))
    message = refusal(folder)
    assert "model.layers.0.self_attn.k_proj.weight has the shape [16, 32], and config.json asks for [24, 32]" in message


def test_numbers_that_cannot_be_read(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, "gemma")
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes().replace(b'"F32"', b'"I32"'))
    assert "holds numbers of the kind I32, and only F32, BF16 and F16 are read" in refusal(folder)


def test_a_tokenizer_that_is_missing_or_damaged(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, "gemma")
    (folder / "tokenizer.model").write_bytes(b"nonsense")
    assert f"The tokenizer in {folder / 'tokenizer.model'} is damaged" in refusal(folder)
    (folder / "tokenizer.model").unlink()
    (folder / "tokenizer.json").write_text("{}")
    message = refusal(folder)
    assert "has no tokenizer: tokenizer.model is missing" in message
    assert "Download that file too, or copy it from the Gemma that the model was made from." in message


def test_a_file_that_is_cut_off_while_it_is_read(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, "gemma")

    def report(_doing: str, done: int, _of: int) -> None:
        if done:
            (folder / "model.safetensors").write_bytes(b"")

    with pytest.raises(ModelLoadError, match="has become shorter while it was read"):
        load_engine(folder, progress=report)


def test_a_model_that_does_not_fit_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_folder(tmp_path / "large", "gemma")
    memory = Memory("this machine", 1000, 2000)
    monkeypatch.setattr("prompt_salience.engine.device_choice.device_memory", lambda _count: memory)
    monkeypatch.setattr("prompt_salience.engine.hugging_face_weights.read_into", None)
    assert refusal(folder).startswith("large does not fit into the memory of this machine: it needs 0.")


def test_loading_says_how_far_it_is_and_can_be_cancelled(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, "gemma")
    reports: list[tuple[str, int, int]] = []

    def report(doing: str, done: int, of: int) -> None:
        reports.append((doing, done, of))
        if len(reports) > stop:
            raise Cancelled

    stop = 1000
    load_engine(folder, progress=report)
    assert {(doing, of) for doing, _, of in reports} == {("loading", 100)}
    assert [done for _, done, _ in reports] == sorted(done for _, done, _ in reports)
    assert (reports[-1][1], len(reports) > 10) == (100, True)
    stop = len(reports) + 8
    with pytest.raises(Cancelled):
        load_engine(folder, progress=report)


def test_every_array_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from prompt_salience.engine import hugging_face_weights

    folder = write_folder(tmp_path, "gemma3", prefix=PICTURES_TOO)
    read: list[str] = []
    read_into = hugging_face_weights.read_into

    def counted(target: Any, stored: Any, report: Any) -> None:
        read.append((stored.path, stored.start))
        read_into(target, stored, report)

    monkeypatch.setattr(hugging_face_weights, "read_into", counted)
    load_engine(folder)
    tensors = text_tensors(text_config("gemma3"), PICTURES_TOO)
    assert (len(set(read)), len(read)) == (len(tensors), len(tensors))


def test_keras_is_not_imported_for_it(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, "gemma2")
    program = f"""
import sys
from pathlib import Path
from prompt_salience.engine.load import load_engine
from prompt_salience.engine_client.protocol import SamplingSettings
engine = load_engine(Path({str(folder)!r}))
ids = [token.id for token in engine.tokenize("Dish: a tart", start=True)]
*_, response = engine.generate(ids, SamplingSettings(3), lambda *_: None)
print([name for name in ("keras", "keras_nlp", "h5py", "torch", "transformers", "safetensors") if name in sys.modules])
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
