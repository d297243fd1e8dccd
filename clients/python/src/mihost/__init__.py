"""A client of mihostd, which runs management providers out of process.

    import mihost

    with mihost.connect() as client:
        for process in client.enumerate("Linux_Process", properties=["Handle", "Name"]):
            print(process["Handle"], process["Name"])

connect() makes a Client, whose methods are the operations. values.py says how MI's types look here, errors.py what is raised,
exchange.py how operations are canceled.
"""
from .client import Client, Returned, connect
from .declarations import Class, Method, Parameter, Property
from .errors import (AccessDenied, AlreadyExists, Canceled, Disconnected, Error, Failed, InvalidClass, InvalidNamespace,
                     InvalidParameter, InvalidQuery, MethodNotAvailable, MethodNotFound, NoSuchProperty, NotFound,
                     NotSupported, OperationError, ProtocolError, RequestError, Result, ServerIsShuttingDown,
                     ServerLimitsExceeded, TimedOut, TypeMismatch, Unreachable)
from .exchange import Cancellation, Progress, Question
from .instances import Instances
from .options import Options
from .values import Instance

__version__ = "0.1.0"

__all__ = [
    "AccessDenied", "AlreadyExists", "Canceled", "Cancellation", "Class", "Client", "Disconnected", "Error", "Failed",
    "Instance", "Instances", "InvalidClass", "InvalidNamespace", "InvalidParameter", "InvalidQuery", "Method",
    "MethodNotAvailable", "MethodNotFound", "NoSuchProperty", "NotFound", "NotSupported", "OperationError", "Options",
    "Parameter", "Progress", "Property", "ProtocolError", "Question", "RequestError", "Result", "Returned",
    "ServerIsShuttingDown", "ServerLimitsExceeded", "TimedOut", "TypeMismatch", "Unreachable", "connect",
]
