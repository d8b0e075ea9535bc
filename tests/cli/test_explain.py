"""``prompt-salience explain`` with a scripted model."""

import json
import math
import re

import jsonschema
import pytest

from prompt_salience.engine_client.protocol import DEFAULT_METHOD, EngineError, Method
from prompt_salience.report.explanation_json import schema
from scripted_engine import BOS, ScriptedEngine

PROMPT = b"You judge dishes.\n\nGuest avoids: eggs. Be brief.\nDish: omelette\nAnalysis:"


def explained(outcome):
    assert outcome.code == 0, outcome.err
    found = json.loads(outcome.out)
    jsonschema.validate(found, schema())
    return found


def test_json_is_one_object_and_nothing_else(prompt_salience):
    outcome = prompt_salience("explain", "-", "--format", "json", stdin=PROMPT)
    found = explained(outcome)
    assert outcome.out.count("\n") == 1
    assert found["prompt"] == PROMPT.decode()
    assert found["stop_reason"] == "end_of_text"


def test_json_offsets_lead_to_the_texts(prompt_salience):
    found = explained(prompt_salience("explain", "-", "--format", "json", stdin="Ein „Gruß“ 👋🏽. Zwei.".encode()))
    text = found["prompt"] + found["response"]
    for piece in [*found["units"], *found["targets"]]:
        assert text[piece["start"] : piece["end"]] == piece["text"]
    for unit in found["units"]:
        sources = "".join(found["prompt"][source["start"] : source["end"]] for source in unit["source"])
        assert sources == (unit["text"] if unit["part"] == "prompt" else "")


def test_json_shares_belong_to_the_prompt_alone(prompt_salience):
    found = explained(prompt_salience("explain", "-", "--format", "json", stdin=PROMPT))
    assert found["targets"][0]["text"] == found["response"]
    assert len(found["targets"]) == 1 + sum(unit["part"] == "response" for unit in found["units"])
    for target in found["targets"]:
        inside = [
            share for share, unit in zip(target["influence"], found["units"], strict=True) if unit["part"] == "prompt"
        ]
        assert math.isclose(sum(map(abs, inside)), 1.0)
        assert sum(map(abs, target["influence"])) == pytest.approx(1.0)
        assert len(target["token_scores"]) == len(found["tokens"])
    assert found["tokens"][0] == {"id": BOS.id, "text": "<bos>", "start": 0, "end": 0, "part": "special"}


def test_every_setting_reaches_the_engine_and_the_result(prompt_salience, engine):
    options = ["--method", "grad_dot_input", "--granularity", "word", "--aggregation", "mean", "--format", "json"]
    found = explained(prompt_salience("explain", "-", *options, "--max-new-tokens", "3", stdin=PROMPT))
    assert (found["method"], found["granularity"], found["aggregation"]) == ("grad_dot_input", "word", "mean")
    assert found["stop_reason"] == "token_budget"
    assert engine.asked[0].method is Method.GRAD_DOT_INPUT


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ([], " It has eggs in it.\nRecommendation: Go for it."),
        (["--target-unit", "1"], "It has eggs in it."),
        (["--target", "eggs"], "eggs"),
        (["--response", "No. Never.", "--target-unit", "2"], "Never."),
    ],
)
def test_the_target_that_was_asked_for_is_chosen(prompt_salience, options, text):
    found = explained(prompt_salience("explain", "-", "--format", "json", *options, stdin=PROMPT))
    assert found["targets"][found["chosen"]]["text"] == text
    assert found["targets"][0]["text"] == found["response"]


