"""What is compiled, how often, and where it is kept."""

from __future__ import annotations

from pathlib import Path

import jax
import pytest
from models import decoder_of, engine_of, some_ids

from prompt_salience.engine.compilation_cache import keep_compiled_code
from prompt_salience.engine.forward import forward
from prompt_salience.engine.gemma_engine import GemmaEngine
from prompt_salience.engine_client.cache_directory import VARIABLE, cache_directory
from prompt_salience.engine_client.protocol import ExplainRequest, SamplingSettings, no_progress


def fresh(preset: Path) -> GemmaEngine:
    """An engine that remembers nothing yet."""
    engine = engine_of(preset)
    return GemmaEngine(engine.info, engine._model, engine._tokenizer)


def run_and_explain(engine: GemmaEngine, prompt: tuple[int, ...]) -> None:
    settings = SamplingSettings(max_new_tokens=6, temperature=3.0, seed=3)
    *_, last = engine.generate(prompt, settings)
    sequence = (*prompt, *(token.id for token in last.tokens), 9)
    start, end = len(prompt), len(sequence)
    engine.explain(ExplainRequest(sequence, ((start, end), (start, start + 1), (end - 1, end))))


def test_edits_within_a_bucket_compile_nothing(gemma2_preset: Path, compiled: list[str]) -> None:
    engine = engine_of(gemma2_preset)
    run_and_explain(engine, some_ids(100, seed=11))
    compiled.clear()
    for count in range(20):
        run_and_explain(engine, some_ids(98 + count, seed=12 + count))
    assert compiled == []


def test_layers_share_one_compiled_function(gemma3_preset: Path, compiled: list[str]) -> None:
    """Local and global layers too."""
    jax.clear_caches()
    forward(decoder_of(gemma3_preset), some_ids(10), no_progress)
    assert [name for name in compiled if "layer" in name] == ["jit(_compiled_layer)"]


def test_a_further_explanation_of_a_run_reads_nothing_again(gemma2_preset: Path) -> None:
    engine = engine_of(gemma2_preset)
    ids, doings = some_ids(30, seed=40), []
    engine.explain(ExplainRequest(ids, ((20, 30),)))
    engine.explain(ExplainRequest(ids, ((25, 30),)), lambda doing, _done, _of: doings.append(doing))
    assert set(doings) == {"explaining"}


def test_a_forward_pass_too_large_to_keep_is_not_kept(gemma2_preset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prompt_salience.engine.gemma_engine.spare_bytes", lambda _memory: 10)
    engine = fresh(gemma2_preset)
    ids, doings = some_ids(30, seed=41), []
    engine.log_probs(ids)
    engine.explain(ExplainRequest(ids, ((25, 30),)), lambda doing, _done, _of: doings.append(doing))
    assert doings[0] == "reading"


def test_the_cache_is_where_the_platform_has_it_or_where_the_user_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "mine"))
    assert cache_directory() == tmp_path / "mine"
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_directory() == tmp_path / "xdg" / "prompt-salience"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_directory() == tmp_path / ".cache" / "prompt-salience"
    monkeypatch.setattr("sys.platform", "darwin")
    assert cache_directory() == tmp_path / "Library" / "Caches" / "prompt-salience"
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert cache_directory() == tmp_path / "local" / "prompt-salience"


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    before = jax.config.jax_compilation_cache_dir
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file"))
    keep_compiled_code()
    assert jax.config.jax_compilation_cache_dir == before
