#!/usr/bin/env python3
"""Compiles the provider of mi-cancellation(7), and does to it what the page says.

    example.py CC ROOT BUILD

It is run to its end, and canceled: the provider must be told the reason, and the client what the provider said.
"""
import json
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time

PATIENCE = 60  # seconds until a step has failed; under sanitizers everything is slow
SECONDS = 5    # that the provider counts


def example(page):
    """The only block of the page that is a whole provider."""
    blocks = re.findall(r"(?ms)^```\n(.*?)^```$", page)
    blocks = [block for block in blocks if "MI_Main" in block]
    if len(blocks) != 1:
        sys.exit(f"mi-cancellation(7) has {len(blocks)} providers, and one is looked for")
    return blocks[0]


def compile_provider(compiler, root, folder, source):
    (folder / "countdown.c").write_text(source, encoding="utf-8")
    warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Wno-unused-parameter", "-Werror"]
    command = [compiler, "-std=c11", *warnings, f"-I{root}/include", "-shared", "-fPIC", "-pthread"]
    subprocess.run([*command, "-o", folder / "libcountdown.so", folder / "countdown.c"], check=True)


def connect(path, daemon):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        client = socket.socket(socket.AF_UNIX)
        try:
            client.connect(str(path))
            client.settimeout(PATIENCE)
            return client
        except OSError:
            client.close()
            if daemon.poll() is not None:
                break
        time.sleep(0.01)
    sys.exit("the daemon doesn't answer")


def send(client, message):
    client.sendall(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")


def countdown(path, daemon, cancel):
    """Runs the countdown, sending the message @cancel when its first instance has come: how many came, and the response."""
    count = 0
    with connect(path, daemon) as client, client.makefile("r", encoding="utf-8") as lines:
        params = {"namespace": "root/cimv2", "class": "Demo_Countdown", "partialResultToken": "t"}
        send(client, {"id": 1, "method": "mi/enumerateInstances", "params": params})
        for line in lines:
            message = json.loads(line)
            if "id" in message:
                return count, message
            if cancel is not None and count == 0:
                send(client, cancel)
            count += len(message["params"]["value"])
    sys.exit("the daemon closed the connection")


def check(path, daemon):
    cancel = {"method": "$/cancelRequest", "params": {"id": 1, "reason": "timeout"}}
    count, response = countdown(path, daemon, cancel)
    data = response.get("error", {}).get("data", {})
    said = (data.get("result") or {}).get("message", "")
    if data.get("reason") != "timeout" or not data.get("delivered") or count >= SECONDS:
        sys.exit(f"the cancel gave {count} instances and {response}")
    if not re.fullmatch(r"canceled \(timeout\), [1-5] seconds left", said):
        sys.exit(f"the provider said {said!r}")
    count, response = countdown(path, daemon, None)
    if count != SECONDS or "result" not in response:
        sys.exit(f"left alone it gave {count} instances and {response}")


def main():
    compiler, root, build = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    page = (root / "docs/man/mi-cancellation.7.scd").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        registrations = folder / "register/root-cimv2"
        registrations.mkdir(parents=True)
        compile_provider(compiler, root, folder, example(page))
        registration = f"LIBRARY={folder}/libcountdown.so\nHOSTING=@requestor@\nCLASS=Demo_Countdown\n"
        (registrations / "countdown.reg").write_text(registration, encoding="utf-8")
        path = folder / "mihost.sock"
        daemon = subprocess.Popen([build / "bin/mihostd", "--config", "/dev/null", "--socket", path,
                                   "--registrations", folder / "register", "--agent", build / "bin/mihost-agent"])
        try:
            check(path, daemon)
        finally:
            daemon.terminate()
            status = daemon.wait(timeout=PATIENCE)
        if status != 0:
            sys.exit(f"the daemon ended with status {status}")


main()
