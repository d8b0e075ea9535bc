"""A response that is read again: by its own tokens, unless those are another model's."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from prompt_salience.completing import Filled, Run, complete, reread
from prompt_salience.engine_client.protocol import ModelInfo, SamplingSettings, StopReason, Token
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.rendered import RenderedPrompt
from prompt_salience.prompts.rendering import render
from prompt_salience.prompts.template import parse_template
from scripted_engine import ScriptedEngine


@dataclass
class OtherEngine(ScriptedEngine):
    """A model that counts its tokens in another way."""

    dtype: str = "float32"
    shift: int = 1000

    @property
    def info(self) -> ModelInfo:
        return replace(super().info, dtype=self.dtype)

    def tokenize(self, text: str, *, start: bool) -> tuple[Token, ...]:
        return tuple(replace(token, id=token.id + self.shift) for token in super().tokenize(text, start=start))


def prompt(text: str) -> RenderedPrompt:
    return render(parse_template(Document("menu.txt", text)))


@pytest.fixture
def run() -> Run:
    return complete(ScriptedEngine(), Filled(prompt("Dish: Quiche")), SamplingSettings())


@pytest.mark.parametrize("engine", [ScriptedEngine(), OtherEngine(dtype="bfloat16")])
def test_the_model_that_wrote_a_response_reads_its_very_tokens(run: Run, engine: ScriptedEngine) -> None:
    again = reread(engine, Filled(prompt("Dish: Soup")), run)
    assert again.completion == replace(run.completion, log_probs=())
    assert again.prompt_tokens == engine.tokenize("Dish: Soup", start=True)
    assert again.model == engine.info


def test_another_model_reads_its_text(run: Run) -> None:
    engine = OtherEngine(name="other")
    again = reread(engine, Filled(prompt("Dish: Soup")), run)
    assert again.completion.text == run.completion.text
    assert again.completion.tokens == engine.tokenize(run.completion.text, start=False)
    assert again.completion.stop_reason is StopReason.GIVEN
    assert again.model == engine.info
