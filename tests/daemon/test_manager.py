"""The server and its service manager: the test plays systemd."""
import pathlib
import signal
import socket
import time
import unittest

from world import World, main

SOCKET_ERROR = 3  # SERVER_EXIT_SOCKET
PASSED_ONE = {"LISTEN_PID": "$$", "LISTEN_FDS": "1"}


class Manager:
    """The receiving end of NOTIFY_SOCKET."""

    def __init__(self, world):
        self.socket = world.bind("notify", socket.SOCK_DGRAM)
        self.environment = {"NOTIFY_SOCKET": str(world.folder / "notify")}

    def next(self):
        """The next message: {name: value}."""
        lines = self.socket.recv(4096).decode().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def wait_for(self, name):
        while True:
            message = self.next()
            if name in message:
                return message

    def rest(self):
        """All that has come: the server is gone."""
        self.socket.setblocking(False)
        messages = []
        try:
            while True:
                messages.append(self.next())
        except BlockingIOError:
            return messages

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


class Activation(unittest.TestCase):
    def test_a_socket_that_was_passed_is_served_and_stays(self):
        with World() as world, world.bind("passed") as passed:
            passed.listen()
            world.socket = world.folder / "passed"
            world.start(passes=[passed], environment=PASSED_ONE)
            self.assertEqual(world.ask("host/info")["result"]["name"], "mihost")
            self.assertEqual(world.stop(), 0)
            self.assertTrue(world.socket.exists(), "the server removed a socket that isn't its own")
            self.assertNotIn("without effect", world.log())

    def environment_of_an_agent(self, world):
        self.assertIn("result", world.ask("mi/getClass", **{"namespace": "root/cimv2", "class": "Demo_Ticker"}))
        agent = world.ask("host/status")["result"]["agents"][0]["pid"]
        return pathlib.Path(f"/proc/{agent}/environ").read_bytes()

    def test_agents_are_told_of_the_socket_that_was_passed(self):
        with World() as world, world.bind("passed") as passed:
            passed.listen()
            key, world.socket = world.socket, world.folder / "passed"
            world.start("--socket", key, passes=[passed], environment=PASSED_ONE, provider="ticker")
            self.assertIn(f"MIHOST_SOCKET={world.socket}".encode(), self.environment_of_an_agent(world).split(b"\0"))

    def test_of_a_socket_without_a_path_they_are_not(self):
        with World() as world, socket.socket(socket.AF_UNIX) as passed:
            passed.bind(f"\0{world.folder}")
            passed.listen()
            world.start(passes=[passed], environment=PASSED_ONE, provider="ticker")
            world.socket = f"\0{world.folder}"
            self.assertNotIn(b"MIHOST_SOCKET", self.environment_of_an_agent(world))
            self.assertIn("listening on a socket of the service manager's", world.log())

    def test_who_connected_before_the_server_was_there_is_answered(self):
        with World() as world, world.bind("passed") as passed:
            passed.listen()
            world.socket = world.folder / "passed"
            world.process = None
            world.connection = socket.socket(socket.AF_UNIX)
            world.connection.connect(str(world.socket))
            world.stream = world.connection.makefile("rw", encoding="utf-8")
            serial = world.send("host/info")
            world.start(passes=[passed], environment=PASSED_ONE)
            world.connection.settimeout(60)
            self.assertIn("result", world.response(serial))

    def test_a_key_socket_that_says_otherwise_is_named(self):
        with World() as world, world.bind("passed") as passed:
            passed.listen()
            world.start(passes=[passed], environment=PASSED_ONE)
            world.wait_for("the warning", lambda: "without effect" in world.log())
            self.assertFalse(world.socket.exists())

    def test_sockets_for_another_process_are_left_alone(self):
        with World() as world, world.bind("passed") as passed:
            passed.listen()
            world.start(passes=[passed], environment={"LISTEN_PID": "1", "LISTEN_FDS": "1"})
            self.assertIn("result", world.ask("host/info"))

    def test_two_sockets_are_refused(self):
        with World() as world, world.bind("one") as one, world.bind("two") as two:
            one.listen()
            two.listen()
            world.start(passes=[one, two], environment={"LISTEN_PID": "$$", "LISTEN_FDS": "2"})
            self.assertEqual(world.process.wait(60), SOCKET_ERROR)
            self.assertIn("passed 2 sockets", world.log())

    def test_a_socket_that_does_not_listen_is_refused(self):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with World() as world, world.bind("passed", kind) as passed:
                world.start(passes=[passed], environment=PASSED_ONE)
                self.assertEqual(world.process.wait(60), SOCKET_ERROR)
                self.assertIn("no listening Unix socket", world.log())

    def test_a_number_that_is_none_is_named_and_ignored(self):
        with World() as world:
            world.start(environment={"LISTEN_PID": "$$", "LISTEN_FDS": "many"})
            self.assertEqual(world.process.wait(60), SOCKET_ERROR)
            self.assertIn("LISTEN_FDS is 'many'", world.log())


