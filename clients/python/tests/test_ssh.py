"""The client and another machine: an ssh that runs its command here, found first on PATH."""
import os
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

from world import BUILD, NAMESPACE, ROOT, WithDaemon
from daemon import until

import mihost
from mihost.address import SshAddress

sys.path.append(str(ROOT / "tests/daemon"))  # behind all: it has a module 'world', too
import sshd  # noqa: E402

# ssh OPTIONS -- HOST COMMAND..., with the mihostctl of this build.
SSH = """#!/bin/sh
echo "$@" >>"$FAKE_FOLDER/calls"
[ ! -e "$FAKE_FOLDER/refuse" ] || { echo 'ssh: connect to host h port 22: Connection refused' >&2; exit 255; }
while [ "$1" != -- ]; do shift; done
shift 2
PATH=$FAKE_FOLDER:$PATH exec sh -c "$*"
"""
QUICK = {"IntervalMs": ("uint32", 1)}


class Ssh(WithDaemon):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.put_program("ssh", SSH)
        (self.folder / "mihostctl").symlink_to((BUILD / "bin/mihostctl").resolve())
        environment = {"PATH": f"{folder.name}:{os.environ['PATH']}", "FAKE_FOLDER": folder.name,
                       "MIHOST_SOCKET": str(self.daemon.socket)}
        patch = mock.patch.dict(os.environ, environment)
        patch.start()
        self.addCleanup(patch.stop)

    def put_program(self, name, text):
        (self.folder / name).unlink(missing_ok=True)
        (self.folder / name).write_text(text, encoding="utf-8")
        (self.folder / name).chmod(0o755)

    def connect(self, address="ssh://user@host:2222", **more):
        client = mihost.connect(address, namespace=NAMESPACE, **more)
        self.addCleanup(client.close)
        return client

    def calls(self):
        return (self.folder / "calls").read_text(encoding="utf-8").splitlines()

    def test_everything_works_over_ssh(self):
        client = self.connect()
        self.assertEqual(client.get("Test_Sample", {"Id": 1})["Name"], "one")
        self.assertEqual(sum(1 for _ in client.enumerate("Test_Many")), 1000)
        self.assertTrue(self.calls()[0].endswith(" -p 2222 -l user -- host mihostctl bridge"))

    def test_one_after_the_other_uses_one_process(self):
        client = self.connect()
        for number in (1, 2, 3):
            client.get("Test_Sample", {"Id": number})
        self.assertEqual(len(self.calls()), 1)

    def test_a_socket_of_that_machine_can_be_named(self):
        self.assertEqual(self.connect("ssh://host", remote_socket=str(self.daemon.socket)).info()["name"], "mihost")
        self.assertTrue(self.calls()[0].endswith(f" -- host mihostctl bridge --socket {self.daemon.socket}"))

    def test_its_path_is_no_command(self):
        self.assertEqual(SshAddress("ssh://host", "/a;rm -r").command()[-1], "'/a;rm -r'")

    def test_the_environment_can_name_the_host_and_the_ssh(self):
        with mock.patch.dict(os.environ, {"MIHOST_HOST": "ssh://[::1]", "MIHOST_SSH": f"{self.folder}/ssh -F other"}):
            self.assertEqual(self.connect(None).info()["name"], "mihost")
        self.assertRegex(self.calls()[0], "^-F other -T .* -- ::1 mihostctl bridge$")

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
        self.put_program("mihostctl", "#!/bin/sh\necho 'mihostctl: not found' >&2; exit 127\n")
        with self.assertRaisesRegex(mihost.Unreachable, "mihostctl: not found"):
            self.connect()

    def test_no_ssh_here_is_said(self):
        with mock.patch.dict(os.environ, {"PATH": "/nowhere"}), self.assertRaisesRegex(mihost.Unreachable, "ssh"):
            self.connect()


class RealSsh(WithDaemon):
    """The same by an sshd of the test's own, on the loopback interface (tests/daemon/sshd.py)."""

    @classmethod
    def setUpClass(cls):
        missing = sshd.missing()
        if missing:
            raise unittest.SkipTest(missing)
        super().setUpClass()
        cls.sshd = sshd.Sshd(cls.daemon.folder, f"SetEnv PATH={(BUILD / 'bin').resolve()}:/usr/bin:/bin "
                                                f"MIHOST_SOCKET={cls.daemon.socket}")
        cls.sshd.__enter__()
        cls.addClassCleanup(cls.sshd.__exit__, None, None, None)

    def setUp(self):
        super().setUp()
        patch = mock.patch.dict(os.environ, {"MIHOST_SSH": self.sshd.command})
        patch.start()
        self.addCleanup(patch.stop)

    def connect(self):
        client = mihost.connect(self.sshd.url, namespace=NAMESPACE)
        self.addCleanup(client.close)
        return client

    def test_instances_come_and_a_cancel_gets_through(self):
        client = self.connect()
        self.assertEqual(client.get("Test_Sample", {"Id": 1})["Count"], 2**64 - 2)
        with client.enumerate("Demo_Ticker", options=QUICK) as ticks:
            next(ticks)
        self.assertEqual((ticks.canceled.reason, ticks.canceled.delivered), ("none", True))

    def test_an_ssh_that_dies_is_said_and_cancels(self):
        ticks = self.connect().enumerate("Demo_Ticker", options=QUICK)
        next(ticks)
        ticks._exchange._connection._link._ssh.kill()
        with self.assertRaisesRegex(mihost.Disconnected, "ssh://.*left before its answer"):
            for _ in ticks:
                pass
        self.expect_no_operations()

    def test_who_is_not_let_in_hears_why(self):
        self.sshd.write_client("strange", "stranger")
        os.environ["MIHOST_SSH"] = f"ssh -F {self.sshd.folder}/strange"
        with self.assertRaisesRegex(mihost.Unreachable, "Permission denied"):
            self.connect()


if __name__ == "__main__":
    unittest.main()
