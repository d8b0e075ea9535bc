"""How much of a model has come, and when a link that brings nothing is given up."""

from __future__ import annotations

import errno
import threading
import time

import pytest
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import SSLError

from prompt_salience.downloading import arriving
from prompt_salience.downloading.arriving import Arrival, Watching
from prompt_salience.downloading.causes import download_error
from prompt_salience.downloading.kaggle import RemoteFile
from prompt_salience.downloading.said import Come, Failed, Here, from_line, to_line
from prompt_salience.engine_client.kaggle_handle import kaggle_handle

FILES = (RemoteFile("weights", 100), RemoteFile("assets/tokens", 20))
HANDLE = kaggle_handle("keras/gemma/keras/gemma_2b_en/3")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "3" / "assets").mkdir(parents=True)
    return tmp_path / "3"


def test_what_has_come_is_read_off_the_files(folder):
    arrival = Arrival(folder, FILES)
    assert (arrival.done, arrival.total) == (0, 120)
    (folder / "weights").write_bytes(bytes(60))
    (folder / "assets" / "tokens").write_bytes(bytes(50))
    assert arrival.done == 80, "more than Kaggle told does not count"


def test_an_archive_counts_until_it_is_unpacked(folder):
    arrival = Arrival(folder, FILES)
    folder.with_name("3.archive").write_bytes(bytes(90))
    assert arrival.done == 90
    (folder / "weights").write_bytes(bytes(100))
    assert (arrival.done, arrival.written) == (100, 190)


def _spend(seconds, doing, path):
    end = time.monotonic() + seconds
    while doing == "computing" and time.monotonic() < end:
        pass
    while doing == "writing" and time.monotonic() < end:
        with path.open("ab") as file:
            file.write(b"x")
        time.sleep(0.02)
    time.sleep(max(0.0, end - time.monotonic()))


@pytest.mark.parametrize(("meanwhile", "given_up"), [("nothing", True), ("writing", False), ("computing", False)])
def test_only_where_nothing_happens_it_is_given_up(folder, monkeypatch, meanwhile, given_up):
    monkeypatch.setattr(arriving, "PAUSE", 0.01)
    monkeypatch.setattr(arriving, "PATIENCE", 0.2)
    stalled = threading.Event()
    with Watching(Arrival(folder, FILES), lambda: None, stalled.set):
        _spend(0.6, meanwhile, folder / "weights")
    assert stalled.is_set() == given_up


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk became full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "The disk became full"),
        (PermissionError(errno.EACCES, "Permission denied", "/cache"), "/cache cannot be written: Permission denied"),
        (SSLError("self-signed certificate"), "REQUESTS_CA_BUNDLE"),
        (NoConnection("refused"), "Kaggle cannot be reached"),
        (RuntimeError("odd"), "could not be downloaded: RuntimeError: odd"),
    ],
)
def test_every_error_has_words(error, words):
    assert words in str(download_error(error, HANDLE, credentials=True))


def test_what_is_said_travels():
    failed = Failed.of(download_error(OSError(errno.ENOSPC, "full"), HANDLE, credentials=True))
    for said in (Come(3, 4), Here("/models/é"), failed):
        assert from_line(to_line(said)) == said
    assert str(failed.error) == failed.message


@pytest.mark.parametrize("line", [b"{", b"[]", b'{"kind": "Come"}', b'{"kind": "Nothing"}'])
def test_what_says_nothing_is_refused(line):
    with pytest.raises(ValueError, match=r".+"):
        from_line(line)
