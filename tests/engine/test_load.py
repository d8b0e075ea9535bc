"""Loading: what a model says about itself, and one clear message for each way it can be broken."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from models import engine_of
from numpy.testing import assert_allclose
from presets import Family, copy_with_backbone, copy_with_truncated_weights, copy_without

from prompt_salience.engine.free_memory import Memory
from prompt_salience.engine.keras_layers import block_weights
from prompt_salience.engine.load import load_engine
from prompt_salience.engine.preset import read_preset
from prompt_salience.engine_client.cancellation import Cancelled
from prompt_salience.engine_client.protocol import ModelLoadError


def refusal(folder: Path) -> str:
    with pytest.raises(ModelLoadError) as raised:
        load_engine(folder)
    return str(raised.value)


def changed_config(preset: Path, folder: Path, **values: object) -> Path:
    """A copy of a preset whose backbone config has other values."""
    shutil.copytree(preset, folder)
    config = json.loads((folder / "config.json").read_text())
    config["config"] |= values
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def test_an_engine_says_what_it_is(preset: Path) -> None:
    info = engine_of(preset).info
    family = Family(info.family)
    assert info.name == f"tiny_{family}"
    assert info.path == str(preset)
    assert info.dtype == "float32"
    assert info.context_length == {Family.GEMMA_3: 131_072}.get(family, 8_192)
    assert info.parameters == json.loads((preset / "metadata.json").read_text())["parameter_count"]
    assert not info.instruction_tuned


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere").startswith(f"There is no model folder at {tmp_path / 'nowhere'}.")


def test_a_preset_without_config(gemma_preset: Path, tmp_path: Path) -> None:
    assert "config.json is missing" in refusal(copy_without(gemma_preset, tmp_path / "copy", "config.json"))


def test_a_config_that_is_no_json(gemma_preset: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(gemma_preset, folder)
    (folder / "config.json").write_text("{")
    assert "config.json cannot be read" in refusal(folder)
    (folder / "config.json").write_text("[]")
    assert "holds no JSON object" in refusal(folder)


def test_weights_that_are_missing_or_half_written(gemma_preset: Path, tmp_path: Path) -> None:
    assert "weights are missing" in refusal(copy_without(gemma_preset, tmp_path / "a", "model.weights.h5"))
    message = refusal(copy_with_truncated_weights(gemma_preset, tmp_path / "b"))
    assert "are damaged" in message
    assert "Download the model again" in message


def test_a_shard_that_is_missing(gemma_preset: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(gemma_preset, folder)
    (folder / "model.weights.json").write_text(json.dumps({"weight_map": {"/layer": ["model_00000.weights.h5"]}}))
    assert "model_00000.weights.h5" in refusal(folder)


def test_a_tokenizer_that_is_missing_or_damaged(gemma_preset: Path, tmp_path: Path) -> None:
    assert "has no tokenizer" in refusal(copy_without(gemma_preset, tmp_path / "a", "assets"))
    folder = tmp_path / "b"
    shutil.copytree(gemma_preset, folder)
    (folder / "assets" / "tokenizer" / "vocabulary.spm").write_bytes(b"nonsense")
    assert "vocabulary.spm is damaged" in refusal(folder)


def test_an_architecture_that_cannot_be_run_is_named_with_those_that_can(gemma_preset: Path, tmp_path: Path) -> None:
    message = refusal(copy_with_backbone(gemma_preset, tmp_path / "copy", "BertBackbone"))
    assert "BertBackbone, which cannot be run" in message
    assert "Gemma 1, Gemma 2 and Gemma 3" in message


def test_an_embedding_model_is_refused(gemma3_preset: Path, tmp_path: Path) -> None:
    folder = changed_config(gemma3_preset, tmp_path / "copy", is_embedding_model=True)
    assert "embedding model, which writes no text" in refusal(folder)


@pytest.mark.filterwarnings("ignore:.*`quantize` method:UserWarning")
def test_quantised_weights_are_refused(gemma_preset: Path, tmp_path: Path) -> None:
    import keras_nlp

    folder = tmp_path / "copy"
    shutil.copytree(gemma_preset, folder)
    backbone = keras_nlp.models.Backbone.from_preset(str(gemma_preset))
    backbone.quantize("int8")
    backbone.save_to_preset(str(folder))
    assert "Its weights are quantised" in refusal(folder)


def test_merged_lora_weights_are_read(gemma_preset: Path, tmp_path: Path) -> None:
    import keras_nlp

    folder = tmp_path / "copy"
    shutil.copytree(gemma_preset, folder)
    backbone = keras_nlp.models.Backbone.from_preset(str(gemma_preset))
    backbone.enable_lora(2)
    layer = backbone.transformer_layers[0].attention.query_dense
    layer.lora_kernel_b.assign(layer.lora_kernel_b + 0.5)
    backbone.save_to_preset(str(folder))
    found = load_engine(folder)._model.weights.blocks[0].query
    assert_allclose(found, block_weights(backbone.transformer_layers[0]).query, rtol=1e-6)
    assert not np.allclose(found, engine_of(gemma_preset)._model.weights.blocks[0].query)


def test_weights_of_another_shape(gemma_preset: Path, tmp_path: Path) -> None:
    folder = changed_config(gemma_preset, tmp_path / "copy", hidden_dim=40)
    assert f"The model in {folder} does not fit its configuration" in refusal(folder)


def test_a_tokenizer_that_is_larger_than_the_model(
    gemma_preset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prompt_salience.engine.tokenizer.Tokenizer.__init__", _with_many_tokens)
    assert "they do not belong together" in refusal(gemma_preset)


def _with_many_tokens(self: object, *_arguments: object) -> None:
    self.vocabulary_size = 600


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("RESOURCE_EXHAUSTED: Out of memory")])
def test_no_memory(gemma_preset: Path, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr("prompt_salience.engine.load._decoder", exhausted)
    assert "not enough memory to load tiny_gemma" in refusal(gemma_preset)


def test_a_model_that_does_not_fit_is_refused_with_numbers(gemma_preset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory("this machine", 1000, 2000)
    monkeypatch.setattr("prompt_salience.engine.device_choice.device_memory", lambda _count: memory)
    assert refusal(gemma_preset).startswith("tiny_gemma does not fit into the memory of this machine: it needs 0.")


def test_an_unknown_number_format(gemma_preset: Path) -> None:
    with pytest.raises(ModelLoadError, match="int3 is not one of"):
        load_engine(gemma_preset, dtype="int3")


def test_a_16_bit_engine_runs_and_agrees_roughly(gemma2_preset: Path) -> None:
    ids = (2, 50, 60, 70, 80, 90)
    engine = load_engine(gemma2_preset, dtype="bfloat16", name="half")
    assert (engine.info.dtype, engine.info.name) == ("bfloat16", "half")
    assert abs(engine.log_probs(ids) - engine_of(gemma2_preset).log_probs(ids)).max() < 3


def test_loading_says_how_far_it_is(gemma_preset: Path) -> None:
    reports: list[tuple[str, int, int]] = []
    load_engine(gemma_preset, progress=lambda *report: reports.append(report))
    assert {(doing, of) for doing, _, of in reports} == {("loading", 100)}
    assert [done for _, done, _ in reports] == sorted(done for _, done, _ in reports)
    assert (reports[0], reports[-1]) == (("loading", 0, 100), ("loading", 100, 100))
    assert len(reports) > 20


@pytest.mark.parametrize("error", [KeyboardInterrupt, Cancelled])
@pytest.mark.parametrize("percent", [0, 50])
def test_a_report_may_cancel_loading(gemma_preset: Path, percent: int, error: type[BaseException]) -> None:
    def report(_doing: str, done: int, _of: int) -> None:
        if done >= percent:
            raise error

    with pytest.raises(error):
        load_engine(gemma_preset, progress=report)


def test_a_card_says_what_keras_has_no_place_for(gemma_preset: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(gemma_preset, folder)
    (folder / "prompt_salience.json").write_text('{"name": "judge", "context_length": 512, "instruction_tuned": true}')
    preset = read_preset(folder)
    assert (preset.name, preset.context_length, preset.instruction_tuned) == ("judge", 512, True)
    assert read_preset(folder, "mine").name == "mine"
    (folder / "prompt_salience.json").write_text('{"context_length": "long"}')
    assert "must be a number of tokens" in refusal(folder)


@pytest.mark.parametrize(
    ("folder", "name", "instruction_tuned"),
    [
        ("gemma2_instruct_2b_en/3", "gemma2_instruct_2b_en", True),
        ("gemma-2-2b-it", "gemma-2-2b-it", True),
        ("gemma_2b_en", "gemma_2b_en", False),
        ("writer", "writer", False),
    ],
)
def test_a_name_is_that_of_the_folder_and_not_of_a_version(
    gemma_preset: Path, tmp_path: Path, folder: str, name: str, *, instruction_tuned: bool
) -> None:
    shutil.copytree(gemma_preset, tmp_path / folder)
    preset = read_preset(tmp_path / folder)
    assert (preset.name, preset.instruction_tuned) == (name, instruction_tuned)


def test_messages_end_in_what_to_do(tmp_path: Path) -> None:
    assert re.search(r"choose another model\.$", refusal(tmp_path / "nowhere"))
