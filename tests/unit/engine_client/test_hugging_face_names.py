"""Models from Hugging Face: found in folders and in the cache of its own programs, without asking anybody."""

import json

import pytest

from prompt_salience.engine.architectures import ARCHITECTURES
from prompt_salience.engine.hugging_face_architectures import HUGGING_FACE_ARCHITECTURES
from prompt_salience.engine_client.folder_faults import GEMMA_BACKBONES
from prompt_salience.engine_client.hugging_face_cache import hugging_face_cache, repository_of
from prompt_salience.engine_client.hugging_face_files import MODEL_TYPES
from prompt_salience.engine_client.models import Where, available_models, find_model
from prompt_salience.engine_client.protocol import ModelLoadError

COMMIT = "0123456789abcdef0123456789abcdef01234567"
NAME = "hf://google/gemma-2-2b-it"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path / "kagglehub"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def model(folder, model_type="gemma2", weights=("model.safetensors",)):
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"model_type": model_type}))
    for name in weights:
        (folder / name).touch()
    return folder


def sharded(folder, listed, there):
    model(folder, weights=there)
    index = {"weight_map": {f"layer {number}": name for number, name in enumerate(listed)}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    return folder


def downloaded(cache, repository="google/gemma-2-2b-it", revision="main", commit=COMMIT, **of_model):
    home = cache / f"models--{repository.replace('/', '--')}"
    reference = home / "refs" / revision
    reference.parent.mkdir(parents=True, exist_ok=True)
    reference.write_text(commit)
    return model(home / "snapshots" / commit, **of_model)


def refusal(wanted):
    with pytest.raises(ModelLoadError) as raised:
        find_model(str(wanted))
    return str(raised.value)


def test_what_the_engine_can_run_is_what_is_found():
    assert set(HUGGING_FACE_ARCHITECTURES) == MODEL_TYPES
    assert set(ARCHITECTURES) == GEMMA_BACKBONES


@pytest.mark.parametrize("model_type", sorted(MODEL_TYPES))
def test_a_folder_is_a_model_by_its_path(tmp_path, cache, model_type):
    folder = model(tmp_path / "my-gemma", model_type)
    found = find_model(str(folder))
    assert (found.name, found.path, found.where) == ("my-gemma", folder, Where.FOLDER)
    assert find_model(f"mine:{folder}").name == "mine"


def test_a_folder_of_another_model_says_so(tmp_path, cache):
    assert "describes llama, not a Gemma model" in refusal(model(tmp_path / "my-llama", "llama"))


def test_a_folder_without_weights_says_which_are_missing(tmp_path, cache):
    names = [f"model-0000{number}-of-00002.safetensors" for number in (1, 2)]
    message = refusal(model(tmp_path / "none", weights=()))
    assert "there are no weights in it (model.safetensors)" in message
    assert "Download the model again" in message
    assert f"a part of the weights is missing ({names[1]})" in refusal(sharded(tmp_path / "one", names, names[:1]))
    assert find_model(str(sharded(tmp_path / "both", names, names))).name == "both"


@pytest.mark.parametrize("listed", ["{", "[]", "{}", '{"weight_map": {"a": "../b"}}', '{"weight_map": {"a": 1}}'])
def test_a_list_of_weights_that_is_none_says_so(tmp_path, cache, listed):
    folder = model(tmp_path / "my-gemma", weights=())
    (folder / "model.safetensors.index.json").write_text(listed)
    assert "the list of its weights cannot be read" in refusal(folder)


def test_a_name_finds_the_snapshot_of_the_main_revision(cache):
    folder = downloaded(cache)
    found = find_model(NAME)
    assert (found.name, found.path, found.where) == (NAME, folder, Where.DOWNLOADED)
    assert [(one.name, one.path) for one in available_models()][1:] == [(NAME, folder)]


def test_a_name_can_mean_a_revision_or_a_commit(cache):
    main = downloaded(cache)
    older = downloaded(cache, revision="v1", commit="1" * 40)
    proposed = downloaded(cache, revision="refs/pr/3", commit="3" * 40)
    assert find_model(f"{NAME}@main").path == main
    assert find_model(f"{NAME}@v1").path == older
    assert find_model(f"{NAME}@refs/pr/3").path == proposed
    assert find_model(f"{NAME}@{'1' * 40}").name == f"{NAME}@{'1' * 40}"


def test_a_model_of_hugging_face_can_be_given_a_name(cache):
    folder = downloaded(cache)
    found = find_model(f"mine:{NAME}")
    assert (found.name, found.path) == ("mine", folder)
    assert "mine:hf://google" not in refusal("mine:hf://google")
    assert "names no model on Hugging Face" in refusal("mine:hf://google")


def test_a_model_that_is_not_in_the_cache_says_how_to_get_it(cache):
    message = refusal(NAME)
    assert f"{NAME} is not in the cache of Hugging Face on this machine ({cache})" in message
    assert "hf download google/gemma-2-2b-it (" in message
    assert "named by its path" in message


def test_a_revision_that_is_not_in_the_cache_says_how_to_get_it(cache):
    downloaded(cache)
    assert "hf download google/gemma-2-2b-it --revision v2 (" in refusal(f"{NAME}@v2")


@pytest.mark.parametrize(
    ("of_model", "words"),
    [
        ({"weights": ()}, "there are no weights in it (model.safetensors). To get all of it: hf download google/"),
        ({"model_type": "llama"}, "describes llama, not a Gemma model"),
    ],
)
def test_a_snapshot_that_cannot_be_used_says_why(cache, of_model, words):
    downloaded(cache, **of_model)
    assert words in refusal(NAME)
    assert available_models()[1:] == ()


def test_a_link_to_a_file_that_is_still_being_downloaded_is_no_weights(cache):
    folder = downloaded(cache, weights=())
    (folder / "model.safetensors").symlink_to("../../blobs/abc")
    assert "there are no weights in it" in refusal(NAME)


def test_a_snapshot_knows_its_repository(cache, tmp_path):
    assert repository_of(downloaded(cache)) == "google/gemma-2-2b-it"
    assert repository_of(tmp_path) is None


VARIABLES = ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME")


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({}, "home/.cache/huggingface/hub"),
        ({"XDG_CACHE_HOME": "x"}, "x/huggingface/hub"),
        ({"XDG_CACHE_HOME": "x", "HF_HOME": "h"}, "h/hub"),
        ({"HF_HOME": "h", "HUGGINGFACE_HUB_CACHE": "old"}, "old"),
        ({"HF_HUB_CACHE": "hub", "HUGGINGFACE_HUB_CACHE": "old"}, "hub"),
    ],
)
def test_the_cache_is_where_hugging_face_has_it(tmp_path, monkeypatch, told, place):
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for variable, folder in told.items():
        monkeypatch.setenv(variable, str(tmp_path / folder))
    assert hugging_face_cache() == tmp_path / place
