#!/usr/bin/env python3
"""Does what README.md tells a newcomer to do, and fails unless it works.

    readme.py CC ROOT BUILD

The provider in 30 lines is compiled, registered as the page says, and asked in a daemon of the test's own; the cancel with
socat is run as it stands there.
"""
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time

PATIENCE = 60  # seconds until a step has failed; under sanitizers everything is slow
SOCKET = "/run/mihost/mihost.sock"  # as the page has it


def block(readme, language):
    """The only fenced block of that language."""
    blocks = re.findall(rf"(?ms)^```{language}\n(.*?)^```$", readme)
    if len(blocks) != 1:
        sys.exit(f"README.md has {len(blocks)} blocks of '{language}', and one is looked for")
    return blocks[0]


def compile_provider(compiler, root, folder, source):
    if source.count("\n") > 30:
        sys.exit(f"the provider in 30 lines has {source.count(chr(10))}")
    (folder / "hello.c").write_text(source, encoding="utf-8")
    warnings = ["-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror"]
    command = [compiler, "-std=c11", *warnings, f"-I{root}/include", "-shared", "-fPIC"]
    subprocess.run([*command, "-o", folder / "libhello.so", folder / "hello.c"], check=True)


def wait_for(path, daemon):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(path))
                return
            except OSError:
                if daemon.poll() is not None:
                    break
        time.sleep(0.01)
    sys.exit("the daemon doesn't answer")


def check_hello(build, path):
    command = [build / "bin/mihostctl", "--socket", path, "--json", "enumerate", "Demo_Hello"]
    out = subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE).stdout
    if "hello from an agent" not in out:
        sys.exit(f"the provider doesn't greet: {out!r}")


def check_socat(script, path):
    run = subprocess.run(["sh", "-c", script.replace(SOCKET, str(path))], check=True, capture_output=True,
                         text=True, timeout=PATIENCE)
    messages = [json.loads(line) for line in run.stdout.splitlines()]
    if not any(message.get("method") == "$/progress" for message in messages):
        sys.exit(f"no tick came: {messages}")
    error = messages[-1].get("error", {})
    if error.get("code") != -32800 or error["data"]["reason"] != "timeout" or not error["data"]["delivered"]:
        sys.exit(f"the cancel gave: {messages[-1]}")


def main():
    compiler, root, build = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    readme = (root / "README.md").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        registrations = folder / "register/root-cimv2"
        registrations.mkdir(parents=True)
        compile_provider(compiler, root, folder, block(readme, "c"))
        (registrations / "hello.reg").write_text(block(readme, "ini"), encoding="utf-8")
        (registrations / "ticker.reg").symlink_to(build / "register/root-cimv2/ticker.reg")
        os.symlink(build / "providers/libticker.so", folder / "libticker.so")
        path = folder / "mihost.sock"
        daemon = subprocess.Popen([build / "bin/mihostd", "--config", "/dev/null", "--socket", path,
                                   "--registrations", folder / "register", "--providers", folder,
                                   "--agent", build / "bin/mihost-agent"])
        try:
            wait_for(path, daemon)
            check_hello(build, path)
            check_socat(block(readme, "sh"), path)
        finally:
            daemon.terminate()
            status = daemon.wait(timeout=PATIENCE)
        if status != 0:
            sys.exit(f"the daemon ended with status {status}")


main()
