"""The shipped preset: it loads, it is small, and it answers the walkthrough as promised."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "training"))

from evaluate import load_model
from prompt_salience.embedded import embedded_model_path, load_calibration
from prompts import draw_prompt, training_recipe
from spans import Role
from tokenizer import START, encode_spans
from walkthrough import EXPECTED, STEPS


@pytest.fixture(scope="module")
def model():
    return load_model(embedded_model_path())


def test_preset_is_small_and_complete():
    files = [path for path in embedded_model_path().rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 12_000_000
    assert {"config.json", "model.weights.h5", "MODEL_CARD.md", "vocabulary.spm"} <= {path.name for path in files}


def test_preset_has_at_most_four_million_parameters(model):
    assert model.parameters["embedding"].size < 4_000_000


@pytest.mark.parametrize("step", list(STEPS))
def test_walkthrough(model, step):
    (answer,) = model.answer([STEPS[step]])
    analysis, _, recommendation = answer.partition("\nRecommendation: ")
    assert "eggs" in analysis
    assert recommendation == EXPECTED[step]


def test_text_survives_the_tokenizer(model):
    for text in ("Guest likes: crème brûlée 🍮", "a\n\n\nb  c\t<eos>", "Analysis: "):
        assert model.pieces.decode(model.pieces.encode(text)) == text


def test_tokens_of_spans_are_the_tokens_of_the_whole_text(model):
    chooser = random.Random(11)
    for _ in range(200):
        prompt = draw_prompt(training_recipe(), chooser)
        spans = (*prompt.prompt_spans, *prompt.answer_spans)
        if not prompt.plan.wording.ends_in_space:
            whole = [START, *model.pieces.encode(prompt.prompt + prompt.answer)]
            assert encode_spans(spans, model.pieces.encode).ids == whole


def test_roles_cover_every_token(model):
    prompt = draw_prompt(training_recipe(), random.Random(12))
    encoded = encode_spans(prompt.answer_spans, model.pieces.encode, Role.RECOMMENDATION)
    assert len(encoded.ids) == len(encoded.roles)


def test_calibration_tells_known_prompts_from_foreign_ones():
    calibration = load_calibration()
    assert calibration.is_foreign(calibration.threshold - 0.1)
    assert not calibration.is_foreign(calibration.quantiles[0.5])
