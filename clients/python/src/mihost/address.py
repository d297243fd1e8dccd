"""Where a server is, and how a connection to it is opened.

A path is a Unix socket. "ssh://[user@]host[:port]" has OpenSSH run `mihostctl bridge` there, which passes bytes between
its standard streams and the socket: who may do what is decided by the login on that machine. Either way the connection is a
socket; with ssh its other end is the standard input and output of that process.
"""
from __future__ import annotations

import contextlib
import errno
import os
import re
import shlex
import socket
import subprocess
import tempfile
from typing import IO, List, Optional, Union

from .errors import Unreachable

SYSTEM_SOCKET = "/run/mihost/mihost.sock"
USER_SOCKET = "mihost.sock"  # in $XDG_RUNTIME_DIR

#: Seconds that an ssh has to end in once its connection was closed.
_SSH_END = 5.0

_ADVICE = {
    errno.ENOENT: "there is no such socket; start mihostd, or name its socket with connect(PATH) or MIHOST_SOCKET",
    errno.ENOTDIR: "there is no such socket; start mihostd, or name its socket with connect(PATH) or MIHOST_SOCKET",
    errno.ECONNREFUSED: "nobody listens there (mihostd has ended, or it is not a socket); start mihostd",
    errno.EACCES: "permission denied; run as the user that mihostd serves, or ask its administrator",
    errno.EPERM: "permission denied; run as the user that mihostd serves, or ask its administrator",
}


def default_socket() -> str:
    """The socket that mihostctl would take: $MIHOST_SOCKET, the user's own server, the system's."""
    named = os.environ.get("MIHOST_SOCKET")
    if named:
        return named
    folder = os.environ.get("XDG_RUNTIME_DIR")
    if folder is not None and os.path.exists(f"{folder}/{USER_SOCKET}"):
        return f"{folder}/{USER_SOCKET}"
    return SYSTEM_SOCKET


class Link:
    """An open connection: a socket, and the ssh process behind it, if there is one."""

    def __init__(self, connection: socket.socket, ssh: Optional["subprocess.Popen[bytes]"] = None,
                 said: Optional[IO[bytes]] = None) -> None:
        self.socket = connection
        self._ssh, self._said = ssh, said

    def close(self) -> None:
        """Ends it at once. What the server still does for it is canceled there."""
        self.socket.close()
        if self._ssh is not None:
            self._ssh.terminate()
            self._wait()
        if self._said is not None:
            self._said.close()

    def _wait(self) -> None:
        assert self._ssh is not None
        try:
            self._ssh.wait(_SSH_END)
        except subprocess.TimeoutExpired:
            self._ssh.kill()
            self._ssh.wait()

    def last_words(self) -> str:
        """What ssh said when it ended by itself: its last line. "" if there is none."""
        if self._ssh is None or self._said is None:
            return ""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._ssh.wait(_SSH_END)
        self._said.seek(0)
        lines = self._said.read().decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")


class UnixAddress:
    def __init__(self, path: str) -> None:
        self.path = path

    def __str__(self) -> str:
        return f"'{self.path}'"

    def open(self, timeout: Optional[float]) -> Link:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(timeout)
            connection.connect(self.path)
        except BaseException as error:
            connection.close()
            if not isinstance(error, OSError):
                raise
            advice = _ADVICE.get(error.errno or 0) or str(error)
            raise Unreachable(f"cannot reach the server at {self}: {advice}") from error
        return Link(connection)


# What a session of a person has and this one is without, whatever ssh_config says: as mihostctl has them.
_SSH_OPTIONS = ("-T", "-x", "-a", "-oClearAllForwardings=yes", "-oRemoteCommand=none", "-oControlMaster=no",
                "-oConnectTimeout=30", "-oServerAliveInterval=15")

# ssh may hand user and host to a shell (ProxyCommand, Match exec): so they are made of few characters, and begin with no dash.
_SSH_URL = re.compile(r"ssh://(?:(?P<user>[A-Za-z0-9._+@][A-Za-z0-9._+@-]*)@)?"
                      r"(?:(?P<host>[A-Za-z0-9._][A-Za-z0-9._-]*)|\[(?P<ipv6>[A-Za-z0-9:.%]+)\])(?::(?P<port>[0-9]{1,5}))?")


class SshAddress:
    def __init__(self, url: str, remote_socket: Optional[str]) -> None:
        found = _SSH_URL.fullmatch(url)
        if found is None or not 0 < int(found["port"] or 1) < 65536:
            raise ValueError(f"'{url}' is no host: it is ssh://[user@]host[:port]; name what has other characters in"
                             " ssh_config(5)")
        self._url, self._socket = url, remote_socket
        self._host, self._user, self._port = found["host"] or found["ipv6"], found["user"], found["port"]

    def __str__(self) -> str:
        return f"'{self._url}'"

    def command(self) -> List[str]:
        """ssh, or $MIHOST_SSH, and what it is to do."""
        words = (os.environ.get("MIHOST_SSH") or "ssh").split()
        words += _SSH_OPTIONS
        if self._port:
            words += ["-p", self._port]
        if self._user:
            words += ["-l", self._user]
        words += ["--", self._host, "mihostctl", "bridge"]
        if self._socket is not None:
            words += ["--socket", shlex.quote(self._socket)]  # it is read by the shell of the login
        return words

    def open(self, timeout: Optional[float]) -> Link:
        ours, theirs = socket.socketpair()
        said = tempfile.TemporaryFile()
        # Ctrl-C is for us: it cancels, and the cancel has to get through. What is ignored stays so in a program that is
        # executed, so a shell can see to it, and the terminal is still there for ssh to ask for a password.
        shell = ["/bin/sh", "-c", 'trap "" INT; exec "$@"', "sh"]
        try:
            ssh = subprocess.Popen([*shell, *self.command()], stdin=theirs.fileno(), stdout=theirs.fileno(),
                                   stderr=said)
        except BaseException as error:
            ours.close()
            said.close()
            if not isinstance(error, OSError):
                raise
            raise Unreachable(f"cannot reach the server at {self}: cannot run ssh: {error}") from error
        finally:
            theirs.close()
        ours.settimeout(timeout)
        return Link(ours, ssh, said)


Address = Union[UnixAddress, SshAddress]


def parse_address(address: Union[None, str, "os.PathLike[str]"], remote_socket: Optional[str] = None) -> Address:
    """None is what the environment says, "ssh://..." another machine, anything else a path. ValueError for what is neither."""
    text = (os.environ.get("MIHOST_HOST") or default_socket()) if address is None else os.fspath(address)
    if text.lower().startswith("ssh://"):
        return SshAddress(text, remote_socket)
    if not text or "://" in text:
        raise ValueError(f"'{text}' is no address: it is the path of a socket, or ssh://[user@]host[:port]")
    if remote_socket is not None:
        raise ValueError("remote_socket is the path of a socket on another machine: it goes with ssh://[user@]host")
    return UnixAddress(text)
