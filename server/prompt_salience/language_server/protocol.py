"""The protocol of pygls, with what version 2.1.1 gets wrong put right.

Decisions:
- Every request is answered once: also one whose parameters cannot be read, one that comes too early or too late, and
  one in a batch, which the protocol does not know.
- Only the outermost object is a message. Nested data with a member ``jsonrpc`` is data.
- An answer without a result is taken for null; one that cannot be read fails the question that it answers.
- A refusal is an answer, not an accident: it is not logged with a traceback.
- Documents are kept by this server alone. pygls would keep each text as well, and cannot keep those with a URI that is
  none.
- What is in flight is forgotten when it ends; pygls keeps notifications and commands for ever.
- Shutting down cancels what is in flight without tripping over what ends meanwhile. A client that does not wait for its
  end has still left in order.
- The answer to a question that nobody waits for any more is dropped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Any, Never

from cattrs import Converter, transform_error
from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcServerNotInitialized,
)
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.protocol.json_rpc import JsonRPCNotification, JsonRPCRequestMessage, JsonRPCResponseMessage

from prompt_salience.language_server.own_requests import OWN_REQUESTS

_log = logging.getLogger(__name__)

_OF_DOCUMENTS = {types.TEXT_DOCUMENT_DID_OPEN, types.TEXT_DOCUMENT_DID_CHANGE, types.TEXT_DOCUMENT_DID_CLOSE}


class Protocol(LanguageServerProtocol):
    """The messages between a client and this server."""

    def __init__(self, server: LanguageServer, converter: Converter) -> None:
        # The base class reads every property.
        self._leaving = False
        super().__init__(server, converter)

    @property
    def ended_in_order(self) -> bool:
        """Whether the client asked to shut down before it left."""
        return self._leaving

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *arguments: Any) -> Generator[Any, Any, None]:
        """Cancel all that is in flight but this very request."""
        self._leaving = True
        handler = self.fm.features.get(types.SHUTDOWN)
        if handler is not None:
            yield handler, arguments, None
        for message_id, future in list(self._request_futures.items()):
            if message_id != self.msg_id and not future.done():
                future.cancel()

    @lsp_method(types.EXIT)
    def lsp_exit(self, *_arguments: Any) -> Never:
        """End the process. Whoever serves the protocol knows with which code."""
        if self.writer is not None:
            self.writer.close()
        raise SystemExit(0 if self._leaving else 1)

    # What is overridden is a function with a cache around it, and nobody asks for the cache.
    def get_message_type(self, method: str) -> type[Any] | None:  # type: ignore[override]
        """What a message is read as: also those of our own."""
        return OWN_REQUESTS.get(method) or super().get_message_type(method)

    def structure_message(self, data: dict[str, Any]) -> Any:
        """What is an object in JSON is left as it is; ``handle_message`` makes a message of the outermost."""
        return data

    def handle_message(self, message: Any) -> None:
        """Handle what came as JSON, whatever it is."""
        if isinstance(message, list):
            for one in message:
                self._refuse(one, JsonRpcInvalidRequest("Messages cannot be sent in batches"))
            return
        try:
            structured = self._structured(message)
        except JsonRpcException as error:
            self._refuse(message, error)
        else:
            super().handle_message(structured)

    def _structured(self, message: Any) -> Any:
        if not isinstance(message, dict) or message.get("jsonrpc") != self.VERSION:
            raise JsonRpcInvalidRequest
        if "method" not in message:
            return self._structured_answer(message)
        self._raise_unless_in_order(message["method"])
        kind = self.get_message_type(message["method"])
        kind = kind or (JsonRPCRequestMessage if "id" in message else JsonRPCNotification)
        structured = self._of_kind({"params": None, **message}, kind)
        if "id" in message and not hasattr(structured, "id"):
            raise JsonRpcInvalidRequest("This is a notification, and cannot be answered")
        return structured

    def _structured_answer(self, answer: dict[str, Any]) -> Any:
        question = answer.get("id")
        if not isinstance(question, str) or question not in self._result_types:
            raise JsonRpcInvalidRequest("This answers no question")
        kind = self._result_types.pop(question) or JsonRPCResponseMessage
        try:
            return self._of_kind({"result": None, **answer}, types.ResponseErrorMessage if "error" in answer else kind)
        except JsonRpcException as error:
            self._handle_response(question, error=error.to_response_error())
            raise

    def _of_kind(self, message: dict[str, Any], kind: type[Any]) -> Any:
        try:
            return self._converter.structure(message, kind)
        except Exception as error:
            # Where the fault is, and not what stands there, which may be of a prompt.
            raise JsonRpcInvalidParams(f"Invalid message: {'; '.join(transform_error(error, '$'))}") from error

    def _raise_unless_in_order(self, method: object) -> None:
        if not isinstance(method, str):
            raise JsonRpcInvalidRequest
        if method == types.EXIT:
            return
        if self._leaving:
            raise JsonRpcInvalidRequest("The server is shutting down")
        if method == types.INITIALIZE and self._workspace is not None:
            raise JsonRpcInvalidRequest("The server is initialized already")
        if method != types.INITIALIZE and self._workspace is None:
            raise JsonRpcServerNotInitialized

    def _refuse(self, message: Any, error: JsonRpcException) -> None:
        """Let whoever sent a request know that it is not fulfilled."""
        given = message if isinstance(message, dict) else {}
        _log.warning("Refused the message %r: %s", given.get("method"), error.message)
        if "id" in given and "method" in given:
            self._send_response(given["id"], error=error.to_response_error())

    def _get_handler(self, feature_name: str) -> Callable[..., Any]:
        ours = self.fm.features.get(feature_name) if feature_name in _OF_DOCUMENTS else None
        return ours or super()._get_handler(feature_name)

    def _execute_handler(
        self,
        msg_id: str | int,
        handler: Callable[..., Any],
        callback: Callable[[Future[Any]], None],
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        def settled(future: Future[Any]) -> None:
            self._request_futures.pop(msg_id, None)
            callback(future)

        super()._execute_handler(msg_id, handler, settled, args, kwargs)

    def _run_generator(
        self, future: Future[Any] | None, *, gen: Generator[Any, Any, Any], result_future: Future[Any]
    ) -> None:
        if future is not None and future.cancelled():
            result_future.cancel()
        super()._run_generator(future, gen=gen, result_future=result_future)

    def _send_handler_result(self, future: Future[Any], *, msg_id: str | int) -> None:
        refusal = None if future.cancelled() else future.exception()
        if isinstance(refusal, JsonRpcException):
            self._send_response(msg_id, error=refusal.to_response_error())
        else:
            super()._send_handler_result(future, msg_id=msg_id)

    def _handle_response(
        self, msg_id: str | int, result: Any | None = None, error: types.ResponseError | None = None
    ) -> None:
        future = self._request_futures.get(msg_id)
        if future is not None and future.cancelled():
            self._request_futures.pop(msg_id)
            return
        super()._handle_response(msg_id, result, error)
