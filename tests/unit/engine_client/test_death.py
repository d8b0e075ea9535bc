"""The end of the process in words."""

from __future__ import annotations

import pytest

from prompt_salience.engine_client.death import Death


@pytest.mark.parametrize(
    ("death", "words"),
    [
        (Death(-9), "was killed (SIGKILL), probably because the computer ran out of memory"),
        (Death(-11), "crashed (SIGSEGV)"),
        (Death(-250), "crashed (signal 250)"),
        (Death(1), "ended by itself (exit code 1)"),
        (
            Death(-9, "did not answer within 60 s of its start"),
            "did not answer within 60 s of its start, and was ended",
        ),
    ],
)
def test_words(death, words):
    assert str(death) == words
