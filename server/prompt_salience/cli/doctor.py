"""``prompt-salience doctor``: print what a report of a fault needs, and test the engine on this machine."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from prompt_salience.cli.session import Session

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from prompt_salience.cli.diagnosis import Diagnosis
    from prompt_salience.engine.examination import Device, Examination, SelfTest

_DESCRIPTION = """\
Print what a report of a fault needs: versions, devices and their memory, caches, models, and whether
there are credentials for Kaggle (never their content). Then run the model that comes with the package
and explain what it wrote, comparing a few scores with finite differences. Ends with exit code 1 if
something is wrong. Nothing is downloaded.
"""
_UNHEALTHY = 1
_GIGABYTE, _MEGABYTE = 1e9, 1e6


def add_command(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add ``doctor`` to the commands."""
    parser = commands.add_parser(
        "doctor",
        help="say what a report of a fault needs, and test the engine",
        description=_DESCRIPTION,
        allow_abbrev=False,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--format", choices=["text", "json"], default="text", help="how to print it (default: %(default)s)"
    )
    parser.set_defaults(run=run)


def run(arguments: Namespace, session: Session) -> int:
    """Print the diagnosis; return 0 if the engine does what it should, otherwise 1."""
    from prompt_salience.cli.diagnosis import diagnosis
    from prompt_salience.cli.progress import ProgressLine

    with ProgressLine(session.stderr, session.interrupted) as progress:
        found = diagnosis(session, progress)
    shown = _as_json(found) if arguments.format == "json" else _as_text(found)
    with session.result() as out:
        out.writelines(f"{line}\n" for line in shown)
    return 0 if found.healthy else _UNHEALTHY


def _as_json(found: Diagnosis) -> Iterator[str]:
    from dataclasses import asdict

    yield json.dumps(asdict(found) | {"healthy": found.healthy}, indent=2)


def _as_text(found: Diagnosis) -> Iterator[str]:
    yield f"prompt-salience {found.version}, Python {found.python}, {found.platform}"
    yield from _section("packages", (f"{name} {version or 'missing'}" for name, version in found.packages.items()))
    yield from _section("caches", (f"{cache.what}: {_mb(cache.size)} in {cache.path}" for cache in found.caches))
    present = (f"{where}: {'present' if there else 'none'}" for where, there in found.credentials.items())
    yield from _section("credentials", present)
    yield from _section("models", (f"{model.name} ({model.where}): {model.path}" for model in found.models))
    if found.engine is not None:
        yield from _engine(found.engine)
    yield f"self-test: {found.fault or 'passed'}"


def _engine(found: Examination) -> Iterator[str]:
    yield from _section("devices", map(_device, found.devices))
    yield from _section("run and explanation", _self_test(found.self_test))


def _section(title: str, lines: Iterator[str]) -> Iterator[str]:
    yield f"{title}:"
    yield from (f"  {line}" for line in lines)


def _device(device: Device) -> str:
    return f"{device.name} ({device.kind}): {_gb(device.free)} free of {_gb(device.total)}"


def _self_test(test: SelfTest) -> Iterator[str]:
    devices = "one device" if test.devices == 1 else f"{test.devices} devices"
    yield f"{test.model} in {test.dtype} on {devices}, {test.seconds:.1f} s with loading and compilation"
    yield f"wrote {test.response!r}"
    for check in test.checks:
        yield f"score of {check.token!r}: {check.score:.4f}, by finite differences {check.difference:.4f}"


def _gb(count: int | None) -> str:
    return "unknown" if count is None else f"{count / _GIGABYTE:.1f} GB"


def _mb(count: int) -> str:
    return f"{count / _MEGABYTE:,.0f} MB"