def test_a_case_s_own_target_is_used_only_when_asked_for(prompt_salience, tmp_path):
    (tmp_path / "menu.j2").write_text("Dish: {{ dish }}\nAnalysis:")
    (tmp_path / "menu.values.yaml").write_text(
        "cases:\n  soup:\n    values:\n      dish: soup\n    target: ' Fine.'\n  cake:\n    values:\n      dish: cake\n"
    )
    given = explained(prompt_salience("explain", "menu.j2", "--use-target", "--format", "json"))
    assert (given["response"], given["stop_reason"]) == (" Fine.", "given")
    assert explained(prompt_salience("explain", "menu.j2", "--format", "json"))["stop_reason"] == "end_of_text"
    other = explained(prompt_salience("explain", "menu.j2", "--case", "cake", "--set", "dish=pie", "--format", "json"))
    assert other["prompt"] == "Dish: pie\nAnalysis:"
    refused = prompt_salience("explain", "menu.j2", "--case", "cake", "--use-target")
    assert (refused.code, refused.err) == (
        1,
        "menu.j2: the case 'cake' names no target, so --use-target has nothing to use\n",
    )


def test_a_pattern_chooses_its_granularity(prompt_salience):
    found = explained(prompt_salience("explain", "-", "--pattern", "[A-Z]\\w+", "--format", "json", stdin=PROMPT))
    assert found["granularity"] == "pattern"
    assert "Guest" in [unit["text"] for unit in found["units"]]


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("[A-Z]\\w+", ""),
        ("xyz", "note: no unit of the prompt is a match of the pattern; the prompt has 1 unit\n"),
        ("x*", "note: no unit of the prompt is a match of the pattern; the prompt has 62 units\n"),
    ],
)
def test_a_pattern_that_matches_nothing_is_told(prompt_salience, pattern, told):
    outcome = prompt_salience("explain", "-", "--pattern", pattern, stdin=PROMPT)
    assert (outcome.code, outcome.err) == (0, told)


@pytest.mark.parametrize(
    "options",
    [
        ["--granularity", "pattern"],
        ["--granularity", "word", "--pattern", "x"],
        ["--pattern", "("],
    ],
)
def test_patterns_that_make_no_sense_are_usage_errors(prompt_salience, options):
    outcome = prompt_salience("explain", "-", *options, stdin=PROMPT)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("prompt-salience: error: ")


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["-", "--method", "magic"],
        ["-", "--operator", "erase"],
        ["-", "--masks", "0"],
        ["-", "--target", "x", "--target-unit", "1"],
        ["-", "--chat", "--raw"],
        ["-", "--target-unit", "0"],
        ["-", "--max-new-tokens", "many"],
        ["-", "--temperature", "-1"],
        ["-", "--temperature", "nan"],
        ["-", "--top-p", "0"],
        ["-", "--set", "novalue"],
        ["-", "--width", "3"],
        ["-", "--meth", "grad_l2"],
        ["-", "--stop", ""],
        ["-", "--pattern", ""],
        ["-", "--language", "english"],
        ["-", "--language", "EN"],
    ],
)
def test_wrong_options_are_usage_errors(prompt_salience, options, capsys):
    with pytest.raises(SystemExit) as ended:
        prompt_salience("explain", *options)
    assert ended.value.code == 2
    assert "usage: prompt-salience " in capsys.readouterr().err


def test_a_target_that_is_not_there_is_the_input_s_fault(prompt_salience):
    for options in (["--target", "fish"], ["--target-unit", "9"], ["--response", "  "]):
        outcome = prompt_salience("explain", "-", *options, stdin=PROMPT)
        assert (outcome.code, outcome.out) == (1, "")
        assert outcome.err.startswith("prompt-salience: error: T")


def test_a_prompt_that_is_too_long_is_the_input_s_fault(prompt_salience):
    short = ScriptedEngine(context_length=5)
    outcome = prompt_salience("explain", "-", stdin=PROMPT, load=lambda *_: short)
    assert outcome.code == 1
    assert "at most 5" in outcome.err


def test_an_unknown_model_says_what_can_be_used(prompt_salience):
    outcome = prompt_salience("explain", "-", "--model", "menu-jugde", stdin=PROMPT)
    assert (outcome.code, outcome.out) == (3, "")
    assert "Did you mean menu-judge?" in outcome.err


