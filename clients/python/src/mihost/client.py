"""The client: each operation of mihostd is a method.

Threads may share it. Each running operation has a connection for itself, which goes back to a small pool when its response
came: see exchange.py for why. Over ssh a connection is a process; one after the other, operations use the same.
"""
from __future__ import annotations

import os
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Tuple, Type, Union

from .address import Address, UnixAddress, parse_address
from .connection import Connection
from .declarations import Class, parse_class
from .errors import AccessDenied, Disconnected, InvalidClass, NotFound, ProtocolError, Unreachable
from .exchange import INSTANCES, PATIENCE, Cancellation, Exchange, check_reason
from .instances import Instances
from .options import Options, OptionValues
from .values import Decoders, Instance, decode_instance, decode_properties, decoders_of, encode, encode_all

if TYPE_CHECKING:
    from typing_extensions import Unpack

PROTOCOL = 1

#: Idle connections that are kept.
_KEPT = 4

#: What can't be found out about a class needn't be asked for again.
_UNKNOWABLE = (InvalidClass, NotFound, AccessDenied)


class Returned:
    """What a method gave back: its return value, and its out parameters by name."""

    def __init__(self, return_value: Any, parameters: Instance) -> None:
        self.return_value = return_value
        self.parameters = parameters

    def __getitem__(self, name: str) -> Any:
        return self.parameters[name]

    def __repr__(self) -> str:
        return f"Returned({self.return_value!r}, {dict(self.parameters)!r})"


Target = Union[str, Instance]


