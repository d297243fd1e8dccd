"""The client and another machine: an ssh that runs its command here, found first on PATH."""
import os
import pathlib
import tempfile
import unittest
from unittest import mock

from world import NAMESPACE, WithDaemon
from daemon import until

import mihost
from mihost.address import SshAddress

# ssh -T [-p N] [-l USER] -- HOST COMMAND; its mihostctl is a relay between its standard streams and the socket.
SSH = """#!/bin/sh
echo "$@" >>"$FAKE_FOLDER/calls"
[ ! -e "$FAKE_FOLDER/refuse" ] || { echo 'ssh: connect to host h port 22: Connection refused' >&2; exit 255; }
while [ "$1" != -- ]; do shift; done
PATH=$FAKE_FOLDER:$PATH exec sh -c "$3"
"""
MIHOSTCTL = """#!/usr/bin/env python3
import os, socket, sys, threading
path = sys.argv[2] if sys.argv[1] == "--socket" else os.environ["FAKE_SOCKET"]
assert sys.argv[-1] == "bridge"
server = socket.socket(socket.AF_UNIX)
server.connect(path)
def pump(read, write, end):
    while True:
        data = read(65536)
        if not data:
            break
        write(data)
    end()
def upward():
    pump(lambda size: os.read(0, size), server.sendall, lambda: server.shutdown(socket.SHUT_WR))
threading.Thread(target=upward, daemon=True).start()
pump(server.recv, lambda data: os.write(1, data), lambda: os._exit(0))
"""
QUICK = {"IntervalMs": ("uint32", 1)}


class Ssh(WithDaemon):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name, text in (("ssh", SSH), ("mihostctl", MIHOSTCTL)):
            (self.folder / name).write_text(text, encoding="utf-8")
            (self.folder / name).chmod(0o755)
        environment = {"PATH": f"{folder.name}:{os.environ['PATH']}", "FAKE_FOLDER": folder.name,
                       "FAKE_SOCKET": str(self.daemon.socket)}
        patch = mock.patch.dict(os.environ, environment)
        patch.start()
        self.addCleanup(patch.stop)

    def connect(self, address="ssh://user@host:2222"):
        client = mihost.connect(address, namespace=NAMESPACE)
        self.addCleanup(client.close)
        return client

    def calls(self):
        return (self.folder / "calls").read_text(encoding="utf-8").splitlines()

    def test_everything_works_over_ssh(self):
        client = self.connect()
        self.assertEqual(client.get("Test_Sample", {"Id": 1})["Name"], "one")
        self.assertEqual(sum(1 for _ in client.enumerate("Test_Many")), 1000)
        self.assertEqual(self.calls()[0], "-T -p 2222 -l user -- host mihostctl bridge")

    def test_one_after_the_other_uses_one_process(self):
        client = self.connect()
        for number in (1, 2, 3):
            client.get("Test_Sample", {"Id": number})
        self.assertEqual(len(self.calls()), 1)

    def test_a_socket_of_that_machine_can_be_named(self):
        self.assertEqual(self.connect(f"ssh://host{self.daemon.socket}").info()["name"], "mihost")
        self.assertEqual(self.calls(), [f"-T -- host mihostctl --socket {self.daemon.socket} bridge"])

    def test_its_path_is_no_command(self):
        self.assertEqual(SshAddress("ssh://host/a;rm%20-r").command()[-1], "mihostctl --socket '/a;rm -r' bridge")

    def test_a_block_that_is_left_early_cancels(self):
        with self.connect().enumerate("Demo_Ticker", options=QUICK) as ticks:
            next(ticks)
        self.assertTrue(ticks.canceled.delivered)

    def test_a_connection_that_is_lost_is_a_cancel(self):
        ticks = self.connect().enumerate("Demo_Ticker", options=QUICK)
        next(ticks)
        del ticks
        until(lambda: not self.daemon.operations(), "the end of the operation")

    def test_an_ssh_that_fails_is_heard(self):
        (self.folder / "refuse").touch()
        with self.assertRaisesRegex(mihost.Unreachable, "'ssh://user@host:2222': ssh: connect to host h port 22: Connection"):
            self.connect()

    def test_no_mihostctl_there_is_heard(self):
        (self.folder / "mihostctl").write_text("#!/bin/sh\necho 'mihostctl: not found' >&2; exit 127\n", encoding="utf-8")
        with self.assertRaisesRegex(mihost.Unreachable, "mihostctl: not found"):
            self.connect()

    def test_no_ssh_here_is_said(self):
        with mock.patch.dict(os.environ, {"PATH": "/nowhere"}), self.assertRaisesRegex(mihost.Unreachable, "ssh"):
            self.connect()


if __name__ == "__main__":
    unittest.main()
