#!/usr/bin/env python3
"""Whether the binaries that are installed are hardened: looks at them with readelf.

usage: hardened.py FILE...
       hardened.py --self-test COMPILER FOLDER    a program built without any of it must be found out

Each must be position independent, bind all symbols at start (BIND_NOW) into memory that is read-only from then on (RELRO),
have no executable stack and no writable code, no text relocations, use the stack protector, use fortified
functions if it uses any that can be, and, on x86, have the landing pads of CET.
"""
import os
import platform
import re
import subprocess
import sys

# glibc's fortified names of what our code calls, each with its bare one: the bare one alone says that nothing was fortified.
FORTIFIED = ("snprintf", "vsnprintf", "fprintf", "vfprintf", "printf", "read", "recv", "memcpy", "memmove", "memset")
ENDBR64 = b"\xf3\x0f\x1e\xfa"


def readelf(option, path):
    return subprocess.run(["readelf", "-W", option, path], check=True, capture_output=True, text=True,
                          env=dict(os.environ, LC_ALL="C")).stdout


def mistakes(path):
    header, segments = readelf("-h", path), readelf("-l", path)
    dynamic, symbols = readelf("-d", path), readelf("--dyn-syms", path)
    found = []
    if "DYN" not in re.search(r"Type:\s*(.*)", header).group(1):
        found.append("is not position independent (PIE)")
    if "GNU_RELRO" not in segments:
        found.append("has no RELRO")
    if not re.search(r"BIND_NOW|Flags:.*\bNOW\b", dynamic):
        found.append("binds lazily (no -z now)")
    stack = re.search(r"GNU_STACK\s+\S+\s+\S+\s+\S+\s+\S+\s+\S+\s+(\S*)", segments)
    if stack is None or "E" in stack.group(1):
        found.append("has an executable stack")
    if re.search(r"LOAD.*\bRWE\b", segments):
        found.append("has memory that is writable and executable")
    if "TEXTREL" in dynamic:
        found.append("has text relocations")
    if "__stack_chk_fail" not in symbols:
        found.append("has no stack protector")
    if not re.search(r"__(%s)_chk\b" % "|".join(FORTIFIED), symbols) and re.search(r" (%s)[@ ]" % "|".join(FORTIFIED), symbols):
        found.append("has no fortified function")
    # The linker marks a program for CET only if the C library's own objects are made for it, which Debian 12's are not: so look
    # for the landing pads.
    with open(path, "rb") as file:
        if platform.machine() == "x86_64" and ENDBR64 not in file.read():
            found.append("lacks CET's landing pads (-fcf-protection)")
    return found


def self_test(compiler, folder):
    source, program = os.path.join(folder, "unhardened.c"), os.path.join(folder, "unhardened")
    with open(source, "w", encoding="utf-8") as file:
        file.write('#include <stdio.h>\nint main(int n, char **v) { char t[64]; snprintf(t, (size_t)n * 9, "%s", v[0]); return t[0]; }\n')
    subprocess.run([compiler, "-O2", "-U_FORTIFY_SOURCE", "-fno-stack-protector", "-no-pie", "-Wl,-z,norelro,-z,lazy,-z,execstack",
                    "-o", program, source], check=True, stderr=subprocess.DEVNULL)
    found = mistakes(program)
    for word in ("PIE", "RELRO", "lazily", "executable stack", "stack protector", "fortified"):
        if not any(word in text for text in found):
            sys.exit(f"hardened: self-test: '{word}' was not found out, but: {found}")
    print("hardened: self-test: found out:", "; ".join(found))


def main():
    if sys.argv[1] == "--self-test":
        return self_test(sys.argv[2], sys.argv[3])
    failed = 0
    for path in sys.argv[1:]:
        for mistake in mistakes(path):
            print(f"hardened: {path} {mistake}")
            failed = 1
    if not failed:
        print(f"hardened: {len(sys.argv) - 1} binaries: fine")
    return failed


sys.exit(main())
