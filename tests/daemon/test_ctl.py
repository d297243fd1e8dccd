"""mihostctl where things go wrong: each is one line that says what and what to do, and its documented exit status."""
import getpass
import json
import os
import shutil
import signal
import stat
import subprocess
import unittest

from world import PATIENCE, World, build, main

FAILED, UNREACHABLE, CANCELED, BROKEN, LEFT = 1, 3, 4, 5, 130
NOBODY = 65534


def ctl(world, *words, **options):
    """Runs mihostctl to its end."""
    return subprocess.run([build() / "bin/mihostctl", "--socket", world.socket, *words], text=True, capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=PATIENCE, check=False, **options)


def begin(test, world, *words, **options):
    """Starts mihostctl, which prints something, and waits for its first line."""
    process = subprocess.Popen([build() / "bin/mihostctl", "--socket", world.socket, *words], text=True,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    test.addCleanup(process.__exit__, None, None, None)
    test.addCleanup(process.kill)
    process.first = process.stdout.readline()
    return process


class OneLine(unittest.TestCase):
    def expect(self, status, sentence, returned, said):
        self.assertEqual(returned, status, said)
        self.assertEqual(said.count("\n"), 1, said)
        self.assertTrue(said.startswith("mihostctl: "), said)
        self.assertIn(sentence, said)

    def expect_run(self, status, sentence, run):
        self.assertEqual(run.stdout, "")
        self.expect(status, sentence, run.returncode, run.stderr)


class Unreachable(OneLine):
    def test_no_server(self):
        with World() as world:
            self.expect_run(UNREACHABLE, "there is no such socket; start mihostd", ctl(world, "info"))

    def test_a_server_that_has_ended_without_a_word(self):
        with World() as world:
            world.bind("socket").close()
            self.expect_run(UNREACHABLE, "nobody listens there", ctl(world, "info"))

    def test_what_is_no_socket(self):
        with World() as world:
            world.socket.touch()
            self.expect_run(UNREACHABLE, "it is not a socket", ctl(world, "info"))

    @unittest.skipIf(os.geteuid() != 0, "only root can become somebody else")
    def test_a_socket_without_permission(self):
        with World() as world, world.bind("socket") as listener:
            listener.listen()
            world.socket.chmod(stat.S_IRUSR | stat.S_IWUSR)
            world.folder.chmod(0o755)
            program = shutil.copy(build() / "bin/mihostctl", world.folder)  # the build folder may be closed to others
            run = subprocess.run([program, "--socket", world.socket, "info"], text=True, capture_output=True,
                                 timeout=PATIENCE, check=False, user=NOBODY, group=NOBODY, extra_groups=[])
            self.expect_run(UNREACHABLE, "permission denied; ", run)

    def test_a_server_that_is_stopped(self):
        with World() as world:
            world.start()
            world.ask("host/info")
            world.signal(signal.SIGSTOP)
            try:
                run = ctl(world, "status", "--timeout", "100ms")
            finally:
                world.signal(signal.SIGCONT)
            self.expect_run(UNREACHABLE, "did not answer within 100ms", run)

    @unittest.skipIf(os.geteuid() != 0, "only root can become somebody else")
    def test_a_server_that_does_not_serve_this_user(self):
        with World() as world:
            world.start("--set", f"connect=user:{getpass.getuser()}", "--set", "socketMode=0666")
            world.ask("host/info")
            world.folder.chmod(0o755)
            program = shutil.copy(build() / "bin/mihostctl", world.folder)
            run = subprocess.run([program, "--socket", world.socket, "info"], text=True, capture_output=True,
                                 timeout=PATIENCE, check=False, user=NOBODY, group=NOBODY, extra_groups=[])
            self.expect_run(FAILED, "uid 65534 may not connect", run)


class InTheMiddle(OneLine):
    def run_ticker(self, world, *words, **options):
        world.start(provider="ticker")
        world.ask("host/info")
        process = begin(self, world, "enumerate", "Demo_Ticker", *words, **options)
        self.assertIn("Tick", process.first)
        return process

    def test_the_server_dies(self):
        with World() as world:
            process = self.run_ticker(world)
            world.process.kill()
            self.expect(BROKEN, "closed the connection before it answered", process.wait(PATIENCE),
                        process.stderr.read())

    def test_the_server_stops(self):
        with World() as world:
            process = self.run_ticker(world)
            world.stop()
            self.expect(CANCELED, "canceled (reason serviceStop)", process.wait(PATIENCE), process.stderr.read())

    def test_an_administrator_cancels(self):
        with World() as world:
            process = self.run_ticker(world)
            run = ctl(world, "operations", "--json")
            operation = run.stdout.split('"operation":"')[1].split('"')[0]
            self.assertEqual(ctl(world, "cancel", operation, "--reason", "shutdown").returncode, 0)
            self.expect(CANCELED, "canceled (reason shutdown)", process.wait(PATIENCE), process.stderr.read())

    def test_the_time_is_over(self):
        with World() as world:
            process = self.run_ticker(world, "--timeout", "1s")
            self.expect(CANCELED, "canceled (reason timeout)", process.wait(PATIENCE), process.stderr.read())

    def test_the_agent_dies(self):
        with World() as world:
            process = self.run_ticker(world)
            os.kill(world.ask("host/status")["result"]["agents"][0]["pid"], signal.SIGKILL)
            self.expect(FAILED, "SIGKILL", process.wait(PATIENCE), process.stderr.read())

    def test_the_reader_of_a_table_leaves(self):
        with World() as world:
            process = self.run_ticker(world, "--table")
            process.stdout.close()
            self.assertEqual(process.wait(PATIENCE), 0)
            self.assertEqual(process.stderr.read(), "")
            world.wait_for("the cancel", lambda: "MI_REASON_NONE" in world.log())

    def test_head_has_enough(self):
        with World() as world:
            world.start(provider="processes")
            world.ask("host/info")
            run = subprocess.run(
                ["bash", "-c", '"$0" --socket "$1" enumerate --table Linux_Process | head -n 1; echo "${PIPESTATUS[@]}"',
                 build() / "bin/mihostctl", world.socket], text=True, capture_output=True, timeout=PATIENCE, check=True)
            self.assertEqual(run.stderr, "")
            self.assertEqual(run.stdout.splitlines()[1:], ["0 0"])

    def test_the_disk_is_full(self):
        with World() as world, open("/dev/full", "w", encoding="ascii") as full:
            world.start(provider="processes")
            world.ask("host/info")
            run = subprocess.run([build() / "bin/mihostctl", "--socket", world.socket, "enumerate", "Linux_Process"],
                                 text=True, stdout=full, stderr=subprocess.PIPE, timeout=PATIENCE, check=False)
            self.expect(6, "No space left on device", run.returncode, run.stderr)


class Notation(OneLine):
    """A value of the wrong type: how to say it where words make values, and no such advice where JSON was given."""

    def test_a_string_that_should_be_a_number(self):
        with World() as world:
            world.start(provider="processes")
            world.ask("host/info")
            self.expect_run(FAILED, 'but it is the string "5" (error -32602); write Priority:=JSON for what is no string',
                            ctl(world, "get", "Linux_Process", "Handle=1", "Priority=5"))
            path = {"class": "Linux_Process", "properties": {"Handle": "1", "Priority": "5"}}
            run = ctl(world, "call", "mi/getInstance", json.dumps({"namespace": "root/cimv2", "instance": path}))
            self.expect_run(FAILED, 'but it is the string "5"', run)
            self.assertNotIn(":=JSON", run.stderr)


class NotOurs(OneLine):
    """What listens there isn't a mihostd, or isn't one of this version."""

    def play(self, *answers):
        """Answers each line that comes with one of these, then hangs up."""
        with World() as world, world.bind("socket") as listener:
            listener.listen()
            process = subprocess.Popen([build() / "bin/mihostctl", "--socket", world.socket, "get", "P", "Id=1"], text=True,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            with listener.accept()[0] as connection, connection.makefile("rw", encoding="utf-8") as stream:
                for answer in answers:
                    stream.readline()
                    stream.write(answer + "\n")
                    stream.flush()
            out, err = process.communicate(timeout=PATIENCE)
            return subprocess.CompletedProcess([], process.returncode, out, err)

    def test_another_program(self):
        self.expect_run(BROKEN, "the server's answer makes no sense", self.play("220 smtp.example.org ESMTP"))

    def test_a_server_of_another_protocol(self):
        refused = '{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"there is no such method"}}'
        info = '{"jsonrpc":"2.0","id":1,"result":{"name":"mihost","version":"7.0","protocol":7}}'
        self.expect_run(BROKEN, "the server is mihostd 7.0 and speaks protocol 7", self.play(refused, info))

    def test_a_server_that_shuts_the_client_out_meanwhile(self):
        out = ('{"jsonrpc":"2.0","id":null,"error":{"code":-32803,"message":"m","data":{"result":2,'
               '"resultName":"MI_RESULT_ACCESS_DENIED","message":"uid 7 may not connect"}}}')
        self.expect_run(FAILED, "P: MI_RESULT_ACCESS_DENIED: uid 7 may not connect", self.play(out))


main()
