"""Downloading a model in a terminal: with progress, and with a word on what is done when it is interrupted."""

from __future__ import annotations

from pathlib import Path

from prompt_salience.cli.progress import ProgressLine
from prompt_salience.cli.session import Session
from prompt_salience.downloading.process import download
from prompt_salience.engine_client.kaggle_handle import KaggleHandle
from prompt_salience.engine_client.missing_models import NotDownloadedError
from prompt_salience.engine_client.models import AvailableModel, find_model


def found_or_downloaded(wanted: str, session: Session, *, may_download: bool) -> AvailableModel:
    """The model that is asked for; where it is missing and may be downloaded, after that.

    Raises:
        ModelLoadError: there is no such model, or it may not or could not be downloaded.
    """
    try:
        return find_model(wanted)
    except NotDownloadedError as missing:
        if not may_download:
            raise
        session.say(missing.offer)
        downloaded(missing.handle, session)
    return find_model(wanted)


def downloaded(handle: KaggleHandle, session: Session, *, anew: bool = False) -> Path:
    """Download a model and return its folder.

    Raises:
        DownloadError: it could not be downloaded.
    """
    try:
        with ProgressLine(session.stderr, session.interrupted, in_bytes=True) as progress:
            return download(handle, progress=progress, anew=anew)
    except KeyboardInterrupt:
        session.say("Interrupted. What has come is kept, and the next download goes on from there.")
        raise
