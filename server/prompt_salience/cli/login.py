"""``prompt-salience login``: sign in to Kaggle."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from typing import TYPE_CHECKING

from prompt_salience.cli.session import Session

if TYPE_CHECKING:
    from argparse import _SubParsersAction

_DESCRIPTION = """\
Sign in to Kaggle with a token from https://www.kaggle.com/settings/api, which is asked for. It is
kept in ~/.kaggle/access_token, where kagglehub finds it. Credentials that kagglehub finds already
(KAGGLE_API_TOKEN, ~/.kaggle/kaggle.json and others) need no login.
"""


def add_command(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add ``login`` to the commands."""
    parser = commands.add_parser(
        "login",
        help="sign in to Kaggle, which models are downloaded from",
        description=_DESCRIPTION,
        allow_abbrev=False,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)


def run(_arguments: Namespace, session: Session) -> None:
    """Sign in.

    Raises:
        DownloadError: Kaggle does not know the token, or cannot be reached.
    """
    from prompt_salience.downloading.login import log_in

    session.say(log_in())
