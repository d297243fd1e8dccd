#!/usr/bin/env python3
"""Checks what the house promises about its source files, and that its own checks work.

    layers.py ROOT          checks the tree; prints file:line for each breach
    layers.py --self-test   makes small bad trees, and fails unless each breach is found

Layers: an arrow may point left only, base <- mi <- protocol <- server | agent | client | libmi. Includes are written from the root,
so that a grep can see who depends on whom. Providers see <mi.h> and the system, as a provider of
somebody else's does.
"""
import pathlib
import re
import sys
import tempfile

# Who may include whom, beside its own folder. `include` is <mi.h> and its parts.
ALLOWED = {
    "include": set(),
    "base": set(),
    "mi": {"base", "include"},
    "protocol": {"base", "mi", "include"},
    "server": {"base", "mi", "protocol", "include"},
    "libmi": {"base", "mi", "protocol", "include"},
    "agent": {"base", "mi", "protocol", "include"},
    "client": {"base", "mi", "protocol", "include"},
    "providers": {"include"},
}
# A library, and the only folders whose files may include it.
LIBRARIES = {
    r"uv\.h|uv/.*": {"server"},
    r"cjson/.*|cJSON\.h": {"protocol"},
    r"systemd/.*": {"server"},
}
UV_FILES = 10  # handles of libuv live in a handful of the server's files

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
# An absolute path that can only be somebody's machine.
MACHINE_PATH = re.compile(r"(?<![\w.})$/~-])/(home|Users|wor[k]|tmp/build)[/-]\w")
TEXT_FILES = {".c", ".h", ".cc", ".py", ".sh", ".txt", ".cmake", ".json", ".md", ".scd", ".in", ".reg", ".pml"}


def sources(root, folder):
    top = root / folder
    return sorted(p for p in top.rglob("*") if p.suffix in (".c", ".h")) if top.is_dir() else []


def owner_of(root, path, name, quote):
    """The layer that an include reaches, None for the system's; "?" for one that can't be found from the root."""
    first = name.split("/")[0]
    if (root / "include" / name).is_file() and (quote == "<" or not (root / name).is_file()):
        return "include"
    if quote == "<":
        return None
    if first in ALLOWED and (root / name).is_file():
        return first
    tests = root / "tests"
    if path.is_relative_to(tests) and ((tests / name).is_file() or (root / name).is_file()):
        return None
    return "?"


def check_include(root, folder, path, name, quote):
    layer = owner_of(root, path, name, quote)
    if layer == "?":
        return f'"{name}" is not there, seen from the root'
    if folder == "tests":
        return None
    if layer is None:
        for library, folders in LIBRARIES.items():
            if re.fullmatch(library, name) and folder not in folders:
                return f"<{name}> is for {', '.join(sorted(folders))} alone"
        return None
    if folder == "providers":
        if layer == "include" and name == "mi.h":
            return None
        parts = name.split("/")
        if layer == "providers" and (len(parts) == 2 or parts[1] == path.relative_to(root).parts[1]):
            return None  # what ours share, or a file of the same provider
        return f'"{name}": a provider includes <mi.h> and the system\'s headers'
    if layer != folder and layer not in ALLOWED[folder]:
        return f'"{name}": {folder}/ must not know {layer}/'
    return None


def check_source(root, folder, path):
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or not lines[0].startswith("/*"):
        if path.suffix == ".h" or not path.with_suffix(".h").is_file():
            yield 1, "does not begin with a comment that says what it is"
    # What providers may include with any compiler has a macro instead.
    if path.suffix == ".h" and not any(line.startswith(("#pragma once", "#ifndef MIHOST_")) for line in lines):
        yield 1, "a header without #pragma once"
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if match:
            breach = check_include(root, folder, path, match[2], match[1])
            if breach:
                yield number, breach


