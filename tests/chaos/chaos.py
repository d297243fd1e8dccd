#!/usr/bin/env python3
"""Chaos: 64 clients of all kinds, good and villainous providers, agents killed and stopped at random, reloads in between.

    chaos.py BUILD [--minutes M] [--seed N] [--patience S]

Every client has an oracle: each request gets exactly one response, with its id, well-formed, and with what such a request can
be answered with; an error has words. After each round nothing is left: no operation, agent, descriptor or process, and no byte
that is charged to a user; the server's memory doesn't grow from round to round; it stops in order, and no sanitizer has
something to say.

The seed decides what each client does, but not what it meets. That the oracle sees what it is for is shown by servers that are
broken on purpose: `./dev mutants 'X*'`.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import re
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PATIENCE = 60.0  # seconds that a response may take, and the end of all
CLIENTS = 64
KEPT = 32 << 10  # KiB that the allocator may keep after a busier moment than all before
ROUNDS = 4  # after each of them all is at rest, and looked at
NAMESPACE = "root/cimv2"
REPORT = re.compile(r"ERROR: (Address|Leak)Sanitizer|WARNING: ThreadSanitizer|runtime error:|Assertion .* failed")
REGISTRATIONS = {
    "sample": "LIBRARY=sample\nCLASS=Test_Sample\nCLASS=Test_Many\nCLASS=Test_Types\nCALLS=parallel\n",
    "house": "LIBRARY=house\nCLASS=Test_Place\nCLASS=Test_Room:Test_Place\nCLASS=Test_Hall:Test_Room:Test_Place\n",
    "ticker": "LIBRARY={build}/providers/libticker.so\nCLASS=Demo_Ticker\nCALLS=parallel\n",
    "villain": "LIBRARY=villain\nCLASS=Villain_Confession\nCLASS=Villain_Twice\nCLASS=Villain_Crowd\nCLASS=Villain_Mute\n"
               "CLASS=Villain_Stranger\nCLASS=Villain_Nulls\nCLASS=Villain_Later\nCLASS=Villain_Release\n"
               "CLASS=Villain_BadLoad\nCALLS=parallel\n",
}
SETTINGS = ["grace=200ms", "drain=300ms", "agentResponse=1s", "stopTime=20s", "maxTimeout=5s", "maxBackoff=300ms", "backoff=50ms", "cgroup=none"]
SAMPLES = {1, 2, 3}
# What a failure may be: the provider's own result, its agent's death or silence, a rest after deaths, a stop, a limit.
CODES = {-32800, -32803}


class Broken(Exception):
    """What must not be."""


class Question:
    """A request, and which result it may have."""

    def __init__(self, method, params, holds, fails=True):
        self.method, self.params, self.holds, self.fails = method, params, holds, fails
        self.asked = time.monotonic()
        self.progress = 0  # instances that came before the response

    def take(self, instances):
        for instance in instances:
            self.progress += 1
            tick = int(instance["properties"].get("Tick", self.progress))
            if tick != self.progress:
                raise Broken(f"the tick {tick} came as number {self.progress} of {self.method} {self.params}")

    def is_held_by(self, result):
        try:
            return self.holds(result, self.progress)
        except (KeyError, TypeError):
            return False

    def check(self, message):
        if "result" in message:
            if not self.is_held_by(message["result"]):
                raise Broken(f"{self.method} was answered with {str(message['result'])[:300]}")
            return "result"
        error = message["error"]
        if not self.fails or error["code"] not in CODES or not error["message"]:
            raise Broken(f"{self.method} failed with {error}")
        if error["code"] == -32800 and set(error["data"]) < {"reason", "delivered", "result", "discarded", "abandoned"}:
            raise Broken(f"{self.method} was canceled with {error}")
        return "canceled" if error["code"] == -32800 else error["data"]["resultName"]


def questions(chance):
    """One of what a client can ask."""
    name_space = {"namespace": NAMESPACE}

    def enumerate_class(name, holds, **more):
        return Question("mi/enumerateInstances", {**name_space, "class": name, **more}, holds)

    number = chance.choice(sorted(SAMPLES))
    text = chance.choice("xyz") * chance.randint(0, 20000)
    token = f"t{chance.randrange(1 << 30)}"
    return chance.choice([
        lambda: Question("host/info", {}, lambda result, _: result["name"] == "mihost" or "version" in result, fails=False),
        lambda: Question("host/status", {}, lambda result, _: isinstance(result["agents"], list), fails=False),
        lambda: Question("mi/getInstance", {**name_space, "instance": {"class": "Test_Sample", "properties": {"Id": number}}},
                         lambda result, _: result["instance"]["properties"]["Id"] == number),
        lambda: enumerate_class("Test_Sample", lambda result, _: {each["properties"]["Id"] for each in result["instances"]} == SAMPLES),
        lambda: enumerate_class("Test_Many", lambda result, _: len(result["instances"]) == 1000),
        lambda: enumerate_class("Test_Many", lambda result, progress: result["instances"] == [] and progress == 1000,
                                partialResultToken=token),
        lambda: enumerate_class("Test_Place", lambda result, _: len(result["instances"]) >= 3),
        lambda: Question("mi/invoke", {**name_space, "class": "Test_Types", "method": "Echo", "parameters": {"String": text}},
                         lambda result, _: result["parameters"]["String"] == text),
        lambda: Question("mi/getClass", {**name_space, "class": "Test_Many"}, lambda result, _: "class" in result),
        lambda: enumerate_class("Demo_Ticker", lambda *_: False, timeoutMs=chance.randint(1, 400), partialResultToken=token,
                                options={"IntervalMs": {"type": "uint32", "value": 5}}),
        lambda: enumerate_class("Demo_Ticker", lambda *_: False, timeoutMs=5000),
        lambda: enumerate_class("Villain_" + chance.choice(["Twice", "Crowd", "Stranger", "Nulls", "BadLoad", "Confession"]),
                                lambda result, _: isinstance(result["instances"], list)),
        lambda: enumerate_class("Villain_" + chance.choice(["Mute", "Later", "Release"]),
                                lambda result, _: isinstance(result["instances"], list), timeoutMs=chance.randint(1, 500)),
    ])()


class Client:
    """A connection to the server, and the oracle of what comes over it."""

    READS = 65536

    def __init__(self, world):
        self.world, self.chance = world, world.chance
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(world.socket))
        self.socket.setblocking(False)
        self.input, self.output = b"", b""
        self.serial, self.waiting = 0, {}
        self.left = self.chance.randint(1, 40)  # requests that it makes before it goes

    def send(self, message):
        self.output += json.dumps(message).encode() + b"\n"

    def ask(self):
        self.serial += 1
        self.left -= 1
        question = questions(self.chance)
        self.waiting[self.serial] = question
        self.world.asked += 1
        self.send({"jsonrpc": "2.0", "id": self.serial, "method": question.method, "params": question.params})
        if self.chance.random() < 0.2:
            self.cancel()

    def cancel(self):
        number = self.chance.choice(list(self.waiting) + [self.serial + 1])
        reason = self.chance.choice(["none", "timeout", "shutdown", "serviceStop", "whim"])
        self.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": number, "reason": reason}})

    def take(self, text):
        message = json.loads(text.decode())
        if message["jsonrpc"] != "2.0" or ("method" in message) + ("result" in message) + ("error" in message) != 1:
            raise Broken(f"no message: {text[:300]}")
        if message.get("method") == "$/progress":
            for question in self.waiting.values():
                if question.params.get("partialResultToken") == message["params"]["token"]:
                    question.take(message["params"]["value"])
            return
        if "method" in message:
            raise Broken(f"nobody asked for this: {text[:300]}")
        question = self.waiting.pop(message["id"], None)
        if question is None:
            raise Broken(f"a response to nothing: {text[:300]}")
        self.world.outcomes[question.check(message)] += 1

    def turn(self):
        """What it does next, if it likes. False if it has gone."""
        if self.left > 0 and len(self.waiting) < 16 and self.chance.random() < 0.5:
            self.ask()
        return self.left > 0 or bool(self.waiting)

    def leave(self):
        """It asks no more. True if it waits for nothing."""
        self.left = 0
        return not self.waiting

    def read(self):
        """False if the server has closed."""
        try:
            data = self.socket.recv(self.READS)
        except BlockingIOError:
            return True
        except ConnectionResetError:
            return False
        *lines, self.input = (self.input + data).split(b"\n")
        for line in lines:
            self.take(line)
        return bool(data)

    def write(self):
        try:
            self.output = self.output[self.socket.send(self.output):]
        except BlockingIOError:
            pass
        except OSError:
            self.output = b""

    def wants(self):
        return selectors.EVENT_READ | (selectors.EVENT_WRITE if self.output else 0)

    def ended(self):
        """The server has closed."""
        raise Broken(f"the server hung up on {type(self).__name__}, who waits for {len(self.waiting)} responses")

    def check_patience(self, now):
        for number, question in self.waiting.items():
            if now - question.asked > self.world.patience:
                raise Broken(f"request {number} ({question.method} {question.params}) has no response")


class Slow(Client):
    """Reads a little at a time."""

    READS = 700


class Vanishing(Client):
    """Asks, and goes without waiting."""

    def leave(self):
        return True

    def turn(self):
        self.ask()
        return self.left > 0 and self.chance.random() > 0.1


class Deaf(Client):
    """Asks for much, and never reads. Whatever the server makes of it is right."""

    def __init__(self, world):
        super().__init__(world)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.gone = time.monotonic() + self.chance.uniform(0.5, 4)

    def wants(self):
        return selectors.EVENT_WRITE if self.output else 0

    def read(self):
        return True

    def leave(self):
        return True

    def turn(self):
        if len(self.waiting) < 200:
            self.ask()
        return time.monotonic() < self.gone

    def check_patience(self, now):
        pass


class Hostile(Client):
    """Sends what is no message, too."""

    RUBBISH = (b"{\n", b"[]\n", b"{\"jsonrpc\":\"2.0\",\"id\":[1],\"method\":\"host/info\"}\n", b"\xff\xfe\n", b"7\n", b"[" * 10000 + b"\n",
               b"{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"host/info\"}\n", b"Content-Length: 4294967296\r\n\r\n", b"\x00" * 100 + b"\n",
               b"GET / HTTP/1.1\r\n\r\n", b"x" * 5000, b"{" * 2000000)

    def __init__(self, world):
        super().__init__(world)
        self.ask()  # the first byte says that it speaks in lines

    def leave(self):
        return True

    def turn(self):
        if self.chance.random() < 0.3:
            self.output += self.chance.choice(self.RUBBISH)
        elif not self.output:
            self.ask()
        self.left -= 1
        return self.left > 0

    def take(self, text):
        message = json.loads(text.decode())
        if "error" in message and message["id"] is None:
            self.world.outcomes["refused"] += 1
        else:
            super().take(text)

    def ended(self):
        pass

    def check_patience(self, now):
        pass


KINDS = [Client] * 6 + [Slow, Vanishing, Deaf, Hostile]


class World:
    def __init__(self, build, seed, patience):
        self.build, self.chance, self.patience = build, random.Random(seed), patience
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mihost-chaos-"))
        self.socket, self.log = self.folder / "socket", self.folder / "log"
        self.asked, self.outcomes, self.deeds = 0, collections.Counter(), collections.Counter()
        self.clients, self.selector = [], selectors.DefaultSelector()
        self.server = None
        self.charged = {}  # bytes of each user who is at rest
        self.kinds = collections.Counter()

    def start(self):
        folder = self.folder / "register" / NAMESPACE.replace("/", "-")
        folder.mkdir(parents=True)
        for name, text in REGISTRATIONS.items():
            (folder / f"{name}.reg").write_text(text.format(build=self.build), encoding="utf-8")
        command = [f"{self.build}/bin/mihostd", "--config", "/dev/null", "--socket", self.socket, "--registrations",
                   self.folder / "register", "--providers", f"{self.build}/tests/providers", "--agent",
                   f"{self.build}/bin/mihost-agent", "--log-level", "warning"]
        for setting in SETTINGS:
            command += ["--set", setting]
        with open(self.log, "ab") as log:
            self.server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, process_group=0)
        self.until(self.socket.exists, "the server to start")
        self.until(lambda: self.ask("host/info"), "the server to answer")
        self.charged = self.charges(self.ask("host/status"))

    def until(self, holds, what, instead=lambda: ""):
        deadline = time.monotonic() + self.patience
        while not (value := holds()):
            if self.server.poll() is not None:
                raise Broken(f"the server ended with {self.server.returncode}")
            if time.monotonic() > deadline:
                raise Broken(f"waited in vain for {what}{instead()}")
            time.sleep(0.02)
        return value

    def ask(self, method, **params):
        """The result, from a connection of its own; None for an error."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(self.patience)
                connection.connect(str(self.socket))
                connection.sendall(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode() + b"\n")
                with connection.makefile("r", encoding="utf-8") as stream:
                    return json.loads(stream.readline()).get("result")
        except (ConnectionRefusedError, FileNotFoundError):
            return None
        except TimeoutError:
            raise Broken(f"{method} {params} has no response") from None

    # ---- What befalls them ----

    def agents(self):
        return [agent["pid"] for agent in self.ask("host/status")["agents"]]

    def misdeed(self):
        deed = self.chance.choice(["kill", "stop", "segv", "reload", "stopProvider", "register"])
        self.deeds[deed] += 1
        if deed == "reload":
            self.ask("host/reload")
        elif deed == "stopProvider":
            self.ask("host/stopProvider", provider=self.chance.choice(sorted(REGISTRATIONS)))
        elif deed == "register":
            name = self.chance.choice(sorted(REGISTRATIONS))
            path = self.folder / "register" / NAMESPACE.replace("/", "-") / f"{name}.reg"
            path.write_text(REGISTRATIONS[name].format(build=self.build) + f"GRACE={self.chance.randint(100, 300)}ms\n", encoding="utf-8")
            self.ask("host/reload")
        else:
            for pid in self.agents()[:1]:
                number = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP, "segv": signal.SIGSEGV}[deed]
                try:
                    os.kill(pid, number)  # one of this server's own: it has just said so, and has not reaped it if it is gone
                except ProcessLookupError:
                    self.deeds[deed] -= 1

    # ---- Clients ----

    def add(self):
        kind = self.chance.choice(KINDS)
        self.kinds[kind.__name__] += 1
        client = kind(self)
        self.clients.append(client)
        self.selector.register(client.socket, selectors.EVENT_READ, client)

    def remove(self, client):
        self.clients.remove(client)
        self.selector.unregister(client.socket)
        client.socket.close()

    def serve(self, client, events):
        """False if the client is done."""
        if events & selectors.EVENT_READ and not client.read():
            client.ended()
            return False
        if events & selectors.EVENT_WRITE:
            client.write()
        return True

    def step(self, leaving):
        for key, events in self.selector.select(0.01):
            if key.data in self.clients and not self.serve(key.data, events):
                self.remove(key.data)
        now = time.monotonic()
        for client in list(self.clients):
            if client.leave() if leaving else not client.turn():
                self.remove(client)
                continue
            client.check_patience(now)
            self.watch(client)

    def watch(self, client):
        """A client that wants nothing now is looked at again after its next turn."""
        self.selector.modify(client.socket, client.wants() or selectors.EVENT_WRITE, client)

    def round(self, seconds):
        """Some time of it, until all have gone."""
        end = time.monotonic() + seconds
        deed = time.monotonic()
        while time.monotonic() < end:
            if self.server.poll() is not None:
                raise Broken(f"the server ended with {self.server.returncode}")
            while len(self.clients) < CLIENTS:
                self.add()
            self.step(False)
            if time.monotonic() > deed:
                deed = time.monotonic() + self.chance.uniform(0.05, 0.6)
                self.misdeed()
        while self.clients:
            self.step(True)

    # ---- What must be so afterwards ----

    @staticmethod
    def charges(status):
        """The bytes that each user is charged with: of whom nothing is known there are none."""
        return {user["uid"]: user["bufferedBytes"] for user in status["users"]}

    def is_empty(self):
        for name in REGISTRATIONS:
            self.ask("host/stopProvider", provider=name)
        status = self.ask("host/status")
        return not status["agents"] and not status["operations"] and self.charges(status) == self.charged and all(
            user["operations"] == 0 and user["agents"] == 0 and user["clients"] <= 1 for user in status["users"])

    def rest(self):
        status = self.ask("host/status")
        return f": there are {status['agents']}, {status['operations']}, {status['users']}; bytes were {self.charged}"

    def descriptors(self):
        """Of the server, once it has noticed that whoever asked last has gone."""
        counts = []
        for _ in range(30):
            counts.append(len(os.listdir(f"/proc/{self.server.pid}/fd")))
            time.sleep(0.01)
        return min(counts)

    def measure(self):
        """(descriptors, resident KiB, children) of the server when nobody is there."""
        self.until(self.is_empty, "operations and agents to end, and quotas to be given back", self.rest)
        folder = f"/proc/{self.server.pid}"
        with open(f"{folder}/status", encoding="utf-8") as file:
            resident = int(re.search(r"VmRSS:\s*(\d+)", file.read())[1])
        with open(f"{folder}/task/{self.server.pid}/children", encoding="utf-8") as file:
            children = len(file.read().split())
        return self.descriptors(), resident, children

    def stop(self):
        self.server.send_signal(signal.SIGTERM)
        status = self.server.wait(self.patience)
        if status != 0:
            raise Broken(f"the server ended with {status}")
        if found := REPORT.search(self.log.read_text(encoding="utf-8", errors="replace")):
            raise Broken(found.group())

    def remove_all(self):
        if self.server is not None and self.server.poll() is None:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def compare(measures):
    """Descriptors and processes are as they were; memory too, but for what the allocator keeps after the busiest moment."""
    *before, after = measures
    memory = [each[1] for each in measures]
    if after[0] > before[0][0] or after[2] != before[0][2]:
        raise Broken(f"descriptors and processes are not as they were: {measures}")
    grows_always = memory == sorted(memory) and memory[-1] > memory[1] + KEPT
    if grows_always or memory[-1] > max(memory[:-1]) * 1.3 + KEPT:
        raise Broken(f"memory grows, KiB: {memory}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--patience", type=float, default=PATIENCE)
    options = parser.parse_args()
    print(f"chaos: {options.minutes:g} minutes, the seed is {options.seed}", flush=True)
    world = World(options.build, options.seed, options.patience)
    try:
        world.start()
        measures = [world.measure()]
        for _ in range(ROUNDS):
            world.round(options.minutes * 60 / ROUNDS)
            measures.append(world.measure())
        compare(measures)
        world.stop()
    except (Broken, OSError, ValueError, KeyError, TypeError) as error:
        print(world.log.read_text(encoding="utf-8", errors="replace")[-20000:])
        print(f"chaos: FAILED with the seed {options.seed}: {error}")
        raise
    finally:
        world.remove_all()
    print(f"chaos: {world.asked} requests, {sum(world.outcomes.values())} responses:", dict(world.outcomes))
    print(f"chaos: clients: {dict(world.kinds)}; deeds: {dict(world.deeds)}")
    print(f"chaos: descriptors, KiB, processes at the start and after each round: {measures}")
    return 0


sys.exit(main())
