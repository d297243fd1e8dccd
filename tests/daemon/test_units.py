"""The units: systemd finds nothing wrong with them, and little that a break-in could use.

systemd-analyze looks at the files alone: no systemd needs to run.
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

from world import World, build, main

ROOT = pathlib.Path(__file__).resolve().parents[2]
MOST_EXPOSED = "20"  # of systemd-analyze security, times ten
UNITS = ("mihostd.service", "mihostd.socket")
DROP_INS = sorted((ROOT / "conf/drop-ins").glob("*.conf"))


def is_sanitized():
    return re.search(r"(?m)^MIHOST_SANITIZE:STRING=.+$", (build() / "CMakeCache.txt").read_text(encoding="utf-8")) is not None


def settings(path):
    """{name: value}, the last of each name."""
    return dict(re.findall(r"(?m)^(\w+)=(.*)$", path.read_text(encoding="utf-8")))


@unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is missing: apt-get install systemd")
class Units(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mihost-units-"))
        self.addCleanup(shutil.rmtree, self.folder)
        for name in UNITS:
            text = (build() / "conf" / name).read_text(encoding="utf-8")
            # What is started must be there; it isn't installed yet.
            text = re.sub(r"(?m)^ExecStart=.*/", f"ExecStart={build()}/bin/", text)
            (self.folder / name).write_text(text, encoding="utf-8")

    def analyze(self, *arguments):
        """Runs systemd-analyze, which may not say a word of our units."""
        done = subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60,
                              env={**os.environ, "SYSTEMD_UNIT_PATH": f"{self.folder}:", "SYSTEMD_COLORS": "0"})
        said = done.stdout + done.stderr
        self.assertEqual(done.returncode, 0, said)
        return said

    def verify(self):
        said = self.analyze("verify", "--man=no", *(str(self.folder / name) for name in UNITS))
        self.assertNotIn("mihost", said)

    def test_systemd_finds_nothing_wrong_with_them(self):
        self.verify()

    def test_they_expose_little(self):
        said = self.analyze("security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}",
                            str(self.folder / "mihostd.service"))
        print(said.strip().splitlines()[-1])

    def test_each_drop_in_goes_with_them(self):
        self.assertTrue(DROP_INS)
        for path in DROP_INS:
            drop_in = self.folder / "mihostd.service.d" / path.name
            drop_in.parent.mkdir(exist_ok=True)
            shutil.copy(path, drop_in)
            self.verify()
            said = self.analyze("security", "--offline=true", "--no-pager", str(self.folder / "mihostd.service"))
            print(f"{path.name}: {said.strip().splitlines()[-1]}")
            drop_in.unlink()

    def test_the_drop_in_for_managing_takes_back_all_that_binds_a_provider(self):
        mine, everything = settings(build() / "conf/mihostd.service"), settings(ROOT / "conf/drop-ins/manage.conf")
        binding = [name for name in mine
                   if re.match(r"Protect|Private|Restrict(?!Prevent)|SystemCall(?!Error)|NoNew|Lock|Capability|IPAddress|Device",
                               name) and mine[name] not in ("all", "default")]
        self.assertEqual([name for name in binding if name not in everything and name != "RestartPreventExitStatus"], [])

    def test_the_socket_is_where_the_programs_look_for_it(self):
        default = re.search(r"(?m)^#socket = (\S+)", (build() / "conf/mihostd.conf").read_text(encoding="utf-8"))[1]
        self.assertEqual(settings(build() / "conf/mihostd.socket")["ListenStream"], default)

    def test_the_socket_has_the_mode_that_the_server_would_give_it(self):
        default = re.search(r"(?m)^#socketMode = (\d+)", (build() / "conf/mihostd.conf").read_text(encoding="utf-8"))[1]
        self.assertEqual(settings(build() / "conf/mihostd.socket")["SocketMode"], default)

    def test_stopping_may_take_longer_than_the_server_lets_it(self):
        stop_time = re.search(r"(?m)^#stopTime = (\d+)s", (build() / "conf/mihostd.conf").read_text(encoding="utf-8"))[1]
        self.assertGreater(int(settings(build() / "conf/mihostd.service")["TimeoutStopSec"]), int(stop_time) + 5)

    def test_the_user_and_the_folder_are_made(self):
        root = self.folder / "root"
        for name in ("etc", "run"):
            (root / name).mkdir(parents=True)
        (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n", encoding="utf-8")
        (root / "etc/group").write_text("root:x:0:\n", encoding="utf-8")
        for tool, options, file in (("sysusers", [], "mihost.sysusers"), ("tmpfiles", ["--create"], "mihost.tmpfiles")):
            tool = shutil.which(f"systemd-{tool}")
            self.assertIsNotNone(tool)
            done = subprocess.run([tool, *options, f"--root={root}", str(ROOT / "conf" / file)], capture_output=True,
                                  text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex((root / "etc/passwd").read_text(encoding="utf-8"), r"(?m)^mihost:.*nologin$")
        self.assertEqual((root / "run/mihost").stat().st_mode & 0o7777, 0o755)


@unittest.skipUnless(os.geteuid() == 0, "only root can host providers as others")
@unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is missing: apt-get install systemd")
@unittest.skipIf(is_sanitized(), "sanitizers need more system calls than the unit leaves")
class Confined(unittest.TestCase):
    """What the unit leaves of capabilities, system calls and address families is enough for hosting. (What it does to the file
    system takes a systemd.)"""

    NOBODY = 65534

    def start(self, world, provider="ticker"):
        world.folder.chmod(0o755)
        world.start("--set", "stopTime=500ms", provider=provider,
                    under=[sys.executable, "-B", pathlib.Path(__file__).parent / "confined.py",
                           build() / "conf/mihostd.service"])
        world.connect(self.NOBODY)

    def running_agent(self, world):
        """The agent, once its operation runs: it has its identity."""
        found = []

        def runs():
            status = world.ask("host/status")["result"]
            found[:] = status["agents"]
            return [each for each in status["operations"] if each["state"] == "running"]

        world.wait_for("the operation to run", runs)
        return found[0]

    def test_it_is_enough_to_host_for_another_user(self):
        with World() as world:
            self.start(world)
            world.send("mi/enumerateInstances", **{"namespace": "root/cimv2", "class": "Demo_Ticker"})
            agent = self.running_agent(world)
            status = pathlib.Path(f"/proc/{agent['pid']}/status").read_text(encoding="ascii")
            self.assertRegex(status, fr"(?m)^Uid:(\t{self.NOBODY}){{4}}$")
            self.assertRegex(status, r"(?m)^CapEff:\t0{16}$")

    def test_it_is_enough_to_end_an_agent_of_another_user(self):
        with World() as world:
            self.start(world)
            world.send("mi/enumerateInstances", **{"namespace": "root/cimv2", "class": "Demo_Ticker"})
            agent = self.running_agent(world)
            os.kill(agent["pid"], signal.SIGSTOP)
            self.assertEqual(world.stop(), 0)
            self.assertFalse(pathlib.Path(f"/proc/{agent['pid']}").exists())

    def test_it_is_enough_for_the_providers_that_ship(self):
        for provider, class_name in (("processes", "Linux_Process"), ("usage", "Linux_DirectoryUsage")):
            with World() as world:
                self.start(world, provider)
                response = world.enumerate(class_name)
                self.assertNotIn("permitted", str(response))
                self.assertTrue("result" in response or class_name == "Linux_DirectoryUsage", response)


main()
