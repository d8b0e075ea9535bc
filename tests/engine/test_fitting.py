"""Whether a model fits: the arithmetic of what it needs, and what is said when it does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from models import decoder_of

from prompt_salience.engine.config import BlockConfig, DecoderConfig, LayerKind
from prompt_salience.engine.division import UNDIVIDED, Division, divided
from prompt_salience.engine.fitting import first_that_fits
from prompt_salience.engine.free_memory import Memory
from prompt_salience.engine.memory_need import memory_need
from prompt_salience.engine.weights import parameter_count, parameter_count_of
from prompt_salience.engine_client.protocol import ModelLoadError

GEMMA_2_2B = DecoderConfig(
    family="gemma2",
    vocabulary_size=256_000,
    hidden_dim=2304,
    feedforward_dim=9216,
    block=BlockConfig(8, 4, 256, 256**-0.5, 50.0, 1e-6),
    layers=(LayerKind(4096), LayerKind()) * 13,
    embedding_scale=48.0,
    final_soft_cap=30.0,
    final_norm_epsilon=1e-6,
    context_length=8192,
)


LAYOUT = {"embedding": 0, "query": 1, "key": 1, "value": 1, "attention_output": 0, "gate": 1, "up": 1, "down": 0}
DIVISIONS = [divided(GEMMA_2_2B, LAYOUT, count) for count in (1, 2, 3, 4)]


def fitting(
    free: int | None, dtype: str = "float32", divisions: Sequence[Division] = (UNDIVIDED,), *, accelerator: bool = False
) -> Division:
    """The division that is chosen when every device has so much."""
    memory = Memory("this machine", free, None)
    return first_that_fits("gemma2", GEMMA_2_2B, dtype, divisions, lambda _count: memory, accelerator=accelerator)


def refusal(
    free: int, dtype: str = "float32", divisions: Sequence[Division] = (UNDIVIDED,), *, accelerator: bool = False
) -> str:
    with pytest.raises(ModelLoadError) as raised:
        fitting(free, dtype, divisions, accelerator=accelerator)
    return str(raised.value)


def test_parameters_are_counted_as_published() -> None:
    assert parameter_count_of(GEMMA_2_2B) == pytest.approx(2_614_341_888, rel=1e-4)


def test_parameters_are_counted_from_the_shape(preset: Path) -> None:
    model = decoder_of(preset)
    assert parameter_count_of(model.config) == pytest.approx(parameter_count(model.weights), rel=0.01)


def test_each_part_is_what_its_formula_says() -> None:
    need = memory_need(GEMMA_2_2B, 4, 1024)
    assert need.weights == 4 * parameter_count_of(GEMMA_2_2B)
    assert need.cache == 2 * 26 * 1024 * 4 * 256 * 4
    kept, logits = 28 * 1024 * 2304 * 4, 3 * 64 * 256_000 * 4
    assert need.explanation == kept + logits
    assert need.total == need.weights + need.cache + need.explanation


def test_the_way_back_through_a_layer_outgrows_the_logits_in_long_texts() -> None:
    need = memory_need(GEMMA_2_2B, 4, 8192)
    assert need.explanation == 28 * 8192 * 2304 * 4 + 2 * 8 * 8192**2 * 4 + 2 * 8192 * 2304 * 4


def test_half_the_bytes_are_half_the_weights_and_half_the_cache() -> None:
    wide, narrow = memory_need(GEMMA_2_2B, 4, 1024), memory_need(GEMMA_2_2B, 2, 1024)
    assert (narrow.weights * 2, narrow.cache * 2) == (wide.weights, wide.cache)


@pytest.mark.parametrize("free", [11_200_000_000, None])
def test_what_fits_or_cannot_be_known_passes(free: int | None) -> None:
    assert fitting(free) is UNDIVIDED


def test_a_refusal_has_the_numbers_and_what_would_fit() -> None:
    assert refusal(8_000_000_000) == (
        "gemma2 does not fit into the memory of this machine: it needs 11.1 GB (10.5 GB for the weights in float32, "
        "0.2 GB for the keys and values of 1,024 tokens, 0.5 GB to explain them), and 8.0 GB are free. "
        "Close other programs, or choose a smaller model: up to about 1,830 million parameters fit in float32."
    )


def test_a_smaller_number_format_is_proposed_on_accelerators_alone() -> None:
    assert "With the dtype bfloat16 it needs 5.7 GB, and fits." in refusal(8_000_000_000, accelerator=True)
    assert "bfloat16" not in refusal(8_000_000_000)
    assert "With the dtype" not in refusal(4_000_000_000, accelerator=True)
    assert "With the dtype" not in refusal(4_000_000_000, "bfloat16", accelerator=True)


def test_a_shorter_context_is_proposed_where_it_is_enough() -> None:
    said = refusal(11_050_000_000)
    assert "With a context of 768 tokens it fits" in said
    assert '{"context_length": 768}' in said


def test_where_nothing_fits_nothing_is_promised() -> None:
    assert refusal(100_000_000).endswith("hardly any would fit now.")


def test_each_device_holds_its_part_of_what_is_divided() -> None:
    whole, part = (memory_need(GEMMA_2_2B, 4, 8192, division) for division in (UNDIVIDED, DIVISIONS[3]))
    assert part.weights == pytest.approx(whole.weights / 4, rel=1e-3)
    assert part.cache == whole.cache // 4
    kept = 28 * 8192 * 2304 * 4
    assert part.explanation == kept + 2 * 8 * 8192**2 * 4 // 4 + 2 * 8192 * 2304 * 4


def test_keys_and_values_whose_heads_cannot_be_divided_are_whole_on_every_device() -> None:
    whole, part = (memory_need(GEMMA_2_2B, 4, 8192, division) for division in (UNDIVIDED, DIVISIONS[2]))
    assert part.weights < whole.weights * 0.4
    assert part.cache == whole.cache
    assert part.explanation == whole.explanation


def test_it_is_laid_on_as_few_devices_as_it_fits_into() -> None:
    assert [fitting(free, divisions=DIVISIONS).count for free in (12 * 10**9, 6 * 10**9, 45 * 10**8, 35 * 10**8)] == [
        1, 2, 3, 4,
    ]  # fmt: skip


def test_more_devices_are_only_thought_of_where_one_is_too_small() -> None:
    def divisions() -> Iterator[Division]:
        yield UNDIVIDED
        pytest.fail("the layout was asked for")

    memory = Memory("this machine", 12 * 10**9, None)
    first_that_fits("gemma2", GEMMA_2_2B, "float32", divisions(), lambda _count: memory, accelerator=False)


def test_a_refusal_says_what_several_devices_would_hold() -> None:
    assert refusal(2_000_000_000, divisions=DIVISIONS, accelerator=True) == (
        "gemma2 does not fit into the memory of this machine: it needs 11.1 GB (10.5 GB for the weights in float32, "
        "0.2 GB for the keys and values of 1,024 tokens, 0.5 GB to explain them), and 2.0 GB are free. "
        "Divided among 4 devices it needs 3.0 GB on each, and 2.0 GB are free there. "
        "With the dtype bfloat16 it needs 1.5 GB on each, and fits. "
        "Close other programs, or choose a smaller model: up to about 1,632 million parameters fit in float32."
    )


def test_a_refusal_of_a_number_that_was_asked_for_has_its_numbers() -> None:
    assert refusal(2_000_000_000, divisions=DIVISIONS[1:2]).startswith(
        "gemma2 does not fit into the memory of 2 devices (this machine): on each it needs 5.7 GB (5.2 GB for"
    )
