#!/usr/bin/env python3
"""Torture: a client's day with mihostd, again and again, while the n-th call of a kind fails.

    torture.py BUILD [--only PATTERN] [--jobs N]     for every n, until nothing fails any more
    torture.py BUILD --seconds S [--seed N]          a sample: as many as go into S seconds
    torture.py BUILD --places [--only PATTERN]       for each place from which such a call comes, its first
    torture.py BUILD --one server:malloc:17          one, with the log; a place is 0x and its number

What fails is a call of the server, or of its agents, of a kind that shim.h lists: PATTERN is one like "server:mal*". A place
is the functions of the program that led to the call. Which answers come doesn't matter then. What has to hold:

* nothing is ended by a signal, nothing hangs, no sanitizer has something to say;
* every request has exactly one response (one that could not be read has an error with the id null), on all connections but
  one, which the server has closed and said why in its log;
* afterwards the server serves as before: a fresh connection, and a fresh agent;
* what there was is gone: descriptors, agents, at the end the server, with status 0, and its socket;
* what ends in order has lost no memory: something points at each piece that was not freed (held.h);
* a server that can't start says so, and ends with another status.
"""
import argparse
import collections
import concurrent.futures
import ctypes
import fnmatch
import itertools
import json
import mmap
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
PATIENCE = 30  # seconds until something hangs
KINDS = re.findall(r"^    X\((\w+)\)", (HERE / "shim.h").read_text(encoding="utf-8"), re.M)
WHERE = 2048
PLACES = 1024
LOST = 65536
STATE = struct.Struct(f"<Q{len(KINDS) * PLACES}QIII{WHERE}s{len(KINDS)}II{LOST}s")
REPORT = re.compile(r"ERROR: (Address|Leak)Sanitizer|WARNING: ThreadSanitizer|runtime error:|Assertion .* failed")
CRASH = re.compile(r"was ended by signal \d+ \(SIG(?!KILL|TERM|XCPU)\w+\)")
CLOSED = re.compile(r"client \d+ \(uid \d+\): (closed|disconnected): (?!all was answered)|a client was turned away|accepting no more")
# Libraries that end the program where they can't begin, with nobody served yet: libuv has no other way, and glibc doesn't look
# at what it gets for its first look-up of a user.
LIBRARY = re.compile(r"uv_loop_init|stream_loop_reserve|global_state_allocate|nss_database_reload")
NAMESPACE = "root/cimv2"
REGISTRATIONS = {
    "sample": "LIBRARY=sample\nCLASS=Test_Sample\nCLASS=Test_Many\nCLASS=Test_Types\nCALLS=parallel\n",
    "house": "LIBRARY=house\nCLASS=Test_Place\nCLASS=Test_Room:Test_Place\nCLASS=Test_Hall:Test_Room:Test_Place\n",
    "ticker": "LIBRARY={build}/providers/libticker.so\nCLASS=Demo_Ticker\nCALLS=parallel\n",
}
HOSTING = "HOSTING=nobody\n"  # where the server is root and the build is nobody's to read; before the classes
SPARE = "root/spare"  # a namespace that nobody asks for
SETTINGS = ["grace=500ms", "drain=1s", "stopTime=5s", "agentResponse=5s", "cgroup=none",
            "allow=user:root read root/spare", "allow=group:root read root/spare"]


class Broken(Exception):
    """One of the rules above."""


class Call:
    """The call that fails: the @nth of @kind in @target, or the first from @place."""

    def __init__(self, target, kind, nth=0, place=0):
        self.target, self.kind, self.nth, self.place = target, kind, nth, place

    @classmethod
    def parse(cls, text):
        target, kind, which = text.split(":")
        return cls(target, kind, place=int(which, 16)) if which.startswith("0x") else cls(target, kind, int(which))

    def __str__(self):
        return f"{self.target}:{self.kind}:{f'{self.place:#x}' if self.place else self.nth}"


