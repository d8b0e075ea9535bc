"""Numbers of bytes in words."""

import pytest

from prompt_salience.engine_client.byte_counts import bytes_in_words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (99_949, "99.9 kB"),
        (536_196_352, "536 MB"),
        (999_700_000, "1.0 GB"),
        (5_228_683_776, "5.2 GB"),
        (10**21, "1000 EB"),
    ],
)
def test_bytes_have_few_digits_and_the_unit_that_fits(count, words):
    assert bytes_in_words(count) == words
