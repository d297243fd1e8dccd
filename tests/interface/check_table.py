#!/usr/bin/env python3
"""Checks that docs/interface.md has every function of the interface, and nothing else.

    check_table.py PAGE FACTS NM BUILD

And that what it says is not there yet is not in any of our libraries in the folder BUILD: neither the
function table, which by our convention is called mi_operation_options_ft for MI_OperationOptionsFT,
nor the function. Other tables must be there.
"""
import pathlib
import re
import subprocess
import sys

import interface

# Given by providers and clients, not by us.
THEIRS = {"MI_ProviderFT", "MI_Module", "MI_MethodDecl", "MI_OperationCallbacks", "MI_SessionCallbacks"}


def differences(rows, facts):
    names = [name for name, _, _ in rows]
    for name in facts:
        if names.count(name) != 1:
            yield f"{name} is there {names.count(name)} times: each function once"
    for name in names:
        if name not in facts:
            yield f"{name} is no function of the interface"
    for section in {name.split(".")[0] for name in names}:
        ours, theirs = ([name for name in each if name.startswith(section + ".")] for each in (names, facts))
        if sorted(ours) == sorted(theirs) and ours != theirs:
            yield f"{section}: its functions are not in the order of the interface"


def bad_states(rows):
    for name, state, until in rows:
        if state not in interface.STATES:
            yield f"{name}: '{state}' is no state: it is one of {', '.join(interface.STATES)}"
        if state in (interface.NOT_SUPPORTED, interface.NOT_YET) and not until:
            yield f"{name}: the third column must say until when it is {state}"


def defined(nm, build):
    """The names that our libraries define, static ones included."""
    libraries = [*build.rglob("libmihost-*.a"), *build.rglob("libmi.so*")]
    if not libraries:
        sys.exit(f"no library of ours is in '{build}': build all, then test")
    out = subprocess.run([nm, "--defined-only", *libraries], check=True, capture_output=True, text=True).stdout
    return set(re.findall(r"(?m)^[0-9a-f]+ \w (\w+)", out))


def symbols_of(table):
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", table.removeprefix("MI_")).lower()
    return {name, "mi_" + name}


def wrong_symbols(rows, found):
    for table in sorted({name.split(".")[0] for name, _, _ in rows} - THEIRS - {interface.ALONE}):
        all_of_it = {state for name, state, _ in rows if name.split(".")[0] == table}
        is_there = symbols_of(table) & found
        if all_of_it == {interface.NOT_YET} and is_there:
            yield f"{table} is not there yet, the page says, but {is_there.pop()} is"
        if all_of_it != {interface.NOT_YET} and not is_there:
            yield f"{table} is there, the page says, but none of {sorted(symbols_of(table))} is"
    for name, state, _ in rows:
        section, function = name.split(".")
        if section == interface.ALONE and (function in found) != (state == interface.WORKS):
            yield f"{function}: the page says '{state}', and a library of ours has it: {function in found}"


def check(rows, facts, found):
    return [*differences(rows, facts), *bad_states(rows), *wrong_symbols(rows, found)]


def self_test(rows, facts, found):
    """Each lie must be found."""
    name, state, until = rows[0]
    lies = {
        "a row is missing": (rows[1:], found),
        "a row is there twice": ([rows[0], *rows], found),
        "a function is invented": ([*rows, ("MI_ContextFT.Explode", "works", "")], found),
        "the order is another": ([rows[1], rows[0], *rows[2:]], found),
        "a state is invented": ([(name, "almost", until), *rows[1:]], found),
        "an end is missing": ([(name, interface.NOT_SUPPORTED, ""), *rows[1:]], found),
        "what is not there yet is there": (rows, found | {"mi_lifecycle_indication_context_ft"}),
        "what is there is not there": (rows, found - symbols_of("MI_InstanceFT")),
        "a function is not there": (rows, found - {"MI_Application_InitializeV1"}),
    }
    return [f"this lie was not found: {lie}" for lie, (bad, names) in lies.items() if not check(bad, facts, names)]


def main():
    page, facts, nm, build = sys.argv[1:]
    rows, facts = interface.read_page(page), interface.read_facts(facts)
    found = defined(nm, pathlib.Path(build))
    wrong = check(rows, facts, found) or self_test(rows, facts, found)
    for sentence in wrong:
        print(f"docs/interface.md: {sentence}")
    print(f"{len(rows)} functions, {len(wrong)} things wrong")
    sys.exit(1 if wrong else 0)


main()
