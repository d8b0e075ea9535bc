"""What travels between a client and the engine process: JSON-RPC 2.0 messages as plain frozen data.

Decisions:
- A request carries all that it needs, the model with it, so that any process can answer it.
- Arrays travel as base64 of little-endian numbers, float32 for scores and int32 for token ids, or of bits. A list of a
  million numbers would take seconds to parse, and hold up every other thread meanwhile.
- Tokens travel in columns, for the same reason.
- A response travels in pieces while it is written. Each says where it begins, so that one that comes again, from a
  process that was started anew, takes its old place.
- Client and engine come from one installation: another version is refused, not translated.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from prompt_salience.engine_client.protocol import (
    AblateRequest,
    Completion,
    ExplainRequest,
    ModelInfo,
    SamplingSettings,
    Token,
    TokenScores,
)
from prompt_salience.engine_client.status import EngineState
from prompt_salience.engine_client.wire_values import converter

PROTOCOL_VERSION = 1

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class ModelAddress:
    """A model to run: what to call it, the path of its folder, and its number format or None for the best."""

    name: str
    path: str
    dtype: str | None = None


class Request(Generic[Answer]):
    """Something asked of the engine: ``method`` on the wire, and the type of what is answered."""

    method: ClassVar[str]
    answer: ClassVar[Any]


@dataclass(frozen=True)
class Initialize(Request[int]):
    """The first request: which version of this protocol the client speaks. Answered by the engine's."""

    method: ClassVar[str] = "initialize"
    answer: ClassVar[Any] = int
    version: int = PROTOCOL_VERSION


@dataclass(frozen=True)
class Load(Request[ModelInfo]):
    """Load a model, and let go of the one before."""

    method: ClassVar[str] = "load"
    answer: ClassVar[Any] = ModelInfo
    model: ModelAddress


@dataclass(frozen=True)
class Tokenize(Request[tuple[Token, ...]]):
    """``Engine.tokenize``."""

    method: ClassVar[str] = "tokenize"
    answer: ClassVar[Any] = tuple[Token, ...]
    model: ModelAddress
    text: str
    start: bool


@dataclass(frozen=True)
class Generate(Request[Completion]):
    """``Engine.generate``: ``Written`` while it goes on, the whole response at the end."""

    method: ClassVar[str] = "generate"
    answer: ClassVar[Any] = Completion
    model: ModelAddress
    token_ids: tuple[int, ...]
    settings: SamplingSettings


@dataclass(frozen=True)
class Explain(Request[TokenScores]):
    """``Engine.explain``."""

    method: ClassVar[str] = "explain"
    answer: ClassVar[Any] = TokenScores
    model: ModelAddress
    request: ExplainRequest


@dataclass(frozen=True)
class LogProbs(Request[NDArray[np.float64]]):
    """``Engine.log_probs``."""

    method: ClassVar[str] = "logProbs"
    answer: ClassVar[Any] = NDArray[np.float64]
    model: ModelAddress
    token_ids: tuple[int, ...]


@dataclass(frozen=True)
class Ablate(Request[NDArray[np.float64]]):
    """``Engine.ablated``."""

    method: ClassVar[str] = "ablate"
    answer: ClassVar[Any] = NDArray[np.float64]
    model: ModelAddress
    request: AblateRequest


@dataclass(frozen=True)
class CancelRequest:
    """To the engine: nobody waits for a request any more."""

    method: ClassVar[str] = "$/cancelRequest"
    id: int


@dataclass(frozen=True)
class Exit:
    """To the engine: end now, whatever you are doing."""

    method: ClassVar[str] = "exit"


@dataclass(frozen=True)
class Started:
    """From the engine: a request's turn has come."""

    method: ClassVar[str] = "$/started"
    id: int


@dataclass(frozen=True)
class Progressed:
    """From the engine: how far a request has come, as ``Progress`` is told."""

    method: ClassVar[str] = "$/progress"
    id: int
    doing: str
    done: int
    of: int


@dataclass(frozen=True)
class Written:
    """From the engine: what a response has become longer by.

    Attributes:
        id: the request.
        start: how many tokens come before these.
        text_start: how many characters come before ``text``.
        tokens: the new ones.
        text: what they stand for.
        log_probs: one for each new token.
    """

    method: ClassVar[str] = "$/written"
    id: int
    start: int
    text_start: int
    tokens: tuple[Token, ...]
    text: str
    log_probs: tuple[float, ...]


