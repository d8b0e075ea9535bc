"""Downloading and signing in from the terminal, with a stand-in for Kaggle."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kaggle_stand_in import HANDLE, VERSION, led_to, running_kaggle, tiny_preset

MODEL = "gemma3_instruct_270m"


@pytest.fixture
def kaggle():
    with running_kaggle() as running:
        yield running


@pytest.fixture
def run(prompt_salience, monkeypatch, kaggle, tmp_path):
    """The command line, led to the stand-in; its prompt is ``menu.txt``."""
    led_to(monkeypatch, kaggle, tmp_path)
    (tmp_path / "menu.txt").write_text("Taste: fish\nDish: trout\n")
    return prompt_salience


@pytest.mark.parametrize("name", [MODEL, f"kaggle://{HANDLE}"])
def test_download_prints_the_folder_and_asks_once(run, kaggle, tmp_path, name):
    first = run("download", name)
    assert (first.code, first.out, first.err) == (0, f"{kaggle.cached(tmp_path)}\n", "")
    kaggle.asked.clear()
    assert run("download", name) == first
    assert kaggle.asked == []
    assert f"{MODEL}  downloaded" in run("models").out


def test_download_anew_replaces_what_is_damaged(run, kaggle, tmp_path):
    run("download", MODEL)
    (kaggle.cached(tmp_path) / "config.json").write_text("{")
    assert run("download", MODEL, "--anew").code == 0
    assert (kaggle.cached(tmp_path) / "config.json").read_bytes() == kaggle.files["config.json"]


def test_a_terminal_shows_how_many_bytes_have_come(run, kaggle):
    kaggle.files, kaggle.seconds_per_chunk = tiny_preset(3_000_000), 0.02
    assert "/3.0 MB" in run("download", MODEL, terminal=True).err


def test_a_missing_model_says_what_it_takes_and_is_not_downloaded(run, kaggle):
    ended = run("explain", "menu.txt", "--model", MODEL)
    assert ended.code == 3
    assert ended.err == (
        f"prompt-salience: error: {MODEL} is not on this machine, and can be downloaded from Kaggle. "
        "It has 268 million parameters, which take 536 MB to 1.1 GB. Kaggle wants you to sign in, and to accept the "
        f"licence at https://www.kaggle.com/models/{HANDLE}. To download it: prompt-salience download {MODEL}\n"
    )
    assert kaggle.asked == []


def test_explain_downloads_where_it_is_told_to(run, engine, kaggle, tmp_path):
    loaded = []

    def load(model, _dtype, _progress):
        loaded.append(model.path)
        return engine

    ended = run("explain", "menu.txt", "--model", MODEL, "--download", "--format", "json", load=load)
    assert (ended.code, loaded) == (0, [kaggle.cached(tmp_path)])
    assert ended.err.startswith(f"{MODEL} is not on this machine")


def test_what_kaggle_refuses_ends_with_the_next_step(run, kaggle):
    kaggle.status = 403
    ended = run("download", MODEL)
    assert (ended.code, ended.out) == (3, "")
    assert ended.err == (
        f"prompt-salience: error: Kaggle does not give you {HANDLE}/{VERSION} yet. Open "
        f"https://www.kaggle.com/models/{HANDLE}, accept the licence, and try again.\n"
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gemma3_instruct_270", "Did you mean gemma3_instruct_270m?"),
        ("kaggle://gemma", "kaggle://OWNER/MODEL/keras/VARIATION"),
        ("menu-judge", "names no model that can be downloaded"),
    ],
)
def test_a_name_that_kaggle_cannot_know_is_not_asked_for(run, kaggle, name, words):
    ended = run("download", name)
    assert (ended.code, words in ended.err) == (3, True)
    assert kaggle.asked == []


def test_an_interrupted_download_leaves_no_process_and_goes_on(run, kaggle, tmp_path):
    kaggle.files, kaggle.seconds_per_chunk = tiny_preset(6_000_000), 0.02
    command = [sys.executable, "-m", "prompt_salience", "download", MODEL]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    weights = kaggle.cached(tmp_path) / "model.weights.h5"
    _until(lambda: weights.exists() and weights.stat().st_size > 1_000_000)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert (process.returncode, err.strip()) == (
        130,
        "Interrupted. What has come is kept, and the next download goes on from there.",
    )
    _until(lambda: _group_is_empty(process.pid))
    kaggle.seconds_per_chunk = 0.0
    assert run("download", MODEL).code == 0
    assert weights.read_bytes() == kaggle.files["model.weights.h5"]
    assert kaggle.ranges[-1][1] > 1_000_000


def test_the_process_that_downloads_does_not_outlive_a_killed_one(run, kaggle, tmp_path):
    kaggle.files, kaggle.seconds_per_chunk = tiny_preset(6_000_000), 0.05
    command = [sys.executable, "-m", "prompt_salience", "download", MODEL]
    process = subprocess.Popen(command, start_new_session=True)
    _until(kaggle.cached(tmp_path).exists)
    process.kill()
    process.wait()
    _until(lambda: _group_is_empty(process.pid))


def _until(holds, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.02)


def _group_is_empty(group: int) -> bool:
    listed = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return not any(int(found) == group and not state.startswith("Z") for found, state in rows)


@pytest.fixture
def typed(monkeypatch, kaggle, run, tmp_path):
    """Signs in with a token that is typed; nobody is signed in before."""
    from kagglehub.config import clear_kaggle_credentials

    led_to(monkeypatch, kaggle, tmp_path, token=None)

    def sign_in(token: str):
        monkeypatch.setattr("getpass.getpass", lambda _prompt: token)
        return run("login")

    yield sign_in
    clear_kaggle_credentials()


@pytest.fixture
def kept(tmp_path) -> Path:
    return tmp_path / "home" / ".kaggle" / "access_token"


def test_login_keeps_the_token_for_its_owner_only(typed, run, kaggle, kept):
    ended = typed("good")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == f"Signed in to Kaggle as ada; the token is in {kept}.\n"
    assert kept.read_text() == "good\n"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    kaggle.status = 403
    assert "accept the licence" in run("download", MODEL).err


@pytest.mark.parametrize(("token", "words"), [("bad", "does not know this token"), ("  ", "cannot be empty")])
def test_a_token_that_is_none_is_not_kept(typed, kept, token, words):
    ended = typed(token)
    assert (ended.code, words in ended.err) == (3, True)
    assert not kept.exists()


def test_a_token_that_cannot_be_checked_is_not_kept(typed, kept, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    ended = typed("good")
    assert (ended.code, "Kaggle cannot be reached" in ended.err) == (3, True)
    assert not kept.exists()


def test_login_says_where_the_environment_has_another_token(typed, monkeypatch):
    monkeypatch.setenv("KAGGLE_API_TOKEN", "other")
    assert "As long as KAGGLE_API_TOKEN is set" in typed("good").err
