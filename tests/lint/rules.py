#!/usr/bin/env python3
"""Checks that each rule of the contract of cancellation has a test that bears its number.

    rules.py ROOT           prints each rule with its tests; fails if a rule has none
    rules.py --self-test    makes small bad trees, and fails unless each is found out

A test bears a rule's number if that is a word of its name: P4_a_final_post_waits, or keeps_P1_P2. It counts only if it is
run, that is, listed as TEST(name) or the like: a test that was written and never listed proves nothing.
"""
import pathlib
import re
import sys
import tempfile

RULES = [f"{letter}{number}" for letter, last in (("P", 14), ("C", 7), ("S", 9)) for number in range(1, last + 1)]
FOLDERS = ("unit", "integration", "matrix")
FUNCTION = re.compile(r"^static void (\w+)\(\s*(?:Fixture \*\w+|void \*\*\w+)\)", re.M)
LISTED = re.compile(r"(?:TEST|cmocka_unit_test\w*)\((\w+)")


def tests(root):
    """Each test that is run, as (file, name)."""
    for folder in FOLDERS:
        for path in sorted((root / "tests" / folder).glob("*.c")):
            text = path.read_text(encoding="utf-8")
            listed = set(LISTED.findall(text))
            for name in FUNCTION.findall(text):
                if name in listed:
                    yield path.relative_to(root / "tests"), name


def check(root):
    """Each rule with the tests that bear its number."""
    found = {rule: [] for rule in RULES}
    for path, name in tests(root):
        for word in name.split("_"):
            if word in found:
                found[word].append((path, name))
    return found


def report(found):
    for rule, names in found.items():
        for path, name in names:
            print(f"{rule}: {path}: {name}")
    missing = [rule for rule, names in found.items() if not names]
    for rule in missing:
        print(f"{rule}: no test bears its number: write one, {rule}_what_holds, and list it as TEST(...)")
    return 1 if missing else 0


def self_test():
    source = "".join(f"static void {rule}_holds(Fixture *f)\n{{\n}}\n" for rule in RULES)
    good = source + "".join(f"TEST({rule}_holds),\n" for rule in RULES)
    cases = {
        "all are there": (good, []),
        "one is not listed": (good.replace("TEST(S4_holds)", ""), ["S4"]),
        "one has another number": (good.replace("P1_holds", "P15_holds"), ["P1"]),
        "a number inside of a word": (good.replace("C7_holds", "xC7_holds"), ["C7"]),
        "two in one name": (good.replace("P6_holds", "keeps_P6_P7"), []),
    }
    for what, (text, expected) in cases.items():
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "tests/unit").mkdir(parents=True)
            (root / "tests/unit/test_rules.c").write_text(text, encoding="utf-8")
            missing = [rule for rule, names in check(root).items() if not names]
        if missing != expected:
            sys.exit(f"{what}: {missing} are missing, and {expected} should be")


def main():
    if sys.argv[1] == "--self-test":
        return self_test()
    return report(check(pathlib.Path(sys.argv[1])))


sys.exit(main())
