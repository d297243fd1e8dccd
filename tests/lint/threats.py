#!/usr/bin/env python3
"""What docs/threat-model.md names exists: each file in backticks, and each test behind it (`file`: `test`, `test`).

usage: threats.py SOURCE
       threats.py --self-test
"""
import os
import re
import sys

NAMED = re.compile(r"`((?:[a-z_]+/)+[a-z_0-9]+\.[a-z]+)`(?::((?:\s*`[a-z_0-9]+`,?)+))?")


def mistakes(text, read):
    """@read gives the text of a file, or None."""
    found = []
    named = list(NAMED.finditer(text))
    if not named:
        found.append("names no file at all")
    for match in named:
        content = read(match.group(1))
        if content is None:
            found.append(f"names {match.group(1)}, which is not there")
            continue
        for test in re.findall(r"`([a-z_0-9]+)`", match.group(2) or ""):
            if not re.search(rf"\b{test}\b", content):
                found.append(f"names the test {test}, which {match.group(1)} does not have")
    return found


def self_test():
    files = {"tests/a.c": "static void it_holds(void **state)"}
    assert mistakes("`tests/a.c`: `it_holds`", files.get) == []
    assert len(mistakes("`tests/a.c`: `it_holds`, `it_fails`", files.get)) == 1
    assert len(mistakes("`tests/b.c`", files.get)) == 1
    assert len(mistakes("nothing", files.get)) == 1
    return 0


def main():
    if sys.argv[1] == "--self-test":
        return self_test()

    def read(name):
        path = os.path.join(sys.argv[1], name)
        if not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as file:
            return file.read()

    found = mistakes(read("docs/threat-model.md"), read)
    for text in found:
        print("docs/threat-model.md " + text)
    return 1 if found else 0


sys.exit(main())
