"""How a class is declared: what mi/getClass and mi/enumerateClasses tell, with attributes."""
from __future__ import annotations

import dataclasses
from typing import Any, Dict, List, Optional, Tuple

from .errors import ProtocolError
from .values import Decoders, FindDecoders, decoders_of


@dataclasses.dataclass(frozen=True)
class Property:
    name: str
    type: str  #: "uint64", "string[]", ...
    is_key: bool = False
    class_name: Optional[str] = None  #: of a reference or an embedded instance
    qualifiers: Dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Parameter:
    name: str
    type: str
    is_in: bool = False
    is_out: bool = False
    qualifiers: Dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Method:
    name: str
    return_type: str
    is_static: bool
    parameters: Dict[str, Parameter]
    qualifiers: Dict[str, Any] = dataclasses.field(default_factory=dict)

    def decoders(self, find: FindDecoders) -> Decoders:
        return decoders_of({each.name: each.type for each in self.parameters.values()}, find)


@dataclasses.dataclass(frozen=True)
class Class:
    name: str
    namespace: Optional[str]
    super_class: Optional[str]
    flags: List[str]  #: "abstract", "association", ...
    properties: Dict[str, Property]
    methods: Dict[str, Method]
    qualifiers: Dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def keys(self) -> Tuple[str, ...]:
        return tuple(each.name for each in self.properties.values() if each.is_key)

    def method(self, name: str) -> Optional[Method]:
        """The method of that name, whose case doesn't matter."""
        return next((each for each in self.methods.values() if each.name.lower() == name.lower()), None)

    def decoders(self, find: FindDecoders) -> Decoders:
        return decoders_of({each.name: each.type for each in self.properties.values()}, find)


def parse_class(tree: Any) -> Class:
    try:
        return Class(
            name=tree["class"], namespace=tree.get("namespace"), super_class=tree.get("superClass"),
            flags=list(tree.get("flags", [])), qualifiers=tree.get("qualifiers", {}),
            properties={name: _parse_property(name, each) for name, each in tree["properties"].items()},
            methods={name: _parse_method(name, each) for name, each in tree.get("methods", {}).items()})
    except (AttributeError, KeyError, TypeError) as error:
        raise ProtocolError(f"the server sent what is no class: {str(tree)[:200]}") from error


def _parse_property(name: str, tree: Any) -> Property:
    return Property(name, str(tree["type"]), bool(tree.get("key", False)), tree.get("className"),
                    tree.get("qualifiers", {}))


def _parse_method(name: str, tree: Any) -> Method:
    parameters = {each: Parameter(each, str(fact["type"]), bool(fact.get("in", False)), bool(fact.get("out", False)),
                                  fact.get("qualifiers", {}))
                  for each, fact in tree.get("parameters", {}).items()}
    return Method(name, str(tree.get("returnType", "")), bool(tree.get("static", False)), parameters,
                  tree.get("qualifiers", {}))
