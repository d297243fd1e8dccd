"""An ssh server of the test's own on the loopback interface, and the client's configuration that reaches it.

    with Sshd(folder) as sshd:
        ... MIHOST_SSH=sshd.command, -H sshd.url ...

Its keys, its users' keys and its configuration are in the folder; the machine's own stay untouched, but for the folder that sshd
wants for its privilege separation, which is made if it is missing and removed then.
"""
import contextlib
import fcntl
import getpass
import os
import pathlib
import shutil
import socket
import subprocess
import time

PATIENCE = 60
EMPTY_FOLDER = pathlib.Path("/run/sshd")  # compiled into sshd
OURS = 0o711  # the mode of that folder, if tests made it: the service has 0755
PROGRAM = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/sbin")


def missing():
    """What keeps such a server from running here, or None."""
    if PROGRAM is None:
        return "sshd is not installed (openssh-server)"
    return None if shutil.which("ssh") else "ssh is not installed (openssh-client)"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_locked(user):
    """True if without PAM sshd would refuse this user, whatever the key."""
    try:
        fields = pathlib.Path("/etc/shadow").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return any(line.startswith(f"{user}:!") for line in fields)


def hold_empty_folder():
    """Makes the folder, if there is none, and keeps tests that run at the same time from removing it: a descriptor."""
    while True:
        with contextlib.suppress(FileExistsError):
            EMPTY_FOLDER.mkdir(mode=OURS)
        try:
            held = os.open(EMPTY_FOLDER, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            continue
        fcntl.flock(held, fcntl.LOCK_SH)
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(held), EMPTY_FOLDER.stat()):
                return held
        os.close(held)


def release_empty_folder(held):
    """The last of the tests removes the folder, if one of them has made it."""
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(held).st_mode & 0o777 == OURS:
            with contextlib.suppress(OSError):
                EMPTY_FOLDER.rmdir()
    os.close(held)


class Sshd:
    """`settings` are lines of sshd_config beside those that the test needs."""

    def __init__(self, folder, *settings):
        self.folder = pathlib.Path(folder) / "ssh"
        self.settings = settings
        self.user = getpass.getuser()
        self.held = None

    def __enter__(self):
        self.folder.mkdir()
        for key in ("host", "user", "stranger"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / key], check=True,
                           stdin=subprocess.DEVNULL)
        shutil.copy(self.folder / "user.pub", self.folder / "authorized")
        if os.geteuid() == 0:
            self.held = hold_empty_folder()
        for _ in range(5):  # somebody else may take the port first
            if self.listen(free_port()):
                break
        else:
            raise RuntimeError(self.log())
        self.url = f"ssh://{self.user}@127.0.0.1:{self.port}"
        self.write_client("config", "user")
        self.command = f"ssh -F {self.folder}/config"
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(PATIENCE)
        if self.held is not None:
            release_empty_folder(self.held)

    def listen(self, port):
        self.port = port
        host_key = (self.folder / "host.pub").read_text(encoding="utf-8")
        (self.folder / "known").write_text(f"[127.0.0.1]:{port} {host_key}", encoding="utf-8")
        (self.folder / "sshd_config").write_text("\n".join([
            "ListenAddress 127.0.0.1", f"Port {port}", f"HostKey {self.folder}/host", "PidFile none",
            f"AuthorizedKeysFile {self.folder}/authorized", "StrictModes no", "PermitRootLogin prohibit-password",
            f"UsePAM {'yes' if is_locked(self.user) else 'no'}", "PasswordAuthentication no",
            "KbdInteractiveAuthentication no", *self.settings, ""]), encoding="utf-8")
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([PROGRAM, "-D", "-e", "-f", self.folder / "sshd_config"],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            if f"Server listening on 127.0.0.1 port {port}." in self.log():
                return True
            time.sleep(0.005)
        return False

    def write_client(self, name, key, known="known"):
        (self.folder / name).write_text("\n".join([
            f"IdentityFile {self.folder}/{key}", "IdentitiesOnly yes", "IdentityAgent none", "BatchMode yes",
            f"UserKnownHostsFile {self.folder}/{known}", "GlobalKnownHostsFile /dev/null", "StrictHostKeyChecking yes",
            ""]), encoding="utf-8")

    def log(self):
        path = self.folder / "log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def sessions(self):
        """The processes that serve connections."""
        found = []
        for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
                if int(fields[1]) == self.process.pid:
                    found.append(int(path.parent.name))
        return found
