"""From what kagglehub raises to what people are told, with the next step.

Decisions:
- Kaggle answers 401 or 403 where credentials are missing, wrong, or lack the licence; which of them it is follows from
  whether this machine has any.
- A link that ends before anything came is no network; one that ends later is an interrupted download.
"""

from __future__ import annotations

import errno
from http import HTTPStatus

from kagglehub.exceptions import DataCorruptionError
from requests import HTTPError, RequestException
from requests.exceptions import SSLError

from prompt_salience.downloading.errors import DownloadError, Remedy
from prompt_salience.engine_client.byte_counts import bytes_in_words
from prompt_salience.engine_client.kaggle_cache import kagglehub_cache
from prompt_salience.engine_client.kaggle_handle import KaggleHandle

TOKENS_PAGE = "https://www.kaggle.com/settings/api"
_LOG_IN = f"Make a token at {TOKENS_PAGE}, and run: prompt-salience login"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def download_error(error: Exception, handle: KaggleHandle, *, credentials: bool) -> DownloadError:
    """What to tell people of an error; one that is not foreseen is named as it is."""
    if isinstance(error, DownloadError):
        return error
    if isinstance(error, HTTPError) and error.response is not None:
        return _refused(error.response.status_code, handle, credentials=credentials)
    if isinstance(error, SSLError):
        return _not_trusted(error)
    if isinstance(error, RequestException):
        return DownloadError(
            "Kaggle cannot be reached. Check the network, and try again; models that are on this machine work without."
        )
    if isinstance(error, DataCorruptionError):
        message = f"A file of {handle} came damaged, and was removed: its checksum is wrong. Try again."
        return DownloadError(message)
    if isinstance(error, OSError):
        return _not_written(error, handle)
    return DownloadError(f"{handle} could not be downloaded: {type(error).__name__}: {error}")


def unanswered(handle: KaggleHandle, seconds: float) -> DownloadError:
    """Kaggle took the question and said nothing, or sent nothing of a file."""
    return DownloadError(
        f"Kaggle does not answer: nothing of {handle} came for {seconds:.0f} seconds. Check the network, or try again "
        "later; models that are on this machine work without."
    )


def interrupted(handle: KaggleHandle, done: int, of: int) -> DownloadError:
    """The link ended, or nothing came through it any more."""
    return DownloadError(
        f"The download of {handle} was interrupted after {bytes_in_words(done)} of {bytes_in_words(of)}. "
        "Check the network, and try again: it goes on where it stopped."
    )


def no_room(handle: KaggleHandle, needed: int, free: int) -> DownloadError:
    """What is still to come is more than there is room for."""
    return DownloadError(
        f"There is no room for {handle}: {bytes_in_words(needed)} are still to come, and {bytes_in_words(free)} are "
        f"free where {kagglehub_cache()} is. {_MAKE_ROOM}"
    )


def unreadable_credentials(error: ValueError) -> DownloadError:
    """There are credentials, and kagglehub cannot read them."""
    return DownloadError(f"{error}. Mend or remove the file, or: {_LOG_IN}", Remedy.SIGN_IN, TOKENS_PAGE)


_MAKE_ROOM = "Make room and try again, or let KAGGLEHUB_CACHE name a folder on another disk."


def _refused(status: int, handle: KaggleHandle, *, credentials: bool) -> DownloadError:
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) and not credentials:
        message = f"Kaggle gives {handle} only to those who have signed in. {_LOG_IN}"
        return DownloadError(message, Remedy.SIGN_IN, TOKENS_PAGE)
    if status == HTTPStatus.UNAUTHORIZED:
        message = f"Kaggle does not accept the credentials of this machine; they may be mistyped or revoked. {_LOG_IN}"
        return DownloadError(message, Remedy.SIGN_IN, TOKENS_PAGE)
    if status == HTTPStatus.FORBIDDEN:
        message = f"Kaggle does not give you {handle} yet. Open {handle.page}, accept the licence, and try again."
        return DownloadError(message, Remedy.ACCEPT_LICENCE, handle.page)
    if status == HTTPStatus.NOT_FOUND:
        message = f"There is no model {handle} on Kaggle. Check its name and version, or choose another model."
        return DownloadError(message, Remedy.CHOOSE_ANOTHER)
    return DownloadError(f"Kaggle could not send {handle} now (status {status}). Try again later.")


def _not_trusted(error: SSLError) -> DownloadError:
    return DownloadError(
        f"The link to Kaggle is not safe ({error}). If a proxy of your network reads along, let REQUESTS_CA_BUNDLE "
        "name the file of its certificate, and try again."
    )


def _not_written(error: OSError, handle: KaggleHandle) -> DownloadError:
    if error.errno in _NO_ROOM:
        message = f"The disk became full while {handle} was downloaded; what has come is kept. {_MAKE_ROOM}"
        return DownloadError(message)
    return DownloadError(
        f"{error.filename or kagglehub_cache()} cannot be written: {error.strerror or error}. Mend that and try again, "
        "or let KAGGLEHUB_CACHE name another folder."
    )
