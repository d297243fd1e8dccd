#!/usr/bin/env python3
"""What the tests have run, by folder and file, against tests/coverage/floors.txt.

usage: coverage.py SOURCE BUILD [--missed [FILE...] | --raise]

BUILD was built with the preset coverage, and its tests were run. gcov's figures of all objects are added up. A file below its
floor is an error. --missed lists the lines and branches that nothing has run. --raise raises the floor of each file that had more than it to
a little less than it had, and lowers none.

What does not count, by docs/decisions/coverage.md:
  * the branches of an assert(): that it never fails is what it says;
  * what is done when memory is out: an `if` whose answer is -ENOMEM, a line that says so (OUT_OF_MEMORY, below);
  * the branches of uthash's macros: they are a library's, and its to test;
  * the way past a switch without `default:`, which names each value of its type (-Wswitch-enum); and what cJSON_ArrayForEach
    asks first: whether there is an array at all;
  * what a comment `coverage: REASON` stands at: its line, or, if it stands alone, the statement behind it.
"""
import collections
import concurrent.futures
import json
import os
import re
import subprocess
import sys

FOLDERS = ("base", "mi", "protocol", "server", "agent", "client", "libmi")
RAISED = "# What each file has, less a little: ./dev coverage --raise writes these, and lowers none.\n"
MARK = re.compile(r"/\*\s*coverage:\s*\S")
ALONE = re.compile(r"^\s*/\*\s*coverage:\s*\S[^*]*\*/\s*$")
OUT_OF_MEMORY = re.compile(r"ENOMEM|out of memory|buffer_failed\(|_has_failed\(|fault_set_memory\(|no memory")


def run_gcov(build, objects):
    """The lines of all @objects: {file: {line: (count, [branch counts])}}."""
    output = subprocess.run(["gcov", "--json-format", "--stdout", "--branch-probabilities", *objects], cwd=build,
                            check=True, capture_output=True, text=True).stdout
    found = []
    for text in output.splitlines():
        if not text.startswith("{"):
            continue
        data = json.loads(text)
        folder = data.get("current_working_directory", build)
        for file in data["files"]:
            path = os.path.normpath(os.path.join(folder, file["file"]))
            found.append((path, [(line["line_number"], line["count"], [b["count"] for b in line["branches"]])
                                 for line in file["lines"]]))
    return found


