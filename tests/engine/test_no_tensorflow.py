"""TensorFlow stays out of the engine, and stays there for those who want it."""

from __future__ import annotations

import importlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from presets import Family

from prompt_salience.engine.no_tensorflow import TENSORFLOW_MODULES, without_tensorflow

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
FAKE = "from pathlib import Path\nPath({marker!r}).touch()\nanswer = 42\n"
IMPORT = """
from prompt_salience.engine.no_tensorflow import without_tensorflow
with without_tensorflow():
    import keras_nlp
assert keras_nlp.models.GemmaBackbone
"""
EXPLAIN = """
from pathlib import Path
from prompt_salience.engine.load import load_engine
from prompt_salience.engine_client.protocol import ExplainRequest, SamplingSettings
engine = load_engine(Path({preset!r}))
ids = tuple(token.id for token in engine.tokenize("a tart with eggs", start=True))
assert engine.explain(ExplainRequest(ids, ((len(ids) - 2, len(ids)),))).scores.any()
assert list(engine.generate(ids, SamplingSettings(max_new_tokens=2)))
"""
NOT_IMPORTED = """
import sys
assert not [name for name in sys.modules if name.startswith("tensorflow")]
"""
WANTED_AFTERWARDS = """
from pathlib import Path
assert not Path({marker!r}).exists()
import tensorflow, tensorflow_text
assert tensorflow.answer == tensorflow_text.answer == 42
assert Path({marker!r}).exists()
"""


def run(source: str, import_path: Path) -> None:
    """Run ``source`` in a fresh Python that finds modules in ``import_path`` first."""
    found_first = os.pathsep.join(map(str, [import_path, *filter(None, sys.path)]))
    environment = {**os.environ, "PYTHONPATH": found_first}
    finished = subprocess.run(
        [sys.executable, "-c", source], env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert finished.returncode == 0, finished.stderr


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder where TensorFlow seems to be installed. Whoever imports it leaves a marker."""
    marker = str(tmp_path / "marker")
    for name in TENSORFLOW_MODULES:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(FAKE.format(marker=marker))
    return tmp_path


def test_keras_leaves_an_installed_tensorflow_alone_and_others_can_have_it(installed: Path) -> None:
    run(IMPORT + NOT_IMPORTED + WANTED_AFTERWARDS.format(marker=str(installed / "marker")), installed)


def test_a_loaded_engine_has_not_imported_tensorflow_and_others_can_have_it(
    installed: Path, preset_of: Callable[[Family], Path]
) -> None:
    explain = EXPLAIN.format(preset=str(preset_of(Family.GEMMA_3)))
    run(explain + NOT_IMPORTED + WANTED_AFTERWARDS.format(marker=str(installed / "marker")), installed)


def test_without_the_block_the_fake_would_be_imported(installed: Path) -> None:
    """The marker works: what the tests above find absent is there where nothing holds Keras back."""
    with pytest.raises(AssertionError, match="assert not"):
        run("import tensorflow" + NOT_IMPORTED, installed)


@pytest.mark.parametrize("name", [*TENSORFLOW_MODULES, "tensorflow.python.framework"])
def test_inside_it_cannot_be_imported(name: str, installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(installed)
    with without_tensorflow(), pytest.raises(ModuleNotFoundError):
        importlib.import_module(name)
    assert not (installed / "marker").exists()


def test_inside_it_is_not_found_rather_than_an_error(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(installed)
    with without_tensorflow():
        assert importlib.util.find_spec("tensorflow") is None
    assert importlib.util.find_spec("tensorflow") is not None


def test_blocks_may_be_nested() -> None:
    with without_tensorflow():
        with without_tensorflow():
            pass
        assert sys.modules["tensorflow"] is None
    assert "tensorflow" not in sys.modules


def test_an_error_inside_ends_the_block() -> None:
    with pytest.raises(KeyError), without_tensorflow():
        raise KeyError
    assert "tensorflow" not in sys.modules


def test_tensorflow_that_was_there_before_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = ModuleType("tensorflow")
    monkeypatch.setitem(sys.modules, "tensorflow", loaded)
    with without_tensorflow():
        assert importlib.import_module("tensorflow") is loaded
    assert sys.modules["tensorflow"] is loaded


def test_a_module_put_there_inside_stays() -> None:
    given = ModuleType("tensorflow")
    with without_tensorflow():
        sys.modules["tensorflow"] = given
    assert sys.modules.pop("tensorflow") is given


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_no_lock_installs_tensorflow(lock: Path) -> None:
    """An override may name it, to leave it out."""
    requirements = [line for line in lock.read_text().splitlines() if line.startswith(("tensorflow", "tf-", "tf_"))]
    assert all(line.endswith('; python_version < "0"') for line in requirements), requirements
    assert {"run", "dev"} <= {found.stem for found in LOCKS}
