"""Runs a command as a unit would, as far as that goes without systemd: with its capabilities, its system call filter, its address
families, and without new privileges.

    confined.py UNIT COMMAND...
"""
import ctypes
import os
import pathlib
import re
import subprocess
import sys

ALLOW, COMPARE_EQUAL = 0x7FFF0000, 4  # of libseccomp: SCMP_ACT_ALLOW, SCMP_CMP_EQ
REFUSE = 0x00050000 | 1  # SCMP_ACT_ERRNO(EPERM)
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10, "AF_NETLINK": 16}


class Comparison(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("operator", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


def read_groups():
    """{name: its words} of the groups of system calls that systemd knows."""
    text = subprocess.run(["systemd-analyze", "--no-pager", "syscall-filter"], check=True, capture_output=True, text=True).stdout
    return {name: re.findall(r"(?m)^ +([@\w-]+)$", words) for name, words in re.findall(r"(?m)^(@[\w-]+)\n((?: .*\n)+)", text)}


def permitted(unit):
    """The system calls that the lines SystemCallFilter= leave."""
    groups = read_groups()

    def calls_of(words):
        return set().union(*(calls_of(groups[word]) if word.startswith("@") else {word} for word in words))

    calls = calls_of(["@default"])
    for line in re.findall(r"(?m)^SystemCallFilter=(.+)$", unit):
        named = calls_of(line.lstrip("~").split())
        calls = calls - named if line.startswith("~") else calls | named
    return calls


def filter_calls(calls, families):
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_rule_add_array.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint,
                                               ctypes.POINTER(Comparison)]
    library.seccomp_load.argtypes = [ctypes.c_void_p]
    context = library.seccomp_init(REFUSE)

    def number_of(call):
        return library.seccomp_syscall_resolve_name(call.encode())

    for call in sorted(calls - {"socket"}):
        if number_of(call) >= 0:  # it is one of this processor's
            library.seccomp_rule_add_array(context, ALLOW, number_of(call), 0, None)
    for family in families:
        first = Comparison(0, COMPARE_EQUAL, family, 0)
        library.seccomp_rule_add_array(context, ALLOW, number_of("socket"), 1, ctypes.byref(first))
    if library.seccomp_load(context) != 0:
        sys.exit("confined.py: the filter could not be loaded")


def main():
    unit = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
    capabilities = re.search(r"(?m)^CapabilityBoundingSet=(.+)$", unit)[1].split()
    kept = ",".join("+" + name.removeprefix("CAP_").lower() for name in capabilities)
    families = re.search(r"(?m)^RestrictAddressFamilies=(.+)$", unit)[1].split()
    command = ["setpriv", f"--bounding-set=-all,{kept}", "--no-new-privs", *sys.argv[2:]]
    os.umask(int(re.search(r"(?m)^UMask=(\d+)$", unit)[1], 8))
    # setpriv is bound by the filter too, which leaves it what it needs: capset and prctl.
    filter_calls(permitted(unit), [FAMILIES[family] for family in families])
    os.execvp(command[0], command)


main()
