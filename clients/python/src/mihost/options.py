"""What every operation takes beside its own parameters."""
from __future__ import annotations

import math
from typing import Any, Callable, Dict, Iterable, Mapping, Optional, Tuple, TypedDict

from .exchange import Cancellation, Listeners, Progress, Question
from .values import encode


class OptionValues(TypedDict, total=False):
    """The keywords of Options, for type checkers."""

    namespace: Optional[str]
    properties: Optional[Iterable[str]]
    timeout: Optional[float]
    options: Optional[Mapping[str, Tuple[str, Any]]]
    locale: Optional[str]
    cancellation: Optional[Cancellation]
    on_progress: Optional[Callable[[Progress], None]]
    on_message: Optional[Callable[[str, str], None]]
    on_question: Optional[Callable[[Question], Optional[bool]]]


class Options:
    """What every operation takes. What isn't given is as the client has it, or as the server does without.

    namespace      as in "root/cimv2"
    properties     only these, and the keys, which always come
    timeout        seconds, then the server cancels it: TimedOut. Progress that on_progress is told begins it anew
    options        for the provider: {"IntervalMs": ("uint32", 500)}
    locale         the language in which the provider should answer
    cancellation   a Cancellation, which cancels it from another thread
    on_progress    is told each Progress
    on_message     is told what the provider writes for people: (channel, text); "warning", "verbose", "debug"
    on_question    is asked each Question: True, False, or None for the default

    What is called back is called by the thread that waits for the operation. If it raises something, the operation is
    canceled, and that is raised.
    """

    def __init__(self, *, namespace: Optional[str] = None, properties: Optional[Iterable[str]] = None,
                 timeout: Optional[float] = None, options: Optional[Mapping[str, Tuple[str, Any]]] = None,
                 locale: Optional[str] = None, cancellation: Optional[Cancellation] = None,
                 on_progress: Optional[Callable[[Progress], None]] = None,
                 on_message: Optional[Callable[[str, str], None]] = None,
                 on_question: Optional[Callable[[Question], Optional[bool]]] = None) -> None:
        self.namespace, self.timeout, self.cancellation = namespace, timeout, cancellation
        self.listeners = Listeners(on_progress, on_message, on_question)
        self._params: Dict[str, Any] = self.listeners.params()
        if locale is not None:
            self._params["locale"] = locale
        if isinstance(properties, str):
            raise TypeError(f"properties: a list of names, and not the string '{properties}'")
        if properties is not None:
            self._params["properties"] = list(properties)
        if options is not None:
            self._params["options"] = {name: {"type": type_name, "value": encode(value)}
                                       for name, (type_name, value) in options.items()}

    def params(self, namespace: str, timeout: Optional[float]) -> Dict[str, Any]:
        """As members of the params of a request; @namespace and @timeout are those of the client."""
        params: Dict[str, Any] = {"namespace": self.namespace or namespace, **self._params}
        if self.timeout is not None:
            timeout = self.timeout
        if timeout is not None:
            if not timeout > 0:
                raise ValueError(f"timeout: {timeout!r} is no time: seconds, more than 0")
            params["timeoutMs"] = math.ceil(timeout * 1000)
        return params