def test_a_model_that_fails_says_why(prompt_salience):
    def load(_model, _dtype, _progress):
        raise EngineError("The weights are broken.")

    outcome = prompt_salience("explain", "-", stdin=PROMPT, load=load)
    assert (outcome.code, outcome.err) == (3, "prompt-salience: error: The weights are broken.\n")


def test_the_dtype_reaches_the_loader(prompt_salience, engine):
    asked = []

    def load(model, dtype, _progress):
        asked.append((model.name, dtype))
        return engine

    prompt_salience("explain", "-", "--dtype", "bfloat16", stdin=PROMPT, load=load)
    assert asked == [("menu-judge", "bfloat16")]


def test_a_broken_template_is_told_before_a_model_is_loaded(prompt_salience, tmp_path):
    (tmp_path / "menu.j2").write_text("One.\nDish: {{ dsh }}\n")
    (tmp_path / "menu.values.yaml").write_text("cases:\n  soup:\n    values:\n      dish: soup\n")

    def load(*_):
        pytest.fail("a model was loaded")

    outcome = prompt_salience("explain", "menu.j2", load=load)
    assert (outcome.code, outcome.out) == (1, "")
    first, line, caret, *_ = outcome.err.splitlines()
    assert first.startswith("menu.j2:2:10: error: ")
    assert line == "    2 | Dish: {{ dsh }}"
    assert caret == "      |          ^^^"
    assert "dish" in outcome.err


def test_warnings_are_told_and_do_not_fail(prompt_salience, tmp_path):
    (tmp_path / "menu.j2").write_text("Dish: {{ dish }}")
    (tmp_path / "menu.values.yaml").write_text("cases:\n  soup:\n    values:\n      dish: soup\n      guest: Ann\n")
    outcome = prompt_salience("explain", "menu.j2", "--format", "json")
    explained(outcome)
    assert "menu.values.yaml:5:7: warning: " in outcome.err


def test_an_interrupt_says_what_had_been_written(prompt_salience):
    class Interrupted(ScriptedEngine):
        def explain(self, request, progress=None):
            raise KeyboardInterrupt

    outcome = prompt_salience("explain", "-", stdin=PROMPT, load=lambda *_: Interrupted("Half a \x1b[31manswer"))
    assert (outcome.code, outcome.out) == (130, "")
    assert outcome.err == "Interrupted. Written so far:\nHalf a \\x1b[31manswer\n"


@pytest.mark.parametrize(("operator", "passes"), [("mask", 6), ("remove", 6)])
def test_a_method_that_ablates_says_how_and_how_often(prompt_salience, operator, passes):
    options = ["--method", "leave_one_out", "--operator", operator]
    found = explained(prompt_salience("explain", "-", *options, "--format", "json", stdin=PROMPT))
    assert found["version"] == 2
    assert found["ablation"] == {
        "operator": operator, "masks": passes, "planned_masks": passes, "forward_passes": passes, "seed": 0
    }  # fmt: skip
    picture = prompt_salience("explain", "-", *options, stdin=PROMPT)
    assert f"leave_one_out, sentences left out by {operator}, {passes} forward passes" in picture.out


def test_masks_and_seed_reach_the_method(prompt_salience):
    options = ["--method", "lime", "--granularity", "word", "--masks", "9", "--seed", "4", "--format", "json"]
    found = explained(prompt_salience("explain", "-", *options, stdin=PROMPT))
    assert found["ablation"]["masks"] == found["ablation"]["planned_masks"] == 10
    assert found["ablation"]["seed"] == 4


def test_an_interrupt_shows_what_had_been_measured(prompt_salience):
    class Interrupted(ScriptedEngine):
        def ablated(self, request, progress=None):
            if self.ablations:
                raise KeyboardInterrupt
            return super().ablated(request, progress)

    options = ["--method", "lime", "--granularity", "word", "--masks", "40", "--format", "json"]
    outcome = prompt_salience("explain", "-", *options, stdin=PROMPT, load=lambda *_: Interrupted())
    assert outcome.code == 130
    found = json.loads(outcome.out)
    jsonschema.validate(found, schema())
    assert 1 < found["ablation"]["masks"] < found["ablation"]["planned_masks"] == 41
    assert any(found["targets"][0]["influence"])


