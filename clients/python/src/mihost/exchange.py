"""One request, from its sending to its one response, on a connection that it has for itself.

So there is no thread in the background, and what isn't read holds up nobody but its own operation: after the server's window
is full the provider waits. What comes between request and response (instances, progress, messages, questions) is handed on
by the thread that reads. Whatever ends an exchange early, an exception, Ctrl-C, leaving a `with` block, cancels the operation and
then waits for the response that the server owes; a second Ctrl-C doesn't wait, and hangs up, which cancels too.
"""
from __future__ import annotations

import dataclasses
import enum
import threading
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Set

from .errors import Canceled, Disconnected, Error, ProtocolError, from_response

if TYPE_CHECKING:
    from .connection import Connection

REASONS = ("none", "timeout", "shutdown", "serviceStop")

#: Seconds: what a server that was given a time may take beyond it (its grace and more), and what one that was told to
#: cancel may, before it counts as gone.
PATIENCE = 60.0

INSTANCES, _WORK = "instances", "work"  # our tokens


@dataclasses.dataclass(frozen=True)
class Progress:
    """What the provider says of how far it is."""

    kind: str  #: "begin", "report" or "end"
    title: Optional[str] = None  #: the activity, with "begin"
    message: Optional[str] = None  #: the status
    percentage: Optional[int] = None
    current_operation: Optional[str] = None
    seconds_remaining: Optional[int] = None


@dataclasses.dataclass(frozen=True)
class Question:
    """What the provider asks. The answer is True, False, or None for what MI documents as the default."""

    kind: str  #: "promptUser", "shouldProcess", "shouldContinue" or "writeError"
    message: Optional[str] = None
    type: Optional[str] = None  #: promptUser: "normal" or "critical"
    target: Optional[str] = None  #: shouldProcess: what would be touched
    action: Optional[str] = None  #: shouldProcess: what would be done
    error: Optional[Dict[str, Any]] = None  #: writeError: the error


@dataclasses.dataclass(frozen=True)
class Listeners:
    """Who is told what comes meanwhile. They are called by the thread that waits for the operation."""

    on_progress: Optional[Callable[[Progress], None]] = None
    on_message: Optional[Callable[[str, str], None]] = None
    on_question: Optional[Callable[[Question], Optional[bool]]] = None

    def params(self) -> Dict[str, Any]:
        """What a request says so that they get something."""
        params: Dict[str, Any] = {}
        if self.on_progress is not None:
            params["workDoneToken"] = _WORK
        if self.on_message is not None:
            params["messages"] = ["warning", "verbose", "debug"]
        if self.on_question is not None:
            params["prompts"] = True
        return params


