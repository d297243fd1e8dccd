"""The facts of the MI interface, read from mi_abi.json, and the ways to say them in C.

A fact is one scalar of the file: a size, an offset, a value, a name, a type. It is named by the path
to it, such as structs/_MI_Array/members/0/2. What is compared is counted by these names, so that
nothing can be left out in silence.
"""

import json

# Prose, not a fact.
PROSE = {("about",)}

# The file names two anonymous unions, but not what they hold. This is from their published pages
# (MI_Datetime, MI_UserCredentials): type and name of each member.
ANONYMOUS_UNIONS = {
    ("_MI_Datetime", "u"): [("MI_Timestamp", "timestamp"), ("MI_Interval", "interval")],
    ("_MI_UserCredentials", "credentials"): [
        ("MI_UsernamePasswordCreds", "usernamePassword"),
        ("const MI_Char *", "certificateThumbprint"),
    ],
}


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def leaves(value, path=()):
    """The path of each fact; an empty list or object counts as one, so that it isn't overlooked."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, path + (key,))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from leaves(item, path + (index,))
    elif path not in PROSE:
        yield path


def is_parameter_name(path):
    """Names of parameters are no part of a type: check_header.py compares them, as text."""
    return path[0] == "functions" and path[2:3] == ("params",) and path[-1] == 1


def typedef(type_name, name):
    """The C declaration that gives a type of the file a name of its own."""
    if "(*)" in type_name:
        return "typedef " + type_name.replace("(*)", "(*%s)" % name, 1)
    if type_name.endswith("]"):
        element, bracket, size = type_name.partition("[")
        return "typedef %s %s%s%s" % (element, name, bracket, size)
    return "typedef %s %s" % (type_name, name)
