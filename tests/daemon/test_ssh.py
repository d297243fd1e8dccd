"""mihostctl on another machine: a real sshd on the loopback interface, a real ssh, and what may happen to either."""
import fcntl
import json
import os
import pathlib
import pty
import shutil
import signal
import socket
import subprocess
import termios
import unittest

import sshd as ssh_server
from world import PATIENCE, World, build, main

CANCELED, UNREACHABLE, USAGE, BROKEN, LEFT = 4, 3, 2, 5, 130
CALLBACK = "MI_REASON_NONE"  # the ticker logs the reason, and names it in its result


class Remote(unittest.TestCase):
    """A server that is "there", an sshd that leads to it, and mihostctl "here"; the tests of a class share them."""

    @classmethod
    def setUpClass(cls):
        if missing := ssh_server.missing():
            raise unittest.SkipTest(missing)
        cls.world = cls.enterClassContext(World())
        folder = cls.world.folder / "register/root-cimv2"
        folder.mkdir(parents=True)
        for provider in ("ticker", "processes"):
            shutil.copy(build() / f"register/root-cimv2/{provider}.reg", folder)
        cls.world.start("--log-level", "info")
        cls.world.wait_for("the socket", cls.world.socket.exists)
        cls.sshd = cls.enterClassContext(ssh_server.Sshd(
            cls.world.folder, f"SetEnv PATH={build()}/bin:/usr/bin:/bin MIHOST_SOCKET={cls.world.socket}"))

    def setUp(self):
        self.callbacks = self.world.log().count(CALLBACK)

    def environment(self, **more):
        here = {name: value for name, value in os.environ.items() if name not in ("MIHOST_SOCKET", "XDG_RUNTIME_DIR")}
        return {**here, "MIHOST_SSH": self.sshd.command, **more}

    def run_ctl(self, *words, url=None, stdin="", **environment):
        """Runs mihostctl to its end."""
        return subprocess.run([build() / "bin/mihostctl", "-H", url or self.sshd.url, *words], input=stdin, text=True,
                              capture_output=True, timeout=PATIENCE, env=self.environment(**environment), check=False)

    def start_ticker(self, **options):
        """A mihostctl that prints ticks without end, and has printed one."""
        process = subprocess.Popen([build() / "bin/mihostctl", "--json", "-H", self.sshd.url, "enumerate", "Demo_Ticker"],
                                   **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True,
                                      "stdin": subprocess.DEVNULL, **options}, env=self.environment())
        self.addCleanup(process.wait, PATIENCE)
        self.addCleanup(process.kill)
        self.addCleanup(process.stdout.close)
        if process.stderr:
            self.addCleanup(process.stderr.close)
        self.assertIn("Tick", process.stdout.readline())
        return process

    def expect_callback(self):
        self.world.wait_for("the provider's cancel callback",
                            lambda: self.world.log().count(CALLBACK) == self.callbacks + 1)

    def expect_failure(self, run, status, sentence):
        """It ends with this status, and one line that says why."""
        self.assertEqual((run.returncode, run.stdout), (status, ""), run.stderr)
        self.assertEqual(run.stderr.count("\n"), 1, run.stderr)
        self.assertTrue(run.stderr.startswith("mihostctl: "), run.stderr)
        self.assertIn(sentence, run.stderr)


class Works(Remote):
    def test_instances_come_as_they_do_on_one_machine(self):
        run = self.run_ctl("enumerate", "--json", "--properties", "Handle", "Linux_Process")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        handles = {json.loads(line)["properties"]["Handle"] for line in run.stdout.splitlines()}
        self.assertIn(str(os.getpid()), handles)

    def test_the_environment_may_name_the_host_and_the_bridge_does_not_follow_it(self):
        run = subprocess.run([build() / "bin/mihostctl", "info"], capture_output=True, text=True, timeout=PATIENCE,
                             check=True, env=self.environment(MIHOST_HOST=self.sshd.url))
        self.assertEqual(json.loads(run.stdout)["name"], "mihost")
        request = '{"jsonrpc":"2.0","id":1,"method":"host/info"}\n'
        run = subprocess.run([build() / "bin/mihostctl", "bridge"], input=request, capture_output=True, text=True,
                             timeout=PATIENCE, check=True,
                             env=self.environment(MIHOST_HOST="ssh://nowhere.invalid", MIHOST_SOCKET=str(self.world.socket)))
        self.assertEqual(json.loads(run.stdout)["result"]["name"], "mihost")

    def test_the_socket_there_may_have_any_name(self):
        folder = self.world.folder / "it's; touch `x` \"here\" $HOME"
        folder.mkdir()
        (folder / "s").symlink_to(self.world.socket)
        run = self.run_ctl("--socket", str(folder / "s"), "info")
        self.assertEqual((run.returncode, run.stderr), (0, ""))

    def test_the_bridge_is_for_any_program_and_either_framing(self):
        body = b'{"jsonrpc":"2.0","id":1,"method":"host/info"}'
        run = subprocess.run([*self.sshd.command.split(), "-p", str(self.sshd.port), "127.0.0.1", "mihostctl", "bridge"],
                             input=b"Content-Length: %d\r\n\r\n%s" % (len(body), body), capture_output=True,
                             timeout=PATIENCE, check=True, env=self.environment())
        self.assertTrue(run.stdout.startswith(b"Content-Length: "))
        self.assertIn(b'"name":"mihost"', run.stdout)

    def test_a_reader_that_leaves_ends_it_quietly(self):
        process = self.start_ticker()
        process.stdout.close()
        self.assertEqual(process.wait(PATIENCE), 0)
        self.assertEqual(process.stderr.read(), "")
        self.expect_callback()


