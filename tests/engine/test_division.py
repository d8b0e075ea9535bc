"""Which axis of each weight is divided among how many devices, and that it is the one that keras-hub divides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from models import backbone_of, decoder_of
from presets import SHAPES, Family

from prompt_salience.engine.config import BlockConfig, DecoderConfig
from prompt_salience.engine.division import UNDIVIDED, divided
from prompt_salience.engine.keras_layers import PLACES, block_layers
from prompt_salience.engine.keras_layout import PATHS, layout

CONFIG = DecoderConfig(
    family="gemma2",
    vocabulary_size=512,
    hidden_dim=24,
    feedforward_dim=40,
    block=BlockConfig(8, 4, 16, 0.25, None, 1e-6),
    layers=(),
    embedding_scale=1.0,
    final_soft_cap=None,
    final_norm_epsilon=1e-6,
    context_length=100,
)
LAYOUT = {"embedding": 0, "query": 1, "key": 1, "value": 1, "attention_output": 0, "gate": 1, "up": 1, "down": 0}


def test_the_layout_is_that_of_the_backbone() -> None:
    """Heads, the inside of the feed-forward network and the vocabulary are what is divided."""
    assert layout() == LAYOUT


def test_keras_calls_the_weights_of_every_family_so(preset: Path) -> None:
    backbone = backbone_of(preset)
    layers = block_layers(backbone.transformer_layers[0])
    paths = {weight: layer.kernel.path for weight, layer in layers.items() if not weight.endswith("norm")}
    assert {"embedding": backbone.token_embedding.embeddings.path, **paths} == PATHS
    assert set(LAYOUT) == {"embedding", *(weight for weight in PLACES if not weight.endswith("norm"))}


def test_what_can_be_divided_evenly_is_divided_as_the_layout_says() -> None:
    assert divided(CONFIG, LAYOUT, 4).axes == LAYOUT
    assert divided(CONFIG, LAYOUT, 1) is UNDIVIDED


def test_heads_that_cannot_be_divided_leave_the_other_axis() -> None:
    division = divided(CONFIG, LAYOUT, 8)
    assert division.axes == LAYOUT | {"key": 0, "value": 0}
    assert (division.heads, division.feedforward, division.vocabulary) == (1, 8, 8)


def test_so_do_a_vocabulary_and_a_feed_forward_network() -> None:
    division = divided(CONFIG, LAYOUT, 3)
    assert division.axes == {weight: 1 - axis for weight, axis in LAYOUT.items()}
    assert (division.heads, division.feedforward, division.vocabulary) == (1, 1, 1)


def test_what_cannot_be_divided_at_all_is_whole_on_every_device() -> None:
    division = divided(replace(CONFIG, vocabulary_size=510), LAYOUT, 5)
    assert division.axes == {"embedding": 0, "gate": 1, "up": 1, "down": 0}
    assert [division.share(weight) for weight in ("embedding", "gate", "query")] == [5, 5, 1]


@pytest.mark.parametrize(("family", "count", "heads"), [(Family.GEMMA, 2, 1), (Family.GEMMA_2, 2, 2)])
def test_keys_are_divided_where_there_are_enough_of_their_heads(
    family: Family, count: int, heads: int, request: pytest.FixtureRequest
) -> None:
    config = decoder_of(request.getfixturevalue("preset_of")(family)).config
    assert config.block.key_value_heads == SHAPES[family].num_key_value_heads
    assert divided(config, layout(), count).heads == heads
