"""``prompt-salience download``: get a model from Kaggle."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from typing import TYPE_CHECKING

from prompt_salience.cli.session import Session

if TYPE_CHECKING:
    from argparse import _SubParsersAction

_DESCRIPTION = """\
Download a model from Kaggle into kagglehub's cache (KAGGLEHUB_CACHE, else ~/.cache/kagglehub), and
print its folder. A download that was broken off goes on where it stopped, and a model that is
already there is not asked for again.

Kaggle wants you to sign in ('prompt-salience login') and to accept the model's licence.
"""


def add_command(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add ``download`` to the commands."""
    parser = commands.add_parser(
        "download",
        help="get a model from Kaggle",
        description=_DESCRIPTION,
        allow_abbrev=False,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "model",
        metavar="NAME",
        help="a Gemma preset of keras-hub, such as gemma3_instruct_270m, or kaggle://OWNER/MODEL/keras/VARIATION",
    )
    parser.add_argument("--anew", action="store_true", help="remove what is there first, because it is damaged")
    parser.set_defaults(run=run)


def run(arguments: Namespace, session: Session) -> None:
    """Download a model and print its folder.

    Raises:
        ModelLoadError: it has no name on Kaggle, or could not be downloaded.
    """
    from prompt_salience.cli.downloads import downloaded
    from prompt_salience.engine_client.models import downloadable

    folder = downloaded(downloadable(arguments.model), session, anew=arguments.anew)
    with session.result() as out:
        out.write(f"{folder}\n")
