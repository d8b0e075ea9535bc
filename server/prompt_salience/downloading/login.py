"""Signing in to Kaggle: kagglehub asks for a token, Kaggle is asked whether it is good, and it is kept.

Decisions:
- kagglehub's own login forgets the token with the process. It is kept where kagglehub looks for one,
  ``~/.kaggle/access_token``, readable by its owner only.
- A token that Kaggle does not know is not kept. One that could not be checked is not either: a mistyped one would
  stand in the way of whatever credentials there are.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

from prompt_salience.downloading.errors import DownloadError, Remedy

_TOKEN = Path(".kaggle", "access_token")
_OVERRULES = "KAGGLE_API_TOKEN"


def log_in() -> str:
    """Ask for a token, keep it, and return what was done in a sentence or two.

    Raises:
        DownloadError: Kaggle does not know the token, or cannot be reached; or it cannot be kept.
    """
    import kagglehub
    from kagglehub.config import get_kaggle_credentials

    logging.getLogger("kagglehub").setLevel(logging.ERROR)
    try:
        kagglehub.login(validate_credentials=False)
    except ValueError as error:
        raise DownloadError(f"{error}. Nothing has changed.", Remedy.SIGN_IN) from error
    credentials = get_kaggle_credentials()
    user = _user()
    path = _keep(str(credentials.api_key if credentials else ""))
    return f"Signed in to Kaggle as {user}; the token is in {path}.{_overruled()}"


def _user() -> str:
    """Whom Kaggle takes the user for."""
    import kagglehub
    from kagglehub.exceptions import UnauthenticatedError
    from requests import RequestException

    try:
        name: str = kagglehub.whoami(verbose=False)["username"]
    except UnauthenticatedError as error:
        if isinstance(error.__cause__, RequestException):
            message = "Kaggle cannot be reached, so the token was not kept. Check the network, and try again."
            raise DownloadError(message) from error
        message = "Kaggle does not know this token. Copy it again from https://www.kaggle.com/settings/api."
        raise DownloadError(message, Remedy.SIGN_IN) from error
    return name


def _keep(token: str) -> Path:
    path = Path.home() / _TOKEN
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(token.strip() + "\n")
    except OSError as error:
        message = f"The token could not be kept: {path}: {error.strerror or error}."
        raise DownloadError(message) from error
    return path


def _overruled() -> str:
    if not os.environ.get(_OVERRULES):
        return ""
    return f" As long as {_OVERRULES} is set in the environment, that one is used instead."