def check_text(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if MACHINE_PATH.search(line):
            yield number, "a path of somebody's machine"


def text_files(root):
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if parts[0] in (".git", "build") or not path.is_file() or path.is_symlink():
            continue
        if path.suffix in TEXT_FILES or parts in (("dev",), (".ci", "run")):
            yield path


def check(root):
    """All breaches, as "file:line: what"."""
    found = []
    uses_uv = []
    for folder in [*ALLOWED, "tests"]:
        for path in sources(root, folder):
            name = path.relative_to(root)
            found += [f"{name}:{line}: {breach}" for line, breach in check_source(root, folder, path)]
            if folder == "server" and re.search(r"#\s*include\s*<uv\.h>", path.read_text(encoding="utf-8")):
                uses_uv.append(name)
    if len(uses_uv) > UV_FILES:
        found.append(f"server/: {len(uses_uv)} files include <uv.h>, and a handful ({UV_FILES}) should")
    for path in text_files(root):
        found += [f"{path.relative_to(root)}:{line}: {breach}" for line, breach in check_text(path)]
    return found


HEAD = "/*\n * What it is.\n */\n"
GOOD = {
    "include/mi.h": HEAD + '#pragma once\n#include "mi/types.h"\n',
    "include/mi/types.h": HEAD + "#ifndef MIHOST_MI_TYPES_H\n#endif\n",
    "base/a.h": HEAD + "#pragma once\n",
    "base/a.c": '#include "base/a.h"\n#include <stdio.h>\n',
    "mi/v.h": HEAD + '#pragma once\n#include "base/a.h"\n#include "mi.h"\n',
    "protocol/j.c": HEAD + '#include "mi/v.h"\n#include <cjson/cJSON.h>\n',
    "server/s.c": HEAD + '#include "base/a.h"\n#include <uv.h>\n',
    "providers/p/p.c": HEAD + "#include <mi.h>\n#include <stdio.h>\n",
    "README.md": "See /run/mihost and build/home/x.\n",
}
# What breaks one rule each, and a word of the breach.
BAD = [
    ("base/b.c", HEAD + '#include "mi/v.h"\n', "must not know mi/"),
    ("base/b.c", HEAD + "#include <mi.h>\n", "must not know include/"),
    ("base/b.c", HEAD + "#include <uv.h>\n", "server alone"),
    ("mi/b.c", HEAD + "#include <cjson/cJSON.h>\n", "protocol alone"),
    ("protocol/b.c", HEAD + '#include "server/s.c"\n', "must not know server/"),
    ("server/t.h", HEAD + '#pragma once\n#include "agent/a.h"\n', "not there"),
    ("agent/b.c", HEAD + '#include "server/s.c"\n', "must not know server/"),
    ("agent/b.c", HEAD + "#include <uv.h>\n", "server alone"),
    ("client/b.c", HEAD + "#include <cjson/cJSON.h>\n", "protocol alone"),
    ("server/b.c", HEAD + '#include "s.h"\n', "seen from the root"),
    ("providers/p/q.c", HEAD + '#include "base/a.h"\n', "a provider includes"),
    ("providers/p/q.c", HEAD + '#include "providers/r/r.h"\n', "seen from the root"),
    ("providers/p/q.c", HEAD + "#include <mi/types.h>\n", "a provider includes"),
    ("server/b.c", "int main;\n", "does not begin with a comment"),
    ("server/b.h", HEAD, "without #pragma once"),
    ("README.md", "see /ho" + "me/me/x\n", "somebody's machine"),
]


def check_tree(files):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        return check(root)


def self_test():
    failed = [f"a good tree is refused: {breach}" for breach in check_tree(GOOD)]
    for name, text, word in BAD:
        found = check_tree({**GOOD, name: text})
        if len(found) != 1 or name not in found[0] or word not in found[0]:
            failed.append(f"{name} with {text!r} should give one '{word}', and gives {found}")
    many = {f"server/u{i}.c": HEAD + "#include <uv.h>\n" for i in range(UV_FILES)}
    if len(check_tree({**GOOD, **many})) != 1:
        failed.append("too many files with <uv.h> are not noticed")
    return failed


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found = self_test() if sys.argv[1] == "--self-test" else check(pathlib.Path(sys.argv[1]).resolve())
    for line in found:
        print(line)
    sys.exit(1 if found else 0)


main()
