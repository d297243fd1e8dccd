#!/usr/bin/env python3
"""Checks that what people read about the configuration is what mihostd does.

    config.py ROOT

Every key of the tables in server/config.c and server/provider.c is described in its manual page, and no other is; the shipped
mihostd.conf has every key, commented out, and no other.
"""
import pathlib
import re
import sys


def read(path):
    return path.read_text(encoding="utf-8")


def keys_of_table(path, pattern):
    found = re.findall(pattern, read(path))
    return found or sys.exit(f"{path}: no table of keys was found: has it changed its shape?")


def differences(where, wanted, given):
    for key in sorted(set(wanted) - set(given)):
        yield f"{where}: '{key}' is missing"
    for key in sorted(set(given) - set(wanted)):
        yield f"{where}: '{key}' is no key"
    for key in sorted({key for key in given if given.count(key) > 1}):
        yield f"{where}: '{key}' is there twice"


def main():
    root = pathlib.Path(sys.argv[1])
    keys = keys_of_table(root / "server/config.c", r'\n    \{"(\w+)", KEY_')
    registration = keys_of_table(root / "server/provider.c", r'\{"([A-Z]+)", (?:set|add)_')
    pages = root / "docs/man"
    found = [
        *differences("conf/mihostd.conf.in", keys, re.findall(r"(?m)^#?(\w+) = ", read(root / "conf/mihostd.conf.in"))),
        *differences("mihostd.conf.5.scd", keys, re.findall(r"(?m)^\*(\w+)\* = ", read(pages / "mihostd.conf.5.scd"))),
        *differences("mihostd.8.scd", registration, re.findall(r"(?m)^\*([A-Z]+)=", read(pages / "mihostd.8.scd"))),
    ]
    print("\n".join(found))
    sys.exit(1 if found else 0)


main()