class Client:
    """A server, as its users see it. Made by connect()."""

    def __init__(self, address: Address, *, namespace: str = "root/cimv2", timeout: Optional[float] = None,
                 connect_timeout: Optional[float] = None) -> None:
        self.address = address
        self.namespace = namespace  #: for operations that don't name one
        self.timeout = timeout  #: likewise, in seconds
        self._connect_timeout = connect_timeout
        self._lock = threading.Lock()
        self._idle: List[Connection] = []
        self._owner = os.getpid()
        self._closed = False
        self._classes: Dict[Tuple[str, str], Optional[Class]] = {}
        self._decoders: Dict[Tuple[str, str], Optional[Decoders]] = {}
        #: What the server said of itself: name, version, protocol, limits.
        self.server: Dict[str, Any] = self._greet()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<mihost.Client of {self.address}>"

    def close(self) -> None:
        """Closes what is idle. Operations that run keep their connection until they end."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    # ---- Instances ----

    def get(self, target: Target, keys: Optional[Mapping[str, Any]] = None, **options: Unpack[OptionValues]) -> Instance:
        """The instance with these keys; of a class without keys the only one. @target: a class, or an instance that names
        itself. @options: see Options. NotFound if there is none.

        >>> client.get("Linux_Process", {"Handle": "1"})["Name"]  # doctest: +SKIP
        'systemd'
        """
        chosen = Options(**options)
        params = {"instance": self._path(target, keys, chosen)}
        return self._instance(self._expect(self._ask("mi/getInstance", params, chosen), "instance"), chosen)

    def enumerate(self, class_name: str, *, keys_only: bool = False, depth: str = "deep", **options: Unpack[OptionValues]) -> Instances:
        """The instances of the class and of those that derive from it, while they come: see Instances.

        @depth: "deep"; "shallow" for the class alone; "deepBaseProperties" for derived ones too, but with the properties of
        the class only. @options: see Options.
        """
        return self._stream("mi/enumerateInstances", {"class": class_name, "keysOnly": keys_only, "depth": depth}, options)

    def associators(self, target: Target, keys: Optional[Mapping[str, Any]] = None, *,
                    association_class: Optional[str] = None, result_class: Optional[str] = None,
                    role: Optional[str] = None, result_role: Optional[str] = None, keys_only: bool = False,
                    **options: Unpack[OptionValues]) -> Instances:
        """The instances at the other end of the associations of an instance."""
        narrowing = {"associationClass": association_class, "resultClass": result_class, "role": role,
                     "resultRole": result_role}
        return self._traverse("mi/associatorInstances", target, keys, narrowing, keys_only, options)

    def references(self, target: Target, keys: Optional[Mapping[str, Any]] = None, *, result_class: Optional[str] = None,
                   role: Optional[str] = None, keys_only: bool = False, **options: Unpack[OptionValues]) -> Instances:
        """The associations that refer to an instance."""
        return self._traverse("mi/referenceInstances", target, keys, {"resultClass": result_class, "role": role},
                              keys_only, options)

    def create(self, target: Target, properties: Optional[Mapping[str, Any]] = None, /,
               **options: Unpack[OptionValues]) -> Optional[Instance]:
        """Makes an instance, and returns it as its provider made it, if it tells."""
        return self._change("mi/createInstance", _to_instance(target, properties), Options(**options))

    def modify(self, target: Target, changes: Mapping[str, Any], keys: Optional[Mapping[str, Any]] = None,
               **options: Unpack[OptionValues]) -> Optional[Instance]:
        """Changes these properties of an instance, and no other; returns it as it is then, if its provider tells."""
        chosen = Options(**options)
        path = self._path(target, keys, chosen)
        path["properties"].update(encode_all(changes))
        return self._changed(self._ask("mi/modifyInstance", {"instance": path}, chosen), chosen)

    def delete(self, target: Target, keys: Optional[Mapping[str, Any]] = None, **options: Unpack[OptionValues]) -> None:
        """Deletes an instance."""
        chosen = Options(**options)
        self._ask("mi/deleteInstance", {"instance": self._path(target, keys, chosen)}, chosen)

    def invoke(self, target: Target, method: str, parameters: Optional[Mapping[str, Any]] = None,
               keys: Optional[Mapping[str, Any]] = None, **options: Unpack[OptionValues]) -> Returned:
        """Calls a method of a class, or, with keys or an Instance, of an instance."""
        chosen = Options(**options)
        params: Dict[str, Any] = {"method": method, "parameters": encode_all(parameters or {})}
        class_name = target.class_name if isinstance(target, Instance) else target
        if isinstance(target, str) and keys is None:
            params["class"] = target
        else:
            params["instance"] = self._path(target, keys, chosen)
        result = self._ask("mi/invoke", params, chosen)
        return self._returned(class_name, method, result, chosen)

    # ---- Classes ----

    def get_class(self, name: str, **options: Unpack[OptionValues]) -> Class:
        """How a class is declared."""
        chosen = Options(**options)
        return parse_class(self._expect(self._ask("mi/getClass", {"class": name}, chosen), "class"))

    def classes(self, name: Optional[str] = None, *, deep: bool = False, **options: Unpack[OptionValues]) -> List[Class]:
        """The classes that derive directly from one, or from none; with @deep all of them."""
        found = self._list_classes(name, deep, False, Options(**options))
        return [parse_class(each) for each in found]

    def class_names(self, name: Optional[str] = None, *, deep: bool = False, **options: Unpack[OptionValues]) -> List[str]:
        """Their names alone, for which no provider is asked."""
        return [str(each) for each in self._list_classes(name, deep, True, Options(**options))]

    # ---- The host ----

    def info(self) -> Dict[str, Any]:
        """The server's name, version, protocol and limits."""
        return self._host("info")

    def status(self) -> Dict[str, Any]:
        """Agents, operations, counters."""
        return self._host("status")

    def metrics(self) -> str:
        """Counters and durations as OpenMetrics has them, for a system that watches over many."""
        return str(self._expect(self._host("metrics"), "text"))

    def operations(self) -> List[Dict[str, Any]]:
        """The operations that run, whoever asked for them."""
        return list(self._expect(self.status(), "operations"))

    def providers(self) -> Dict[str, Any]:
        """The providers that are registered, and mistakes in registrations."""
        return self._host("providers")

    def cancel(self, operation: Union[str, int], reason: str = "none") -> bool:
        """Cancels any operation, by the id that operations() shows. False if it had ended."""
        check_reason(reason)
        return bool(self._expect(self._host("cancel", operation=str(operation), reason=reason), "canceled"))

    def stop_provider(self, name: str) -> int:
        """Stops a provider; how many operations that canceled."""
        return int(self._expect(self._host("stopProvider", provider=name), "canceled"))

    def reload(self) -> Dict[str, Any]:
        """Has the server read its registrations anew: the providers in force, and mistakes. Forgets what classes were."""
        with self._lock:
            self._classes.clear()
            self._decoders.clear()
        return self._host("reload")

    def call(self, method: str, params: Optional[Mapping[str, Any]] = None, *, timeout: Optional[float] = None,
             cancellation: Optional[Cancellation] = None) -> Any:
        """Any method of mihost-protocol(7), JSON in, JSON out. @timeout: seconds until the server counts as gone."""
        return self._begin(method, dict(params or {}), Options(cancellation=cancellation), timeout).wait()

    # ---- Requests ----

    def _greet(self) -> Dict[str, Any]:
        try:
            info = self.call("host/info", timeout=self._connect_timeout)
        except Disconnected as error:
            raise Unreachable(str(error)) from error
        protocol = self._expect(info, "protocol")
        if protocol != PROTOCOL:
            self.close()
            raise ProtocolError(f"the server at {self.address} speaks version {protocol} of the protocol, and this package"
                                f" {PROTOCOL}: install both from the same release")
        return dict(info)

    def _host(self, name: str, **params: Any) -> Dict[str, Any]:
        result = self.call(f"host/{name}", params)
        if not isinstance(result, dict):
            raise ProtocolError(f"the server's answer to host/{name} is no object")
        return result

    def _ask(self, method: str, params: Dict[str, Any], options: Options) -> Any:
        sent = {**options.params(self.namespace, self.timeout), **params}
        return self._begin(method, sent, options, self._patience(options)).wait()

    def _stream(self, method: str, params: Dict[str, Any], options: OptionValues) -> Instances:
        chosen = Options(**options)
        sent = {**chosen.params(self.namespace, self.timeout), **params, "partialResultToken": INSTANCES}
        exchange = self._begin(method, sent, chosen, self._patience(chosen))
        return Instances(exchange, lambda tree: self._instance(tree, chosen))

    def _traverse(self, method: str, target: Target, keys: Optional[Mapping[str, Any]],
                  narrowing: Dict[str, Optional[str]], keys_only: bool, options: OptionValues) -> Instances:
        path = self._path(target, keys, Options(**options))
        params = {name: value for name, value in narrowing.items() if value is not None}
        return self._stream(method, {"instance": path, "keysOnly": keys_only, **params}, options)

    def _change(self, method: str, instance: Instance, chosen: Options) -> Optional[Instance]:
        return self._changed(self._ask(method, {"instance": encode(instance)}, chosen), chosen)

    def _changed(self, result: Any, chosen: Options) -> Optional[Instance]:
        return None if result is None else self._instance(self._expect(result, "instance"), chosen)

    def _list_classes(self, name: Optional[str], deep: bool, names_only: bool, chosen: Options) -> List[Any]:
        params: Dict[str, Any] = {"deep": deep, "namesOnly": names_only}
        if name is not None:
            params["class"] = name
        return list(self._expect(self._ask("mi/enumerateClasses", params, chosen), "classes"))

    def _patience(self, options: Options) -> Optional[float]:
        """How long a step of an operation may take: the server ends what has a time by itself."""
        timeout = self.timeout if options.timeout is None else options.timeout
        return None if timeout is None else timeout + PATIENCE

    def _begin(self, method: str, params: Dict[str, Any], options: Options, patience: Optional[float]) -> Exchange:
        return Exchange(self._take_connection(), method, params, listeners=options.listeners, patience=patience,
                        cancellation=options.cancellation, give_back=self._give_back)

    @staticmethod
    def _expect(result: Any, member: str) -> Any:
        if not isinstance(result, dict) or member not in result:
            raise ProtocolError(f"the server's answer has no '{member}': {str(result)[:200]}")
        return result[member]

    # ---- Connections ----

    def _take_connection(self) -> Connection:
        while True:
            with self._lock:
                if self._closed:
                    raise ValueError("the client was closed")
                if self._owner != os.getpid():  # forked: they are the parent's
                    for each in self._idle:
                        each.forget()
                    self._owner, self._idle = os.getpid(), []
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                return Connection.open(self.address, self._connect_timeout)
            if connection.is_idle():
                return connection
            connection.close()  # the server has left since

    def _give_back(self, connection: Connection) -> None:
        with self._lock:
            if not self._closed and self._owner == os.getpid() and len(self._idle) < _KEPT:
                self._idle.append(connection)
                return
        connection.close()

    # ---- Values ----

    def _path(self, target: Target, keys: Optional[Mapping[str, Any]], options: Options) -> Dict[str, Any]:
        """The object path: of an instance that has more than its keys, these alone."""
        instance = _to_instance(target, keys)
        declaration = self._declaration(instance.class_name, options.namespace) if isinstance(target, Instance) else None
        if declaration is not None and declaration.keys:
            wanted = {name.lower() for name in declaration.keys}
            instance = Instance(instance.class_name, {name: value for name, value in instance.items()
                                                      if name.lower() in wanted})
        return {"class": instance.class_name, "properties": encode_all(instance)}

    def _instance(self, tree: Any, options: Options) -> Instance:
        return decode_instance(tree, lambda name: self._find_decoders(name, options.namespace))

    def _returned(self, class_name: str, method_name: str, result: Any, options: Options) -> Returned:
        parameters = self._expect(result, "parameters")
        if not isinstance(parameters, dict):
            raise ProtocolError(f"the server's answer has no 'parameters': {str(result)[:200]}")
        value = result.get("returnValue")
        declaration = self._declaration(class_name, options.namespace)
        method = None if declaration is None else declaration.method(method_name)
        if method is not None:
            find = lambda name: self._find_decoders(name, options.namespace)  # noqa: E731
            try:
                decode_properties(parameters, method.decoders(find))
                whole = {"value": value}
                decode_properties(whole, decoders_of({"value": method.return_type}, find))
            except (TypeError, ValueError) as error:
                raise ProtocolError(f"what {class_name}.{method_name} gave isn't what its class says: {error}") from error
            value = whole["value"]
        return Returned(value, Instance(f"{class_name}.{method_name}", parameters))

    def _declaration(self, name: str, namespace: Optional[str]) -> Optional[Class]:
        """What a class is like; None if that can't be known."""
        key = (namespace or self.namespace, name)
        with self._lock:
            if key in self._classes:
                return self._classes[key]
        try:
            found: Optional[Class] = self.get_class(name, namespace=key[0])
        except _UNKNOWABLE:
            found = None
        with self._lock:
            self._classes[key] = found
        return found

    def _find_decoders(self, name: str, namespace: Optional[str]) -> Optional[Decoders]:
        key = (namespace or self.namespace, name)
        if key not in self._decoders:
            declaration = self._declaration(name, namespace)
            self._decoders[key] = None if declaration is None else declaration.decoders(
                lambda other: self._find_decoders(other, namespace))
        return self._decoders[key]


def _to_instance(target: Target, properties: Optional[Mapping[str, Any]]) -> Instance:
    if isinstance(target, Instance):
        return target if not properties else Instance(target.class_name, {**target, **properties})
    return Instance(target, properties)


def connect(address: Union[None, str, "os.PathLike[str]"] = None, *, namespace: str = "root/cimv2",
            timeout: Optional[float] = None, connect_timeout: Optional[float] = None,
            remote_socket: Optional[str] = None) -> Client:
    """A client of the server at @address: the path of its socket, "ssh://[user@]host[:port]" for another machine, or None for
    the one that mihostctl would take ($MIHOST_HOST, $MIHOST_SOCKET, the user's own, the system's).

    @namespace and @timeout hold for operations that don't say otherwise. @remote_socket: the path of the socket on the other
    machine, if it isn't where mihostctl finds it. Unreachable if there is no server, or no right to talk to it, after at most
    @connect_timeout seconds: 30, and with ssh, which may ask for a passphrase, as long as ssh takes.
    """
    parsed = parse_address(address, remote_socket)
    if connect_timeout is None and isinstance(parsed, UnixAddress):
        connect_timeout = 30.0
    return Client(parsed, namespace=namespace, timeout=timeout, connect_timeout=connect_timeout)
