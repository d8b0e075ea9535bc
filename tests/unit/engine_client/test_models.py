"""Which models are found, and what is said about those that are not."""

import json

import pytest

from prompt_salience.engine_client.kaggle_cache import note_beside
from prompt_salience.engine_client.missing_models import NotDownloadedError
from prompt_salience.engine_client.models import Where, available_models, downloadable, find_model, model_title
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
        (lambda folder: (folder / "config.json").write_text("[]"), "no model, not a Gemma"),
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


def test_a_folder_can_be_given_a_name(tmp_path, cache):
    folder = preset(tmp_path / "x")
    found = find_model(f"mine:{folder}")
    assert (found.name, found.path, found.where) == ("mine", folder, Where.FOLDER)


def test_a_folder_whose_own_name_has_a_colon_is_that_folder(tmp_path, cache):
    folder = preset(tmp_path / "mine:x")
    assert find_model(str(folder)).name == "mine:x"


def test_a_name_for_a_folder_that_is_not_there_says_which(tmp_path, cache):
    with pytest.raises(ModelLoadError, match=r"no folder .*nowhere, which is to be the model mine"):
        find_model(f"mine:{tmp_path / 'nowhere'}")


@pytest.mark.parametrize("wanted", ["gemma3_instruct_270m", "kaggle://keras/gemma3/keras/gemma3_instruct_270m/9"])
def test_a_model_that_could_be_downloaded_says_what_that_takes(cache, wanted):
    with pytest.raises(NotDownloadedError) as raised:
        find_model(wanted)
    assert (raised.value.name, raised.value.handle.variation) == (wanted, "gemma3_instruct_270m")
    assert "268 million parameters, which take 536 MB to 1.1 GB" in raised.value.offer
    assert str(raised.value) == f"{raised.value.offer} To download it: prompt-salience download {wanted}"


def test_of_a_model_that_nobody_knows_no_size_is_said(cache):
    with pytest.raises(NotDownloadedError, match=r"from Kaggle\. Kaggle wants you to sign in") as raised:
        find_model("kaggle://ada/gemma/keras/tuned")
    assert raised.value.handle.version is None


def test_a_handle_finds_the_newest_version_or_the_one_it_names(cache):
    older = preset(cache / "keras/gemma2/keras/gemma2_2b_en/2")
    newer = preset(cache / "keras/gemma2/keras/gemma2_2b_en/10")
    handle = "kaggle://keras/gemma2/keras/gemma2_2b_en"
    assert [find_model(name).path for name in (handle, f"{handle}/2")] == [newer, older]
    with pytest.raises(NotDownloadedError):
        find_model(f"{handle}/3")


def test_a_download_that_was_broken_off_gives_way_to_a_whole_version(cache):
    whole = preset(cache / "keras/gemma2/keras/gemma2_2b_en/2")
    newer = preset(cache / "keras/gemma2/keras/gemma2_2b_en/10")
    note_beside(newer).touch()
    assert downloaded() == {"gemma2_2b_en": whole}
    assert find_model("kaggle://keras/gemma2/keras/gemma2_2b_en").path == whole
    newer.with_name("10.complete").touch()
    assert downloaded() == {"gemma2_2b_en": newer}


def test_a_whole_download_of_another_kind_of_model_says_so(cache):
    folder = preset(cache / "keras/bert/keras/bert_base/1", "BertBackbone")
    folder.with_name("1.complete").touch()
    with pytest.raises(ModelLoadError, match="describes BertBackbone, not a Gemma backbone"):
        find_model("kaggle://keras/bert/keras/bert_base")


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("kaggle://gemma2_2b_en", "names no model on Kaggle"),
        ("kaggle://keras/gemma2/keras/../../x", "names no model on Kaggle"),
        ("kaggle://google/gemma/flax/2b", "written for flax"),
        ("hf://gemma-2-2b", "names no model on Hugging Face"),
        ("hf://google/../x", "names no model on Hugging Face"),
        ("hf://google/gemma-2-2b@../../x", "names no model on Hugging Face"),
    ],
)
def test_what_cannot_be_read_says_why(cache, wanted, words):
    with pytest.raises(ModelLoadError, match=words):
        find_model(wanted)


def test_only_what_is_on_kaggle_is_downloaded():
    with pytest.raises(ModelLoadError, match=r"Hugging Face, whose own command .*: hf download google/gemma-2-2b$"):
        downloadable("hf://google/gemma-2-2b")


@pytest.mark.parametrize(
    ("wanted", "title"),
    [
        ("menu-judge", "menu-judge"),
        ("/models/gemma", "gemma"),
        ("mine:/models/x", "mine"),
        ("C:/models/x", "x"),
        ("kaggle://keras/gemma2/keras/gemma2_2b_en/2", "gemma2_2b_en"),
        ("kaggle://keras/gemma2", "gemma2"),
        ("hf://google/gemma-2-2b-it", "gemma-2-2b-it"),
        ("hf://google/gemma-2-2b-it@refs/pr/1", "gemma-2-2b-it"),
        ("hf://gemma", "gemma"),
        ("/", "/"),
    ],
)
def test_every_model_has_a_short_title(wanted, title):
    assert model_title(wanted) == title
