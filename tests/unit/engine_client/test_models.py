"""Which models are found, and what is said about those that are not."""

import json

import pytest

from prompt_salience.engine_client.models import Where, available_models, find_model
from prompt_salience.engine_client.protocol import ModelLoadError


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path / "kagglehub"))
    return tmp_path / "kagglehub" / "models"


def preset(folder, kind="GemmaBackbone", weights="model.weights.h5"):
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"class_name": kind}))
    (folder / weights).touch()
    return folder


def downloaded():
    return {model.name: model.path for model in available_models() if model.where is Where.DOWNLOADED}


def test_the_embedded_model_comes_first(cache):
    first, *others = available_models()
    assert (first.name, first.where, others) == ("menu-judge", Where.EMBEDDED, [])


def test_downloaded_gemma_models_go_by_their_variation_and_newest_version(cache):
    preset(cache / "keras/gemma2/keras/gemma2_2b_en/2")
    newest = preset(cache / "keras/gemma2/keras/gemma2_2b_en/10", weights="model_00000.weights.h5")
    third = preset(cache / "keras/gemma3/keras/gemma3_1b/1", "Gemma3Backbone")
    preset(cache / "keras/bert/keras/bert_base/1", "BertBackbone")
    assert downloaded() == {"gemma2_2b_en": newest, "gemma3_1b": third}


def test_two_owners_of_one_variation_are_told_apart(cache):
    first = preset(cache / "google/gemma/keras/gemma_2b_en/1")
    second = preset(cache / "keras/gemma/keras/gemma_2b_en/1")
    assert downloaded() == {"gemma_2b_en": first, "keras/gemma/keras/gemma_2b_en": second}
    assert find_model("keras/gemma/keras/gemma_2b_en").path == second


def test_half_a_download_is_not_offered(cache):
    folder = preset(cache / "keras/gemma/keras/gemma_2b_en/1")
    (folder / "model.weights.h5").unlink()
    assert downloaded() == {}


def test_a_folder_is_a_model_by_its_path(tmp_path, cache):
    folder = preset(tmp_path / "my-gemma")
    found = find_model(str(folder))
    assert (found.name, found.path, found.where) == ("my-gemma", folder, Where.FOLDER)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda folder: (folder / "config.json").unlink(), "there is no config.json in it"),
        (lambda folder: (folder / "config.json").write_text("{"), "config.json is not JSON"),
        (lambda folder: (folder / "config.json").write_text("[]"), "no Keras model"),
        (lambda folder: (folder / "config.json").write_text('{"class_name": "BertBackbone"}'), "BertBackbone"),
        (lambda folder: (folder / "model.weights.h5").unlink(), "there are no weights in it"),
    ],
)
def test_a_folder_without_a_model_says_what_is_wrong(tmp_path, cache, spoil, words):
    folder = preset(tmp_path / "my-gemma")
    spoil(folder)
    with pytest.raises(ModelLoadError, match=words):
        find_model(str(folder))


def test_an_unknown_name_says_what_there_is(cache):
    preset(cache / "keras/gemma2/keras/gemma2_2b_en/2")
    with pytest.raises(ModelLoadError, match=r"Did you mean gemma2_2b_en\? Can be used: menu-judge, gemma2_2b_en, or"):
        find_model("gemma2_2b_eng")
