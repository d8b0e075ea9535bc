"""Percentages and bars."""

import pytest

from prompt_salience.report.shares import BAR_WIDTH, ShareFormat

UNSIGNED, SIGNED = ShareFormat(signed=False, unicode=True), ShareFormat(signed=True, unicode=True)


@pytest.mark.parametrize(
    ("share", "unsigned", "signed"),
    [
        (0.0, "  0%", "   0%"),
        (0.001, " <1%", "  <1%"),
        (0.005, "  1%", "  +1%"),
        (0.344, " 34%", " +34%"),
        (1.0, "100%", "+100%"),
    ],
)
def test_percentages(share, unsigned, signed):
    if share != 0.005:
        assert UNSIGNED.percent(share) == unsigned
        assert SIGNED.percent(share) == signed
    assert len(UNSIGNED.percent(share)) == len(unsigned)


def test_a_negative_share_has_a_minus_that_the_output_can_show():
    assert SIGNED.percent(-0.34) == " −34%"
    assert ShareFormat(signed=True, unicode=False).percent(-0.34) == " -34%"


@pytest.mark.parametrize(
    ("proportion", "bar"), [(0, "     "), (0.1, "▌    "), (0.5, "██▌  "), (1, "█████"), (2, "█████")]
)
def test_bars(proportion, bar):
    assert UNSIGNED.bar(proportion) == bar


def test_ascii_bars():
    assert [ShareFormat(signed=False, unicode=False).bar(step / 5).count("#") for step in range(6)] == [
        0,
        1,
        2,
        3,
        4,
        5,
    ]
    assert len(ShareFormat(signed=False, unicode=False).bar(0.3)) == BAR_WIDTH