class Notification(unittest.TestCase):
    def test_the_manager_is_told_when_the_server_is_ready_and_when_it_stops(self):
        with World() as world, Manager(world) as manager:
            world.start(provider="ticker", environment=manager.environment)
            ready = manager.next()
            self.assertEqual(ready["READY"], "1")
            self.assertIn("1 providers", ready["STATUS"])
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(str(world.socket))  # at once: ready is ready
            self.assertEqual(world.stop(), 0)
            stopping = manager.next()
            self.assertEqual(stopping["STOPPING"], "1")
            self.assertGreater(int(stopping["EXTEND_TIMEOUT_USEC"]), 10_000_000, "less than 'stopTime'")
            self.assertEqual(manager.rest(), [])

    def test_a_reload_begins_and_ends(self):
        with World() as world, Manager(world) as manager:
            world.start(environment=manager.environment)
            manager.wait_for("READY")
            before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
            world.signal(signal.SIGHUP)
            reloading = manager.next()
            self.assertEqual(reloading["RELOADING"], "1")
            after = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
            self.assertTrue(before <= int(reloading["MONOTONIC_USEC"]) <= after)
            self.assertEqual(manager.next()["READY"], "1")

    def test_the_watchdog_hears_from_the_loop(self):
        with World() as world, Manager(world) as manager:
            world.start(environment={**manager.environment, "WATCHDOG_USEC": "20000", "WATCHDOG_PID": "$$"})
            manager.wait_for("READY")
            for _ in range(5):
                self.assertEqual(manager.next(), {"WATCHDOG": "1"})

    def test_the_watchdog_of_another_process_hears_nothing(self):
        with World() as world, Manager(world) as manager:
            world.start(environment={**manager.environment, "WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"})
            manager.wait_for("READY")
            for _ in range(20):
                world.ask("host/info")
            world.stop()
            self.assertNotIn({"WATCHDOG": "1"}, manager.rest())

    def test_a_manager_that_does_not_read_holds_up_nobody(self):
        with World() as world, Manager(world) as manager:
            world.start("--log-level", "debug",
                        environment={**manager.environment, "WATCHDOG_USEC": "2000", "WATCHDOG_PID": "$$"})
            world.wait_for("a full socket", lambda: "can't be told" in world.log())
            self.assertIn("result", world.ask("host/info"))
            self.assertEqual(world.stop(), 0)

    def test_an_abstract_address_is_one(self):
        with World() as world, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(f"\0{world.folder}")
            manager.settimeout(60)
            world.start(environment={"NOTIFY_SOCKET": f"@{world.folder}"})
            self.assertIn(b"READY=1", manager.recv(4096))

    def test_an_address_that_is_none_is_named_and_ignored(self):
        with World() as world:
            world.start(environment={"NOTIFY_SOCKET": "here"})
            self.assertIn("result", world.ask("host/info"))
            self.assertIn("NOTIFY_SOCKET is 'here'", world.log())

    def test_a_server_that_cannot_start_is_never_ready(self):
        with World() as world, Manager(world) as manager:
            world.start("--socket", "/nowhere/socket", environment=manager.environment)
            self.assertEqual(world.process.wait(60), SOCKET_ERROR)
            self.assertNotIn("READY", [name for message in manager.rest() for name in message])


main()
