"""Instances, and how their values travel.

JSON alone doesn't say that "42" is an integer of 64 bits, or that "20260102030405.000000+000" is a time: the declaration of
the class does. Decoding asks for it once for each class, through a function that it is given. An instance of a class that
no provider declares brings its types with it; where there is no declaration at all, values stay as JSON has them.

    MI                       Python
    boolean, string          bool, str
    uint8 ... sint64, char16 int, exact
    real32, real64           float
    datetime                 datetime.datetime with its offset, or datetime.timedelta for an interval; a timestamp that
                             Python has no datetime for (the year 0) stays the CIM string
    instance, reference      Instance
    an array                 list
    null                     None

A real that is no finite number comes as null, as the protocol has it, and isn't sent: it would become null unnoticed.
"""
from __future__ import annotations

import datetime
import math
import re
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Tuple

from .errors import ProtocolError

#: Integers beyond it travel as strings: to most programs a JSON number is a double.
MAX_EXACT = 2**53 - 1

_TIMESTAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.(\d{6})([+-])(\d{3})", re.ASCII)
_INTERVAL = re.compile(r"(\d{8})(\d\d)(\d\d)(\d\d)\.(\d{6}):000", re.ASCII)


class Instance(Mapping[str, Any]):
    """An instance, or the path to one: a class, and properties by name.

    >>> process = Instance("Linux_Process", Handle="1")
    >>> process["handle"]  # names ignore case, as in CIM
    '1'

    It doesn't change. What the server sends has all properties of its class, None for those that are null.
    """

    __slots__ = ("class_name", "_properties")

    def __init__(self, class_name: str, properties: Optional[Mapping[str, Any]] = None, /, **more: Any) -> None:
        self.class_name = class_name
        self._properties: Dict[str, Any] = {**(properties or {}), **more}

    def __getitem__(self, name: str) -> Any:
        try:
            return self._properties[name]
        except KeyError:
            for other, value in self._properties.items():
                if other.lower() == name.lower():
                    return value
            raise KeyError(f"{self.class_name} has no property '{name}' here") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._properties)

    def __len__(self) -> int:
        return len(self._properties)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Instance):
            return NotImplemented
        return self.class_name.lower() == other.class_name.lower() and _folded(self) == _folded(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Instance({self.class_name!r}, {self._properties!r})"


def _folded(instance: Instance) -> Dict[str, Any]:
    return {name.lower(): value for name, value in instance.items()}


# ---- Times ----


def parse_datetime(text: str) -> Any:
    """A CIM string as a datetime or a timedelta; the string itself if Python has none for it."""
    found = _TIMESTAMP.fullmatch(text)
    if found:
        year, month, day, hour, minute, second, micro, offset = map(int, found.group(1, 2, 3, 4, 5, 6, 7, 9))
        zone = datetime.timezone(datetime.timedelta(minutes=-offset if found[8] == "-" else offset))
        try:
            return datetime.datetime(year, month, day, hour, minute, second, micro, zone)
        except ValueError:
            return text
    found = _INTERVAL.fullmatch(text)
    if found:
        days, hours, minutes, seconds, micro = map(int, found.groups())
        return datetime.timedelta(days, seconds, micro, 0, minutes, hours)
    raise ValueError(f"{text!r} is no CIM datetime")


def format_datetime(moment: datetime.datetime) -> str:
    """The CIM string of a datetime, which must know its zone."""
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError(f"{moment!r} has no time zone: say which, as in datetime.now(timezone.utc)")
    minutes, rest = divmod(offset, datetime.timedelta(minutes=1))
    if rest or abs(minutes) > 999:
        moment, minutes = moment.astimezone(datetime.timezone.utc), 0
    # Not strftime: it writes years before 1000 with less than four digits.
    return (f"{moment.year:04}{moment.month:02}{moment.day:02}{moment.hour:02}{moment.minute:02}{moment.second:02}"
            f".{moment.microsecond:06}{minutes:+04}")


def format_interval(interval: datetime.timedelta) -> str:
    """The CIM string of a timedelta, which must not be negative."""
    if interval < datetime.timedelta(0) or interval.days > 99999999:
        raise ValueError(f"{interval!r} is no CIM interval: from 0 to 99999999 days")
    hours, seconds = divmod(interval.seconds, 3600)
    return f"{interval.days:08}{hours:02}{seconds // 60:02}{seconds % 60:02}.{interval.microseconds:06}:000"


# ---- To the server ----


def encode(value: Any) -> Any:
    """A Python value as JSON has it. Raises TypeError or ValueError for what MI has no type for."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value) if abs(value) <= MAX_EXACT else str(int(value))
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value!r} can't be sent: a real has to be finite, and None is null")
        return value
    if isinstance(value, Instance):
        return {"class": value.class_name, "properties": encode_all(value)}
    if isinstance(value, datetime.datetime):
        return format_datetime(value)
    if isinstance(value, datetime.timedelta):
        return format_interval(value)
    if isinstance(value, (list, tuple)):
        return [encode(each) for each in value]
    raise TypeError(f"{value!r} is of no type that MI has")


def encode_all(values: Mapping[str, Any]) -> Dict[str, Any]:
    """The same for each value, with its name in the message of a mistake."""
    encoded = {}
    for name, value in values.items():
        try:
            encoded[name] = encode(value)
        except (TypeError, ValueError) as error:
            raise type(error)(f"'{name}': {error}") from None
    return encoded


# ---- From the server ----

Decode = Callable[[Any], Any]
#: Properties whose JSON isn't what Python is to see, each with what makes that of it.
Decoders = Tuple[Tuple[str, Decode], ...]
#: From the name of a class to its decoders; None if there is no declaration.
FindDecoders = Callable[[str], Optional[Decoders]]


def decoders_of(types: Mapping[str, str], find: FindDecoders) -> Decoders:
    """The decoders for properties (or parameters) of these types, named as mi/getClass does: "uint64", "datetime[]"."""

    def instance(value: Any) -> Any:
        return decode_instance(value, find)

    scalars: Dict[str, Decode] = {"uint64": _integer, "sint64": _integer, "real32": float, "real64": float,
                                  "datetime": parse_datetime, "instance": instance, "reference": instance}

    def decoder_of(type_name: str) -> Optional[Decode]:
        if not type_name.endswith("[]"):
            return scalars.get(type_name)
        decode = scalars.get(type_name[:-2])
        return None if decode is None else lambda value: _array(value, decode)

    pairs = ((name, decoder_of(type_name)) for name, type_name in types.items())
    return tuple((name, decode) for name, decode in pairs if decode is not None)


def _integer(value: Any) -> int:
    if isinstance(value, str) or type(value) is int:
        return int(value)
    raise ValueError(f"{value!r} is no integer")


def _array(value: Any, decode: Optional[Decode]) -> List[Any]:
    if not isinstance(value, list) or decode is None:
        raise ValueError(f"{value!r} is no array")
    return [None if each is None else decode(each) for each in value]


def decode_properties(properties: Dict[str, Any], decoders: Decoders) -> None:
    """Replaces what JSON has by what Python is to see. ValueError, TypeError for what is of another type."""
    for name, decode in decoders:
        value = properties.get(name)
        if value is not None:
            properties[name] = decode(value)


def decode_instance(tree: Any, find: FindDecoders) -> Instance:
    """An instance of its JSON, which is used up."""
    class_name, properties = _parts(tree)
    types = tree.get("types")
    decoders = decoders_of(types, find) if isinstance(types, dict) else find(class_name)
    if decoders is None:
        decoders = tuple((name, lambda value: _guess(value, find)) for name in properties)
    try:
        decode_properties(properties, decoders)
    except (TypeError, ValueError) as error:
        raise ProtocolError(f"an instance of {class_name} isn't what its class says: {error}; if its provider was"
                            " replaced, connect anew") from error
    return Instance(class_name, properties)


def _parts(tree: Any) -> Tuple[str, Dict[str, Any]]:
    if isinstance(tree, dict):
        class_name, properties = tree.get("class"), tree.get("properties")
        if isinstance(class_name, str) and isinstance(properties, dict):
            return class_name, properties
    raise ProtocolError(f"the server sent what is no instance: {str(tree)[:200]}")


def _guess(value: Any, find: FindDecoders) -> Any:
    """Without a declaration: an object can be nothing but an instance."""
    if isinstance(value, dict):
        return decode_instance(value, find)
    if isinstance(value, list):
        return [_guess(each, find) for each in value]
    return value
