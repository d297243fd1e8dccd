"""The agent by itself: what it says to who starts it by hand."""
import subprocess
import unittest

from world import PATIENCE, build, main


class ByHand(unittest.TestCase):
    def run_agent(self, *arguments):
        return subprocess.run([build() / "bin/mihost-agent", *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=PATIENCE, check=False)

    def test_it_tells_what_it_is_for(self):
        done = self.run_agent("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("Usage: mihost-agent", done.stdout)

    def test_it_tells_its_version(self):
        done = self.run_agent("--version")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"^mihost-agent \d+\.\d+\.\d+\n$")

    def test_without_a_server_it_does_nothing_and_says_why(self):
        for arguments in (), ("sample",), ("--help", "me"), ("--version", "1"):
            done = self.run_agent(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn("this program is started by mihostd", done.stderr)

    def test_descriptor_3_must_be_a_socket(self):
        done = subprocess.run(["/bin/sh", "-c", 'exec "$0" sample 3</dev/null', build() / "bin/mihost-agent"],
                              capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("descriptor 3 is no socket", done.stderr)

    def test_the_schema_of_what_is_no_library_is_refused(self):
        for path in "/nowhere/libnothing.so", str(build() / "CMakeCache.txt"):
            done = self.run_agent("--schema", path)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn(f"cannot open the provider library '{path}'", done.stderr)


main()
