#!/usr/bin/env python3
"""usage: check_header.py mi_abi.json include-dir original-or-none c-compiler c++-compiler

The other direction of the comparison: what <mi.h> declares is in the facts, or is one of the names
below, in which it says more than they do. Also what no compiler can tell: the order and number of
members and enumerators, and the names of parameters. Reads the header as the preprocessors of C and
C++ leave it. Last, this copy of the facts is the original one, where that stands beside the checkout.
"""

import os
import re
import subprocess
import sys

import facts

# Names of <mi.h> that the facts don't have, and why they are there.
OURS = {
    # the shape of the language and of the version, as sources for the interface use them
    "MI_CALL", "MI_MAIN_CALL", "MI_EXPORT", "MI_EXTERN_C", "MI_INLINE", "MI_CONST", "MI_T", "MI_LL",
    "MI_ULL", "MI_COUNT", "MI_OFFSETOF", "MI_UNUSED", "MI_UNREFERENCED_PARAMETER", "MI_VERSION",
    "MI_MAKE_VERSION", "MI_InstanceOf", "MI_IMPORT", "MI_LINKAGE",
    # what existing sources initialize their objects with, and how they reach the tables of libmi
    "mi_clientFT",
    "MI_APPLICATION_NULL", "MI_SESSION_NULL", "MI_OPERATION_NULL", "MI_HOSTEDPROVIDER_NULL",
    "MI_OPERATIONOPTIONS_NULL", "MI_DESTINATIONOPTIONS_NULL", "MI_SUBSCRIPTIONDELIVERYOPTIONS_NULL",
    "MI_OPERATIONCALLBACKS_NULL", "MI_SESSIONCALLBACKS_NULL",
    # several bits at once, and words that a server understands
    "MI_LIFECYCLE_INDICATION_ALL", "MI_SUBSCRIBE_BOOKMARK_OLDEST", "MI_SUBSCRIBE_BOOKMARK_NEWEST",
    # what a provider library exports
    "MI_Main",
    # how this header is made
    "MI_FORWARD", "MI_NOT_MADE", "MI_DEFINE_ARRAY", "MI_DEFINE_FIELD",
    "MI_Session_RefuseInstance", "MI_Session_RefuseClass", "MI_Session_RefuseIndication",
    "MI_DestinationOptions_GetFlag",
}
# The names of the options that the Set and Get functions stand for, the functions that are reached through
# a table alone, the annotations that generated sources use, and the guards of our files.
OUR_PATTERN = re.compile(
    r"MI_(DEST|OP|SUB|CONTEXT)_OPTION_\w+$|MI_(Serializer|Deserializer|Utilities)_\w+$|_[A-Z]\w+_$|MIHOST_\w+_H$")


class Check:
    def __init__(self, everything):
        self.everything = everything
        self.compared = set()
        self.wrong = 0

    def say(self, text):
        print("not so: %s" % text, file=sys.stderr)
        self.wrong += 1

    def same(self, what, header, fact, *paths):
        self.compared.update(paths)
        if header != fact:
            self.say("%s: the header has %s, the facts %s" % (what, header, fact))


def preprocess(command, language, include):
    """The text and the macros that come from our own files."""
    output = subprocess.run(
        command.split(";") + ["-x", language, "-E", "-dD", "-I", include, "-"],
        input="#include <MI.h>\n", stdout=subprocess.PIPE, check=True, universal_newlines=True).stdout
    root = os.path.realpath(include) + os.sep
    ours, text, macros = False, [], []
    for line in output.splitlines():
        marker = re.match(r'# \d+ "(.*?)"', line)
        if marker:
            ours = os.path.realpath(marker[1]).startswith(root)
        elif ours and line.startswith("#"):
            define = re.match(r"#define (\w+)", line)
            if define:
                macros.append(define[1])
        elif ours:
            text.append(line)
    return " ".join(" ".join(text).split()), macros


def bodies(kind, text):
    """(tag, what stands between its braces) of each definition."""
    for start in re.finditer(r"\b%s (_MI_\w+) \{" % kind, text):
        depth, at = 1, start.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        yield start[1], text[start.end():at - 1]


