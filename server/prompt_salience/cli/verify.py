"""``prompt-salience verify``: its options. What it does stands in ``verify_steps``, which is heavy to import."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from typing import TYPE_CHECKING

from prompt_salience.cli.argument_types import whole_number
from prompt_salience.cli.explain import (
    add_explanation_options,
    add_look_options,
    add_model_options,
    add_target_options,
)
from prompt_salience.cli.input_options import add_input_options
from prompt_salience.cli.session import Session

if TYPE_CHECKING:
    from argparse import _SubParsersAction

DEFAULT_TOP = 3
_DESCRIPTION = """\
Check an explanation by removing. The prompt is completed and explained; then each of the units with the greatest
influence is taken out of it, one at a time, and the model is asked again.

For each unit the table has
  influence     its share, as 'prompt-salience explain' shows it
  log p         how much the log-probability of the target changed without it, in nats, the response staying as it is
  probability   the same as a factor
  response      whether the model writes something else without it; if so, the first sentence that is another one

The last line says how far the order of the influence agrees with what taking out the units did.
"""


def add_command(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add ``verify`` to the commands."""
    parser = commands.add_parser(
        "verify",
        help="take out what influenced the response most, and see what changes",
        description=_DESCRIPTION,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_input_options(parser)
    add_explanation_options(parser)
    add_target_options(parser)
    add_model_options(parser)
    _add_output_options(parser)
    parser.set_defaults(run=run, contrast=None)


def run(arguments: Namespace, session: Session) -> None:
    """Check one explanation and print the result."""
    from prompt_salience.cli.verify_steps import verify_and_print

    verify_and_print(arguments, session)


def _add_output_options(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("checks and output")
    group.add_argument(
        "--top",
        metavar="N",
        type=whole_number(1),
        default=DEFAULT_TOP,
        help="how many units are taken out, each of which costs another response (default: %(default)s)",
    )
    group.add_argument("--format", choices=["text", "json"], default="text", help="(default: %(default)s)")
    add_look_options(group)