@dataclass(frozen=True)
class StateChanged:
    """From the engine: what it is doing now, and with which model; empty while it has none."""

    method: ClassVar[str] = "$/state"
    state: EngineState
    model: str


Report = Progressed | Written
"""What the engine says about a request while it works on it."""

Notification = CancelRequest | Exit | StateChanged | Started | Report


@dataclass(frozen=True)
class Asked:
    """A request and its id."""

    id: int
    request: Request[Any]


@dataclass(frozen=True)
class Answered:
    """The answer to a request: a JSON value, whose type only the one who asked knows."""

    id: int
    result: Any


@dataclass(frozen=True)
class Fault:
    """Why a request failed. ``kind`` names the class of the error; see ``faults``."""

    code: int
    message: str
    kind: str
    tokens: int = 0
    context_length: int = 0


@dataclass(frozen=True)
class Failed:
    """A request that failed."""

    id: int
    fault: Fault


Message = Asked | Answered | Failed | Notification

_REQUESTS: dict[str, type[Request[Any]]] = {
    request.method: request for request in (Initialize, Load, Tokenize, Generate, Explain, LogProbs, Ablate)
}
_NOTIFICATIONS: dict[str, type[Notification]] = {
    notification.method: notification
    for notification in (CancelRequest, Exit, Started, Progressed, Written, StateChanged)
}


class MalformedMessageError(Exception):
    """A message that is not one of these. ``id`` is that of the request, where it has one."""

    def __init__(self, message: str, request_id: int | None = None) -> None:
        super().__init__(message)
        self.id = request_id


def answered(request_id: int, request: Request[Answer], answer: Answer) -> Answered:
    """The message that answers a request."""
    return Answered(request_id, converter.unstructure(answer, unstructure_as=request.answer))


def answer_to(request: Request[Answer], message: Answered) -> Answer:
    """The answer that a message carries.

    Raises:
        MalformedMessageError: it is no answer to this request.
    """
    try:
        answer: Answer = converter.structure(message.result, request.answer)
    except Exception as error:
        raise _malformed(request.method, error, message.id) from error
    return answer


def to_json(message: Message) -> bytes:
    """A message as JSON in ASCII."""
    return json.dumps({"jsonrpc": "2.0", **_fields(message)}, separators=(",", ":")).encode("ascii")


def _fields(message: Message) -> dict[str, Any]:
    match message:
        case Asked(request_id, request):
            return {"id": request_id, "method": request.method, "params": converter.unstructure(request)}
        case Answered(request_id, result):
            return {"id": request_id, "result": result}
        case Failed(request_id, fault):
            data = converter.unstructure(fault)
            return {"id": request_id, "error": {"code": data.pop("code"), "message": data.pop("message"), "data": data}}
        case _:
            return {"method": message.method, "params": converter.unstructure(message)}


def from_json(data: bytes) -> Message:
    """The message that some JSON says.

    Raises:
        MalformedMessageError: it is none of those above.
    """
    try:
        fields = json.loads(data)
    except ValueError as error:
        raise _malformed("message", error) from error
    if not isinstance(fields, dict):
        message = "A message must be a JSON object."
        raise MalformedMessageError(message)
    return _message(fields)


def _message(fields: dict[str, Any]) -> Message:
    request_id = fields["id"] if isinstance(fields.get("id"), int) else None
    method = fields.get("method")
    try:
        if request_id is None:
            return converter.structure(fields["params"], _NOTIFICATIONS[str(method)])
        if method is not None:
            return Asked(request_id, converter.structure(fields["params"], _REQUESTS[method]))
        if "error" in fields:
            error = dict(fields["error"])
            return Failed(request_id, converter.structure({**error.pop("data"), **error}, Fault))
        return Answered(request_id, fields["result"])
    except Exception as error:
        raise _malformed(str(method), error, request_id) from error


def _malformed(what: str, error: Exception, request_id: int | None = None) -> MalformedMessageError:
    return MalformedMessageError(f"{what}: {type(error).__name__}: {error}", request_id)
