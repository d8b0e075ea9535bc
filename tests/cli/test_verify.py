"""``prompt-salience verify`` with a scripted model that reads the prompt for one word."""

import json

import jsonschema
import pytest

from prompt_salience.engine_client.protocol import EngineError
from prompt_salience.report.checks_json import checks_schema
from scripted_engine import ScriptedEngine

PROMPT = b"You judge dishes.\nGuest avoids: eggs.\nDish: quiche.\nAnalysis:"
GOES, AVOIDS = " It has eggs.\nRecommendation: Go for it.", " It has eggs.\nRecommendation: Avoid it."


class Careful(ScriptedEngine):
    """Warns of the dish as long as the prompt says what the guest avoids; without it, finds the warning unlikely."""

    def generate(self, token_ids, settings, progress=None):
        self.response = AVOIDS if self._warned(token_ids) else GOES
        return super().generate(token_ids, settings, progress)

    def log_probs(self, token_ids):
        return super().log_probs(token_ids) - (0 if self._warned(token_ids) else 1)

    def _warned(self, token_ids):
        return self.tokenize(" avoids", start=False)[0].id in token_ids


@pytest.fixture
def engine():
    return Careful(AVOIDS, blame={"avoids": 40.0, "Dish": 10.0})


def test_the_table_says_what_changed_and_how_far_it_agrees(prompt_salience):
    outcome = prompt_salience("verify", "-", "--width", "100", "--method", "grad_l2", stdin=PROMPT)
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    first = next(number for number, line in enumerate(lines) if "Guest avoids: eggs." in line)
    assert lines[first].split() == [
        *("70%", "−10.00", "over", "1,000×", "less", "changed"),
        *("Guest", "avoids:", "eggs."),
    ]
    assert [line.strip() for line in lines[first + 1 : first + 3]] == [
        "was: Recommendation: Avoid it.",
        "now: Recommendation: Go for it.",
    ]
    assert lines[first + 3].split()[1:6] == ["0.00", "as", "before", "the", "same"]
    assert "order of the changes of log p" in " ".join(lines[-2:])


@pytest.mark.parametrize("top", [1, 2, 9])
def test_as_many_units_are_checked_as_are_asked_for(prompt_salience, top):
    outcome = prompt_salience("verify", "-", "--top", str(top), "--format", "json", stdin=PROMPT)
    found = json.loads(outcome.out)
    jsonschema.validate(found, checks_schema())
    assert len(found["checks"]) == min(top, 4)
    assert found["checks"][0]["response_after"] == GOES


def test_target_method_and_granularity_are_those_of_explain(prompt_salience):
    options = ["--target", "Avoid it", "--method", "grad_dot_input", "--granularity", "word", "--format", "json"]
    found = json.loads(prompt_salience("verify", "-", *options, stdin=PROMPT).out)
    assert found["target"]["text"] == "Avoid it"
    assert (found["method"], found["granularity"]) == ("grad_dot_input", "word")


def test_a_given_response_is_checked_and_what_the_model_would_write_is_compared(prompt_salience):
    found = json.loads(prompt_salience("verify", "-", "--response", "No.", "--format", "json", stdin=PROMPT).out)
    assert found["response"] == " No."
    first = found["checks"][0]
    assert (first["response_before"], first["response_after"]) == (AVOIDS, GOES)


def test_what_goes_wrong_has_the_exit_codes_of_explain(prompt_salience):
    def load(*_):
        raise EngineError("The weights are broken.")

    assert prompt_salience("verify", "-", "--target", "fish", stdin=PROMPT).code == 1
    assert prompt_salience("verify", "nowhere.j2").code == 1
    assert prompt_salience("verify", "-", "--pattern", "(", stdin=PROMPT).code == 2
    assert prompt_salience("verify", "-", stdin=PROMPT, load=load).code == 3


@pytest.mark.parametrize("options", [["--top", "0"], ["--format", "html"], ["--to", "3"]])
def test_wrong_options_are_usage_errors(prompt_salience, options, capsys):
    with pytest.raises(SystemExit) as ended:
        prompt_salience("verify", "-", *options)
    assert ended.value.code == 2
    assert "usage: prompt-salience " in capsys.readouterr().err


def test_an_interrupt_ends_it_and_says_what_had_been_written(prompt_salience):
    class Interrupted(Careful):
        def log_probs(self, token_ids):
            raise KeyboardInterrupt

    outcome = prompt_salience("verify", "-", stdin=PROMPT, load=lambda *_: Interrupted())
    assert (outcome.code, outcome.out) == (130, "")
    assert outcome.err == f"Interrupted. Written so far:\n{AVOIDS}\n"


def test_a_doubtful_explanation_says_so_beside_json(prompt_salience, monkeypatch):
    monkeypatch.setattr("prompt_salience.explaining.foreign_prompt_hint", lambda *_: "Far from what it knows.")
    assert "note: Far from what it knows." in prompt_salience("verify", "-", "--format", "json", stdin=PROMPT).err
    assert "Far from what it knows." in prompt_salience("verify", "-", stdin=PROMPT).out
