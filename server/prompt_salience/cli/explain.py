"""``prompt-salience explain``: its options. What it does stands in ``explain_steps``, which is heavy to import."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from enum import StrEnum
from typing import TYPE_CHECKING

from prompt_salience.cli.argument_types import LazyChoices, language, probability, some_text, temperature, whole_number
from prompt_salience.cli.input_options import add_input_options
from prompt_salience.cli.session import Session

if TYPE_CHECKING:
    from argparse import _ArgumentGroup, _SubParsersAction

DEFAULT_MODEL = "menu-judge"
LEAST_WIDTH = 40
_DESCRIPTION = """\
Complete a prompt on this machine, and show which parts of it influenced which part of the response.
"""


def add_command(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add ``explain`` to the commands."""
    parser = commands.add_parser(
        "explain",
        help="complete a prompt and show what influenced the response",
        description=_DESCRIPTION,
        allow_abbrev=False,
    )
    add_input_options(parser)
    add_explanation_options(parser)
    add_target_options(parser)
    _add_contrast_option(parser)
    add_model_options(parser)
    _add_output_options(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace, session: Session) -> None:
    """Explain one prompt and print the result."""
    from prompt_salience.cli.explain_steps import explain_and_print

    explain_and_print(arguments, session)


def _methods() -> type[StrEnum]:
    from prompt_salience.engine_client.protocol import Method

    return Method


def _granularities() -> type[StrEnum]:
    from prompt_salience.prompts.units import Granularity

    return Granularity


def _aggregations() -> type[StrEnum]:
    from prompt_salience.attribution.aggregation import Aggregation

    return Aggregation


def _operators() -> type[StrEnum]:
    from prompt_salience.attribution.ablation.settings import Operator

    return Operator


def add_explanation_options(parser: ArgumentParser) -> None:
    """Add the options that say how influence is computed and divided."""
    group = parser.add_argument_group("what is scored")
    group.add_argument(
        "--method",
        metavar="METHOD",
        choices=LazyChoices(_methods),
        default="gim",
        help="%(choices)s (default: %(default)s)",
    )
    group.add_argument(
        "--granularity",
        metavar="UNIT",
        choices=LazyChoices(_granularities),
        help="%(choices)s (default: sentence)",
    )
    group.add_argument(
        "--pattern", metavar="REGEX", type=some_text, help="units are the matches of your own regular expression"
    )
    group.add_argument(
        "--language",
        metavar="CODE",
        type=language,
        default="en",
        help="language whose abbreviations end no sentence; one that is not known counts as en (default: %(default)s)",
    )
    group.add_argument(
        "--aggregation",
        metavar="HOW",
        choices=LazyChoices(_aggregations),
        help="how a unit's token scores become one number: %(choices)s (default: sum)",
    )
    group.add_argument(
        "--operator",
        metavar="HOW",
        choices=LazyChoices(_operators),
        default="mask",
        help="how leave_one_out, lime and shap leave units out: mask hides them from attention, remove takes their "
        "text out of the prompt; each way of doing so costs a forward pass (default: %(default)s)",
    )
    group.add_argument(
        "--masks",
        metavar="N",
        type=whole_number(1),
        help="how many ways lime and shap try, drawn by --seed: 64 for lime by default, at most 256 for shap, which "
        "tries all of up to 8 units; leave_one_out tries one for each unit",
    )


def add_target_options(parser: ArgumentParser) -> None:
    """Add the options that say which part of which response is explained."""
    group = parser.add_argument_group("what is explained (default: the whole response that the model writes)")
    target = group.add_mutually_exclusive_group()
    target.add_argument("--target", metavar="TEXT", help="a text in the response; its first occurrence")
    target.add_argument(
        "--target-unit", metavar="N", type=whole_number(1), help="a unit of the response, counted from 1"
    )
    response = group.add_mutually_exclusive_group()
    response.add_argument(
        "--response",
        metavar="TEXT",
        help="a response given by hand, read as it stands but for a blank before it where it would run into the prompt",
    )
    response.add_argument(
        "--use-target",
        action="store_true",
        help="the target text that the case itself names, as the response; read as --response is",
    )


def _add_contrast_option(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--contrast",
        metavar="TEXT",
        type=some_text,
        help="why the target, rather than this text in its place: what speaks for the one and against the other",
    )


def add_model_options(parser: ArgumentParser) -> None:
    """Add the options that say which model completes the prompt, and how."""
    group = parser.add_argument_group("model and sampling")
    group.add_argument(
        "--model",
        metavar="NAME|PATH",
        default=DEFAULT_MODEL,
        help="a name from 'prompt-salience models', a Gemma preset of keras-hub such as gemma3_instruct_270m, "
        "kaggle://OWNER/MODEL/keras/VARIATION, hf://OWNER/NAME, a folder that Keras or Hugging Face wrote, or "
        "NAME:FOLDER to call it by a name of your own (default: %(default)s)",
    )
    group.add_argument("--download", action="store_true", help="download the model first if it is not on this machine")
    group.add_argument(
        "--dtype",
        choices=["float32", "bfloat16", "float16"],
        help="number format of the weights (default: the fastest on this device)",
    )
    group.add_argument(
        "--max-new-tokens", metavar="N", type=whole_number(1), default=256, help="budget (default: %(default)s)"
    )
    group.add_argument(
        "--temperature", metavar="T", type=temperature, default=0.0, help="0 is greedy (default: %(default)s)"
    )
    group.add_argument("--top-k", metavar="K", type=whole_number(0), default=0, help="0 leaves all tokens in")
    group.add_argument("--top-p", metavar="P", type=probability, default=1.0, help="1 leaves all tokens in")
    group.add_argument(
        "--seed", metavar="N", type=whole_number(0), default=0, help="of draws: for a temperature above 0, and of masks"
    )
    group.add_argument(
        "--stop",
        metavar="TEXT",
        action="append",
        default=[],
        type=some_text,
        help="end the response before this text; repeatable",
    )


def _add_output_options(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("output")
    group.add_argument(
        "--format",
        choices=["terminal", "json", "html"],
        default="terminal",
        help="html is one page that opens offline, explained by every method without masks (default: %(default)s)",
    )
    add_look_options(group)


def add_look_options(group: _ArgumentGroup) -> None:
    """Add the options that say what is printed may use: colours and columns."""
    group.add_argument(
        "--color",
        choices=["auto", "always", "never"],
        default="auto",
        help="auto: on a terminal, unless NO_COLOR is set (default: %(default)s)",
    )
    group.add_argument(
        "--background",
        choices=["auto", "dark", "light"],
        default="auto",
        help="of the terminal; auto: as COLORFGBG says, else dark (default: %(default)s)",
    )
    group.add_argument(
        "--width", metavar="N", type=whole_number(LEAST_WIDTH), help="columns of the picture (default: the terminal's)"
    )
