"""What can go wrong, one class each, all of them of Error.

    Error
      Unreachable         there is no server, or no right to talk to it       (also a ConnectionError)
      Disconnected        the server left before its answer                   (also a ConnectionError)
      ProtocolError       the server sent what is no answer
      RequestError        the server doesn't take the request: a mistake of the caller, in words
      OperationError      refused or failed; a subclass for each MI_Result: NotFound, AccessDenied, ...
      Canceled            canceled, and what came of it
        TimedOut          by its timeout                                      (also a TimeoutError)

The text is the server's. It names its object and says what can be done.
"""
from __future__ import annotations

import enum
from typing import Any, Dict, Mapping, Optional, Type


class Result(enum.IntEnum):
    """MI_Result, without its prefix."""

    OK = 0
    FAILED = 1
    ACCESS_DENIED = 2
    INVALID_NAMESPACE = 3
    INVALID_PARAMETER = 4
    INVALID_CLASS = 5
    NOT_FOUND = 6
    NOT_SUPPORTED = 7
    CLASS_HAS_CHILDREN = 8
    CLASS_HAS_INSTANCES = 9
    INVALID_SUPERCLASS = 10
    ALREADY_EXISTS = 11
    NO_SUCH_PROPERTY = 12
    TYPE_MISMATCH = 13
    QUERY_LANGUAGE_NOT_SUPPORTED = 14
    INVALID_QUERY = 15
    METHOD_NOT_AVAILABLE = 16
    METHOD_NOT_FOUND = 17
    NAMESPACE_NOT_EMPTY = 20
    INVALID_ENUMERATION_CONTEXT = 21
    INVALID_OPERATION_TIMEOUT = 22
    PULL_HAS_BEEN_ABANDONED = 23
    PULL_CANNOT_BE_ABANDONED = 24
    FILTERED_ENUMERATION_NOT_SUPPORTED = 25
    CONTINUATION_ON_ERROR_NOT_SUPPORTED = 26
    SERVER_LIMITS_EXCEEDED = 27
    SERVER_IS_SHUTTING_DOWN = 28


class Error(Exception):
    """Whatever this package raises on its own account."""


class Unreachable(Error, ConnectionError):
    """There is no server, or no right to talk to it. Nothing was sent."""


class Disconnected(Error, ConnectionError):
    """The connection ended before the answer. The server cancels what a client leaves behind."""


class ProtocolError(Error):
    """What came is no message of mihost-protocol(7)."""


class RequestError(Error):
    """The server doesn't take the request: no such method, a parameter that is wrong, too many at a time."""

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.code = code


class OperationError(Error):
    """The server or the provider refused the operation, or it failed."""

    def __init__(self, text: str, data: Mapping[str, Any]) -> None:
        super().__init__(text)
        number = data.get("result", Result.FAILED)
        self.result: int = Result(number) if number in Result.__members__.values() else number
        self.result_name: str = data.get("resultName", "MI_RESULT_UNKNOWN")
        self.cim_error: Optional[Dict[str, Any]] = data.get("cimError")
        #: Instances that were posted and that nobody gets.
        self.discarded: int = data.get("discarded", 0)
        self.data = dict(data)


class Failed(OperationError):
    """MI_RESULT_FAILED: a general failure; the text says more."""


class AccessDenied(OperationError):
    """MI_RESULT_ACCESS_DENIED"""


class InvalidNamespace(OperationError):
    """MI_RESULT_INVALID_NAMESPACE: there is no such namespace."""


class InvalidParameter(OperationError):
    """MI_RESULT_INVALID_PARAMETER"""


class InvalidClass(OperationError):
    """MI_RESULT_INVALID_CLASS: there is no such class."""


class NotFound(OperationError):
    """MI_RESULT_NOT_FOUND: there is no such instance."""


class NotSupported(OperationError):
    """MI_RESULT_NOT_SUPPORTED"""


class AlreadyExists(OperationError):
    """MI_RESULT_ALREADY_EXISTS"""


class NoSuchProperty(OperationError):
    """MI_RESULT_NO_SUCH_PROPERTY"""


class TypeMismatch(OperationError):
    """MI_RESULT_TYPE_MISMATCH"""


class InvalidQuery(OperationError):
    """MI_RESULT_INVALID_QUERY"""


class MethodNotAvailable(OperationError):
    """MI_RESULT_METHOD_NOT_AVAILABLE"""


class MethodNotFound(OperationError):
    """MI_RESULT_METHOD_NOT_FOUND"""


class ServerLimitsExceeded(OperationError):
    """MI_RESULT_SERVER_LIMITS_EXCEEDED: too much, or too many at a time."""


class ServerIsShuttingDown(OperationError):
    """MI_RESULT_SERVER_IS_SHUTTING_DOWN"""


_CLASSES: Dict[int, Type[OperationError]] = {
    Result.FAILED: Failed,
    Result.ACCESS_DENIED: AccessDenied,
    Result.INVALID_NAMESPACE: InvalidNamespace,
    Result.INVALID_PARAMETER: InvalidParameter,
    Result.INVALID_CLASS: InvalidClass,
    Result.NOT_FOUND: NotFound,
    Result.NOT_SUPPORTED: NotSupported,
    Result.ALREADY_EXISTS: AlreadyExists,
    Result.NO_SUCH_PROPERTY: NoSuchProperty,
    Result.TYPE_MISMATCH: TypeMismatch,
    Result.INVALID_QUERY: InvalidQuery,
    Result.METHOD_NOT_AVAILABLE: MethodNotAvailable,
    Result.METHOD_NOT_FOUND: MethodNotFound,
    Result.SERVER_LIMITS_EXCEEDED: ServerLimitsExceeded,
    Result.SERVER_IS_SHUTTING_DOWN: ServerIsShuttingDown,
}


class Canceled(Error):
    """The operation was canceled, by whomever."""

    def __init__(self, text: str, data: Mapping[str, Any]) -> None:
        super().__init__(text)
        #: "none", "timeout", "shutdown" or "serviceStop": the reason of the first cancel.
        self.reason: str = data.get("reason", "none")
        #: Whether a cancel callback of the provider was called.
        self.delivered: bool = data.get("delivered", False)
        #: What the provider then posted: result, resultName, message, value (out parameters), as JSON; None if nothing.
        self.posted: Optional[Dict[str, Any]] = data.get("result")
        #: Instances that were posted before the cancel and could no longer be sent.
        self.discarded: int = data.get("discarded", 0)
        #: True: the provider didn't end the operation within its grace.
        self.abandoned: bool = data.get("abandoned", False)


class TimedOut(Canceled, TimeoutError):
    """The operation was canceled because its time was over."""


CODE_CANCELED = -32800
CODE_FAILED = -32803


def from_response(error: Mapping[str, Any]) -> Error:
    """The exception for the member `error` of a response."""
    code, text, data = error.get("code"), error.get("message"), error.get("data", {})
    if not isinstance(code, int) or not isinstance(text, str) or not isinstance(data, dict):
        return ProtocolError(f"the server's error is none: {error!r}")
    if code == CODE_CANCELED:
        return (TimedOut if data.get("reason") == "timeout" else Canceled)(text, data)
    if code == CODE_FAILED:
        return _CLASSES.get(data.get("result", Result.FAILED), OperationError)(text, data)
    return RequestError(text, code)
