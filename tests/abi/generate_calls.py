#!/usr/bin/env python3
"""usage: generate_calls.py mi_abi.json out.c

Writes the program that calls every inline function of <mi.h>: on no object and on one that was never
made, where it must fail (or do nothing) and not crash; and on an object whose function table consists
of recorders, where it must reach the table, and where it only passes on, the function of its name,
with each argument in its place.
"""

import re
import sys

import facts


def split_types(text):
    parts, depth, part = [], 0, ""
    for char in text:
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == "," and depth == 0:
            parts.append(part.strip())
            part = ""
        else:
            part += char
    return parts + [part.strip()]


def signature(type_name):
    """(result, [parameters]) of a pointer to a function."""
    match = re.fullmatch(r"(.*?) ?\(\*\)\((.*)\)", type_name)
    return match[1], split_types(match[2])


def plain(type_name):
    return type_name.replace("* *", "**")


def declare(type_name, name):
    if "(*)" in type_name:
        return type_name.replace("(*)", "(*%s)" % name, 1)
    return "%s %s" % (type_name, name)


def is_pointer(type_name):
    return type_name.endswith("*") or "(*)" in type_name or type_name in ("MI_CancelCallback",
        "MI_LifecycleIndicationCallback", "MI_MainFunction")


def recorder(table, member, type_name):
    result, types = signature(type_name)
    yield "static %s %s_%s(%s)" % (result, table, member, ", ".join(
        declare(type_name, "p%d" % index) for index, type_name in enumerate(types)))
    yield "{"
    yield '    recorded.function = "%s.%s";' % (table, member)
    for index, type_name in enumerate(types):
        yield "    recorded.arguments[%d] = (uintptr_t)p%d;" % (index, index)
    if result != "void":
        yield "    return (%s)RECORDED;" % result
    yield "}"
    yield ""


def argument(type_name, index):
    """A value that tells its place. Never dereferenced: recorders only look, and fail."""
    return "(%s)%d" % (type_name, index + 1)


def calls(everything):
    for name, function in everything["functions"].items():
        if not function["inline"]:
            continue
        types = [type_name for type_name, _ in function["params"]]
        match = re.match(r"MI_([A-Za-z]+)_(\w+)", name)
        klass, member = match[1], match[2]
        table = "MI_%sFT" % klass
        same = None
        for _, each, type_name in everything["structs"]["_" + table]["members"]:
            if each == member and [plain(t) for t in signature(type_name)[1]] == [plain(t) for t in types]:
                same = each
        fails = function["returns"] != "void"
        nothing = ", ".join("(%s)0" % type_name for type_name in types)
        rest = ", ".join(argument(type_name, index) for index, type_name in enumerate(types) if index)
        rest = ", " + rest if rest else ""
        nulls = ", ".join("(%s)0" % type_name for type_name in types[1:])
        nulls = ", " + nulls if nulls else ""
        yield "    {"
        yield "        MI_%s none = {0}, object = {.ft = &recorders_of_%s};" % (klass, table)
        yield ""
        if fails:
            yield '        check("%s", "no object", %s(%s) == MI_RESULT_INVALID_PARAMETER);' % (name, name, nothing)
            yield '        check("%s", "never made", %s(&none%s) == MI_RESULT_INVALID_PARAMETER);' % (
                name, name, nulls)
        else:
            yield "        %s(%s);" % (name, nothing)
            yield "        %s(&none%s);" % (name, nulls)
        yield '        check("%s", "reached a table without object", recorded.function == NULL);' % name
        if fails:
            yield '        check("%s", "result", %s(&object%s) == RECORDED);' % (name, name, rest)
        else:
            yield "        %s(&object%s);" % (name, rest)
        yield '        check("%s", "reached no table", recorded.function != NULL);' % name
        if same:
            yield '        check("%s", "function", called("%s.%s"));' % (name, table, same)
            yield '        check("%s", "object", recorded.arguments[0] == (uintptr_t)&object);' % name
            for index in range(1, len(types)):
                yield '        check("%s", "argument %d", recorded.arguments[%d] == %d);' % (
                    name, index, index, index + 1)
        yield "        memset(&recorded, 0, sizeof(recorded));"
        yield "    }"


def main():
    everything = facts.load(sys.argv[1])
    classes = sorted({re.match(r"MI_([A-Za-z]+)_", name)[1]
                      for name, function in everything["functions"].items() if function["inline"]})
    out = ["/* Made by tests/abi/generate_calls.py from mi_abi.json. */", '#include "calls.h"', ""]
    for klass in classes:
        table = "MI_%sFT" % klass
        members = [(name, type_name) for _, name, type_name in everything["structs"]["_" + table]["members"]]
        for name, type_name in members:
            out += recorder(table, name, type_name)
        out += ["static const %s recorders_of_%s = {" % (table, table)]
        out += ["    .%s = %s_%s," % (name, table, name) for name, _ in members]
        out += ["};", ""]
    body = list(calls(everything))
    out += ["int main(void)", "{"] + body + ["    return verdict(%d);" % body.count("    {"), "}", ""]
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write("\n".join(out))


if __name__ == "__main__":
    main()
