"""Dividing what is explained in another way gives what an explanation at that granularity would have given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from prompt_salience.attribution.unit_influence import divided_otherwise
from prompt_salience.explaining import Settings, complete_and_explain
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.patterns import PatternError
from prompt_salience.prompts.rendering import render
from prompt_salience.prompts.template import parse_template
from prompt_salience.prompts.units import Granularity
from scripted_engine import ScriptedEngine

PROMPT = """\
system:
You judge dishes for Dr. Grün. 😀 Be brief.

user:
Guest likes: fish
Dish: Quiche

Guest likes: eggs
Dish:"""
SETTINGS = Settings(pattern=r"\w+:", language="de")


def explained(granularity: Granularity):
    prompt = render(parse_template(Document("menu.prompty", PROMPT)))
    return complete_and_explain(
        ScriptedEngine(" It is warm. It is good."), prompt, replace(SETTINGS, granularity=granularity)
    )


@pytest.mark.parametrize("granularity", list(Granularity))
@pytest.mark.parametrize("asked", [Granularity.SENTENCE, Granularity.TOKEN])
def test_it_equals_an_explanation_at_that_granularity(asked: Granularity, granularity: Granularity):
    found, wanted = divided_otherwise(explained(asked), granularity), explained(granularity)
    assert found.units == wanted.units
    # Both have the whole response as their first target; the others depend on how the response is divided.
    np.testing.assert_allclose(found.scores[0], wanted.targets[0].unit_scores)
    np.testing.assert_allclose(found.influence[0], wanted.targets[0].influence)
    assert found.influence.shape == (len(explained(asked).targets), len(wanted.units))


def test_without_a_pattern_there_are_no_matches():
    with pytest.raises(PatternError):
        divided_otherwise(replace(explained(Granularity.WORD), pattern=None), Granularity.PATTERN)
