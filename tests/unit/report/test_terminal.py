"""The terminal picture: what it shows, at every depth of colour and width."""

import io
from dataclasses import replace

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console
from specimens import MENU, RESPONSE, explained

from prompt_salience.attribution.scale import Theme
from prompt_salience.engine_client.protocol import Method
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.source_map import Origin, OriginKind, Place, Segment, SourceMap
from prompt_salience.prompts.units import Granularity, Part, Unit
from prompt_salience.report.look import Look, look_of
from prompt_salience.report.palette import ColourDepth
from prompt_salience.report.terminal import picture, print_picture

PLAIN = """\
Prompt  menu.txt                                               influence
  Guest likes: rice                                           ▎       5%

  Guest avoids: nuts. Soup is fine.               ▍       6%  ▎       5%
  Recommendation: Go for it.                                  █████  84%

Response  3 tokens, ended by the model
▸  Go on.

Target     the whole response, log-probability -0.25 (77.9%)
Method     grad_l2, sum over the tokens of each sentence
Model      menu-judge: gemma3, 2.71 million parameters, float32
Influence  shares of the whole prompt's; bars are relative to the
           strongest
"""
PROMPT = "Guest likes: rice\n\nGuest avoids: nuts. Soup is fine.\nRecommendation: Go for it."


def text_of(explanation, **look):
    return "\n".join(line.plain for line in picture(explanation, Look(**look))) + "\n"


def printed(explanation, system, **look):
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, color_system=system, width=200, legacy_windows=False)
    print_picture(explanation, console, Look(attributes=True, **look))
    return stream.getvalue()


def test_without_colour_bars_and_numbers_tell_it():
    assert text_of(explained(PROMPT, " Go on."), width=74) == PLAIN


@pytest.mark.parametrize("width", [40, 80, 120, 200])
@pytest.mark.parametrize("depth", [ColourDepth.NONE, ColourDepth.TRUE])
@pytest.mark.parametrize("granularity", [Granularity.SENTENCE, Granularity.WORD])
@pytest.mark.parametrize("method", Method)
def test_no_line_is_wider_than_the_look_nor_ends_in_blanks(width, depth, granularity, method):
    explanation = explained(granularity=granularity, method=method, chosen=2, hint="Far from " * 20)
    for line in picture(explanation, Look(width=width, depth=depth)):
        assert cell_len(line.plain) <= width
        if depth is ColourDepth.NONE:
            assert line.plain == line.plain.rstrip()


def test_the_prompt_stays_as_written():
    shown = text_of(explained(), width=140, depth=ColourDepth.TRUE)
    for line in MENU.splitlines():
        assert f"\n  {line}".rstrip(" ") in shown


def test_shares_stand_beside_the_text_on_a_wide_terminal():
    widths = {
        max(cell_len(line.plain) for line in picture(explained(PROMPT), Look(width=width))) for width in (100, 300)
    }
    assert len(widths) == 1


def test_a_sentence_that_wraps_has_its_share_where_it_ends():
    sentence = "Guest likes: " + "rice and " * 12 + "peas."
    rows = text_of(explained(sentence), width=60).splitlines()[1:5]
    assert [row.endswith("100%") for row in rows if row] == [False, False, True]


def test_many_units_in_a_row_give_sums_and_a_list_of_the_strongest():
    shown = text_of(explained(granularity=Granularity.WORD), width=80)
    assert "influence by row" in shown
    assert "Strongest" in shown
    assert "menu.txt:7:17" in shown
    assert "Strongest" not in text_of(explained(), width=80)


def test_a_partial_target_is_marked():
    plain = text_of(explained(chosen=2), width=80)
    assert "▸ ⟦Recommendation: Go for it.⟧" in plain
    assert "sentence 2 of the response" in plain
    styled = printed(explained(chosen=2), "truecolor", depth=ColourDepth.TRUE)
    assert "\x1b[1;4mRecommendation: Go for it.\x1b[0m" in styled
    assert "⟦" not in styled


def test_a_target_over_two_rows_has_one_bracket_at_each_end():
    start = len(MENU) + RESPONSE.index("which")
    shown = text_of(explained(target=(start, len(MENU) + len(RESPONSE) - 1)), width=80)
    assert (
        "▸  it has eggs in it, ⟦which the guest cannot eat.\n" in shown.replace("  " * 10, "").replace(" 1\n", "\n")
        or "⟦which" in shown
    )
    assert "▸ Recommendation: Go for it⟧." in shown
    assert shown.count("⟦") == shown.count("⟧") == 1
    assert "the marked text of the response" in shown


def test_units_of_the_response_are_numbered_as_target_unit_takes_them():
    rows = text_of(explained(), width=80).splitlines()
    assert [row[-1] for row in rows if "it has eggs" in row or ("▸" in row and "Recommendation" in row)] == ["1", "2"]


def test_ascii_outputs_get_ascii():
    shown = text_of(explained("Café: ☃.", " non.", chosen=1), width=80, encoding="ascii")
    assert shown.isascii()
    assert "Caf\\xe9: \\u2603." in shown
    assert "#####" in shown
    assert "> " in shown


def test_signed_shares_carry_their_sign_in_text_and_colour():
    explanation = explained(method=Method.GRAD_DOT_INPUT, chosen=2)
    assert "−11%" in text_of(explanation, width=80)
    assert "-11%" in text_of(explanation, width=80, encoding="ascii")
    styled = printed(explanation, "truecolor", depth=ColourDepth.TRUE)
    assert "against " in styled
    assert "48;2;83;160;255" in styled
    assert "48;2;91;53;14" in styled


