"""The real engine in a process of its own, on presets that the tests make."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from watched import eventually

from prompt_salience.engine_client.cancellation import NEVER, Cancellation, Cancelled
from prompt_salience.engine_client.models import AvailableModel, Where
from prompt_salience.engine_client.protocol import ExplainRequest, Method, ModelLoadError, SamplingSettings
from prompt_salience.engine_client.status import EngineState
from prompt_salience.engine_client.supervision import ENGINE_COMMAND

TEXT = "Does the guest like the dish? It has eggs."
SETTINGS = SamplingSettings(max_new_tokens=6)
PROBED = (sys.executable, str(Path(__file__).with_name("probed_engine.py")))


@pytest.fixture(scope="session")
def presets_made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, AvailableModel]:
    """A Gemma 1 and a Gemma 2, by family."""
    os.environ["KERAS_BACKEND"] = "jax"
    import jax
    from presets import Family, write_preset

    # Initial weights are overwritten at once: they are not worth optimised code.
    jax.config.update("jax_disable_most_optimizations", val=True)
    folder = tmp_path_factory.mktemp("presets")
    families = Family.GEMMA, Family.GEMMA_2
    written = {family: write_preset(folder / family, family) for family in families}
    jax.config.update("jax_disable_most_optimizations", val=False)
    return {family: AvailableModel(f"tiny_{family}", path, Where.FOLDER) for family, path in written.items()}


def said(engine, words: str) -> list[int]:
    """The numbers at the end of what the probe said."""
    return [int(line.split()[-1]) for line in engine.log if line.startswith(f"probe: {words}")]


def test_it_answers_as_the_engine_in_this_process_does(supervised: Callable, presets_made):
    from prompt_salience.engine.load import load_engine

    model = presets_made["gemma2"]
    there, here = supervised(command=ENGINE_COMMAND).load(model=model), load_engine(model.path, name=model.name)
    assert there.info == here.info
    tokens = here.tokenize(TEXT, start=True)
    assert there.tokenize(TEXT, start=True) == tokens
    ids = tuple(token.id for token in tokens)
    written = list(here.generate(ids, SETTINGS))
    got = list(there.generate(ids, SETTINGS))
    assert [completion.tokens for completion in got] == [completion.tokens for completion in written]
    assert got[-1].text == written[-1].text
    assert got[-1].stop_reason is written[-1].stop_reason
    assert np.allclose(got[-1].log_probs, written[-1].log_probs, rtol=1e-5)
    for method in (method for method in Method if not method.ablates):
        request = ExplainRequest(ids, ((3, 5), (len(ids) - 4, len(ids))), method)
        expected, found = here.explain(request), there.explain(request)
        np.testing.assert_allclose(found.scores, expected.scores, rtol=1e-5, atol=1e-6 * np.abs(expected.scores).max())
        np.testing.assert_allclose(found.log_probs, expected.log_probs, rtol=1e-5)
    np.testing.assert_allclose(there.log_probs(ids), here.log_probs(ids), rtol=1e-5)


def test_it_starts_without_keras_and_never_holds_two_models(supervised: Callable, presets_made, tmp_path):
    engine = supervised(command=PROBED)
    with pytest.raises(ModelLoadError, match="There is no model folder at"):
        engine.load(model=AvailableModel("gone", tmp_path / "gone", Where.FOLDER))
    first, second = presets_made["gemma"], presets_made["gemma2"]
    for model in (first, second, first):
        there = engine.load(model=model)
        ids = [token.id for token in there.tokenize(TEXT, start=True)]
        list(there.generate(ids, SamplingSettings(max_new_tokens=2)))
        there.explain(ExplainRequest(tuple(ids), ((3, 5),)))
    eventually(lambda: len(said(engine, "bytes with")) == 3)
    assert engine.log[:2] == ["printed by a library", "probe: keras is imported: False"]
    alone = said(engine, "bytes with")
    assert min(alone) > 100_000
    # A few tables of constants stay; no weights do.
    assert max(said(engine, "bytes before loading")) < 20_000
    assert abs(alone[2] - alone[0]) < 20_000
    assert not any("Skipped" in line for line in engine.log)


def test_it_stops_between_layers(supervised: Callable, presets_made):
    engine = supervised(command=PROBED)
    cancellation = Cancellation()
    there = engine.load(cancellation, presets_made["gemma2"])
    ids = tuple(token.id for token in there.tokenize(TEXT, start=True))

    def cancel_at_first(doing: str, _done: int, _of: int) -> None:
        if doing == "reading":
            cancellation.cancel()

    with pytest.raises(Cancelled):
        there.explain(ExplainRequest(ids, ((3, 5),)), cancel_at_first)
    engine.wait_for(EngineState.READY)
    assert 1 <= len(said(engine, "reading")) < 4
    assert said(engine, "explaining") == []
    again = engine.load(NEVER, presets_made["gemma2"])
    assert again.explain(ExplainRequest(ids, ((3, 5),))).scores.shape == (1, len(ids))


def test_a_user_s_own_numpy_is_not_imported(supervised: Callable, presets_made, tmp_path, monkeypatch):
    (tmp_path / "numpy.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    engine = supervised(command=ENGINE_COMMAND)
    engine.supervisor.start()
    engine.wait_for(EngineState.READY)