class Shim:
    """The file that the shim has mapped."""

    def __init__(self, path, call):
        path.write_bytes(STATE.pack(call.place, *[0] * (len(KINDS) * PLACES), KINDS.index(call.kind), call.nth, 0, b"",
                                    *[0] * len(KINDS), 0, b""))
        with open(path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), STATE.size)

    def read(self):
        """(how many failed, where, calls of each kind)"""
        state = STATE.unpack(self.memory)[1 + len(KINDS) * PLACES:]
        return state[2], state[3], state[4:4 + len(KINDS)]

    @property
    def failed(self):
        return self.read()[0] > 0

    @property
    def counts(self):
        return dict(zip(KINDS, self.read()[2]))

    @property
    def places(self):
        """From where calls came, of each kind, sorted."""
        places = STATE.unpack(self.memory)[1:1 + len(KINDS) * PLACES]
        return {kind: sorted(place for place in places[i * PLACES:(i + 1) * PLACES] if place)
                for i, kind in enumerate(KINDS)}

    @property
    def lost(self):
        """What processes that ended in order had lost: [(size, what led to it)]"""
        lines = STATE.unpack(self.memory)[-1].rstrip(b"\0").decode().splitlines()
        return [(int(size), self.lines_of(frames)) for size, frames in (line.split(" ", 1) for line in lines)]

    def where(self):
        """The calls that led there, as text."""
        return self.lines_of(self.read()[1].rstrip(b"\0").decode())

    @staticmethod
    def lines_of(frames):
        lines = []
        for frame in frames.split():
            path, offset = frame.rsplit("+", 1)
            found = subprocess.run(["addr2line", "-sfpe", path, offset], capture_output=True, text=True, check=False).stdout
            lines.append(f"    {pathlib.Path(path).name}: {found.strip()}")
        return "\n".join(lines)


class Client:
    """A connection that counts what it owes and is owed."""

    def __init__(self, path, headers=False):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.headers, self.input = headers, b""
        self.serial, self.pending, self.results = 0, set(), {}
        self.nameless = 0  # errors with the id null: each stands for a request that could not be read
        self.lost = False

    def send(self, message):
        text = json.dumps(message).encode()
        text = b"Content-Length: %d\r\n\r\n%s" % (len(text), text) if self.headers else text + b"\n"
        try:
            self.socket.sendall(text)
        except OSError:
            self.lost = True

    def request(self, method, /, **params):
        self.serial += 1
        self.pending.add(self.serial)
        self.send({"jsonrpc": "2.0", "id": self.serial, "method": method, "params": params})
        return self.serial

    def cancel(self, number):
        self.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": number, "reason": "timeout"}})

    def split(self):
        """The next whole message of what came, or None."""
        if not self.headers:
            line, newline, rest = self.input.partition(b"\n")
            if not newline:
                return None
            self.input = rest
            return line
        head, end, rest = self.input.partition(b"\r\n\r\n")
        size = int(head.split(b":")[1]) if end else 0
        if not end or len(rest) < size:
            return None
        self.input = rest[size:]
        return rest[:size]

    def take(self, text):
        message = json.loads(text.decode())
        if message.get("jsonrpc") != "2.0":
            raise Broken(f"no JSON-RPC: {text[:500]}")
        if "method" in message:
            return
        if ("result" in message) == ("error" in message):
            raise Broken(f"neither result nor error: {text[:500]}")
        if "error" in message and not message["error"]["message"]:
            raise Broken(f"an error without words: {text[:500]}")
        number = message["id"]
        if number is None:
            self.nameless += 1
        elif number in self.pending:
            self.pending.remove(number)
            self.results[number] = message
        else:
            raise Broken(f"a response that nobody waits for: {text[:500]}")

    def pump(self):
        """Until all is answered, or the server has closed."""
        deadline = time.monotonic() + PATIENCE
        while True:
            while (text := self.split()) is not None:
                self.take(text)
            if self.lost or len(self.pending) <= self.nameless:
                return
            self.socket.settimeout(max(deadline - time.monotonic(), 0.01))
            try:
                data = self.socket.recv(65536)
            except TimeoutError:
                raise Broken(f"no response to {sorted(self.pending)}") from None
            except ConnectionResetError:
                data = b""
            self.lost = not data
            self.input += data

    def ask(self, method, /, **params):
        """The response, or None if the connection was lost, or the request could not be read."""
        number = self.request(method, **params)
        self.pump()
        return self.results.get(number)

    def close(self):
        self.socket.close()


