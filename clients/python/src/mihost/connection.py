"""A connection: messages out, messages in, one JSON object a line.

One thread reads. Any thread may send, a cancel for example: what one sends isn't mixed with what another does. A connection
that failed once is of no use any more, and is closed.
"""
from __future__ import annotations

import json
import select
import socket
import threading
from typing import Any, Dict, Optional

from .address import Address, Link
from .errors import Disconnected, Error, ProtocolError, Unreachable

#: Bytes of a message of the server's. It collects nothing for us, so none comes near it but an instance of that size.
MAX_MESSAGE = 256 << 20
_BLOCK = 65536


class Connection:
    def __init__(self, address: Address, link: Link) -> None:
        self.address = address
        self._link, self._socket = link, link.socket
        self._sending = threading.Lock()
        self._received = bytearray()
        self._searched = 0  # bytes of it in which there is no line feed
        self._last_id = 0
        self._heard = False  # the server has said something

    @classmethod
    def open(cls, address: Address, timeout: Optional[float]) -> Connection:
        return cls(address, address.open(timeout))

    def close(self) -> None:
        self._link.close()

    def forget(self) -> None:
        """Leaves it to the process that this one is a fork of."""
        self._socket.close()

    def set_patience(self, seconds: Optional[float]) -> None:
        """How long a step may take until the server counts as gone. None: for ever. Only while no thread is inside."""
        self._socket.settimeout(seconds)

    def is_idle(self) -> bool:
        """True if it is still open, and nothing came that nobody asked for."""
        poller = select.poll()
        poller.register(self._socket, select.POLLIN | select.POLLRDHUP)
        return not self._received and not poller.poll(0)

    def next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def send(self, message: Dict[str, Any]) -> None:
        """Disconnected if the server takes no more. ValueError, TypeError for what JSON can't say: nothing was sent then."""
        line = json.dumps(message, separators=(",", ":"), allow_nan=False).encode("ascii") + b"\n"
        try:
            with self._sending:
                self._socket.sendall(line)
        except OSError as error:
            raise self._lost(error) from error

    def receive(self) -> Dict[str, Any]:
        """The next message."""
        while True:
            end = self._received.find(b"\n", self._searched)
            if end >= 0:
                line = bytes(self._received[:end])
                del self._received[: end + 1]
                self._searched = 0
                if line.strip():
                    return self._parse(line)
                continue
            self._searched = len(self._received)
            if self._searched > MAX_MESSAGE:
                raise ProtocolError(f"the server at {self.address} sent a message of more than {MAX_MESSAGE} bytes")
            try:
                data = self._socket.recv(_BLOCK)
            except OSError as error:
                raise self._lost(error) from error
            if not data:
                raise self._lost(None)
            self._received += data
            self._heard = True

    def _parse(self, line: bytes) -> Dict[str, Any]:
        try:
            message = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ProtocolError(f"the server at {self.address} sent what is no JSON: {error}") from error
        if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
            raise ProtocolError(f"the server at {self.address} sent what is no JSON-RPC 2.0: {line[:100]!r}")
        return message

    def _lost(self, error: Optional[OSError]) -> Error:
        if isinstance(error, (socket.timeout, TimeoutError)):
            return Disconnected(f"the server at {self.address} doesn't answer: see whether it runs, or hangs")
        words = self._link.last_words()
        if self._heard:
            why = words or "did it stop, or crash? its log tells (journalctl -u mihostd)"
            return Disconnected(f"the server at {self.address} left before its answer: {why}")
        if words:
            return Unreachable(f"cannot reach the server at {self.address}: {words}")
        return Disconnected(f"the server at {self.address} hung up at once: {error or 'it takes no more clients, or stops'}")