def members(body):
    """The names of the members of a structure; what stands in inner braces and parentheses is not one."""
    body = re.sub(r"\{[^{}]*\}", "", body)
    names = []
    for declaration in body.split(";"):
        if not declaration.strip():
            continue
        pointer = re.search(r"\( ?\* ?(\w+) ?\)", declaration)
        plain = re.search(r"(\w+) ?(\[\d+\])? ?$", declaration)
        names.append((pointer or plain)[1])
    return names


def split_parameters(text):
    parts, depth, part = [], 0, ""
    for char in text:
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += char
    return parts + [part]


def parameter_name(declaration):
    pointer = re.search(r"\( ?\* ?(\w+) ?\)", declaration)
    return (pointer or re.search(r"(\w+) ?$", declaration))[1]


def prototypes(text):
    """(name, [parameter names]) of each function that is declared or defined at the outermost level."""
    pattern = r"\bMI_Result (MI_\w+) ?\(|\bvoid (MI_\w+) ?\("
    for start in re.finditer(pattern, text):
        depth, at = 1, start.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[at], 0)
            at += 1
        if text[at:].lstrip()[:1] in ("{", ";"):
            yield start[1] or start[2], [parameter_name(p) for p in split_parameters(text[start.end():at - 1])]


def check_language(check, text, macros):
    everything = check.everything

    tables = dict(bodies("struct", text))
    tables.update(bodies("union", text))
    for tag, struct in everything["structs"].items():
        here = ("structs", tag, "members")
        check.same(tag, members(tables.pop(tag, "")), [m[1] for m in struct["members"]],
                   *(here + (index, 1) for index in range(len(struct["members"]))))
    for tag in tables:
        check.say("%s is in the header only" % tag)

    tables = dict(bodies("enum", text))
    for tag, values in everything["enums"].items():
        header = re.findall(r"(\w+) ?=", tables.pop(tag, ""))
        check.same(tag, sorted(header), sorted(values), *(("enums", tag, name) for name in values))
    for tag in tables:
        check.say("%s is in the header only" % tag)

    headers = dict(prototypes(text))
    for name, function in everything["functions"].items():
        here = ("functions", name, "params")
        check.same(name, headers.pop(name, None), [param[1] for param in function["params"]],
                   *(here + (index, 1) for index in range(len(function["params"]))))
    for name in headers:
        if name not in OURS:
            check.say("%s is in the header only" % name)

    known = set(OURS)
    for section in ("aliases", "constants", "strings", "typedefs", "functions", "structs", "enums"):
        known.update(everything[section])
    for values in everything["enums"].values():
        known.update(values)
    for type_name in everything["typedefs"].values():
        known.update(re.findall(r"\b_MI_\w+", type_name))
    for name in macros:
        if name not in known and not OUR_PATTERN.match(name):
            check.say("the macro %s is in the header only" % name)
    for name in sorted(set(re.findall(r"\b_?MI_\w+", re.sub(r'"[^"]*"', '""', text)))):
        if name not in known:
            check.say("%s is in the header only" % name)


def check_copy(check, copy, original):
    if not os.path.exists(original):
        print("SKIPPED: the original of the facts is not beside this checkout, so the copy is not compared")
        return
    with open(copy, "rb") as a, open(original, "rb") as b:
        if a.read() != b.read():
            check.say("the copy of the facts differs from the original")
        else:
            print("the copy of the facts equals the original")


def main():
    copy, include, original, c_compiler, cxx_compiler = sys.argv[1:]
    everything = facts.load(copy)
    wrong = 0
    for language, compiler in (("c", c_compiler), ("c++", cxx_compiler)):
        check = Check(everything)
        check_language(check, *preprocess(compiler, language, include))
        owed = {path for path in facts.leaves(everything) if facts.is_parameter_name(path)} - check.compared
        for path in sorted(owed, key=str):
            check.say("nobody compares %s" % "/".join(map(str, path)))
        print("%d facts compared in the text of the header (%s), %d of them wrong"
              % (len(check.compared), language, check.wrong))
        wrong += check.wrong
    last = Check(everything)
    check_copy(last, copy, original)
    sys.exit(1 if wrong + last.wrong else 0)


if __name__ == "__main__":
    main()