@pytest.mark.parametrize(
    ("depth", "system", "strongest"),
    [
        (ColourDepth.TRUE, "truecolor", "\x1b[38;2;0;0;0;48;2;182;130;237mRecommendation: Go for it.\x1b[0m"),
        (ColourDepth.EIGHT_BIT, "256", "\x1b[38;5;16;48;5;183mRecommendation: Go for it.\x1b[0m"),
        (ColourDepth.SIXTEEN, "standard", "\x1b[30;105mRecommendation: Go for it.\x1b[0m"),
    ],
)
def test_each_depth_of_colour_has_its_own_codes(depth, system, strongest):
    assert strongest in printed(explained(PROMPT), system, depth=depth)


def test_light_and_dark_terminals_get_different_ramps():
    light, dark = (printed(explained(), "truecolor", depth=ColourDepth.TRUE, theme=theme) for theme in Theme)
    assert light != dark


def test_scaffolding_is_dim_and_has_no_share():
    explanation = explained("<start_of_turn>user\nGuest likes rice.", " ok", scaffolding=20)
    styled = printed(explanation, "truecolor", depth=ColourDepth.TRUE)
    assert "\x1b[2m<start_of_turn>user\x1b[0m\n" in styled


def test_a_hint_and_a_case_are_shown():
    shown = text_of(explained(case="eggs", hint="This is far from what the model knows."), width=80)
    assert "Prompt  menu.txt, case eggs" in shown
    assert "Note       This is far from what the model knows." in shown


def test_hostile_text_is_escaped_everywhere():
    explanation = explained("A \x1b[2J.", " b\x9b31m", case="c\x1b", hint="d\x07")
    for line in picture(explanation, Look()):
        assert line.plain.isprintable()


def test_a_console_says_what_it_can_show():
    def console(**options):
        return Console(file=io.StringIO(), width=77, legacy_windows=False, _environ={"TERM": "xterm"}, **options)

    pipe = look_of(console(), Theme.DARK)
    assert (pipe.depth, pipe.attributes, pipe.width) == (ColourDepth.NONE, False, 77)
    no_color = look_of(console(force_terminal=True, no_color=True, color_system="256"), Theme.DARK)
    assert (no_color.depth, no_color.attributes) == (ColourDepth.NONE, True)
    full = look_of(console(force_terminal=True, no_color=False, color_system="truecolor"), Theme.LIGHT)
    assert (full.depth, full.theme) == (ColourDepth.TRUE, Theme.LIGHT)


def test_without_colour_a_rail_ties_the_rows_of_a_unit_together():
    sentence = "Guest likes: " + "rice and " * 12 + "peas."
    prompt = f"Short.\n{sentence}\n{sentence[:50]}"
    explanation = explained(prompt)
    assert [row[:1] for row in text_of(explanation, width=60).splitlines()[1:7]] == [" ", "╭", "│", "╰", "╭", "╰"]
    assert [row[:1] for row in text_of(explanation, width=60, encoding="ascii").splitlines()[1:5]] == [*" +|+"]
    assert "╭" not in text_of(explanation, width=60, depth=ColourDepth.TRUE)


def test_a_rail_goes_past_empty_rows_and_from_one_unit_to_the_next():
    prompt = "One, two.\n\nThree. Four\nfive."
    split = prompt.index("Four")
    spans = [(0, split - 1), (split, len(prompt))]
    units = tuple(Unit(start, end, Part.PROMPT, "unit") for start, end in spans)
    explanation = explained(prompt)
    chosen = replace(explanation.targets[0], influence=np.array([0.5, 0.5]))
    shown = text_of(replace(explanation, units=units, targets=(chosen,)), width=72).splitlines()
    assert [row[:1] for row in shown[1:5]] == ["╭", "│", "├", "╰"]


def test_the_strongest_keep_their_places_on_a_narrow_terminal():
    explanation = explained(granularity=Granularity.WORD)
    long_path = "a/path/to/a/menu-with-a-rather-long-name.txt"
    place = Place(long_path, 0, len(MENU))
    moved = replace(
        explanation,
        source_map=SourceMap((Segment(0, len(MENU), Origin(OriginKind.TEMPLATE, place), exact=True),)),
        documents={long_path: Document(long_path, MENU)},
    )
    assert " menu.txt:7:17\n" in text_of(explanation, width=40)
    assert " :7:17\n" in text_of(moved, width=40)
    assert " menu-with-a-rather-long-name.txt:7:17\n" in text_of(moved, width=62)
    assert f" {long_path}:7:17\n" in text_of(moved, width=80)


def test_a_narrow_heading_wraps_how_the_response_ended():
    shown = text_of(explained(), width=40)
    assert "Response  18 tokens, ended by the   unit\n          model\n" in shown


def test_the_legend_has_one_swatch_for_each_colour():
    def swatches(depth):
        legend = next(line for line in picture(explained(), Look(depth=depth)) if line.plain.startswith("Influence"))
        return sum(not legend.plain[span.start : span.end].strip() for span in legend.spans)

    assert (swatches(ColourDepth.SIXTEEN), swatches(ColourDepth.EIGHT_BIT)) == (3, 5)
