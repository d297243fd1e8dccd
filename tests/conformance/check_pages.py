#!/usr/bin/env python3
"""Runs the programs of docs/clients.md, and those of the Python package's README, as they stand there.

    check_pages.py ROOT BUILD CC

Each has to list this test's own process, and to have the ticker say with what it was canceled. A program whose language isn't on
this machine is skipped, aloud.
"""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from daemon import PATIENCE, Daemon  # noqa: E402


def blocks(page):
    """{language: [texts]} of the fenced blocks."""
    found = {}
    for language, text in re.findall(r"(?ms)^```(\w+)\n(.*?)^```$", page.read_text(encoding="utf-8")):
        found.setdefault(language, []).append(text)
    return found


class Pages:
    def __init__(self, root, build, compiler, folder, socket):
        self.root, self.build, self.compiler, self.folder = root, build, compiler, folder
        here = {name: value for name, value in os.environ.items() if name not in ("MIHOST_HOST", "XDG_RUNTIME_DIR")}
        self.environment = {**here, "MIHOST_SOCKET": str(socket), "PATH": f"{build}/bin:{os.environ['PATH']}",
                            "PYTHONPATH": f"{root}/clients/python/src", "NODE_PATH": f"{build}/conformance-node/node_modules"}
        self.pool = concurrent.futures.ThreadPoolExecutor()
        self.runs = []

    def run(self, *arguments):
        """As run_one, side by side: most of the time they wait for ticks."""
        self.runs.append(self.pool.submit(self.run_one, *arguments))

    def count_failures(self):
        return sum(run.result() for run in self.runs)

    def run_one(self, what, command, *wanted):
        """Runs a program; each of @wanted must match a part of what it prints. Whether it failed."""
        run = subprocess.run(command, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, timeout=PATIENCE, cwd=self.folder)
        wrong = [pattern for pattern in wanted if not re.search(pattern, run.stdout, re.M)]
        if run.returncode != 0 or wrong:
            print(f"{what}: ended with {run.returncode}; missing: {wrong}\n{run.stdout[-3000:]}")
        return run.returncode != 0 or bool(wrong)

    def compile(self, source):
        """The program of a C source."""
        (self.folder / "client.c").write_text(source, encoding="utf-8")
        libraries = self.build / "libmi"
        subprocess.run([self.compiler, "-std=c11", "-Wall", "-Wextra", "-Werror", f"-I{self.root}/include", "-o",
                        self.folder / "client", self.folder / "client.c", f"-L{libraries}", f"-Wl,-rpath,{libraries}", "-lmi"],
                       check=True)
        return self.folder / "client"

    def check_clients(self):
        own = rf"^{os.getpid()} \S+"
        programs = blocks(self.root / "docs/clients.md")
        (shell,), (python,), (script,), (c,) = (programs.pop(language) for language in ("sh", "python", "js", "c"))
        self.run("docs/clients.md, shell", ["bash", "-euc", shell], own, "MI_REASON_TIMEOUT", "^4 is canceled: 4$")
        self.run("docs/clients.md, Python", [sys.executable, "-X", "dev", "-W", "error", "-c", python], own,
                 "stopped after 3 ticks: MI_REASON_NONE")
        if (self.build / "conformance-node/node_modules/vscode-jsonrpc").exists() and shutil.which("node"):
            self.run("docs/clients.md, JavaScript", ["node", "-e", script], own, "MI_REASON_NONE")
        else:
            print("SKIPPED: the JavaScript of docs/clients.md: vscode-jsonrpc is not installed (see conformance-node)")
        own_name = pathlib.Path("/proc/self/comm").read_text(encoding="utf-8").strip()
        self.run("docs/clients.md, C", [self.compile(c)], rf"^{re.escape(own_name)}$", r"^1\n2\n3\n", r"canceled \(none\)")
        if programs:
            sys.exit(f"docs/clients.md has programs that nobody runs: {list(programs)}")

    def check_readme(self):
        """Its programs go on from one to the next."""
        programs = blocks(self.root / "clients/python/README.md")["python"]
        programs[1] = f"client = mihost.connect()\n{programs[1]}"
        text = "\n".join(programs).replace('{"Path": "/"}', repr({"Path": str(self.folder)}))
        self.run("clients/python/README.md", [sys.executable, "-X", "dev", "-c", text], rf"^{os.getpid()} \S+", "MI_REASON_NONE")


def main():
    root, build, compiler = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
    providers = ("processes", "ticker", "usage")
    registrations = {name: (build / f"register/root-cimv2/{name}.reg").read_text(encoding="utf-8") for name in providers}
    libraries = [build / f"providers/lib{name}.so" for name in providers]
    with Daemon(build, libraries, registrations, "root/cimv2") as daemon, tempfile.TemporaryDirectory() as folder:
        pages = Pages(root, build, compiler, pathlib.Path(folder), daemon.socket)
        pages.check_clients()
        pages.check_readme()
        failed = pages.count_failures()
    print(f"{len(pages.runs) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
