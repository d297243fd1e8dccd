"""The client and servers that do what a good one doesn't, or that are not there at all."""
import contextlib
import json
import os
import pathlib
import socket
import tempfile
import threading
import unittest
from unittest import mock

import world  # noqa: F401  (finds the package)
from daemon import PATIENCE

import mihost
from mihost import address
from mihost.connection import Connection

INFO = {"name": "mihost", "version": "0", "protocol": 1, "limits": {}}


def result(request, value):
    return {"jsonrpc": "2.0", "id": request["id"], "result": value}


class Fake(contextlib.ExitStack):
    """A server that greets each connection, and then does what script(request, send) does for each request.

    script gets messages as objects; send takes an object, or bytes as they are. It returns True to hang up.
    """

    def __init__(self, script, info=INFO):
        super().__init__()
        self.script, self.info = script, info
        self.received = []
        self.path = os.path.join(self.enter_context(tempfile.TemporaryDirectory()), "socket")
        self.listener = self.enter_context(socket.socket(socket.AF_UNIX))
        self.listener.bind(self.path)
        self.listener.listen()
        self.threads = []
        self.callback(self.join)
        self.callback(self.listener.shutdown, socket.SHUT_RDWR)
        self.start(self.accept)

    def start(self, function, *arguments):
        thread = threading.Thread(target=function, args=arguments)
        thread.start()
        self.threads.append(thread)

    def join(self):
        for thread in self.threads:
            thread.join(PATIENCE)

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                self.start(self.serve, self.listener.accept()[0])

    def serve(self, connection):
        def send(message):
            connection.sendall(message if isinstance(message, bytes) else json.dumps(message).encode() + b"\n")

        with connection, contextlib.suppress(OSError), connection.makefile("rb") as lines:
            for line in lines:
                message = json.loads(line)
                self.received.append(message)
                if message.get("method") == "host/info":
                    send(result(message, self.info))
                elif self.script(message, send):
                    return

    def connect(self):
        client = mihost.connect(self.path)
        self.callback(client.close)
        return client


class BadServers(unittest.TestCase):
    def ask(self, answer):
        """What comes of a request that is answered like this."""
        def script(request, send):
            send(answer(request) if callable(answer) else answer)
            return True
        with Fake(script) as fake:
            return fake.connect().call("x")

    def test_what_is_no_json(self):
        with self.assertRaisesRegex(mihost.ProtocolError, "no JSON"):
            self.ask(b"hello\n")

    def test_what_is_too_deep(self):
        with self.assertRaisesRegex(mihost.ProtocolError, "no JSON"):
            self.ask(b"[" * 1000000 + b"\n")

    def test_what_is_no_json_rpc(self):
        for line in (b"[]\n", b"{}\n", b'{"jsonrpc":"1.0","id":2,"result":1}\n', b'{"jsonrpc":"2.0","method":7}\n',
                     b'{"jsonrpc":"2.0","id":2}\n', b'{"jsonrpc":"2.0","id":2,"error":5}\n',
                     b'{"jsonrpc":"2.0","id":2,"error":{}}\n', b'{"jsonrpc":"2.0","id":99,"result":1}\n',
                     b'{"jsonrpc":"2.0","method":"$/progress","params":{"token":"nobody","value":[]}}\n'):
            with self.subTest(line), self.assertRaises(mihost.ProtocolError):
                self.ask(line)

    def test_a_message_that_never_ends(self):
        with mock.patch("mihost.connection.MAX_MESSAGE", 100000), self.assertRaisesRegex(mihost.ProtocolError, "100000 bytes"):
            self.ask(b"x" * 400000)

    def test_a_server_that_leaves(self):
        with self.assertRaisesRegex(mihost.Disconnected, "left before its answer.*journalctl"):
            self.ask(b"")
        with self.assertRaises(ConnectionError):
            self.ask(b'{"jsonrpc":"2.0","id"')

    def test_a_server_that_does_not_answer(self):
        with Fake(lambda request, send: None) as fake, self.assertRaisesRegex(mihost.Disconnected, "doesn't answer"):
            fake.connect().call("x", timeout=0.05)

    def test_answers_without_what_is_asked(self):
        for value in (None, 5, {}, {"instance": 7}, {"instance": {"class": "C"}}):
            with self.subTest(value), Fake(lambda request, send, value=value: send(result(request, value))) as fake:
                with self.assertRaises(mihost.ProtocolError):
                    fake.connect().get("C", {"Id": 1})

    def test_a_value_that_is_not_of_its_type(self):
        def script(request, send):
            if request["method"] == "mi/getClass":
                send(result(request, {"class": {"class": "C", "properties": {"Id": {"type": "uint64"}}}}))
            else:
                send(result(request, {"instance": {"class": "C", "properties": {"Id": "x"}}}))
        with Fake(script) as fake, self.assertRaisesRegex(mihost.ProtocolError, "isn't what its class says"):
            fake.connect().get("C", {"Id": 1})

    def test_an_instance_may_bring_its_types(self):
        tree = {"class": "D", "properties": {"Big": "5", "Of": [{"class": "E", "properties": {"Big": "6"}}]},
                "types": {"Big": "uint64", "Of": "instance[]"}}

        def script(request, send):
            if request["method"] == "mi/getClass":
                send({"jsonrpc": "2.0", "id": request["id"], "error": {
                    "code": -32803, "message": "no such class", "data": {"result": 5}}})
            else:
                send(result(request, {"instance": tree}))
        with Fake(script) as fake:
            found = fake.connect().get("D")
            self.assertEqual((found["Big"], found["Of"][0]["Big"]), (5, "6"))
            fake.connect().get("D")
            self.assertEqual(sum(each["method"] == "mi/getClass" for each in fake.received), 2)

    def test_an_error_of_a_later_server_is_an_OperationError(self):
        with self.assertRaisesRegex(mihost.OperationError, "odd") as caught:
            self.ask(lambda request: {"jsonrpc": "2.0", "id": request["id"], "error": {
                "code": -32803, "message": "odd", "data": {"result": 4711, "resultName": "MI_RESULT_ODD"}}})
        self.assertEqual((caught.exception.result, caught.exception.result_name), (4711, "MI_RESULT_ODD"))

    def test_a_server_of_another_version(self):
        with Fake(None, {**INFO, "protocol": 2}) as fake, self.assertRaisesRegex(mihost.ProtocolError, "version 2"):
            fake.connect()

    def test_what_a_later_server_tells_is_ignored(self):
        def script(request, send):
            send({"jsonrpc": "2.0", "method": "mi/weather", "params": {"sky": "blue"}})
            send(b"\n")
            send(result(request, "done"))
        with Fake(script) as fake:
            self.assertEqual(fake.connect().call("x"), "done")

    def test_a_question_that_nobody_takes_is_answered_with_an_error(self):
        def script(message, send):
            if message.get("method") == "x":
                send({"jsonrpc": "2.0", "id": "q", "method": "mi/riddle", "params": {}})
            else:  # the answer
                send({"jsonrpc": "2.0", "id": 2, "result": message["error"]["code"]})
        with Fake(script) as fake:
            self.assertEqual(fake.connect().call("x"), -32601)