def collect(source, build):
    objects = [os.path.join(folder, name) for folder, _, names in os.walk(build) for name in names if name.endswith(".gcno")]
    objects = [name for name in objects if os.path.exists(name[:-5] + ".gcda") or "/tests/" not in name]
    if not any(os.path.exists(name[:-5] + ".gcda") for name in objects):
        sys.exit("coverage: no test was run in " + build)
    lines = collections.defaultdict(dict)
    chunks = [objects[i:i + 16] for i in range(0, len(objects), 16)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(lambda chunk: run_gcov(build, chunk), chunks):
            for path, entries in found:
                name = os.path.relpath(path, source)
                if name.split("/")[0] not in FOLDERS or not os.path.exists(path):  # an object of a file that is gone
                    continue
                for number, count, branches in entries:
                    old = lines[name].get(number, (0, []))
                    width = max(len(old[1]), len(branches))
                    both = [sum(pair) for pair in zip(old[1] + [0] * (width - len(old[1])),
                                                      branches + [0] * (width - len(branches)))]
                    lines[name][number] = (old[0] + count, both)
    return lines


def statement_end(text, begin):
    """The last line of the statement whose first line has the index @begin: it ends with ; or }, and no less indented."""
    depth = 0
    for index in range(begin, len(text)):
        code = re.sub(r"/\*.*?\*/|\"(\\.|[^\"\\])*\"|'(\\.|[^'\\])*'", "", text[index])
        depth += code.count("{") - code.count("}") + code.count("(") - code.count(")")
        if depth <= 0 and code.rstrip().endswith((";", "}", ":")):
            return index
    return len(text) - 1


def excluded(text):
    """Two sets of line numbers: those that do not count at all, and those whose branches do not."""
    none, no_branches = set(), set()
    for index, line in enumerate(text):
        number = index + 1
        if ALONE.match(line):
            none.update(range(number + 1, statement_end(text, index + 1) + 2))
        elif MARK.search(line):
            none.add(number)
        if re.match(r"\s*(assert|HASH_[A-Z_]+)\(", line):
            no_branches.update(range(number, statement_end(text, index) + 2))
        if OUT_OF_MEMORY.search(line) and not line.lstrip().startswith(("*", "/*")):
            if "_failed(" in line:
                no_branches.add(number)
                if re.match(r"\s*(\} else )?if \(", line):
                    none.update(range(number + 1, statement_end(text, index + 1) + 2))
            else:
                begin = index
                while begin > 0 and not re.match(r"\s*(\} else )?(if|while) \(|.*[;{}]\s*(/\*.*)?$", text[begin - 1]):
                    begin -= 1
                none.update(range(begin + 1, number + 1))
                if begin > 0 and re.match(r"\s*(\} else )?if \(", text[begin - 1]):
                    no_branches.add(begin)
    return none, no_branches


def complete(text):
    """The numbers of the lines with a branch that is never taken: of a switch without default, and of cJSON's loop."""
    found = set()
    for index, line in enumerate(text):
        if re.match(r"\s*cJSON_ArrayForEach\(", line):
            found.add(index + 1)
        begin = re.match(r"(\s*)switch \(.*\{$", line)
        if begin:
            end = next(i for i in range(index, len(text)) if text[i] == begin.group(1) + "}")
            if begin.group(1) + "default:" not in text[index:end]:
                found.add(index + 1)
    return found


class File:
    def __init__(self, name, lines, text):
        none, no_branches = excluded(text)
        surplus = complete(text)
        self.name = name
        self.lines = self.run = self.branches = self.taken = 0
        self.missed = []
        for number, (count, branches) in sorted(lines.items()):
            if number in none:
                continue
            if number in surplus and 0 in branches:
                branches = branches[:]
                branches.remove(0)
            self.lines += 1
            self.run += count > 0
            what = [] if count > 0 else ["never run"]
            if number not in no_branches:
                self.branches += len(branches)
                self.taken += sum(taken > 0 for taken in branches)
                if count > 0 and 0 in branches:
                    what.append(f"branches {[i for i, taken in enumerate(branches) if taken == 0]} of {len(branches)}")
            if what:
                self.missed.append(f"{name}:{number}: {what[0]}: {text[number - 1].strip()}")


def percent(part, whole):
    return 100.0 if whole == 0 else 100.0 * part / whole


def read_floors(path):
    """[(pattern, lines, branches)]: the last that fits a file is its floor."""
    floors = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            words = line.split("#")[0].split()
            if words:
                floors.append((words[0], float(words[1]), float(words[2])))
    return floors


def floor_of(floors, name):
    best = (0.0, 0.0)
    for pattern, lines, branches in floors:
        if name == pattern or pattern == "all" or (pattern.endswith("/") and name.startswith(pattern)):
            best = (lines, branches)
    return best


def row(name, files):
    lines, run = sum(f.lines for f in files), sum(f.run for f in files)
    branches, taken = sum(f.branches for f in files), sum(f.taken for f in files)
    print(f"{name:<36} lines {percent(run, lines):6.2f} % of {lines:5}   branches {percent(taken, branches):6.2f} % of {branches:5}")
    return percent(run, lines), percent(taken, branches)


def a_little_less(part, whole):
    """The percentage less two points, or less three of @whole: so much depends on which thread is faster, and on the machine."""
    return max(int(min(percent(part, whole) - 2, percent(part - 3, whole))), 0)


def raise_floors(path, floors, files):
    """Writes the table of single files, behind the line that says RAISED, anew."""
    with open(path, encoding="utf-8") as file:
        head, mark, _ = file.read().partition(RAISED)
    fixed = {line.split()[0] for line in head.splitlines() if line.strip() and not line.startswith("#")}
    with open(path, "w", encoding="utf-8") as file:
        file.write(head + mark)
        for entry in files:
            if entry.name in fixed:
                continue
            lines, branches = floor_of(floors, entry.name)
            lines = max(lines, a_little_less(entry.run, entry.lines))
            branches = max(branches, a_little_less(entry.taken, entry.branches))
            file.write(f"{entry.name:<34} {lines:3.0f} {branches:3.0f}\n")


def main():
    source, build = os.path.realpath(sys.argv[1]), os.path.realpath(sys.argv[2])
    floors = read_floors(os.path.join(source, "tests/coverage/floors.txt"))
    files = []
    for name, lines in sorted(collect(source, build).items()):
        with open(os.path.join(source, name), encoding="utf-8") as file:
            files.append(File(name, lines, file.read().splitlines()))
    if "--missed" in sys.argv:
        wanted = sys.argv[sys.argv.index("--missed") + 1:]
        for file in files:
            if file.missed and (not wanted or file.name in wanted):
                print("\n".join(file.missed))
        return 0
    if "--raise" in sys.argv:
        raise_floors(os.path.join(source, "tests/coverage/floors.txt"), floors, files)
        return 0
    below = []
    for file in files:
        lines, branches = percent(file.run, file.lines), percent(file.taken, file.branches)
        least = floor_of(floors, file.name)
        if lines + 0.005 < least[0] or branches + 0.005 < least[1]:
            row(file.name, [file])
            below.append(f"{file.name}: its floor is {least[0]:g} % of lines and {least[1]:g} % of branches "
                         f"(tests/coverage/floors.txt); see ./dev coverage --missed {file.name}")
    for folder in FOLDERS:
        if any(f.name.startswith(folder + "/") for f in files):
            row(folder + "/", [f for f in files if f.name.startswith(folder + "/")])
    lines, branches = row("all", files)
    least = floor_of([f for f in floors if f[0] == "total"], "total")
    if lines < least[0] or branches < least[1]:
        below.append(f"all of it: {least[0]:g} % of lines and {least[1]:g} % of branches are wanted")
    for text in below:
        print("coverage: below: " + text)
    return 1 if below else 0


sys.exit(main())
