"""What the suites share: a daemon, and peers that say bytes to it and hear messages, by nothing but json and socket."""
import json
import os
import pathlib
import re
import socket
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/support"))

from daemon import Daemon, until  # noqa: E402, F401
from gate import PUPPET, Gate  # noqa: E402

BUILD = pathlib.Path(os.environ.get("MIHOST_BUILD", ROOT / "build/dev"))
REGISTRATIONS = {
    "puppet": PUPPET,
    "sample": "LIBRARY=sample\nHOSTING=@requestor@\nCALLS=parallel\nCLASS=Test_Sample\nCLASS=Test_Many\n",
}
LIBRARIES = [BUILD / f"tests/providers/lib{name}.so" for name in ("puppet", "sample")]
NAMESPACE = "root/test"
SAMPLE = {"namespace": NAMESPACE, "instance": {"class": "Test_Sample", "properties": {"Id": 1}}}


class Peer:
    """A connection that speaks one of the two framings: "lines" or "headers"."""

    def __init__(self, connection, framing):
        self.framing = framing
        self._connection = connection
        self._stream = connection.makefile("rb")

    def close(self):
        self._stream.close()
        self._connection.close()

    def send_bytes(self, data):
        self._connection.sendall(data)

    def send_text(self, text):
        """One message, as it is."""
        self.send_bytes(self.frame(text if isinstance(text, bytes) else text.encode()))

    def frame(self, data):
        return data + b"\n" if self.framing == "lines" else b"Content-Length: %d\r\n\r\n%s" % (len(data), data)

    def send(self, **message):
        self.send_text(json.dumps({"jsonrpc": "2.0", **message}))

    def hang_up(self):
        self._connection.shutdown(socket.SHUT_WR)

    def receive(self):
        """The next message; None at the end."""
        if self.framing == "lines":
            line = self._stream.readline()
            return json.loads(line) if line else None
        length = None
        while True:
            line = self._stream.readline()
            if not line:
                return None
            if line == b"\r\n":
                return json.loads(self._stream.read(length))
            length = int(re.fullmatch(rb"Content-Length: (\d+)\r\n", line)[1])

    def ask(self, method, params=None, id_=1):
        self.send(id=id_, method=method, **({} if params is None else {"params": params}))
        return self.receive()

    def expect_alive(self, test):
        """The connection still serves."""
        response = self.ask("host/info", id_="alive")
        test.assertEqual((response.get("id"), response["result"]["name"]), ("alive", "mihost"))


class Suite(unittest.TestCase):
    """Each test is run with both framings."""

    framings = ("lines", "headers")

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(BUILD, LIBRARIES, REGISTRATIONS, NAMESPACE, ("maxMessage=64K", "maxRequests=64"))
        cls.daemon.__enter__()
        cls.addClassCleanup(cls.daemon.__exit__, None, None, None)
        cls.gate = Gate(cls.daemon.folder)
        cls.addClassCleanup(cls.gate.close)

    def connect(self, framing):
        peer = Peer(self.daemon.connect(), framing)
        self.addCleanup(peer.close)
        return peer

    def peers(self):
        """for peer in self.peers(): ... each framing, and a connection that serves at the end."""
        for framing in self.framings:
            with self.subTest(framing=framing):
                peer = self.connect(framing)
                yield peer
                peer.expect_alive(self)

    def expect_error(self, response, code, id_):
        self.assertEqual(set(response), {"jsonrpc", "id", "error"})
        self.assertEqual((response["jsonrpc"], response["id"], response["error"]["code"]), ("2.0", id_, code))
        self.assertIs(type(response["id"]), type(id_))
        self.assertIsInstance(response["error"]["message"], str)
        self.assertTrue(response["error"]["message"])
        self.assertLessEqual(set(response["error"]), {"code", "message", "data"})

    def expect_result(self, response, id_):
        self.assertEqual(set(response), {"jsonrpc", "id", "result"})
        self.assertEqual((response["jsonrpc"], response["id"]), ("2.0", id_))
        self.assertIs(type(response["id"]), type(id_))
        return response["result"]
