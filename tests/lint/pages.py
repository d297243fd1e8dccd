#!/usr/bin/env python3
"""Checks that what people read is what the programs do.

    pages.py ROOT

Every key of the tables in server/config.c and server/provider.c is described in its manual page, and no other is; the shipped
mihostd.conf has every key, commented out, and no other. Defaults and ranges of numbers are those of the table in both, and the keys
that a reload doesn't change are named. mihost-protocol(7) has every frame of protocol/frame.h, with its number
and its sender, and every method and parameter of server/method.c. mihostctl(1) has every verb of client/verbs.c. Each program's
page has its options and the variables that it reads; mihostd(8) has the fields of the journal and the metrics.
"""
import pathlib
import re
import sys


def find(path, pattern):
    """All matches; a file that has none has changed its shape, and this test with it."""
    found = re.findall(pattern, path.read_text(encoding="utf-8"))
    return found or sys.exit(f"{path}: nothing found for {pattern!r}: has it changed its shape?")


def differences(where, wanted, given):
    for key in sorted(set(wanted) - set(given)):
        yield f"{where}: '{key}' is missing"
    for key in sorted(set(given) - set(wanted)):
        yield f"{where}: '{key}' is not there in the source"
    for key in sorted({key for key in given if given.count(key) > 1}):
        yield f"{where}: '{key}' is there twice"


def check(root):
    keys = find(root / "server/config.c", r'\n    \{"(\w+)", KEY_')
    registration = find(root / "server/provider.c", r'\{"([A-Z]+)", (?:set_|add_|ignore)')
    yield from differences("mihostd.conf", keys, find(root / "conf/mihostd.conf.in", r"(?m)^#(\w+) = "))
    yield from differences("mihostd.conf(5)", keys, find(root / "docs/man/mihostd.conf.5.scd", r"(?m)^\*(\w+)\* = "))
    yield from differences("mihostd(8)", registration, find(root / "docs/man/mihostd.8.scd", r"(?m)^\*([A-Z]+)=\*"))

    yield from check_numbers(root)

    page = root / "docs/man/mihost-protocol.7.scd"
    frames = find(root / "protocol/frame.h", r"X\((\w+), (\d+), FRAME_FROM_(\w+),")
    frames = [(name, number, sender.lower()) for name, number, sender in frames]
    yield from differences("mihost-protocol(7)", frames, find(page, r"\n\|  ([A-Z]+)\n:  (\d+)\n:  (\w+)\n"))
    methods = find(root / "server/method.c", r'\{"((?:mi|host)/\w+)", METHOD')
    methods += find(root / "server/prompt.c", r'"(mi/\w+)"')
    members = find(root / "server/method.c", r'\{"(\w+)", MEMBER_')
    text = set(find(page, r"\w+"))
    yield from (f"mihost-protocol(7): '{member}' is missing" for member in members if member not in text)
    described = set(find(page, r"\b(?:mi|host)/\w+")) - {"mi/message"}
    yield from differences("mihost-protocol(7)", methods, sorted(described))

    verbs = find(root / "client/verbs.c", r"&verb_(\w+)")
    yield from differences("mihostctl(1)", verbs, find(root / "docs/man/mihostctl.1.scd", r"(?m)^\*([a-z]+)\*.*\n\t"))


    yield from check_options(root)
    yield from check_environment(root)

    daemon = root / "docs/man/mihostd.8.scd"
    fields = sorted(set(find(root / "server/report.c", r'\{"(MIHOST_\w+)",')))
    yield from differences("mihostd(8), THE LOG", fields, bold(daemon, "THE LOG", r"MIHOST_\w+"))
    families = find(root / "server/metrics.c", r'put_(?:gauge|counter|family)\(out, "(\w+)"')
    families += find(root / "server/metrics.c", r'\{"(\w+)", "(?:counter|gauge|histogram)"')
    families = [f"mihost_{name}" for name in families]
    yield from differences("mihostd(8), METRICS", families, bold(daemon, "METRICS", r"mihost_\w+"))


UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000}


def number_of(text, kind):
    """'16M', '1 ms', '5s' as the programs take it; a bare time is in seconds."""
    digits, unit = re.fullmatch(r"(\d+) ?([A-Za-z]*)", text).groups()
    return int(digits) * UNITS[unit or ("s" if kind == "TIME" else "")]


def constant(text):
    """A number of the table: '1UL << 20', 'HOURS_24'."""
    text = re.sub(r"(?<=\d)UL\b", "", text).replace("HOURS_24", "86400000").replace("ULONG_MAX", str(2**64 - 1))
    return eval(text.replace("/", "//"), {"__builtins__": {}})  # pylint: disable=eval-used


