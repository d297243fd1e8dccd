"""A daemon of the test's own, in a folder of its own, and a client that talks JSON lines."""
import json
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


class Daemon:
    """with Daemon(BUILD, LIBRARY, {name: registration}) as daemon: ... daemon.folder, daemon.ask(...)"""

    def __init__(self, build, library, registrations):
        self.library, self.registrations = library, registrations
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mihost-interface-"))
        self.log = self.folder / "log"
        self.serial = 0
        self.process = self.connection = self.stream = None
        self.command = [f"{build}/bin/mihostd", "--config", "/dev/null", "--socket", self.folder / "socket",
                        "--registrations", self.folder / "register", "--providers", self.folder,
                        "--agent", f"{build}/bin/mihost-agent", "--log-level", "debug"]

    def __enter__(self):
        try:
            shutil.copy(self.library, self.folder)
            namespace = self.folder / "register/root-test"
            namespace.mkdir(parents=True)
            for name, text in self.registrations.items():
                (namespace / f"{name}.reg").write_text(text, encoding="utf-8")
            with open(self.log, "wb") as log:
                self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            self.connect()
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

    def connect(self):
        deadline = time.monotonic() + PATIENCE
        while True:
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(str(self.folder / "socket"))
                break
            except OSError:
                connection.close()
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("the daemon doesn't answer") from None
            time.sleep(0.01)
        connection.settimeout(PATIENCE)
        self.stream = connection.makefile("rw", encoding="utf-8")
        self.connection = connection

    def ask(self, method, params):
        """The response; what else comes before it is not looked at."""
        self.serial += 1
        request = {"jsonrpc": "2.0", "id": self.serial, "method": method, "params": params}
        self.stream.write(json.dumps(request) + "\n")
        self.stream.flush()
        for line in self.stream:
            message = json.loads(line)
            if message.get("id") == self.serial and "method" not in message:
                return message
        raise RuntimeError(f"the daemon hung up instead of an answer to {method}")

    def stop(self):
        """Ends it in order, its agents first. Again is no mistake."""
        for each in (self.stream, self.connection):
            if each:
                each.close()
        if self.process is None or self.process.returncode is not None:
            return
        self.process.terminate()
        status = self.process.wait(timeout=PATIENCE)
        if status != 0:
            raise RuntimeError(f"the daemon ended with status {status}")
        if REPORT.search(self.log.read_text(encoding="utf-8", errors="replace")):
            raise RuntimeError("a sanitizer has something to say")
