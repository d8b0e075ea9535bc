"""What a picture says in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from specimens import explained

from prompt_salience.attribution.ablation.record import Ablation
from prompt_salience.attribution.ablation.settings import AblationSettings
from prompt_salience.engine_client.protocol import Method
from prompt_salience.prompts.source_map import Origin, OriginKind, Place, Segment, SourceMap
from prompt_salience.prompts.units import Granularity
from prompt_salience.report.captions import method, probability, source

VALUE = Origin(OriginKind.VALUE, Place("menu.values.yaml", 0, 4))
TEMPLATE = Origin(OriginKind.TEMPLATE, Place("menu.j2", 0, 4))


@pytest.mark.parametrize(
    ("origins", "path"),
    [([VALUE, TEMPLATE], "menu.j2"), ([VALUE, VALUE], "menu.values.yaml"), ([TEMPLATE, VALUE], "menu.j2")],
)
def test_the_source_is_the_template_where_there_is_one(origins, path):
    segments = tuple(Segment(4 * index, 4 * index + 4, origin, exact=True) for index, origin in enumerate(origins))
    assert source(replace(explained(), source_map=SourceMap(segments))) == path


@pytest.mark.parametrize(
    ("evaluated", "passes", "words"),
    [
        (9, 6, "lime, words left out by mask, 6 forward passes"),
        (1, 1, "lime, words left out by mask, 1 forward pass, 1 of 9 masks"),
    ],
)
def test_a_method_that_ablates_says_what_was_done_and_how_often(evaluated, passes, words):
    ablation = Ablation(AblationSettings(), np.ones((evaluated, 3), bool), np.zeros((evaluated, 2)), 9, passes)
    explanation = explained(method=Method.LIME, granularity=Granularity.WORD)
    assert method(replace(explanation, ablation=ablation)) == words


@pytest.mark.parametrize(
    ("log_prob", "words"),
    [
        (-0.25, "log-probability -0.25 (77.9%)"),
        (-0.004, "log-probability above -0.01 (99.6%)"),
        (-1e-9, "log-probability above -0.01 (above 99.9%)"),
        (-1e-30, "log-probability above -0.01 (above 99.9%)"),
        (0.0, "log-probability 0.00 (100.0%)"),
        (-40.0, "log-probability -40.00"),
    ],
)
def test_what_is_not_certain_never_reads_as_certain(log_prob, words):
    assert probability(log_prob) == words


def test_a_token_s_score_is_no_sum():
    assert method(explained()) == "grad_l2, sum over the tokens of each sentence"
    assert method(replace(explained(), granularity=Granularity.TOKEN)) == "grad_l2"
