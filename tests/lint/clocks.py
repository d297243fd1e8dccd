#!/usr/bin/env python3
"""Checks that what serves measures time on clocks that never jump.

    clocks.py ROOT

The time of day is set by people and by NTP: a deadline, a grace or a rest that is counted on it ends too early or never. Nothing in
base/, protocol/, server/ and agent/ may ask for it, but where the line says why: /* the time of day: for ... */.
"""
import pathlib
import re
import sys

FOLDERS = ("base", "protocol", "server", "agent")
TIME_OF_DAY = re.compile(r"\b(CLOCK_REALTIME\w*|gettimeofday|uv_gettimeofday|time\((?:NULL|0|&)|TIMER_ABSTIME)")


def findings(root):
    for folder in FOLDERS:
        for path in sorted((root / folder).glob("*.[ch]")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                match = TIME_OF_DAY.search(line)
                if match and "/* the time of day: " not in line:
                    yield f"{path.relative_to(root)}:{number}: {match[1]}: use uv_now() or CLOCK_MONOTONIC"


def main():
    found = list(findings(pathlib.Path(sys.argv[1])))
    print("\n".join(found))
    sys.exit(1 if found else 0)


main()
