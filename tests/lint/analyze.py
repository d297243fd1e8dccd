#!/usr/bin/env python3
"""What gcc -fanalyzer finds when it follows each path, with the flags of what is installed.

usage: analyze.py SOURCE BUILD, a build of the preset package

A warning is an error, unless its line, or the comment above it, says `analyzer: REASON`. Leaks are not asked for: an object that
hangs on a list or in a table by a member in its midst is lost to gcc. (LeakSanitizer looks for them, in tests and fuzz targets.)
"""
import concurrent.futures
import json
import os
import re
import shlex
import subprocess
import sys

OURS = re.compile(r"^(base|mi|protocol|server|agent|client|libmi|providers)/.*\.c$")
WARNING = re.compile(r"^(?P<file>[^:\s]+):(?P<line>\d+):\d+: (?P<what>(warning|error): .*)$")


def analyze(source, entry):
    words = shlex.split(entry["command"])
    words[words.index("-o") + 1] = "/dev/null"
    words = [word for word in words if "ccache" not in os.path.basename(word)]
    run = subprocess.run([*words, "-fanalyzer", "-Wno-analyzer-malloc-leak"], cwd=entry["directory"], capture_output=True,
                         text=True, env=dict(os.environ, LC_ALL="C"), check=False)
    found, known = [], 0
    for line in run.stderr.splitlines():
        match = WARNING.match(line)
        if match is None:
            continue
        path = os.path.join(entry["directory"], match["file"])
        with open(path, encoding="utf-8") as file:
            text = file.read().splitlines()
        number = int(match["line"])
        if "analyzer: " in text[number - 1] or (number > 1 and "analyzer: " in text[number - 2]):
            known += 1
        else:
            found.append(f"{os.path.relpath(path, source)}:{number}: {match['what']}")
    if run.returncode != 0 and not found:
        found.append(f"{entry['file']}: {run.stderr.strip()}")
    return found, known


def main():
    source, build = os.path.realpath(sys.argv[1]), os.path.realpath(sys.argv[2])
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        entries = {entry["file"]: entry for entry in json.load(file)
                   if OURS.match(os.path.relpath(entry["file"], source))}
    failed = suppressed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for found, known in pool.map(lambda entry: analyze(source, entry), entries.values()):
            suppressed += known
            for text in found:
                print(text)
                failed = 1
    print(f"analyze: {len(entries)} files, {suppressed} warnings with a reason why not")
    return failed


sys.exit(main())
