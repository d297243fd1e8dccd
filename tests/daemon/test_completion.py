"""Completion in bash: what Tab offers behind some words."""
import pathlib
import re
import subprocess
import unittest

from world import PATIENCE, World, build, main

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIBRARY = pathlib.Path("/usr/share/bash-completion/bash_completion")
SCRIPT = """
. "$1"; . "$2"; shift 2
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
_mihostctl
printf '%s\\n' "${COMPREPLY[@]}"
"""


@unittest.skipUnless(LIBRARY.exists(), "bash-completion is missing: apt-get install bash-completion")
class Completion(unittest.TestCase):
    def offers(self, *words):
        done = subprocess.run(["bash", "-c", SCRIPT, "bash", LIBRARY, ROOT / "conf/mihostctl.bash",
                               build() / "bin/mihostctl", *words], capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertEqual(done.stderr, "")
        return set(done.stdout.split())

    def test_each_verb_is_offered(self):
        verbs = set(re.findall(r"&verb_(\w+)", (ROOT / "client/verbs.c").read_text(encoding="utf-8")))
        self.assertEqual(self.offers(""), verbs)
        self.assertEqual(self.offers("st"), {"status", "stop"})
        self.assertEqual(self.offers("help", "enu"), {"enumerate"})

    def test_the_options_of_all_and_those_of_a_verb_are_offered(self):
        self.assertLessEqual({"--socket", "--json", "--timeout"}, self.offers("-"))
        self.assertIn("--keys-only", self.offers("enumerate", "--"))
        self.assertNotIn("--keys-only", self.offers("status", "--"))
        self.assertEqual(self.offers("cancel", "--reason", "t"), {"timeout"})

    def test_classes_providers_and_operations_are_the_servers(self):
        with World() as world:
            world.start(provider="ticker")
            world.connect()
            here = ("--socket", str(world.socket))
            self.assertEqual(self.offers(*here, "enumerate", "Demo"), {"Demo_Ticker"})
            self.assertEqual(self.offers(*here, "stop", ""), {"ticker"})
            world.send("mi/enumerateInstances", **{"namespace": "root/cimv2", "class": "Demo_Ticker"})
            world.wait_for("the operation", lambda: world.ask("host/status")["result"]["operations"])
            self.assertEqual(self.offers(*here, "cancel", ""), {"1"})

    def test_a_name_that_bash_would_run_is_not_offered(self):
        with World() as world:
            folder = world.folder / "register/root-cimv2"
            folder.mkdir(parents=True)
            (folder / "$(touch ran).reg").write_text("LIBRARY=ticker\nCLASS=Demo_Ticker\n", encoding="utf-8")
            world.start()
            world.connect()
            self.assertEqual(self.offers("--socket", str(world.socket), "stop", ""), set())
            self.assertFalse(pathlib.Path("ran").exists())

    def test_without_a_server_nothing_is_offered_and_nothing_said(self):
        self.assertEqual(self.offers("--socket", "/nowhere", "enumerate", ""), set())


main()
