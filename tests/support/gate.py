"""Puppets, for tests in Python: providers that do what the test tells them, one step after the other.

As tests/support/puppet.h: each function of the provider `puppet`, and each cancel callback, connects to the gate in the
daemon's folder, says where it is ("invoke a", "callback first of a, reason 1"), and obeys (tests/providers/commands.h).
"""
import socket

from daemon import PATIENCE

#: For Daemon's registrations.
PUPPET = "LIBRARY=puppet\nHOSTING=@requestor@\nCALLS=parallel\nCLASS=Test_Puppet\n"


class Puppet:
    def __init__(self, connection):
        connection.settimeout(PATIENCE)
        self._connection = connection
        self._stream = connection.makefile("rw", encoding="utf-8")
        self.introduction = self._line()

    def _line(self):
        return self._stream.readline().rstrip("\n")

    def tell(self, command):
        """Tells it what to do, and doesn't wait."""
        self._stream.write(command + "\n")
        self._stream.flush()

    def answer(self, command):
        """Waits for the answer to a command that was told."""
        line = self._line()
        if not line.startswith(f"{command} -> "):
            raise AssertionError(f"the puppet '{self.introduction}' was to answer '{command}', and said '{line}'")
        return line[len(command) + len(" -> "):]

    def ask(self, command):
        self.tell(command)
        return self.answer(command)

    def finish(self, result="result 0"):
        """Posts the final result, and returns."""
        if self.ask(result) != "0":
            raise AssertionError(f"'{result}' of '{self.introduction}' was not taken")
        self.leave()

    def leave(self):
        """Returns from where it is, and is gone."""
        self.tell("return")
        self._line()
        self.close()

    def close(self):
        self._stream.close()
        self._connection.close()


class Gate:
    """with Gate(folder) as gate: ... gate.await_puppet("invoke a"). At its end all puppets are let go."""

    def __init__(self, folder):
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / "gate"))
        self._listener.listen(128)
        self._listener.settimeout(PATIENCE)
        self._puppets = []  # all of them
        self._waiting = []  # those that nobody awaited yet

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def await_puppet(self, introduction):
        while True:
            for puppet in self._waiting:
                if puppet.introduction == introduction:
                    self._waiting.remove(puppet)
                    return puppet
            puppet = Puppet(self._listener.accept()[0])
            self._puppets.append(puppet)
            self._waiting.append(puppet)

    def close(self):
        """Without a gate puppets end by themselves."""
        self._listener.close()
        for puppet in self._puppets:
            puppet.close()
