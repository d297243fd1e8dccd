"""What an enumeration or a traversal gives: instances, one after the other, while they come."""
from __future__ import annotations

import contextlib
from types import TracebackType
from typing import Any, Callable, Iterator, List, Optional, Type

from .errors import Canceled
from .exchange import Exchange
from .values import Instance


class Instances(Iterator[Instance]):
    """An iterator of instances, and a `with` block that ends with its operation.

    >>> with client.enumerate("Linux_Process") as processes:  # doctest: +SKIP
    ...     for process in processes:
    ...         if process["Name"] == "sshd":
    ...             break

    Left early, by `break`, an exception or Ctrl-C, the block cancels the operation and waits until it has ended: nothing of it
    runs on behind the block. Nothing is read ahead: as long as nobody takes instances, the provider waits.

    Without `with`, an iterator that isn't used up any more is canceled when Python deletes it.
    """

    def __init__(self, exchange: Exchange, decode: Callable[[Any], Instance]) -> None:
        self._exchange, self._decode = exchange, decode
        self._batch: List[Any] = []  # as JSON, the next one last

    def __iter__(self) -> Instances:
        return self

    def __next__(self) -> Instance:
        while not self._batch:
            batch = self._exchange.next_instances()
            if batch is None:
                raise StopIteration
            batch.reverse()
            self._batch = batch
        try:
            return self._decode(self._batch.pop())
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Instances:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def __del__(self) -> None:
        with contextlib.suppress(AttributeError):  # never begun
            self._exchange.hang_up()

    def cancel(self, reason: str = "none") -> None:
        """Asks for the end, from any thread: "none", "timeout", "shutdown" or "serviceStop". What was sent before can still be
        taken; then the iteration raises Canceled, or ends if the provider was done first."""
        self._exchange.cancel(reason)

    def close(self, reason: str = "none") -> None:
        """Cancels the operation if it runs, and waits for its end. Not raised, but kept in `canceled`."""
        self._batch.clear()
        self._exchange.end(reason)

    @property
    def canceled(self) -> Optional[Canceled]:
        """What came of a cancel, once the operation has ended by it."""
        return self._exchange.canceled
