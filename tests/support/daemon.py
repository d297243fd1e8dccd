"""A daemon of the test's own, in a folder of its own, for tests that are written in Python.

Its registrations are files of root/test and other namespaces, its providers are copied into the folder, so that a puppet
(gate.py) finds the gate beside itself. Its log is shown when the block that it was made for fails. The end of the block ends
the daemon in order, and fails if it doesn't end with 0, or if a sanitizer said something.
"""
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

PATIENCE = 60  # seconds until a step has failed; under sanitizers everything is slow
# What a sanitizer says, in the daemon or in an agent: their log is one file.
REPORT = re.compile(r"ERROR: (Address|Leak)Sanitizer|WARNING: ThreadSanitizer|runtime error:")


def until(holds, what):
    """Waits until holds() is true; its value."""
    deadline = time.monotonic() + PATIENCE
    while True:
        value = holds()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.005)


class Daemon:
    """with Daemon(BUILD, libraries, {name: registration}) as daemon: ... daemon.folder, daemon.ask(...)

    @registrations go to the namespace @namespace; @settings are lines of mihostd.conf.
    """

    def __init__(self, build, libraries, registrations, namespace="root/test", settings=()):
        self.libraries = [libraries] if isinstance(libraries, (str, os.PathLike)) else libraries
        self.registrations, self.namespace = registrations, namespace
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mihost-test-"))
        self.log, self.socket = self.folder / "log", self.folder / "socket"
        self.serial = 0
        self.process = self.connection = self.stream = None
        self.command = [f"{build}/bin/mihostd", "--config", "/dev/null", "--socket", self.socket,
                        "--registrations", self.folder / "register", "--providers", self.folder,
                        "--agent", f"{build}/bin/mihost-agent", "--log-level", "debug"]
        for setting in settings:
            self.command += ["--set", setting]

    def __enter__(self):
        try:
            for library in self.libraries:
                shutil.copy(library, self.folder)
            namespace = self.folder / "register" / self.namespace.replace("/", "-")
            namespace.mkdir(parents=True)
            for name, text in self.registrations.items():
                (namespace / f"{name}.reg").write_text(text, encoding="utf-8")
            self.start()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, failure, _value, _trace):
        try:
            self.stop()
        except (OSError, RuntimeError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
            if failure is None:
                failure = True
                raise
        finally:
            if failure and self.log.exists():
                print(self.log.read_text(encoding="utf-8", errors="replace"))
            shutil.rmtree(self.folder)

    def start(self):
        """Starts it, and waits until it answers. Again after a stop."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.connection = self.connect()
        self.stream = self.connection.makefile("rw", encoding="utf-8")

    def connect(self):
        """A new connection, as soon as the daemon listens."""
        deadline = time.monotonic() + PATIENCE
        while True:
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(str(self.socket))
                connection.settimeout(PATIENCE)
                return connection
            except OSError:
                connection.close()
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("the daemon doesn't answer") from None
            time.sleep(0.01)

    def ask(self, method, params=None):
        """The response; what else comes before it is not looked at."""
        self.serial += 1
        request = {"jsonrpc": "2.0", "id": self.serial, "method": method, "params": params or {}}
        self.stream.write(json.dumps(request) + "\n")
        self.stream.flush()
        for line in self.stream:
            message = json.loads(line)
            if message.get("id") == self.serial and "method" not in message:
                return message
        raise RuntimeError(f"the daemon hung up instead of an answer to {method}")

    def operations(self):
        """The operations that run, as host/status shows them."""
        return self.ask("host/status")["result"]["operations"]

    def stop(self):
        """Ends it in order, its agents first. Again is no mistake."""
        for each in (self.stream, self.connection):
            if each:
                each.close()
        self.stream = self.connection = None
        if self.process is None or self.process.returncode is not None:
            return
        self.process.terminate()
        status = self.process.wait(timeout=PATIENCE)
        if status != 0:
            raise RuntimeError(f"the daemon ended with status {status}")
        if REPORT.search(self.log.read_text(encoding="utf-8", errors="replace")):
            raise RuntimeError("a sanitizer has something to say")