class Cancels(Remote):
    def test_ctrl_c_reaches_the_provider_and_its_answer_comes_back(self):
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        process = self.start_ticker(stdin=slave, start_new_session=True,
                                    preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)
        os.write(master, b"\x03")  # the terminal tells all of its processes, ssh too
        self.assertEqual(process.wait(PATIENCE), CANCELED)
        said = process.stderr.read()
        self.assertIn("canceled (reason none, as you asked); the provider said", said)
        self.assertIn(CALLBACK, said)
        self.expect_callback()

    def test_a_connection_that_is_lost_cancels(self):
        process = self.start_ticker()
        for pid in self.sshd.sessions():
            os.kill(pid, signal.SIGKILL)
        self.assertEqual(process.wait(PATIENCE), BROKEN)
        said = process.stderr.read()
        self.assertEqual(said.count("\n"), 1, said)
        self.assertIn(f"the connection to '{self.sshd.url}' ended before the answer: ", said)
        self.expect_callback()

    def test_an_ssh_that_dies_cancels(self):
        process = self.start_ticker()
        for pid in children(process.pid):
            os.kill(pid, signal.SIGKILL)
        self.assertEqual(process.wait(PATIENCE), BROKEN)
        self.assertIn("ssh ended without a word", process.stderr.read())
        self.expect_callback()

    def test_a_mihostctl_that_is_killed_cancels(self):
        process = self.start_ticker()
        (ssh,) = children(process.pid)
        agent = self.agent()
        os.kill(agent, signal.SIGSTOP)  # so that ssh has nothing to write, which would tell it
        try:
            process.kill()
            self.world.wait_for("the end of ssh", lambda: is_gone(ssh))
        finally:
            os.kill(agent, signal.SIGCONT)
        self.expect_callback()

    def test_a_second_ctrl_c_leaves_and_cancels(self):
        process = self.start_ticker()
        agent = self.agent()
        os.kill(agent, signal.SIGSTOP)  # so that no answer comes
        try:
            process.send_signal(signal.SIGINT)
            self.assertIn("press Ctrl-C again", process.stderr.readline())
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(PATIENCE), LEFT)
        finally:
            os.kill(agent, signal.SIGCONT)
        self.expect_callback()

    def agent(self):
        return self.world.ask("host/status")["result"]["agents"][0]["pid"]


class Dies(Remote):
    def test_a_server_that_dies_is_told_from_a_connection_that_is_lost(self):
        process = self.start_ticker()
        self.world.process.kill()
        self.assertEqual(process.wait(PATIENCE), BROKEN)
        self.assertIn("the server closed it, and its log says why", process.stderr.read())


class Fails(Remote):
    def test_a_host_that_refuses_is_one_line(self):
        with socket.socket() as taken:  # bound, and nobody listens
            taken.bind(("127.0.0.1", 0))
            url = f"ssh://127.0.0.1:{taken.getsockname()[1]}"
            self.expect_failure(self.run_ctl("info", url=url), UNREACHABLE, "Connection refused; see what `ssh -p ")

    def test_a_host_that_does_not_answer_is_given_up(self):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            run = self.run_ctl("info", url=f"ssh://127.0.0.1:{silent.getsockname()[1]}",
                               MIHOST_SSH=f"{self.sshd.command} -o ConnectTimeout=1")
        self.expect_failure(run, UNREACHABLE, f"cannot reach '{run.args[2]}': Connection t")

    def test_a_login_that_is_refused_is_one_line(self):
        self.sshd.write_client("other", "stranger")
        run = self.run_ctl("info", MIHOST_SSH=f"ssh -F {self.sshd.folder}/other")
        self.expect_failure(run, UNREACHABLE, "Permission denied (publickey); see what `ssh ")

    def test_a_host_that_is_not_known_is_one_line(self):
        self.sshd.write_client("other", "user", known="nobody")
        run = self.run_ctl("info", MIHOST_SSH=f"ssh -F {self.sshd.folder}/other")
        self.expect_failure(run, UNREACHABLE, "Host key verification failed; see what `ssh ")

    def test_what_is_missing_there_is_said(self):
        run = self.run_ctl("--socket", "/nowhere/socket", "info")
        self.expect_failure(run, UNREACHABLE, f"cannot reach '{self.sshd.url}': cannot reach the server at "
                            "'/nowhere/socket': there is no such socket")
        with World() as other, ssh_server.Sshd(other.folder) as bare:
            run = self.run_ctl("info", url=bare.url, MIHOST_SSH=bare.command)
        self.expect_failure(run, UNREACHABLE, "; mihost must be installed there")

    def test_what_the_login_prints_is_no_answer(self):
        with World() as other, ssh_server.Sshd(other.folder, "ForceCommand echo Welcome; cat") as chatty:
            run = self.run_ctl("info", url=chatty.url, MIHOST_SSH=chatty.command)
        self.expect_failure(run, BROKEN, "does a file that the login's shell reads print something?")

    def test_an_ssh_that_cannot_be_run_is_said(self):
        run = self.run_ctl("info", MIHOST_SSH="/nowhere/ssh -v")
        self.expect_failure(run, UNREACHABLE, "cannot run '/nowhere/ssh': No such file or directory; install OpenSSH")


def is_gone(pid):
    """True if there is no such process, or only what nobody has waited for."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def children(parent):
    return [int(pid) for pid in pathlib.Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()]


main()
