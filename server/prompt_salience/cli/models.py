"""``prompt-salience models``: list what can be used and where it is."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from typing import TYPE_CHECKING

from prompt_salience.cli.session import Session

if TYPE_CHECKING:
    from argparse import _SubParsersAction

_DESCRIPTION = """\
List the models that --model takes by name: the one that comes with the package, and every Gemma
model in the caches of kagglehub and of Hugging Face. Any folder that Keras or Hugging Face wrote for
a Gemma model can be named by its path. Nothing is downloaded; 'prompt-salience download' does that
for models on Kaggle, and Hugging Face's own 'hf download' for those there.
"""


def add_command(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add ``models`` to the commands."""
    parser = commands.add_parser(
        "models",
        help="list the models that can be used",
        description=_DESCRIPTION,
        allow_abbrev=False,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)


def run(_arguments: Namespace, session: Session) -> None:
    """Print one line for each model: its name, how it came here, its folder."""
    from prompt_salience.engine_client.models import available_models

    rows = [(model.name, model.where.value, str(model.path)) for model in available_models()]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    with session.result() as out:
        out.writelines(f"{name:<{widths[0]}}  {where:<{widths[1]}}  {path}\n" for name, where, path in rows)
