"""Downloads of models that the user asked for, as jobs.

Decisions:
- Nothing is downloaded that was not asked for: a model that is missing is said to be, with what it would take and a
  way to download it.
- Downloads take turns among themselves, and not with what the engine does: prompts are run meanwhile, and a download
  outlives a restart of the engine.
- After a download, what the model was wanted for is done, where there still is somebody who wants it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.lsp.server import LanguageServer

from prompt_salience.downloading.errors import DownloadError, Remedy
from prompt_salience.downloading.process import download
from prompt_salience.engine_client.cancellation import Cancellation
from prompt_salience.engine_client.missing_models import NotDownloadedError
from prompt_salience.engine_client.protocol import Progress
from prompt_salience.language_server.jobs import Jobs, Shown
from prompt_salience.language_server.messages import Messages

_log = logging.getLogger(__name__)

Act = Callable[[], object]


class Downloads:
    """The downloads of one server; lives on its event loop."""

    def __init__(self, ls: LanguageServer, messages: Messages, show: Callable[[str], Shown]) -> None:
        self._ls = ls
        self._messages = messages
        self._jobs = Jobs(show, "prompt-salience/download")

    def offer(self, missing: NotDownloadedError, then: Act, choose: Act) -> None:
        """Say that a model is missing, and offer to download it or to choose another; ``then`` is called after that."""
        start = partial(self._start, missing, then, choose)
        self._messages.offer_any(missing.offer, {"Download": start, "Choose model": choose})

    def cancel_all(self) -> bool:
        """Call off every download; whether there was any. What has come stays, and the next one goes on from there."""
        any_there = any(True for _ in self._jobs)
        self._jobs.cancel_all()
        return any_there

    def _start(self, missing: NotDownloadedError, then: Act, choose: Act) -> None:
        subject = str(missing.handle)
        if self._jobs.of(subject):
            self._messages.info(f"{missing.name} is being downloaded already.")
            return

        def work(cancellation: Cancellation, progress: Progress) -> Path:
            return download(missing.handle, cancellation, progress)

        def done(_folder: Path) -> None:
            self._messages.info(f"{missing.name} is on this machine now.")
            then()

        def failed(error: Exception) -> None:
            self._tell(error, partial(self._start, missing, then, choose), choose)

        self._jobs.start(subject, f"Download {missing.name}", work, done=done, failed=failed, over=_nothing_more)

    def _tell(self, error: Exception, again: Act, choose: Act) -> None:
        if not isinstance(error, DownloadError):
            _log.error("A download failed", exc_info=error)
            self._messages.error("The download did not work, by a fault of prompt-salience. The log says more.")
        elif error.remedy is Remedy.CHOOSE_ANOTHER:
            self._messages.offer(str(error), "Choose model", choose)
        else:
            self._messages.offer_any(str(error), {**self._opening(error), "Try again": again})

    def _opening(self, error: DownloadError) -> Mapping[str, Act]:
        """The action that opens the page on which the next step is taken, where the client can open one."""
        can_open = get_capability(self._ls.client_capabilities, "window.show_document.support", default=False)
        if not error.page or not can_open:
            return {}
        page = types.ShowDocumentParams(uri=error.page, external=True)
        title = "Open licence" if error.remedy is Remedy.ACCEPT_LICENCE else "Open Kaggle"
        return {title: partial(self._ls.window_show_document, page)}


def _nothing_more() -> None:
    """There is nothing to clear away."""