class Cancellation:
    """Cancels operations from elsewhere: from any thread. (A signal handler raises an exception instead; that cancels.)

    >>> stop = Cancellation()
    >>> client.invoke("Linux_DirectoryUsage", "Measure", {"Path": "/"}, cancellation=stop)  # doctest: +SKIP

    and, in another thread, `stop.cancel("timeout")`. It cancels all operations that were given it, later ones too.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a finalizer may come while its own thread has it
        self._exchanges: Set[Exchange] = set()
        self._reason: Optional[str] = None

    @property
    def reason(self) -> Optional[str]:
        """The reason of the first cancel, or None."""
        return self._reason

    def cancel(self, reason: str = "none") -> None:
        """@reason: "none", "timeout", "shutdown" or "serviceStop". Again is no mistake, and changes nothing."""
        check_reason(reason)
        with self._lock:
            if self._reason is not None:
                return
            self._reason = reason
            exchanges = list(self._exchanges)
        for exchange in exchanges:
            exchange.cancel(reason)

    def _join(self, exchange: Exchange) -> Optional[str]:
        with self._lock:
            self._exchanges.add(exchange)
            return self._reason

    def _leave(self, exchange: Exchange) -> None:
        with self._lock:
            self._exchanges.discard(exchange)


def check_reason(reason: str) -> None:
    if reason not in REASONS:
        raise ValueError(f"'{reason}' is no reason: it is one of {', '.join(REASONS)}")


class _State(enum.Enum):
    OPEN = "a response is owed"
    ENDED = "nothing is owed: the response came"
    LOST = "nothing will come: the connection is closed"


class Exchange:
    """@patience: seconds without a word after which the server counts as gone. @give_back gets the connection once the response
    came; one that failed is closed and never given back."""

    def __init__(self, connection: Connection, method: str, params: Dict[str, Any], *,
                 listeners: Listeners, patience: Optional[float], cancellation: Optional[Cancellation],
                 give_back: Callable[[Connection], None]) -> None:
        self._connection, self._give_back = connection, give_back
        self._listeners, self._cancellation = listeners, cancellation
        self._id = connection.next_id()
        self._state = _State.OPEN
        self._lock = threading.RLock()  # of the state: a cancel comes from another thread
        self.canceled: Optional[Canceled] = None  #: what came of a cancel
        self.result: Any = None
        try:
            connection.set_patience(patience)
            connection.send({"jsonrpc": "2.0", "id": self._id, "method": method, "params": params})
        except BaseException:
            self._lose()  # half a message may be out
            raise
        reason = None if cancellation is None else cancellation._join(self)
        if reason is not None:
            self.cancel(reason)

    @property
    def is_open(self) -> bool:
        return self._state is _State.OPEN

    def cancel(self, reason: str = "none") -> None:
        """Asks for the end. Any thread. The response still comes."""
        check_reason(reason)
        with self._lock:
            if self._state is _State.OPEN:
                try:
                    self._connection.send({"jsonrpc": "2.0", "method": "$/cancelRequest",
                                           "params": {"id": self._id, "reason": reason}})
                except Error:
                    pass  # whoever reads is told

    def next_instances(self) -> Optional[List[Any]]:
        """The next instances as JSON, or None: the response came, and is in `result`. Raises what the response says."""
        try:
            while self._state is _State.OPEN:
                instances = self._take(self._connection.receive(), self._listeners)
                if instances is not None:
                    return instances
            return None
        except (Disconnected, ProtocolError):
            self._lose()
            raise
        except BaseException:
            self.end()
            raise

    def wait(self) -> Any:
        """The result of an exchange without instances."""
        while self.next_instances() is not None:
            pass
        return self.result

    def end(self, reason: str = "none") -> None:
        """Cancels it if it hasn't ended, and waits for its response, which isn't raised."""
        if self._state is not _State.OPEN:
            return
        try:
            self.cancel(reason)
            self._connection.set_patience(PATIENCE)
            while self._state is _State.OPEN:
                try:
                    self._take(self._connection.receive(), Listeners())
                except Canceled:
                    pass  # as it should be
        except Error:
            pass  # gone, or failed: either way it has ended
        finally:
            self._lose()  # if it is still open, a second Ctrl-C came: hanging up cancels too

    def hang_up(self) -> None:
        """Ends it without a word; the server cancels what is left. Never waits."""
        self._lose()

    # ---- What comes ----

    def _take(self, message: Dict[str, Any], listeners: Listeners) -> Optional[List[Any]]:
        """Hands on one message. Instances are returned."""
        method, params = message.get("method"), message.get("params", {})
        if method is None:
            self._take_response(message)
        elif not isinstance(method, str) or not isinstance(params, dict):
            raise ProtocolError(f"the server sent what is no JSON-RPC: {str(message)[:200]}")
        elif method == "$/progress":
            return self._take_progress(params, listeners)
        elif method == "mi/message":
            if listeners.on_message is not None:
                listeners.on_message(str(params.get("channel")), str(params.get("message")))
        elif "id" in message:
            self._answer(message["id"], method, params, listeners)
        # Anything else is a notification of a later server, or takes back a question that was answered by now.
        return None

    def _take_progress(self, params: Dict[str, Any], listeners: Listeners) -> Optional[List[Any]]:
        token, value = params.get("token"), params.get("value")
        if token == INSTANCES and isinstance(value, list):
            return value
        if token == _WORK and isinstance(value, dict):
            if listeners.on_progress is not None:
                listeners.on_progress(Progress(
                    kind=str(value.get("kind")), title=value.get("title"), message=value.get("message"),
                    percentage=value.get("percentage"), current_operation=value.get("currentOperation"),
                    seconds_remaining=value.get("secondsRemaining")))
            return None
        raise ProtocolError(f"the server sent progress that nobody asked for: {str(params)[:200]}")

    def _answer(self, question_id: Any, method: str, params: Dict[str, Any], listeners: Listeners) -> None:
        answer = None
        if listeners.on_question is not None and method.startswith("mi/"):
            answer = listeners.on_question(Question(
                kind=method[len("mi/"):], message=params.get("message"), type=params.get("type"),
                target=params.get("target"), action=params.get("action"), error=params.get("error")))
        reply: Dict[str, Any] = {"jsonrpc": "2.0", "id": question_id}
        if answer is None:
            reply["error"] = {"code": -32601, "message": "there is nobody to answer: what is the default holds"}
        else:
            reply["result"] = {"answer": bool(answer)}
        self._connection.send(reply)

    def _take_response(self, message: Dict[str, Any]) -> None:
        error = message.get("error")
        if message.get("id") != self._id and not (message.get("id") is None and error is not None):
            raise ProtocolError(f"the server answered what nobody asked: {str(message)[:200]}")
        if error is None and "result" not in message:
            raise ProtocolError(f"the server's answer is none: {str(message)[:200]}")
        self._leave(_State.ENDED)
        self._give_back(self._connection)
        if error is None:
            self.result = message["result"]
            return
        failure = from_response(error) if isinstance(error, dict) else ProtocolError(f"no error: {str(message)[:200]}")
        if isinstance(failure, Canceled):
            self.canceled = failure
        raise failure

    # ---- The end ----

    def _lose(self) -> None:
        if self._leave(_State.LOST):
            self._connection.close()

    def _leave(self, state: _State) -> bool:
        """False if it was left before."""
        with self._lock:
            if self._state is not _State.OPEN:
                return False
            self._state = state
        if self._cancellation is not None:
            self._cancellation._leave(self)
        return True