class Pieces(unittest.TestCase):
    """Messages come in whatever pieces the socket gives."""

    def test_a_message_may_be_cut_anywhere(self):
        data = b'{"jsonrpc":"2.0","id":1}\n\r\n{"jsonrpc":"2.0","id":"\xc3\xa9"}\n'
        for first in range(1, len(data) - 1):
            for second in range(first + 1, len(data)):
                link = mock.Mock()
                link.socket.recv.side_effect = [data[:first], data[first:second], data[second:], b""]
                link.last_words.return_value = ""
                connection = Connection("'a test'", link)
                self.assertEqual([connection.receive()["id"], connection.receive()["id"]], [1, "é"])
                with self.assertRaises(mihost.Disconnected):
                    connection.receive()


class Unreachable(unittest.TestCase):
    def test_no_socket(self):
        with self.assertRaisesRegex(mihost.Unreachable, "'/nope/x'.*start mihostd"):
            mihost.connect("/nope/x")

    def test_nobody_listens(self):
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as bound:
            bound.bind(f"{folder}/socket")
            with self.assertRaisesRegex(mihost.Unreachable, "nobody listens"):
                mihost.connect(pathlib.Path(folder, "socket"))

    def test_no_right(self):
        with mock.patch("socket.socket.connect", side_effect=PermissionError(13, "Permission denied")):
            with self.assertRaisesRegex(mihost.Unreachable, "permission denied; run as"):
                mihost.connect("/x")

    def test_a_path_that_is_too_long(self):
        with self.assertRaisesRegex(mihost.Unreachable, "too long"):
            mihost.connect("/" + "x" * 200)

    def test_a_server_that_hangs(self):
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
            listener.bind(f"{folder}/socket")
            listener.listen()
            with self.assertRaisesRegex(mihost.Unreachable, "doesn't answer"):
                mihost.connect(f"{folder}/socket", connect_timeout=0.05)

    def test_what_is_no_address(self):
        for text in ("", "http://x", "ssh://", "ssh://-oProxyCommand=x", "ssh://-l@host", "ssh://a:b@c", "ssh://a/x", "ssh://a:0",
                     "ssh://$(x)", "ssh://a;b", "ssh://[::1]x"):
            with self.subTest(text), self.assertRaises(ValueError):
                mihost.connect(text)


class Defaults(unittest.TestCase):
    def test_the_socket_is_the_one_that_mihostctl_takes(self):
        with tempfile.TemporaryDirectory() as folder:
            with mock.patch.dict(os.environ, {"XDG_RUNTIME_DIR": folder, "MIHOST_SOCKET": ""}):
                self.assertEqual(address.default_socket(), "/run/mihost/mihost.sock")
                pathlib.Path(folder, "mihost.sock").touch()
                self.assertEqual(address.default_socket(), f"{folder}/mihost.sock")
                os.environ["MIHOST_SOCKET"] = "/other"
                self.assertEqual(address.default_socket(), "/other")


if __name__ == "__main__":
    unittest.main()
