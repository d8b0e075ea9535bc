"""Downloads from a stand-in for Kaggle, in the real process with the real kagglehub."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time

import pytest

from kaggle_stand_in import HANDLE, VERSION, led_to, running_kaggle, tiny_preset
from prompt_salience.downloading.errors import DownloadError, Remedy
from prompt_salience.downloading.process import COMMAND, download
from prompt_salience.engine_client.cancellation import Cancellation, Cancelled
from prompt_salience.engine_client.kaggle_cache import note_beside
from prompt_salience.engine_client.kaggle_handle import kaggle_handle
from prompt_salience.engine_client.missing_models import NotDownloadedError
from prompt_salience.engine_client.models import available_models, find_model

NEWEST = kaggle_handle(HANDLE)
_MAIN = "from prompt_salience.downloading import __main__, arriving; arriving.PATIENCE = 2.0; __main__.main()"
IMPATIENT = (sys.executable, "-P", "-c", _MAIN)
"""Downloads as ever, but gives up after two seconds in place of a minute."""
PINNED = kaggle_handle(f"{HANDLE}/{VERSION}")


@pytest.fixture
def kaggle():
    with running_kaggle() as running:
        yield running


@pytest.fixture(autouse=True)
def led(kaggle, monkeypatch, tmp_path):
    led_to(monkeypatch, kaggle, tmp_path)


@pytest.fixture
def no_network(monkeypatch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{unused.getsockname()[1]}")
        yield


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def failure(handle=PINNED, **options) -> DownloadError:
    with pytest.raises(DownloadError) as raised:
        download(handle, **options)
    return raised.value


def cancelled_after(size):
    """Begin a download and call it off when so many bytes have come; how many seconds later it ended."""
    cancellation, asked = Cancellation(), []

    def progress(_doing, done, _of):
        if done >= size and not asked:
            asked.append(time.monotonic())
            cancellation.cancel()

    with pytest.raises(Cancelled):
        download(PINNED, cancellation, progress)
    return time.monotonic() - asked[0]


@pytest.mark.parametrize("handle", [NEWEST, PINNED])
def test_a_model_comes_whole_and_is_found_by_its_name(kaggle, tmp_path, handle):
    folder = download(handle)
    assert folder == kaggle.cached(tmp_path)
    assert contents(folder) == kaggle.files
    assert not note_beside(folder).exists()
    assert [model.name for model in available_models()][1:] == ["gemma3_instruct_270m"]
    assert find_model("gemma3_instruct_270m").path == find_model(f"kaggle://{HANDLE}").path == folder


def test_progress_counts_bytes_to_the_last(kaggle):
    kaggle.seconds_per_chunk = 0.05
    told = []
    download(PINNED, progress=lambda *report: told.append(report))
    total = sum(map(len, kaggle.files.values()))
    assert {(doing, of) for doing, _, of in told} == {("downloading", total)}
    counts = [done for _, done, _ in told]
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (0, total)
    assert any(0 < done < total for done in counts)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("handle", [NEWEST, PINNED])
def test_what_is_whole_needs_no_network(kaggle, monkeypatch, handle):
    with monkeypatch.context() as online:
        online.setenv("http_proxy", f"http://127.0.0.1:{kaggle.port}")
        folder = download(handle)
    kaggle.asked.clear()
    assert download(handle) == folder
    assert find_model("gemma3_instruct_270m").path == folder
    assert kaggle.asked == []


def test_a_link_that_breaks_is_taken_up_where_it_broke(kaggle):
    kaggle.files, kaggle.cuts = tiny_preset(3_000_000), 2
    kaggle.cut_after = 1_200_000
    assert contents(download(PINNED)) == kaggle.files
    begun = [start for name, start in kaggle.ranges if name == "model.weights.h5" and start]
    assert begun
    assert all(start >= 1_000_000 for start in begun)


@pytest.mark.parametrize(
    ("handle", "silent"),
    [(NEWEST, "GetModelInstance"), (PINNED, "ListModelInstanceVersionFiles"), (PINNED, "DownloadModelInstanceVersion"),
     (PINNED, "every file")],
)  # fmt: skip
def test_where_not_a_byte_comes_it_is_given_up(kaggle, tmp_path, handle, silent):
    kaggle.silent = frozenset(kaggle.files) if silent == "every file" else frozenset({silent})
    error = failure(handle, command=IMPATIENT)
    assert f"Kaggle does not answer: nothing of {HANDLE}" in str(error)
    assert "came for 2 seconds. Check the network, or try again later" in str(error)
    assert error.remedy is Remedy.TRY_AGAIN
    assert kaggle.asked[-1] == silent or kaggle.ranges
    kaggle.silent = frozenset()
    assert contents(download(handle)) == kaggle.files
    assert not note_beside(kaggle.cached(tmp_path)).exists()


def test_where_nothing_more_comes_it_is_given_up(kaggle):
    kaggle.silent = frozenset({"model.weights.h5"})
    assert "was interrupted after" in str(failure(command=IMPATIENT))


def test_a_link_that_brings_nothing_more_is_an_interrupted_download(kaggle, tmp_path):
    kaggle.files, kaggle.seconds_per_chunk = tiny_preset(6_000_000), 0.01
    cancelled_after(2_000_000)
    kaggle.cut_after, kaggle.cuts = 0, 100
    error = failure()
    assert "was interrupted after" in str(error)
    assert "it goes on where it stopped" in str(error)
    assert note_beside(kaggle.cached(tmp_path)).exists()


def test_a_download_that_is_called_off_stops_and_goes_on_later(kaggle, tmp_path):
    kaggle.files, kaggle.seconds_per_chunk = tiny_preset(6_000_000), 0.01
    assert cancelled_after(2_000_000) < 5
    folder = kaggle.cached(tmp_path)
    assert 0 < (folder / "model.weights.h5").stat().st_size < 6_000_000
    assert available_models()[1:] == ()
    with pytest.raises(NotDownloadedError, match="Only a part of gemma3_instruct_270m is on this machine"):
        find_model("gemma3_instruct_270m")
    kaggle.seconds_per_chunk = 0.0
    assert contents(download(PINNED)) == kaggle.files
    assert kaggle.ranges[-1][1] >= 1_000_000


def test_a_download_that_was_called_off_before_it_began_starts_nothing(kaggle):
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(Cancelled):
        download(PINNED, cancellation)
    assert kaggle.asked == []


@pytest.mark.parametrize(
    ("status", "token", "remedy", "words", "page"),
    [
        (401, "good", Remedy.SIGN_IN, "does not accept the credentials", "https://www.kaggle.com/settings/api"),
        (401, None, Remedy.SIGN_IN, "prompt-salience login", "https://www.kaggle.com/settings/api"),
        (403, None, Remedy.SIGN_IN, "only to those who have signed in", "https://www.kaggle.com/settings/api"),
        (403, "good", Remedy.ACCEPT_LICENCE, "accept the licence", f"https://www.kaggle.com/models/{HANDLE}"),
        (404, "good", Remedy.CHOOSE_ANOTHER, "There is no model", ""),
        (503, "good", Remedy.TRY_AGAIN, "status 503", ""),
    ],
)
def test_what_kaggle_refuses_is_said_with_the_next_step(
    kaggle, monkeypatch, tmp_path, status, token, remedy, words, page
):
    led_to(monkeypatch, kaggle, tmp_path, token)
    kaggle.status = status
    error = failure()
    assert words in str(error)
    assert (error.remedy, error.page) == (remedy, page)
    assert page in str(error)
    assert not note_beside(kaggle.cached(tmp_path)).exists()


@pytest.mark.parametrize(
    ("place", "kept"), [("access_token", "good"), ("kaggle.json", json.dumps({"username": "ada", "key": "good"}))]
)
def test_credentials_are_found_where_kagglehub_looks(kaggle, monkeypatch, tmp_path, place, kept):
    led_to(monkeypatch, kaggle, tmp_path, token=None)
    (tmp_path / "home" / ".kaggle").mkdir()
    (tmp_path / "home" / ".kaggle" / place).write_text(kept)
    kaggle.status = 403
    assert failure().remedy is Remedy.ACCEPT_LICENCE


def test_credentials_that_cannot_be_read_are_named(kaggle, monkeypatch, tmp_path):
    led_to(monkeypatch, kaggle, tmp_path, token=None)
    (tmp_path / "home" / ".kaggle").mkdir()
    (tmp_path / "home" / ".kaggle" / "kaggle.json").write_text("{")
    error = failure()
    assert "kaggle.json" in str(error)
    assert error.remedy is Remedy.SIGN_IN


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("handle", [NEWEST, PINNED])
def test_without_a_network_it_says_so(handle):
    error = failure(handle)
    assert "Kaggle cannot be reached" in str(error)
    assert error.remedy is Remedy.TRY_AGAIN


def test_a_damaged_file_is_removed_and_comes_again(kaggle, tmp_path):
    kaggle.spoilt = frozenset({"model.weights.h5"})
    error = failure()
    assert "its checksum is wrong" in str(error)
    assert not (kaggle.cached(tmp_path) / "model.weights.h5").exists()
    with pytest.raises(NotDownloadedError):
        find_model("gemma3_instruct_270m")
    kaggle.spoilt = frozenset()
    assert contents(download(PINNED)) == kaggle.files


def test_a_disk_without_room_is_told_before_anything_comes(kaggle):
    kaggle.claimed = {"model.weights.h5": 10**18}
    error = failure()
    assert "There is no room" in str(error)
    assert "1.0 EB are still to come" in str(error)
    assert "KAGGLEHUB_CACHE" in str(error)
    assert kaggle.ranges == []


def test_a_disk_that_becomes_full_is_told(kaggle, tmp_path):
    """A limit on the size of files stands in for a disk: what is written beyond it fails in the same way."""
    limited = ("bash", "-c", 'ulimit -f 100; exec "$@"', "-", *COMMAND)
    assert "The disk became full" in str(failure(command=limited))
    assert (kaggle.cached(tmp_path) / "model.weights.h5").stat().st_size == 100 * 1024
    assert contents(download(PINNED)) == kaggle.files


def test_a_cache_that_cannot_be_written_is_named(kaggle, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path / "file"))
    assert f"{tmp_path / 'file'}" in str(failure())


def test_two_programs_do_not_download_one_model_at_once(kaggle):
    kaggle.seconds_per_chunk = 2.0
    cancellation, begun = Cancellation(), threading.Event()

    def first():
        with pytest.raises(Cancelled):
            download(PINNED, cancellation, lambda *_report: begun.set())

    thread = threading.Thread(target=first)
    thread.start()
    assert begun.wait(10)
    assert "is being downloaded by another program" in str(failure())
    cancellation.cancel()
    thread.join()


def test_what_is_damaged_on_disk_comes_anew(kaggle):
    folder = download(PINNED)
    (folder / "model.weights.h5").write_bytes(b"damaged")
    assert download(PINNED) == folder
    assert contents(download(PINNED, anew=True)) == kaggle.files


def test_a_process_that_dies_is_an_error():
    assert "ended before it was done" in str(failure(command=(sys.executable, "-c", "")))


def test_a_process_that_cannot_be_started_is_an_error(tmp_path):
    assert "cannot be started" in str(failure(command=(str(tmp_path / "nothing"),)))
