"""Reads OpenMetrics text, and refuses what the standard (OpenMetrics 1.0) doesn't allow. Of the types it knows counter, gauge
and histogram: the others make readers of the older format of Prometheus fail."""
import math
import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf"({NAME})(?:\{{(.*)\}})? (\S+)$")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?([eE][+-]?\d+)?|Inf)$|NaN$")
BOUND = re.compile(r"\d+\.\d+$|\d(\.\d+)?e[+-]\d\d$|\+Inf$")  # "canonical numbers" of the standard: 1.0, never 1
SUFFIXES = {"counter": ["_total", "_created"], "gauge": [""], "histogram": ["_bucket", "_sum", "_count", "_created"]}


class Mistake(Exception):
    pass


class Family:
    def __init__(self, name, kind):
        self.name, self.kind, self.help = name, kind, None
        self.samples = {}  # {(suffix, ((label, value), ...)): number}

    def value(self, suffix="", **labels):
        """The one sample whose labels include these."""
        found = [value for (end, have), value in self.samples.items() if end == suffix and labels.items() <= dict(have).items()]
        if len(found) != 1:
            raise Mistake(f"{self.name}{suffix}{labels}: {len(found)} samples")
        return found[0]


def labels_of(text):
    labels, position = [], 0
    while position < len(text):
        match = LABEL.match(text, position)
        if not match:
            raise Mistake(f"labels: {text}")
        value = re.sub(r"\\(.)", lambda escape: {"n": "\n"}.get(escape[1], escape[1]), match[2])
        labels.append((match[1], value))
        position = match.end()
    if len(dict(labels)) < len(labels):
        raise Mistake(f"a label is there twice: {text}")
    return tuple(sorted(labels))


def check_histogram(family):
    series = {}
    for (suffix, labels), value in family.samples.items():
        others = tuple(label for label in labels if label[0] != "le")
        series.setdefault(others, {}).setdefault(suffix, []).append((dict(labels).get("le"), value))
    for labels, parts in series.items():
        bounds = [(float(bound.replace("+Inf", "inf")), count) for bound, count in parts["_bucket"]]
        counts = [count for _, count in bounds]
        if bounds != sorted(bounds) or counts != sorted(counts) or bounds[-1][0] != math.inf:
            raise Mistake(f"{family.name}{labels}: the buckets aren't in order, or +Inf is missing")
        if parts["_count"][0][1] != counts[-1]:
            raise Mistake(f"{family.name}{labels}: _count isn't the bucket +Inf")
        if "_sum" not in parts:
            raise Mistake(f"{family.name}{labels}: _sum is missing")


def check_sample(family, line):
    match = SAMPLE.match(line)
    if not match or not NUMBER.match(match[3]):
        raise Mistake(f"no sample: {line}")
    if family is None or not match[1].startswith(family.name):
        raise Mistake(f"a sample outside of its family: {line}")
    suffix, labels, value = match[1][len(family.name):], labels_of(match[2] or ""), float(match[3])
    if suffix not in SUFFIXES[family.kind]:
        raise Mistake(f"a {family.kind} has no {suffix}: {line}")
    if (suffix, labels) in family.samples:
        raise Mistake(f"a sample is there twice: {line}")
    if family.kind != "gauge" and (value < 0 or math.isnan(value)):
        raise Mistake(f"less than nothing: {line}")
    if (suffix == "_bucket") != ("le" in dict(labels)):
        raise Mistake(f"le belongs to buckets: {line}")
    if suffix == "_bucket" and not BOUND.match(dict(labels)["le"]):
        raise Mistake(f"a bound that isn't canonical: {line}")
    family.samples[(suffix, labels)] = value


def read(text):
    """{name: Family}"""
    if not text.endswith("\n# EOF\n"):
        raise Mistake("the end is missing: # EOF")
    families, family = {}, None
    for line in text[:-len("# EOF\n")].splitlines():
        if line.startswith("# "):
            kind, name, rest = re.match(rf"# (\w+) ({NAME}) (.+)$", line).groups()
            if kind == "TYPE":
                if name in families or rest not in SUFFIXES:
                    raise Mistake(f"a family that is there twice, or of no type that is wanted: {line}")
                family = families[name] = Family(name, rest)
            elif kind == "HELP" and family and name == family.name and not family.help and not family.samples:
                family.help = rest
            else:
                raise Mistake(f"out of place: {line}")
        else:
            check_sample(family, line)
    for each in families.values():
        if each.kind == "histogram":
            check_histogram(each)
    return families
