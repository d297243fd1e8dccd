#!/usr/bin/env python3
"""Compiles the program in libmi(3) as its reader would, strictly, and runs it beside a real host.

    check_example.py PAGE BUILD PROVIDER LIBMI INCLUDE CC
"""
import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from daemon import Daemon

REGISTRATIONS = {"processes": "LIBRARY=processes\nHOSTING=@requestor@\nCLASS=Linux_Process\n"}


def program_of(page):
    """The last listing of @page; scdoc has a backslash for two."""
    listings = re.findall(r"^```\n(.*?)^```$", pathlib.Path(page).read_text(encoding="utf-8"), re.S | re.M)
    return listings[-1].replace("\\\\", "\\")


def main():
    page, build, provider, library, include, compiler = sys.argv[1:]
    with Daemon(build, provider, REGISTRATIONS, namespace="root/cimv2") as daemon:
        source, program = daemon.folder / "example.c", daemon.folder / "example"
        source.write_text(program_of(page), encoding="utf-8")
        subprocess.run([compiler, "-std=c11", "-pedantic", "-Wall", "-Wextra", "-Werror", "-I", include, source, "-o", program,
                        library, f"-Wl,-rpath,{os.path.dirname(library)}"], check=True)
        run = subprocess.run([program], stdout=subprocess.PIPE, text=True, timeout=60, check=True,
                             env=dict(os.environ, MIHOST_SOCKET=str(daemon.socket)))
        assert "mihostd" in run.stdout.split("\n"), run.stdout
        # What fails is told, by the status and in a sentence.
        run = subprocess.run([program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
                             env=dict(os.environ, MIHOST_SOCKET=str(daemon.folder / "nobody")))
        assert run.returncode == 1 and "there is no such socket" in run.stderr, run


main()
