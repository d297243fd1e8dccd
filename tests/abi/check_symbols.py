#!/usr/bin/env python3
"""Checks that libmi.so shows what libmi.map lists, by the versions that it has there, and nothing else.

    check_symbols.py NM READELF LIBRARY MAP
"""
import pathlib
import re
import subprocess
import sys


def listed(text):
    """{symbol@@version} of a linker script."""
    text = re.sub(r"#.*", "", text)
    names = set()
    for version, body in re.findall(r"([\w.]+)\s*\{(.*?)\}", text, re.S):
        shown = re.search(r"global:(.*?)local:", body, re.S)[1]
        names |= {f"{name}@@{version}" for name in re.findall(r"\w+", shown)}
    return names


def shown(nm, library):
    out = subprocess.run([nm, "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    # Each version is a symbol, too: an absolute one.
    return {name for kind, name in re.findall(r"(?m)^[0-9a-f]+ (\w) (\S+)$", out) if kind != "A"}


def main():
    nm, readelf, library, script = sys.argv[1:]
    wanted, found = listed(pathlib.Path(script).read_text(encoding="utf-8")), shown(nm, library)
    wrong = [f"{name} is not shown" for name in sorted(wanted - found)]
    wrong += [f"{name} is shown, and is not in {script}" for name in sorted(found - wanted)]
    dynamic = subprocess.run([readelf, "-d", library], check=True, capture_output=True, text=True).stdout
    if not re.search(r"SONAME.*\[libmi\.so\.1\]", dynamic):
        wrong.append("its soname is not libmi.so.1")
    if "MI_Application_InitializeV1@@MIHOST_1.0" not in wanted:
        wrong.append("the script was not understood")
    for sentence in wrong:
        print(f"libmi.so: {sentence}")
    sys.exit(1 if wrong else 0)


main()
