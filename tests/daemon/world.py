"""A server of the test's own, in a folder of its own, whose neighbours the test plays.

    with World() as world:
        world.start(...); world.ask("host/info")

Every wait has a bound. The end of the `with` stops what was started, and removes the folder.
"""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

PATIENCE = 60  # seconds until a step has failed; under sanitizers everything is slow


def build():
    """The build folder, the only argument of each test."""
    return pathlib.Path(sys.argv[1]).resolve()


class World:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mihost-daemon-"))
        self.socket = self.folder / "socket"
        self.process = self.connection = None
        self.serial = 0

    def __enter__(self):
        return self

    def __exit__(self, failure, _value, _trace):
        if self.connection:
            self.connection.close()
        if self.process and self.process.poll() is None:
            self.process.kill() if failure else self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if failure:
            print(self.log(), file=sys.stderr)
        shutil.rmtree(self.folder)

    def bind(self, name, kind=socket.SOCK_STREAM):
        """A bound socket in the folder."""
        made = socket.socket(socket.AF_UNIX, kind)
        made.bind(str(self.folder / name))
        made.settimeout(PATIENCE)
        return made

    def start(self, *options, environment=None, passes=(), provider=None, stderr=None, under=()):
        """Starts the server with these sockets as descriptors 3, 4, ...; $$ in the environment is its pid, and `under` a
        command that runs it."""
        providers = self.folder / "register/root-cimv2"
        providers.mkdir(parents=True, exist_ok=True)
        if provider:
            shutil.copy(build() / f"register/root-cimv2/{provider}.reg", providers)
        command = [*under, build() / "bin/mihostd", "--config", "/dev/null", "--socket", self.socket, "--registrations",
                   self.folder / "register", "--providers", build() / "providers", "--agent",
                   build() / "bin/mihost-agent", *options]
        descriptors = [each.fileno() for each in passes]

        def move_descriptors():
            copies = [os.dup2(fd, 100 + index) for index, fd in enumerate(descriptors)]
            for index, copy in enumerate(copies):
                os.dup2(copy, 3 + index)
                os.set_inheritable(3 + index, True)

        # The shell puts its pid, which will be the server's, where the protocols want it.
        settings = " ".join(f'{name}="{value}"' for name, value in (environment or {}).items())
        inherited = {name: value for name, value in os.environ.items()
                     if name in ("PATH", "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")}
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                ["/bin/sh", "-c", f'exec env {settings} "$@"', "sh", *command], env=inherited,
                stdin=subprocess.DEVNULL, stdout=log, stderr=stderr or log, close_fds=False,
                preexec_fn=move_descriptors if descriptors else None)

    def log(self):
        path = self.folder / "log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def wait_for(self, what, condition):
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise RuntimeError(f"in vain waited for {what}")
            time.sleep(0.005)

    def connect(self, uid=None):
        """Connects, as that user: the kernel tells the server who it is."""
        def connects():
            self.connection = socket.socket(socket.AF_UNIX)
            try:
                os.seteuid(uid or os.geteuid())
                self.connection.connect(str(self.socket))
                return True
            except OSError:
                self.connection.close()
                if self.process.poll() is not None:
                    raise RuntimeError(f"the server ended with status {self.process.returncode}") from None
                return False
            finally:
                os.seteuid(os.getuid())

        self.wait_for("a connection", connects)
        self.connection.settimeout(PATIENCE)
        self.stream = self.connection.makefile("rw", encoding="utf-8")

    def send(self, method, **params):
        if not self.connection:
            self.connect()
        self.serial += 1
        request = {"jsonrpc": "2.0", "id": self.serial, "method": method, "params": params}
        self.stream.write(json.dumps(request) + "\n")
        self.stream.flush()
        return self.serial

    def response(self, serial):
        for line in self.stream:
            message = json.loads(line)
            if message.get("id") == serial and "method" not in message:
                return message
        raise RuntimeError("the server hung up in place of an answer")

    def ask(self, method, **params):
        return self.response(self.send(method, **params))

    def enumerate(self, class_name, **params):
        return self.ask("mi/enumerateInstances", **{"namespace": "root/cimv2", "class": class_name, **params})

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """Stops it in order: its exit status."""
        if self.connection:
            self.connection.close()
            self.connection = None
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


def main():
    unittest.main(argv=sys.argv[:1], verbosity=2)