def check_numbers(root):
    """The page says '1K to 32M, default 1M', 'At most 1000, default 5', or 'Default 0'."""
    source = root / "server/config.c"
    table = find(source, r'\{"(\w+)", KEY_(COUNT|BYTES|TIME), offsetof\([^)]*\),\s*([^,]+),\s*([^,]+),\s*([^,}]+)\}')
    halves = dict(find(root / "server/config_check.c", r'\n    \{"(\w+)", "(\w+)"\},(?=[^;]*\};\n\n/\* What is taken)'))
    standards = {name: constant(standard) for name, _, _, _, standard in table}
    page, shipped = root / "docs/man/mihostd.conf.5.scd", root / "conf/mihostd.conf.in"
    told = dict(find(page, r"(?ms)^\*(\w+)\* = (.*?)\n(?:\n|\Z)"))
    examples = dict(find(shipped, r"(?m)^#(\w+) = (.*)$"))
    for name, kind, least, most, _ in table:
        text = " ".join(told[name].split())
        if number_of(examples[name], kind) != standards[name]:
            yield f"{shipped.name}: '{name}' is {examples[name]}, and {standards[name]} in the source"
        half = re.search(r"[Dd]efault:? half of \*(\w+)\*", text)
        default = re.search(r"[Dd]efault:? (\d+ ?[A-Za-z]*)", text)
        if (half[1] if half else None) != halves.get(name):
            yield f"{page.name}: '{name}': half of which key it is by default is not what the source says"
        elif half and standards[name] * 2 != standards[half[1]]:
            yield f"{source.name}: '{name}' is not half of '{half[1]}'"
        elif not half and (not default or number_of(default[1], kind) != standards[name]):
            yield f"{page.name}: the default of '{name}' is {standards[name]} in the source"
        span = re.search(r"(\d+ ?[A-Za-z]*) to (\d+ ?[A-Za-z]*),", text)
        limit = re.search(r"At most (\d+ ?[A-Za-z]*),", text)
        if span and (number_of(span[1], kind), number_of(span[2], kind)) != (constant(least), constant(most)):
            yield f"{page.name}: '{name}' is {least} to {most} in the source"
        elif not span and limit and (constant(least), constant(most)) != (0, number_of(limit[1], kind)):
            yield f"{page.name}: '{name}' is at most {most} in the source"
        elif not span and not limit and constant(most) < 1 << 50:
            yield f"{page.name}: that '{name}' is at most {most} is not said"
    fixed = re.findall(r'"(\w+)"', find(root / "server/config_check.c", r"\bfixed\[\] = \{([^}]*)\}")[0])
    hold = find(page, r"(?s)changed holds at once.*?;(.*?) hold from the next start on")[0]
    yield from differences("mihostd.conf(5), what holds from the next start on", fixed, re.findall(r"\*(\w+)\*", hold))


def bold(path, section, pattern):
    """What is bold in lines that begin so, in that section."""
    text = re.search(rf"(?ms)^# {section}\n(.*?)^# ", path.read_text(encoding="utf-8"))
    if not text:
        sys.exit(f"{path}: there is no section '{section}'")
    lines = re.findall(rf"(?m)^\*{pattern}\*.*$", text[1])
    return [name for line in lines for name in re.findall(rf"\*({pattern})\*", line)]


def check_options(root):
    for program, source, pattern, page in (
            ("mihostd", "server/options.c", r'\{"([\w-]+)", (?:no|required)_argument', "mihostd.8"),
            ("mihostctl", "client/options.c", r'\{"--([\w-]+)", OPTION_', "mihostctl.1"),
            ("mihost-agent", "agent/main.c", r'"--([\w-]+)"', "mihost-agent.8")):
        path = root / f"docs/man/{page}.scd"
        described = sorted(set(find(path, r"\*--([\w-]+)\*")))
        yield from differences(f"the options of {program}", sorted(set(find(root / source, pattern))), described)


def check_environment(root):
    for page, folders in (("mihostd.8", ("server", "base")), ("mihostctl.1", ("client",))):
        read = set()
        for folder in folders:
            for path in (root / folder).glob("*.c"):
                text = path.read_text(encoding="utf-8")
                read |= set(re.findall(r'(?:getenv|environment|read_number|is_for_us)\("(\w+)"', text))
        described = bold(root / f"docs/man/{page}.scd", "ENVIRONMENT", r"[A-Z_]+")
        yield from differences(f"the environment of {page}", sorted(read), described)


def main():
    found = list(check(pathlib.Path(sys.argv[1])))
    print("\n".join(found))
    sys.exit(1 if found else 0)


main()
