#!/usr/bin/env python3
"""usage: generate.py mi_abi.json out

Writes the program that compares <mi.h> with the facts, as C and C++ alike (compare.h says how each
language asks). Fails if a fact would not be compared.
"""

import sys

import facts


class Program:
    """Collects comparisons. A fact counts as covered only by a line that compares it."""

    def __init__(self, everything):
        self.owed = {path for path in facts.leaves(everything) if not facts.is_parameter_name(path)}
        self.total = len(self.owed)
        self.sections = []
        self.types = 0

    def section(self, name):
        self.sections.append((name, []))

    def line(self, text):
        self.sections[-1][1].append(text)

    def compare(self, macro, what, *paths):
        for path in paths:
            if path not in self.owed:
                sys.exit("compared twice, or no fact: %s" % name_of(path))
            self.owed.remove(path)
        self.line('%s(%d, "%s", %s);' % (macro, len(paths), name_of(paths[0]), what))

    def fact_type(self, type_name):
        """Declares a type of the file here, and returns its name."""
        self.types += 1
        name = "fact_%d" % self.types
        self.line(facts.typedef(type_name, name) + ";")
        return name


def name_of(path):
    return "/".join(str(part) for part in path)


def constants(program, table):
    program.section("constants")
    for name, value in table.items():
        program.compare("FACT", "(%s) == %d" % (name, value), ("constants", name))


def enums(program, table):
    program.section("enums")
    for tag, values in table.items():
        for name, value in values.items():
            program.compare(
                "FACT", "%s == %d && ENUMERATOR_OF(enum %s, %s)" % (name, value, tag, name),
                ("enums", tag, name))


def strings(program, table):
    program.section("strings")
    for name, value in table.items():
        program.compare("FACT_AT_RUN_TIME", 'strcmp(%s, "%s") == 0' % (name, value), ("strings", name))


def aliases(program, table):
    program.section("aliases")
    for name, target in table.items():
        program.compare("FACT_AT_RUN_TIME", 'strcmp(EXPANSION(%s), "%s") == 0' % (name, target),
                        ("aliases", name))


def typedefs(program, table):
    program.section("typedefs")
    for name, type_name in table.items():
        program.compare("FACT", "SAME_TYPE(%s, %s)" % (name, program.fact_type(type_name)),
                        ("typedefs", name))


def structs(program, table):
    program.section("structs")
    for tag, struct in table.items():
        here = ("structs", tag)
        full = "%s %s" % (struct["kind"], tag)
        program.compare("FACT", "IS_%s(%s)" % (struct["kind"].upper(), full), here + ("kind",))
        program.compare("FACT", "sizeof(%s) == %d" % (full, struct["size"]), here + ("size",))
        for index, (offset, name, type_name) in enumerate(struct["members"]):
            member = here + ("members", index)
            program.compare("FACT", "offsetof(%s, %s) == %d" % (full, name, offset),
                            member + (0,), member + (1,))
            if type_name == "union <anon>":
                same = anonymous_union(full, tag, name, offset, struct["size"])
            else:
                same = "SAME_TYPE(MEMBER(%s, %s), %s)" % (full, name, program.fact_type(type_name))
            program.compare("FACT", same, member + (2,))


def anonymous_union(full, tag, name, offset, size):
    """It is a union, ends its structure, and its members are those of the published page."""
    said = ["IS_UNION(MEMBER(%s, %s))" % (full, name),
            "sizeof(MEMBER(%s, %s)) == %d" % (full, name, size - offset)]
    for type_name, inner in facts.ANONYMOUS_UNIONS[(tag, name)]:
        said.append("offsetof(%s, %s.%s) == %d" % (full, name, inner, offset))
        said.append("SAME_TYPE(MEMBER(%s, %s.%s), %s)" % (full, name, inner, type_name))
    return " && ".join(said)


def functions(program, table):
    program.section("functions")
    for name, function in table.items():
        here = ("functions", name)
        types = [type_name for type_name, _ in function["params"]]
        fact = program.fact_type("%s (*)(%s)" % (function["returns"], ", ".join(types) or "void"))
        signature = [here + ("params", index, 0) for index in range(len(types))]
        program.compare("FACT", "SAME_TYPE(ADDRESS_OF(%s), %s)" % (name, fact),
                        here + ("returns",), *(signature or [here + ("params",)]))
        # An inline function has its body in the header, or this does not link; any other one has
        # none, or its definition below does not compile.
        program.compare("FACT_AT_RUN_TIME", "is_there(FUNCTION(%s))" % name, here + ("inline",))


def definitions(table):
    for name, function in table.items():
        if function["inline"]:
            continue
        params = ["%s p%d" % (type_name, index) for index, (type_name, _) in enumerate(function["params"])]
        yield "%s %s(%s)\n{" % (function["returns"], name, ", ".join(params) or "void")
        yield from ("    (void)p%d;" % index for index in range(len(params)))
        yield "    return MI_RESULT_NOT_SUPPORTED;\n}\n"


SECTIONS = {
    "aliases": aliases, "constants": constants, "enums": enums, "functions": functions,
    "strings": strings, "structs": structs, "typedefs": typedefs,
}


def main():
    everything = facts.load(sys.argv[1])
    program = Program(everything)
    unknown = set(everything) - set(SECTIONS) - {path[0] for path in facts.PROSE}
    if unknown:
        sys.exit("sections that nobody compares: %s" % ", ".join(sorted(unknown)))
    for name, write in SECTIONS.items():
        write(program, everything[name])
    if program.owed:
        sys.exit("facts that nobody compares:\n  %s" % "\n  ".join(sorted(map(name_of, program.owed))))

    out = ['/* Made by tests/abi/generate.py from mi_abi.json. */', '#include "compare.h"', ""]
    out += definitions(everything["functions"])
    for name, lines in program.sections:
        out += ["static void compare_%s(void)" % name, "{"] + ["    " + line for line in lines]
        out += ["}", ""]
    out += ["int main(void)", "{"]
    out += ["    compare_%s();" % name for name, _ in program.sections]
    out += ["    return verdict(%d);" % program.total, "}", ""]
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write("\n".join(out))


if __name__ == "__main__":
    main()
