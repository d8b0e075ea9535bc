"""The protocol of pygls, with what version 2.1.1 gets wrong put right.

Decisions:
- A request whose parameters cannot be read is answered with an error; pygls leaves it without an answer.
- Nested data with a member ``jsonrpc`` is data, not a message.
- Shutting down cancels what is in flight without tripping over what ends meanwhile.
- The answer to a request that nobody waits for any more is dropped.
"""

from __future__ import annotations

import logging
from collections.abc import Generator
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.protocol.json_rpc import JsonRPCNotification

_log = logging.getLogger(__name__)
_IGNORED = "$/malformed"


class Protocol(LanguageServerProtocol):
    """The messages between a client and this server."""

    @property
    def ended_in_order(self) -> bool:
        """Whether the client asked to shut down before it left."""
        return self._shutdown

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *arguments: Any) -> Generator[Any, Any, None]:
        """Cancel all that is in flight but this very request."""
        handler = self.fm.features.get(types.SHUTDOWN)
        if handler is not None:
            yield handler, arguments, None
        for message_id, future in list(self._request_futures.items()):
            if message_id != self.msg_id and not future.done():
                future.cancel()
        self._shutdown = True

    def structure_message(self, data: dict[str, Any]) -> Any:
        """A message as an object; a malformed request is answered here."""
        if not {"method", "result", "error"} & data.keys():
            return data
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            _log.warning("Malformed message %r", data.get("method"))
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=error.to_response_error())
            return JsonRPCNotification(_IGNORED, self.VERSION, None)

    def _handle_response(
        self, msg_id: str | int, result: Any | None = None, error: types.ResponseError | None = None
    ) -> None:
        future = self._request_futures.get(msg_id)
        if future is not None and future.cancelled():
            self._request_futures.pop(msg_id)
            return
        super()._handle_response(msg_id, result, error)

    def _handle_notification(self, method_name: str, params: Any) -> None:
        if method_name != _IGNORED:
            super()._handle_notification(method_name, params)
