"""docs/interface.md: the table of the interface's functions, and their facts.

A function is named by the structure that holds it, and its member: MI_ContextFT.PostResult. The page
has a section for each structure, and in it a row for each function, in the order of the facts:

    | `PostResult` | works | |
    | `GetLocalSession` | not supported | Clients |
"""
import json
import re

# The states, as the page explains them.
WORKS, NOT_SUPPORTED, NOT_YET, NOT_OURS = "works", "not supported", "not yet", "provider's own"
STATES = (WORKS, NOT_SUPPORTED, NOT_YET, NOT_OURS)

MI_RESULT_OK = 0
MI_RESULT_NOT_SUPPORTED = 7

# Functions that are no member of a structure.
ALONE = "Functions"


def is_function(facts, type_name):
    while "(*)" not in type_name:
        if type_name not in facts["typedefs"]:
            return False
        type_name = facts["typedefs"][type_name]
    return True


def read_facts(path):
    """The names of all functions that somebody must implement, in order."""
    with open(path, encoding="utf-8") as file:
        facts = json.load(file)
    names = []
    for struct, fact in facts["structs"].items():
        for _, member, type_name in fact.get("members", []):
            # A second table of a provider's, which stands for classes that have none.
            if is_function(facts, type_name) or (struct, member) == ("_MI_Module", "dynamicProviderFT"):
                names.append(f"{struct.lstrip('_')}.{member}")
    names += [f"{ALONE}.{name}" for name, fact in facts["functions"].items() if not fact["inline"]]
    return names


def read_page(path):
    """[(name, state, until)], as the page has them."""
    rows, section = [], None
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        heading = re.match(r"## (?:(MI_\w+)|(Functions))\b", line)
        if heading:
            section = heading[1] or ALONE
        row = re.match(r"\| `(\w+)` \| ([^|]+) \|([^|]*)\|$", line.rstrip("\n"))
        if row and section:
            rows.append((f"{section}.{row[1]}", row[2].strip(), row[3].strip()))
        elif line.startswith("| `"):
            raise SystemExit(f"{path}:{number}: this row is none: {line.rstrip()}")
    return rows


def states(path, *tables):
    """{name: state} of the rows of these tables."""
    return {name: state for name, state, _ in read_page(path) if name.split(".")[0] in tables}


def wrong_results(wanted, results):
    """Compares {name: state} with {name: MI_Result}: sentences."""
    for name in sorted(set(results) - set(wanted)):
        yield f"{name} was called, but is not in the table"
    for name, state in wanted.items():
        result = results.get(name)
        if result is None:
            yield f"{name}: the table says '{state}', and nothing calls it: let it be called"
        elif state == WORKS and result != MI_RESULT_OK:
            yield f"{name}: the table says '{state}', but it returned {result}"
        elif state == NOT_SUPPORTED and result != MI_RESULT_NOT_SUPPORTED:
            yield f"{name}: the table says '{state}', but it returned {result}: is it implemented now?"


def read_results(lines):
    """{name: MI_Result} of lines like `MI_InstanceFT.Clone 0`."""
    return {name: int(result) for name, result in (line.split() for line in lines)}
