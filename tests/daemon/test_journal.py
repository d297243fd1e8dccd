"""The server and the journal: the test plays systemd-journald."""
import os
import re
import signal
import socket
import unittest

from world import World, main

ERROR, WARNING, INFO, DEBUG = "3", "4", "6", "7"


class Journal:
    """The socket that entries are sent to, behind a standard error that is the journal's."""

    def __init__(self, world, name="journal"):
        self.world = world
        self.socket = world.bind(name, socket.SOCK_DGRAM)
        log = world.folder / "log"
        log.touch()
        status = log.stat()
        self.environment = {"MIHOST_JOURNAL": str(world.folder / name),
                            "JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def next(self):
        """The next entry: {name: value}. A name that is there twice is a mistake."""
        fields = [line.split("=", 1) for line in self.socket.recv(65536).decode().splitlines()]
        if len(dict(fields)) < len(fields):
            raise AssertionError(f"a field is there twice: {fields}")
        return dict(fields)

    def wait_for(self, text):
        while True:
            entry = self.next()
            if text in entry["MESSAGE"]:
                return entry

    def rest(self):
        """All that has come: the server is gone."""
        self.socket.setblocking(False)
        entries = []
        try:
            while True:
                entries.append(self.next())
        except BlockingIOError:
            return entries


class Entries(unittest.TestCase):
    def test_they_name_the_program_and_have_a_priority(self):
        with World() as world, Journal(world) as journal:
            world.start(environment=journal.environment)
            entry = journal.wait_for("listening on")
            self.assertEqual((entry["PRIORITY"], entry["SYSLOG_IDENTIFIER"]), (INFO, "mihostd"))
            self.assertEqual(world.log(), "", "a line went to standard error, too")

    def test_an_operation_that_succeeds_is_one_at_the_level_debug(self):
        with World() as world, Journal(world) as journal:
            world.start("--log-level", "debug", provider="processes", environment=journal.environment)
            self.assertIn("result", world.enumerate("Linux_Process"))
            entry = journal.wait_for("done")
            self.assertEqual(entry["PRIORITY"], DEBUG)
            self.assertEqual(entry["MIHOST_METHOD"], "mi/enumerateInstances")
            self.assertEqual(entry["MIHOST_NAMESPACE"], "root/cimv2")
            self.assertEqual(entry["MIHOST_CLASS"], "Linux_Process")
            self.assertEqual(entry["MIHOST_PROVIDER"], "processes")
            self.assertEqual(entry["MIHOST_CLIENT_UID"], str(os.getuid()))
            self.assertEqual(entry["MIHOST_CLIENT_PID"], str(os.getpid()))
            self.assertEqual(entry["MIHOST_RESULT"], "MI_RESULT_OK")
            self.assertRegex(entry["MIHOST_OPERATION"], "^[0-9]+$")
            self.assertRegex(entry["MIHOST_DURATION_MS"], "^[0-9]+$")
            world.stop()
            self.assertFalse([each for each in journal.rest() if "MIHOST_OPERATION" in each])

    def test_an_operation_that_fails_is_a_warning(self):
        with World() as world, Journal(world) as journal:
            world.start(provider="processes", environment=journal.environment)
            world.ask("mi/getInstance", namespace="root/cimv2",
                      instance={"class": "Linux_Process", "properties": {"Handle": "0"}})
            entry = journal.wait_for("mi/getInstance")
            self.assertEqual(entry["PRIORITY"], WARNING)
            self.assertNotEqual(entry["MIHOST_RESULT"], "MI_RESULT_OK")
            self.assertIn("MIHOST_OPERATION", entry)

    def test_the_end_of_an_agent_names_its_provider(self):
        with World() as world, Journal(world) as journal:
            world.start(provider="ticker", environment=journal.environment)
            world.send("mi/enumerateInstances", **{"namespace": "root/cimv2", "class": "Demo_Ticker"})
            agents = []
            world.wait_for("an agent", lambda: agents.extend(world.ask("host/status")["result"]["agents"]) or agents)
            os.kill(agents[0]["pid"], signal.SIGKILL)
            entry = journal.wait_for("was ended by signal 9")
            self.assertEqual((entry["PRIORITY"], entry["MIHOST_PROVIDER"]), (WARNING, "ticker"))
            self.assertEqual(entry["MIHOST_AGENT_PID"], str(agents[0]["pid"]))
            self.assertEqual(entry["MIHOST_AGENT_UID"], str(os.getuid()))

    def test_a_request_that_is_refused_is_a_warning(self):
        with World() as world, Journal(world) as journal:
            world.start(environment=journal.environment)
            self.assertIn("error", world.enumerate("No_Such"))
            entry = journal.wait_for("refused")
            self.assertEqual(entry["PRIORITY"], WARNING)
            self.assertEqual(entry["MIHOST_METHOD"], "mi/enumerateInstances")
            self.assertEqual(entry["MIHOST_CLIENT_PID"], str(os.getpid()))

    def test_what_a_client_sends_is_no_field(self):
        with World() as world, Journal(world) as journal:
            world.start(environment=journal.environment)
            world.ask("host/x\nPRIORITY=0\nMIHOST_CLIENT_UID=4711")
            entry = journal.wait_for("refused")  # and no field is there twice
            self.assertEqual((entry["PRIORITY"], entry["MIHOST_CLIENT_UID"]), (WARNING, str(os.getuid())))

    def test_a_user_has_a_budget_of_warnings(self):
        with World() as world, Journal(world) as journal:
            world.start("--log-level", "debug", environment=journal.environment)
            levels = []
            for _ in range(500):
                world.ask("host/no")
                levels.append(journal.wait_for("refused")["PRIORITY"])
            self.assertEqual(levels[:100], [WARNING] * 100)
            self.assertIn(DEBUG, levels[100:])


class Trouble(unittest.TestCase):
    def test_a_standard_error_that_is_somebody_elses_is_written_to(self):
        with World() as world, Journal(world) as journal:
            world.start(environment={**journal.environment, "JOURNAL_STREAM": "1:1"})
            world.ask("host/info")
            self.assertRegex(world.log(), r"(?m)^<6>listening on")
            self.assertEqual(journal.rest(), [])

    def test_without_a_journal_standard_error_is_written_to(self):
        with World() as world, Journal(world) as journal:
            world.start(environment={**journal.environment, "MIHOST_JOURNAL": "/nowhere"})
            world.ask("host/info")
            self.assertRegex(world.log(), r"(?m)^<6>listening on")

    def test_a_journal_that_does_not_read_holds_up_nobody_and_learns_what_it_missed(self):
        with World() as world, Journal(world) as journal:
            world.start("--log-level", "trace", environment=journal.environment)
            for _ in range(1000):  # some lines each, more than any queue holds
                world.ask("host/info")
            journal.socket.setblocking(False)
            try:
                while True:
                    journal.socket.recv(65536)
            except BlockingIOError:
                journal.socket.settimeout(60)
            world.ask("host/info")
            lost = int(re.match(r"\d+", journal.wait_for("lines of the log were lost")["MESSAGE"])[0])
            self.assertGreater(lost, 100)

    def test_a_journal_that_was_started_anew_is_found(self):
        with World() as world, Journal(world) as journal:
            world.start(environment=journal.environment)
            journal.wait_for("listening on")
            journal.socket.close()
            (world.folder / "journal").unlink()
            with Journal(world) as again:
                world.ask("host/no")
                again.wait_for("refused")

    def test_a_pipe_that_nobody_reads_holds_up_nobody(self):
        reader, writer = os.pipe()
        try:
            with World() as world:
                world.start("--log-level", "trace", stderr=writer)
                for _ in range(1000):
                    world.ask("host/info")
                self.assertEqual(world.stop(), 0)
        finally:
            os.close(reader)
            os.close(writer)


main()