def test_a_page_has_no_other_method_that_needs_many_passes(prompt_salience, engine):
    outcome = prompt_salience("explain", "-", "--format", "html", stdin=PROMPT)
    assert outcome.code == 0
    assert not engine.ablations
    outcome = prompt_salience("explain", "-", "--format", "html", "--method", "shap", stdin=PROMPT)
    (data,) = re.findall(r'id="explanation">(.*?)</script>', outcome.out)
    assert json.loads(data)["allMethods"] == ["shap", *(method for method in Method if method.one_pass)]


def test_a_pipe_gets_bars_and_a_terminal_gets_colour(prompt_salience):
    plain = prompt_salience("explain", "-", stdin=PROMPT)
    assert "\x1b" not in plain.out
    assert "█" in plain.out
    coloured = prompt_salience("explain", "-", stdin=PROMPT, terminal=True)
    assert "\x1b[38;2;" in coloured.out
    assert "█" not in coloured.out


def test_colour_can_be_forced_and_forbidden(prompt_salience, monkeypatch):
    assert "\x1b[" in prompt_salience("explain", "-", "--color", "always", stdin=PROMPT).out
    assert "\x1b[" not in prompt_salience("explain", "-", "--color", "never", stdin=PROMPT, terminal=True).out
    monkeypatch.setenv("NO_COLOR", "1")
    obedient = prompt_salience("explain", "-", "--target-unit", "1", stdin=PROMPT, terminal=True).out
    assert "█" in obedient
    assert "\x1b[1;4m" in obedient
    assert "48;2" not in obedient


def test_forced_colour_has_256_colours_at_least(prompt_salience, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("COLORTERM")
    assert ";48;5;" in prompt_salience("explain", "-", "--color", "always", stdin=PROMPT).out


def test_the_terminal_s_background_chooses_the_ramp(prompt_salience, monkeypatch):
    dark = prompt_salience("explain", "-", stdin=PROMPT, terminal=True).out
    monkeypatch.setenv("COLORFGBG", "0;15")
    light = prompt_salience("explain", "-", stdin=PROMPT, terminal=True).out
    assert dark != light
    assert light == prompt_salience("explain", "-", "--background", "light", stdin=PROMPT, terminal=True).out


def test_the_width_is_kept(prompt_salience):
    outcome = prompt_salience("explain", "-", "--width", "50", stdin=PROMPT)
    assert max(map(len, outcome.out.splitlines())) <= 50


def test_control_characters_never_reach_a_terminal(prompt_salience):
    hostile = "Title \x1b]0;owned\x07 \u202egnp.exe"
    outcome = prompt_salience(
        "explain", "-", stdin=hostile.encode(), terminal=True, load=lambda *_: ScriptedEngine("ok\x9b2J")
    )
    assert not {"\x07", "\u202e", "\x9b"} & set(outcome.out)
    assert "\x1b]" not in outcome.out
    assert "\\x1b]0;owned\\x07 \\u202egnp.exe" in outcome.out


def test_html_is_one_page_with_every_method(prompt_salience):
    outcome = prompt_salience("explain", "-", "--format", "html", "--method", "grad_dot_input", stdin=PROMPT)
    assert outcome.code == 0, outcome.err
    assert outcome.out.startswith("<!doctype html>")
    (data,) = re.findall(r'id="explanation">(.*?)</script>', outcome.out)
    assert json.loads(data)["allMethods"][:2] == ["grad_dot_input", "grad_l2"]


def test_the_default_method_is_the_one_that_all_doors_have(prompt_salience, engine):
    prompt_salience("explain", "-", stdin=PROMPT)
    assert engine.asked[0].method is DEFAULT_METHOD
