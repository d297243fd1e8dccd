"""Inside a machine of its own: the packages as an administrator installs them, under systemd as the first process.

machine.sh boots it, and reads what is printed here from the machine's console. Each test begins with the service running as it was
installed, without agents, and leaves it so; they run in the order in which they stand.
"""
import json
import pathlib
import pwd
import re
import shutil
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
UNIT = "mihostd.service"
CGROUP = pathlib.Path("/sys/fs/cgroup/system.slice") / UNIT
DROP_INS = pathlib.Path("/run/systemd/system") / (UNIT + ".d")
CONFIGURATION = pathlib.Path("/etc/mihost/mihostd.conf")
EROFS, EAFNOSUPPORT = 30, 97
PING = ("mihostctl", "ping", "--count=1")
PATIENCE = 120  # seconds, until what is awaited counts as not coming: the machine may be an emulated one


def run(*words, user=None):
    if user is not None:
        words = ("setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", *words)
    return subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE)


def must(*words, user=None):
    done = run(*words, user=user)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: status {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def wait_until(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"it didn't come: {what}\n{journal()}")
        time.sleep(0.1)


def show(*names):
    return must("systemctl", "show", UNIT, "--value", *(f"--property={name}" for name in names)).split("\n")[0]


def server():
    return int(show("MainPID"))


def journal(*matches):
    return must("journalctl", "--boot", "--no-pager", "--output=cat", *(matches or (f"--unit={UNIT}",)))


def status():
    return json.loads(must("mihostctl", "--json", "status"))


def is_running():
    return show("ActiveState") == "active" and run(*PING).returncode == 0


def do(deed, target, user=None):
    """What Test_Deeds.Do returned: 0, or errno."""
    done = must("mihostctl", "--json", "invoke", "Test_Deeds", "Do", f"Deed={deed}", f"Target={target}", user=user)
    return json.loads(done)["returnValue"]


def processes(name):
    """Of those whose first word is @name."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes().split(b"\0")[0].decode() == name:
                found.append(int(path.parent.name))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


class Machine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        packages = sorted(str(path) for path in (HERE / "packages").glob("*.deb"))
        print(must("dpkg", "-i", *packages))
        wait_until(is_running, "the service that was installed runs")
        for name in ("alice", "bob"):
            must("useradd", "--create-home", name)
        providers = next(pathlib.Path("/usr/lib").glob("*/mihost/providers"))
        shutil.copy(HERE / "libdeeds.so", providers)
        must("mihostctl", "register", str(providers / "libdeeds.so"))
        must("systemctl", "reload", UNIT)
        cls.configuration = CONFIGURATION.read_text(encoding="utf-8")

    def setUp(self):
        for agent in status()["agents"]:
            must("mihostctl", "stop", agent["provider"])

    def put_back(self):
        shutil.rmtree(DROP_INS, ignore_errors=True)
        CONFIGURATION.write_text(self.configuration, encoding="utf-8")
        must("systemctl", "daemon-reload")
        run("systemctl", "reset-failed", UNIT)
        must("systemctl", "restart", UNIT)
        wait_until(is_running, "the service runs again")

    def add_drop_in(self, text):
        if not DROP_INS.exists():
            self.addCleanup(self.put_back)
        DROP_INS.mkdir(parents=True, exist_ok=True)
        (DROP_INS / "test.conf").write_text(text, encoding="utf-8")
        must("systemctl", "daemon-reload")
        must("systemctl", "restart", UNIT)

    def configure(self, line):
        self.addCleanup(self.put_back)
        CONFIGURATION.write_text(f"{self.configuration}\n{line}\n", encoding="utf-8")

    def test_a_unit_that_fails_is_none_of_ours(self):
        self.assertNotIn("mihost", must("systemctl", "--failed", "--no-legend", "--plain"))
        self.assertEqual(show("NRestarts"), "0")
        self.assertIn("providers are registered", show("StatusText"))

    def test_everybody_is_served_by_agents_of_their_own(self):
        for user in ("alice", "bob"):
            said = must("mihostctl", "enumerate", "Linux_Process", user=user)
            self.assertIn('"Name":"systemd"', said)
            uid = int(must("id", "-u", user))
            agents = [agent for agent in status()["agents"] if agent["identity"]["uid"] == uid]
            self.assertEqual([agent["provider"] for agent in agents], ["processes"])
            owner = pathlib.Path(f"/proc/{agents[0]['pid']}").stat().st_uid
            self.assertEqual(owner, uid)

    def test_each_agent_is_in_a_cgroup_with_limits(self):
        must("mihostctl", "enumerate", "Linux_Process")
        pid = status()["agents"][0]["pid"]
        cgroup = pathlib.Path("/proc", str(pid), "cgroup").read_text(encoding="utf-8").strip().split("::")[1]
        self.assertRegex(cgroup, rf"^/system\.slice/{re.escape(UNIT)}/agent-\d+$")
        self.assertNotEqual((pathlib.Path("/sys/fs/cgroup" + cgroup) / "memory.max").read_text(encoding="utf-8"), "max\n")

    def test_an_agent_that_takes_too_much_memory_ends_alone(self):
        self.configure("agentMemory = 64M")
        must("systemctl", "restart", UNIT)
        must("mihostctl", "enumerate", "Linux_Process", user="bob")
        before = server()
        done = run("mihostctl", "invoke", "Test_Deeds", "Do", "Deed=eat", "Target=all", user="alice")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("agentMemory", done.stderr)
        self.assertEqual(server(), before)
        self.assertEqual([agent["provider"] for agent in status()["agents"]], ["processes"])

    def test_what_a_provider_leaves_behind_ends_with_its_agent(self):
        self.assertEqual(do("leave", "left-behind", user="alice"), 0)
        wait_until(lambda: processes("left-behind"), "the process that the provider leaves behind")
        must("mihostctl", "stop", "deeds")
        wait_until(lambda: not processes("left-behind"), "its end")
        # Of its cgroup nothing is left but a folder, if that; the next agent's end takes that along.
        for left in CGROUP.glob("agent-*"):
            self.assertIn("populated 0", (left / "cgroup.events").read_text(encoding="utf-8"))

    def test_what_a_provider_prints_is_in_the_journal_under_its_name(self):
        self.assertEqual(do("print", "a word from deeds", user="alice"), 0)
        wait_until(lambda: "a word from deeds" in journal("MIHOST_PROVIDER=deeds", "PRIORITY=4"), "the line in the journal")

    def test_an_operation_is_in_the_journal_with_its_fields(self):
        alice = must("id", "-u", "alice").strip()
        done = run("mihostctl", "get", "Linux_Process", "Handle=999999999", user="alice")
        self.assertNotEqual(done.returncode, 0)
        wait_until(lambda: "999999999" in journal("MIHOST_PROVIDER=processes", f"MIHOST_CLIENT_UID={alice}", "PRIORITY=4") or
                   "MI_RESULT_NOT_FOUND" in journal("MIHOST_PROVIDER=processes", f"MIHOST_CLIENT_UID={alice}", "PRIORITY=4"),
                   "the failure in the journal")

    def test_a_provider_changes_nothing_and_speaks_with_nobody(self):
        for folder in ("/etc", "/usr", pwd.getpwnam("alice").pw_dir, "/var/lib", "/root", "/boot"):
            self.assertEqual(do("write", folder + "/there"), EROFS, folder)
        self.assertEqual(do("write", "/tmp/there"), 0)
        self.assertEqual(do("speak", ""), EAFNOSUPPORT)

    def test_a_drop_in_opens_what_it_names(self):
        opens = {"write": {"write"}, "network": {"speak"}, "read-all": set(), "manage": {"write", "speak"}}
        for path in sorted(pathlib.Path("/usr/share/mihost/drop-ins").glob("*.conf")):
            self.add_drop_in(path.read_text(encoding="utf-8"))
            self.assertEqual({deed for deed in ("write", "speak") if do(deed, "/etc/there") == 0}, opens[path.stem], path.stem)
            self.assertIn('"Name":"systemd"', must("mihostctl", "enumerate", "Linux_Process", user="alice"), path.stem)

    def test_a_server_that_is_killed_comes_back_and_its_agents_do_not(self):
        must("mihostctl", "enumerate", "Linux_Process", user="alice")
        before = server()
        agent = status()["agents"][0]["pid"]
        must("kill", "-KILL", str(before))
        must(*PING)  # waits in the socket, which systemd keeps
        wait_until(lambda: server() not in (0, before), "another server")
        self.assertNotIn(agent, processes("mihost-agent"))

    def test_a_server_that_hangs_is_ended_by_the_watchdog(self):
        self.add_drop_in("[Service]\nWatchdogSec=4\n")
        before = server()
        must("kill", "-STOP", str(before))
        wait_until(lambda: server() not in (0, before) and is_running(), "another server")
        self.assertIn("Watchdog timeout", journal())

    def test_a_server_that_was_stopped_is_started_by_who_asks(self):
        must("systemctl", "stop", UNIT)
        self.assertEqual(processes("mihost-agent"), [])
        must(*PING, user="alice")
        self.assertEqual(show("ActiveState"), "active")

    def test_a_mistake_in_the_configuration_is_named_and_tried_once(self):
        self.configure("agentMemmory = 64M")
        self.assertNotEqual(run("systemctl", "restart", UNIT).returncode, 0)
        self.assertEqual(show("ActiveState"), "failed")
        self.assertIn(f"{CONFIGURATION}:", journal())
        self.assertIn("agentMemory", journal())

    def test_a_reload_with_a_mistake_leaves_all_as_it_was(self):
        before = server()
        self.configure("agentMemmory = 64M")
        run("systemctl", "reload", UNIT)
        self.assertEqual(server(), before)
        self.assertTrue(is_running())
        wait_until(lambda: f"{CONFIGURATION}:" in journal(), "the mistake in the journal")

    def test_installing_again_restarts_the_service(self):
        before = server()
        must("dpkg", "-i", *(str(path) for path in (HERE / "packages").glob("mihost_*.deb")))
        wait_until(lambda: is_running() and server() != before, "the new server")

    def test_a_purge_ends_all_and_an_installation_begins_it_again(self):
        must("mihostctl", "enumerate", "Linux_Process", user="alice")
        must("dpkg", "--purge", "mihost")
        self.assertEqual(processes("/usr/sbin/mihostd") + processes("mihost-agent"), [])
        self.assertFalse(pathlib.Path("/run/mihost").exists())
        self.assertNotIn("mihostd", must("systemctl", "list-units", "--all", "--no-legend", "--plain"))
        must("dpkg", "-i", *(str(path) for path in (HERE / "packages").glob("mihost_*.deb")))
        wait_until(is_running, "the service that was installed again")

    def test_operations_that_run_when_the_machine_goes_down_are_told(self):
        """The last: what the client says comes to the console while the machine goes down, and machine.sh looks for it."""
        must("systemd-run", "--unit=last", "--property=Type=exec", f"--property=Before={UNIT}", "--property=StandardOutput=tty",
             "--property=StandardError=tty", "--property=TTYPath=/dev/ttyS0", "/bin/sh", "-c",
             "trap '' TERM; mihostctl enumerate Demo_Ticker 2>&1")
        wait_until(lambda: any(operation["class"] == "Demo_Ticker" for operation in status()["operations"]), "the operation")


class Order(unittest.TestLoader):
    """Tests as they stand in the file."""
    def getTestCaseNames(self, testCaseClass):
        return [name for name in vars(testCaseClass) if name.startswith("test_")]


if __name__ == "__main__":
    print("machine: inside", flush=True)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(Order().loadTestsFromTestCase(Machine))
    print(f"machine: {'passed' if result.wasSuccessful() and result.testsRun > 0 else 'FAILED'}: {result.testsRun} tests", flush=True)
