"""What can go wrong with a download, each with the next step: in words, and as what an editor can offer."""

from __future__ import annotations

from enum import StrEnum

from prompt_salience.engine_client.protocol import ModelLoadError


class Remedy(StrEnum):
    """The next step."""

    TRY_AGAIN = "try again"
    SIGN_IN = "sign in"
    ACCEPT_LICENCE = "accept the licence"
    CHOOSE_ANOTHER = "choose another model"


class DownloadError(ModelLoadError):
    """A model could not be downloaded.

    Attributes:
        remedy: the next step.
        page: the address that the next step is taken at; empty where there is none.
    """

    def __init__(self, message: str, remedy: Remedy = Remedy.TRY_AGAIN, page: str = "") -> None:
        super().__init__(message)
        self.remedy, self.page = remedy, page
