"""``doctor``: what it prints of the installation, and what becomes of faults, on an engine that is scripted."""

from __future__ import annotations

import io
import json

import pytest

from prompt_salience.cli.main import main
from prompt_salience.cli.session import Session
from prompt_salience.engine.examination import Device, Examination, SelfTest, TokenCheck
from prompt_salience.engine_client.protocol import ModelLoadError

CHECK = TokenCheck(" eggs", 0.99, 0.98)


def examined(fault: str = "", free: int | None = 3_000_000_000, devices: int = 1) -> Examination:
    device = Device("cpu:0", "cpu", free, 4_000_000_000)
    test = SelfTest("menu-judge", "float32", devices, " It has eggs.", (CHECK,), 2.5, fault)
    return Examination((device,), test)


@pytest.fixture
def doctor(engine, monkeypatch, tmp_path):
    """Run ``doctor`` in an empty home; ``examine`` takes the engine's place."""
    monkeypatch.setattr("pathlib.Path.home", lambda: tmp_path)
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path / "downloads"))
    monkeypatch.setenv("PROMPT_SALIENCE_CACHE", str(tmp_path / "cache"))
    for variable in ("KAGGLE_API_TOKEN", "KAGGLE_USERNAME", "KAGGLE_KEY", "KAGGLE_CONFIG_DIR"):
        monkeypatch.delenv(variable, raising=False)

    def run(*options: str, examine=lambda _model, _progress: examined()) -> tuple[int, str]:
        out, err = io.StringIO(), io.StringIO()
        session = Session(io.BytesIO(), out, err, lambda *_: engine, examine=examine)
        return main(["doctor", *options], session), out.getvalue()

    return run


def test_it_says_what_a_report_of_a_fault_needs(doctor, tmp_path):
    (tmp_path / "cache" / "compiled").mkdir(parents=True)
    (tmp_path / "cache" / "compiled" / "code").write_bytes(bytes(5_000_000))
    code, said = doctor()
    assert code == 0
    assert f"  compiled code: 5 MB in {tmp_path / 'cache' / 'compiled'}\n" in said
    assert "  cpu:0 (cpu): 3.0 GB free of 4.0 GB\n" in said
    assert "  menu-judge in float32 on one device, 2.5 s with loading and compilation\n" in said
    assert "  score of ' eggs': 0.9900, by finite differences 0.9800\n" in said
    assert "  menu-judge (embedded): " in said
    assert all(f"\n  {package} " in said for package in ("jax", "jaxlib", "keras", "keras-hub", "kagglehub", "pygls"))
    assert said.endswith("self-test: passed\n")


def test_the_content_of_credentials_is_never_said(doctor, tmp_path, monkeypatch):
    (tmp_path / ".kaggle").mkdir()
    (tmp_path / ".kaggle" / "kaggle.json").write_text('{"username": "somebody", "key": "very-secret"}')
    monkeypatch.setenv("KAGGLE_USERNAME", "somebody")
    monkeypatch.setenv("KAGGLE_KEY", "very-secret")
    for options in ([], ["--format", "json"]):
        code, said = doctor(*options)
        assert (code, "secret" in said, "somebody" in said) == (0, False, False)
    present = json.loads(said)["credentials"]
    assert [where for where, there in present.items() if there] == [
        "KAGGLE_USERNAME and KAGGLE_KEY",
        str(tmp_path / ".kaggle" / "kaggle.json"),
    ]


def test_a_failed_self_test_is_exit_code_1(doctor):
    code, said = doctor(examine=lambda *_: examined("Scores differ.", free=None))
    assert (code, said.splitlines()[-1]) == (1, "self-test: Scores differ.")
    assert "unknown free of 4.0 GB" in said


def test_it_says_on_how_many_devices_the_model_lay(doctor):
    assert " on 4 devices, 2.5 s" in doctor(examine=lambda *_: examined(devices=4))[1]


@pytest.mark.parametrize("error", [ModelLoadError("Keras cannot be imported."), ImportError("no jaxlib")])
def test_an_engine_that_does_not_start_does_not_end_the_diagnosis(doctor, error):
    def examine(*_: object) -> Examination:
        raise error

    code, said = doctor("--format", "json", examine=examine)
    found = json.loads(said)
    assert (code, found["healthy"], found["engine"]) == (1, False, None)
    assert found["fault"] == f"{type(error).__name__}: {error}"


def test_a_package_that_is_missing_is_said_to_be(doctor, monkeypatch):
    monkeypatch.setattr("prompt_salience.cli.diagnosis.PACKAGES", ("no-such-package",))
    assert "  no-such-package missing\n" in doctor()[1]
