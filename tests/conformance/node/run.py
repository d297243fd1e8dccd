#!/usr/bin/env python3
"""Runs suite.js, which drives a daemon with vscode-jsonrpc, a library that this project did not write.

    run.py BUILD

npm installs the library into BUILD, as package-lock.json has it. Without node, npm, or a registry that npm can reach, it says so and
ends with status 77, which CTest shows as skipped.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "support"))

from daemon import Daemon  # noqa: E402
from gate import PUPPET  # noqa: E402

SKIPPED = 77
PATIENCE = 120  # seconds
OLDEST = 18     # of node: it has node:test
REGISTRATIONS = {
    "puppet": PUPPET,
    "sample": "LIBRARY=sample\nHOSTING=@requestor@\nCALLS=parallel\nCLASS=Test_Sample\nCLASS=Test_Many\n",
    "ticker": "LIBRARY=ticker\nHOSTING=@requestor@\nCALLS=parallel\nCLASS=Demo_Ticker\n",
}


def skip(why):
    print(f"SKIPPED: vscode-jsonrpc was not tried: {why}")
    sys.exit(SKIPPED)


def check_programs():
    for name in ("node", "npm"):
        if shutil.which(name) is None:
            skip(f"there is no {name}: install the packages nodejs and npm")
    version = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True).stdout
    if int(version.lstrip("v").split(".")[0]) < OLDEST:
        skip(f"node is {version.strip()}, and {OLDEST} is the oldest that will do")


def is_installed(folder):
    """Whether what the lock file names is there, so that no network is needed."""
    wanted = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    installed = folder / "node_modules/.package-lock.json"
    if not installed.exists():
        return False
    there = json.loads(installed.read_text(encoding="utf-8"))["packages"]
    return all(there.get(name, {}).get("version") == package["version"] for name, package in wanted.items() if name)


def install(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "suite.js", "puppets.js"):
        shutil.copy(HERE / name, folder)
    if is_installed(folder):
        return
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit-lockfile-registry-resolved"]
    try:
        run = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        skip(f"npm could not install it in {PATIENCE} s")
    if "EINTEGRITY" in run.stdout:
        sys.exit(f"what npm fetched is not what package-lock.json names:\n{run.stdout}")
    if run.returncode != 0:
        skip(f"npm could not install it:\n{run.stdout}")


def main():
    build = pathlib.Path(sys.argv[1])
    folder = build / "conformance-node"
    check_programs()
    install(folder)
    libraries = [build / f"tests/providers/lib{name}.so" for name in ("puppet", "sample")]
    with Daemon(build, [*libraries, build / "providers/libticker.so"], REGISTRATIONS) as daemon:
        subprocess.run(["node", "--test", "suite.js"], cwd=folder, check=True, timeout=2 * PATIENCE,
                       env={**os.environ, "MIHOST_SOCKET": str(daemon.socket)})


main()
