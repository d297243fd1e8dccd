#!/usr/bin/env python3
"""Checks what docs/interface.md says of the objects: each function is called, and must return that.

    check_objects.py PAGE PROGRAM

PROGRAM is objects.c.
"""
import subprocess
import sys

import interface

TABLES = ("MI_InstanceFT", "MI_PropertySetFT", "MI_FilterFT", "MI_ClassFT", "MI_ParameterSetFT",
          "MI_QualifierSetFT")


def main():
    page, program = sys.argv[1:]
    run = subprocess.run([program], stdout=subprocess.PIPE, text=True, timeout=60)
    if run.returncode != 0:
        sys.exit(f"{program} ended with status {run.returncode}")
    wanted = interface.states(page, *TABLES)
    wrong = list(interface.wrong_results(wanted, interface.read_results(run.stdout.splitlines())))
    for sentence in wrong:
        print(f"docs/interface.md: {sentence}")
    print(f"{len(wanted)} functions called, {len(wrong)} things wrong")
    sys.exit(1 if wrong or not wanted else 0)


main()