def until(holds, what):
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise Broken(f"waited in vain for {what}")
        time.sleep(0.003)


class Day:
    """A server, and what its clients ask in a day, while @call fails."""

    def __init__(self, build, call, baseline=None):
        self.build, self.target, self.baseline = build, call.target, baseline
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mihost-torture-"))
        self.folder.chmod(0o711)  # nobody's to pass
        self.shim = Shim(self.folder / "shim", call)
        self.socket, self.log = self.folder / "socket", self.folder / "log"
        self.server = None
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)  # whom the server tells that it is ready
        self.manager.bind("\0" + str(self.folder))
        self.lost = 0
        self.descriptors = 0

    def text(self):
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def prepare(self):
        folder = self.folder / "register" / NAMESPACE.replace("/", "-")
        folder.mkdir(parents=True)
        for name, text in REGISTRATIONS.items():
            text = text.format(build=self.build)
            if name == "house" and os.geteuid() == 0 and all(path.stat().st_mode & 0o001 for path in self.build.parents):
                text = HOSTING + text
            (folder / f"{name}.reg").write_text(text, encoding="utf-8")
        spare = self.folder / "register" / SPARE.replace("/", "-")
        spare.mkdir()
        (spare / "spare.reg").write_text("LIBRARY=sample\nCLASS=Test_Sample\n", encoding="utf-8")
        (self.folder / "providers").symlink_to(self.build / "tests/providers")
        # The server's environment doesn't reach its agents: what they are to have stands in a script.
        script = self.folder / "agent"
        words = " ".join(f"{name}='{value}'" for name, value in self.environment("agent").items())
        script.write_text(f'#!/bin/sh\nexec env {words} {self.build}/bin/mihost-agent "$@"\n', encoding="utf-8")
        script.chmod(0o755)

    def environment(self, program):
        options = os.environ.get("ASAN_OPTIONS", "")
        if program != self.target:
            return {}
        return {"LD_PRELOAD": f"{self.build}/tests/libtorture-shim.so", "MIHOST_SHIM": str(self.shim_path()),
                "ASAN_OPTIONS": f"{options}:verify_asan_link_order=0:allocator_may_return_null=1"}

    def shim_path(self):
        return self.folder / "shim"

    def start(self):
        """True if it takes connections."""
        command = [f"{self.build}/bin/mihostd", "--config", "/dev/null", "--socket", self.socket, "--registrations",
                   self.folder / "register", "--providers", self.folder / "providers", "--agent", self.folder / "agent",
                   "--log-level", "trace"]
        for setting in SETTINGS:
            command += ["--set", setting]
        with open(self.log, "ab") as log:
            self.server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                           env={**os.environ, **self.environment("server"), "NOTIFY_SOCKET": "@" + str(self.folder)},
                                           process_group=0)
        until(lambda: self.server.poll() is not None or "listening on" in self.text(), "the server to start or to end")
        return self.server.poll() is None

    # ---- What clients ask ----

    def finish(self, client):
        """All that it asked is answered, or it was the one that the server had to close."""
        client.pump()
        if client.lost and len(client.pending) > client.nameless:
            self.lost += 1
            if not self.shim.failed:
                raise Broken("the server closed a connection, and nothing had failed")
            if self.lost > 1:
                raise Broken("one failure has cost a second connection")
            until(lambda: CLOSED.search(self.text()), "the log to say why a connection was closed")
        client.close()

    def ask_plainly(self):
        client = Client(self.socket)
        path = {"class": "Test_Sample", "properties": {"Id": 1}}
        client.request("host/info")
        client.request("mi/getInstance", namespace=NAMESPACE, instance=path)
        client.request("mi/enumerateInstances", **{"namespace": NAMESPACE, "class": "Test_Sample"})
        client.request("mi/invoke", **{"namespace": NAMESPACE, "class": "Test_Types", "method": "Echo",
                                       "parameters": {"String": "x" * 3000, "Uint8A": [1, 2, 3]}})
        client.request("mi/getInstance", namespace=NAMESPACE, instance={"class": "Test_Sample", "properties": {"Color": 1}})
        client.request("mi/getClass", **{"namespace": NAMESPACE, "class": "Test_Types"})
        client.request("nobody/knows")
        self.finish(client)

    def ask_for_much(self):
        client = Client(self.socket, headers=True)
        client.request("mi/enumerateInstances", **{"namespace": NAMESPACE, "class": "Test_Many", "partialResultToken": "t"})
        client.request("mi/enumerateInstances", **{"namespace": NAMESPACE, "class": "Test_Many"})
        client.request("mi/enumerateInstances", **{"namespace": NAMESPACE, "class": "Test_Place"})
        client.request("mi/enumerateClasses", namespace=NAMESPACE)
        self.finish(client)

    def ask_for_change(self):
        client = Client(self.socket)
        room = {"class": "Test_Room", "properties": {"Name": "attic", "Floor": 3, "Area": 9}}
        client.request("mi/createInstance", namespace=NAMESPACE, instance=room)
        client.request("mi/modifyInstance", namespace=NAMESPACE, instance=room)
        client.request("mi/deleteInstance", namespace=NAMESPACE, instance={"class": "Test_Room", "properties": {"Name": "attic"}})
        self.finish(client)

    def ask_and_cancel(self):
        client = Client(self.socket)
        ticker = {"namespace": NAMESPACE, "class": "Demo_Ticker", "partialResultToken": "t"}
        number = client.request("mi/enumerateInstances", **ticker)
        client.request("mi/enumerateInstances", timeoutMs=30, **ticker)
        client.cancel(number)
        if not client.lost and number in client.pending and client.nameless == 0:
            # Should the cancel itself have been lost for want of memory, it is a wish; wish again.
            client.cancel(number)
        self.finish(client)

    def ask_and_vanish(self):
        client = Client(self.socket)
        client.request("mi/enumerateInstances", **{"namespace": NAMESPACE, "class": "Demo_Ticker", "partialResultToken": "t"})
        client.request("mi/getInstance", namespace=NAMESPACE, instance={"class": "Test_Sample", "properties": {"Id": 3}})
        client.close()

    def ask_the_host(self):
        client = Client(self.socket)
        for method in "host/status", "host/providers", "host/metrics", "host/reload":
            client.request(method)
        self.finish(client)

    def look_at_library(self):
        """What `mihostctl register` has the agent do: it says what the library declares, or why it can't."""
        # By the shell: the script may still be open for writing in what another thread is just starting.
        found = subprocess.run(["/bin/sh", self.folder / "agent", "--schema", f"{self.build}/tests/providers/libhouse.so"],
                               capture_output=True, text=True, check=False, timeout=PATIENCE)
        with open(self.log, "a", encoding="utf-8") as log:
            log.write(found.stderr)
        if found.returncode == 0:
            json.loads(found.stdout)
        elif found.returncode < 0 or not found.stderr or not self.shim.failed:
            raise Broken(f"--schema ended with {found.returncode}: {found.stderr}")

    # ---- What has to hold afterwards ----

    def serves(self):
        """True if a fresh client is served as on any day."""
        try:
            client = Client(self.socket)
        except OSError:
            return False
        answers = [client.ask("host/info"),
                   client.ask("mi/getInstance", namespace=NAMESPACE, instance={"class": "Test_Sample", "properties": {"Id": 1}}),
                   client.ask("mi/enumerateInstances", **{"namespace": NAMESPACE, "class": "Test_Place"})]
        client.close()
        return all(answer is not None and "result" in answer for answer in answers)

    def has_stopped_all(self):
        """Stops the agents that there are. True if there are none, and nothing of theirs; what failed may have been this."""
        client = Client(self.socket)
        answer = client.ask("host/status") or {}
        status = answer.get("result", {"agents": [], "operations": ["unknown"]})
        for agent in status["agents"]:
            client.ask("host/stopProvider", provider=agent["provider"])
        client.close()
        return not status["agents"] and not status["operations"]

    def count_descriptors(self):
        return len(os.listdir(f"/proc/{self.server.pid}/fd"))

    def check_rest(self):
        until(self.serves, "a fresh client to be served")
        until(self.has_stopped_all, "the agents to end")
        if self.baseline is None:
            time.sleep(0.05)
            self.descriptors = self.count_descriptors()
        else:
            until(lambda: self.count_descriptors() <= self.baseline, "descriptors to be closed")

    def stop(self):
        self.server.send_signal(signal.SIGTERM)
        try:
            status = self.server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise Broken("the server doesn't stop") from None
        if status != 0:
            raise Broken(f"the server ended with {status}")
        if self.socket.exists() and "cannot remove" not in self.text():
            raise Broken("the server left its socket")

    def check_log(self):
        text = self.text()
        if found := REPORT.search(text) or CRASH.search(text):
            raise Broken(found.group())

    def check_memory(self):
        if lost := self.shim.lost:
            raise Broken("\n".join(f"{size} bytes are lost, of\n{where}" for size, where in lost))

    def live(self):
        self.prepare()
        self.look_at_library()
        if self.start():
            for part in (self.ask_plainly, self.ask_for_much, self.ask_for_change, self.ask_and_cancel, self.ask_and_vanish,
                         self.ask_the_host):
                if self.server.poll() is not None:
                    raise Broken(f"the server ended with {self.server.returncode}")
                part()
            self.check_rest()
            self.stop()
        elif self.server.returncode < 0 and LIBRARY.search(self.shim.where()):
            return
        elif self.server.returncode < 0:
            raise Broken(f"the server was ended by signal {-self.server.returncode} at its start")
        elif not self.shim.failed:
            raise Broken(f"the server did not start: {self.text()}")
        elif self.server.returncode == 0 or not self.text():
            raise Broken("the server did not start, and doesn't say why")
        elif self.socket.exists() and "lstat" not in self.shim.where():
            raise Broken("the server did not start, and left its socket")
        self.check_log()
        self.check_memory()

    def run(self):
        """None if all is well, or what isn't."""
        try:
            self.live()
            return None
        except (Broken, OSError, ValueError, KeyError) as error:
            status = "" if self.server is None or self.server.poll() is None else f" (the server: {self.server.returncode})"
            return f"{error}{status}"
        finally:
            if self.server is not None and self.server.poll() is None:
                os.killpg(self.server.pid, signal.SIGKILL)
                self.server.wait()

    def remove(self):
        self.manager.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Torture:
    def __init__(self, build):
        self.build = build
        self.found = []
        self.lock = threading.Lock()
        self.covered = collections.Counter()
        self.baseline = None
        self.counts, self.places = {}, {}

    def measure(self):
        """How many calls of each kind there are on a day when nothing fails, and from where."""
        for target in "server", "agent":
            day = Day(self.build, Call(target, KINDS[0]))
            wrong = day.run()
            if wrong:
                sys.exit(f"torture: {wrong}, and nothing had failed:\n{day.text()}")
            self.counts[target], self.places[target] = day.shim.counts, day.shim.places
            self.baseline = day.descriptors if target == "server" else self.baseline
            day.remove()

    def one(self, call, show=False):
        """True if something failed, that is, if there was such a call."""
        day = Day(self.build, call, self.baseline)
        wrong = day.run()
        failed = day.shim.failed
        if wrong or show:
            with self.lock:
                print(f"torture: {call}: {wrong or 'nothing is wrong'}; what failed:\n{day.shim.where()}", flush=True)
                if show:
                    print(day.text())
        with self.lock:
            if wrong:
                self.found.append(f"{call}: {wrong}")
            if failed:
                self.covered[f"{call.target}:{call.kind}"] += 1
        day.remove()
        return failed

    def every(self, pattern, jobs):
        """Each n of each kind, until three in a row have found nothing to fail."""
        for target, kind in itertools.product(("server", "agent"), KINDS):
            name = f"{target}:{kind}"
            if not fnmatch.fnmatch(name, pattern):
                continue
            began, numbers = time.monotonic(), itertools.count(1)
            misses = 0
            with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
                while misses < 3:
                    batch = [1, 10**6, 10**6, 10**6] if kind == "bytewise" else [next(numbers) for _ in range(4 * jobs)]
                    for failed in pool.map(self.one, [Call(target, kind, number) for number in batch]):
                        misses = 0 if failed else misses + 1
            print(f"torture: {name}: {self.covered[name]} failures in {time.monotonic() - began:.0f} s", flush=True)

    def each_place(self, pattern, jobs):
        """The first call from each place; but of "bytewise" only the one that is first of all, for the rest follow it."""
        calls = [Call(target, kind, place=place)
                 for target, kind in itertools.product(("server", "agent"), KINDS)
                 if kind != "bytewise" and fnmatch.fnmatch(f"{target}:{kind}", pattern)
                 for place in self.places[target][kind]]
        calls += [Call(target, "bytewise", 1) for target in ("server", "agent") if fnmatch.fnmatch(f"{target}:bytewise", pattern)]
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            list(pool.map(self.one, calls))
        print("torture: places:", ", ".join(f"{target}:{kind} {len(self.places[target][kind])}" for target in self.places for kind in KINDS))
        print(f"torture: {len(calls)} places", flush=True)

    def sample(self, seconds, seed, jobs):
        chance = random.Random(seed)
        deadline = time.monotonic() + seconds
        places = [(target, kind) for target, kind in itertools.product(("server", "agent"), KINDS)
                  if self.counts[target][kind] > 0]

        def draw():
            target, kind = chance.choice(places)
            return Call(target, kind, 1 if kind == "bytewise" else chance.randint(1, self.counts[target][kind]))

        def work():
            while time.monotonic() < deadline:
                with self.lock:
                    call = draw()
                self.one(call)

        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            for each in [pool.submit(work) for _ in range(jobs)]:
                each.result()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--only", default="*")
    parser.add_argument("--one", type=Call.parse)
    parser.add_argument("--places", action="store_true")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER: what the servers leave behind is ours to find
    torture = Torture(options.build)
    torture.measure()
    for target, counts in torture.counts.items():
        print(f"torture: calls on a day of {target}:", ", ".join(f"{kind} {count}" for kind, count in counts.items()), flush=True)
    if options.one:
        torture.one(options.one, show=True)
    elif options.places:
        torture.each_place(options.only, options.jobs)
    elif options.seconds:
        print(f"torture: the seed is {options.seed}", flush=True)
        torture.sample(options.seconds, options.seed, options.jobs)
    else:
        torture.every(options.only, options.jobs)
    print(f"torture: {sum(torture.covered.values())} failures, {len(torture.found)} of them went wrong:",
          ", ".join(f"{name} {count}" for name, count in sorted(torture.covered.items())))
    for each in torture.found:
        print(f"torture: FAILED {each}")
    return 1 if torture.found else 0


sys.exit(main())
