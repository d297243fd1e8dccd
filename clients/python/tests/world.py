"""What the tests share: one daemon for each class of tests, with the providers of tests/providers, and a client of it.

MIHOST_BUILD names the folder of the build; without it, it is build/dev.
"""
import os
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "tests/support"), str(ROOT / "clients/python/src")]

from daemon import Daemon, until  # noqa: E402
from gate import PUPPET, Gate  # noqa: E402

import mihost  # noqa: E402

BUILD = pathlib.Path(os.environ.get("MIHOST_BUILD", ROOT / "build/dev"))
NAMESPACE = "root/test"
_SIDE_BY_SIDE = "HOSTING=@requestor@\nCALLS=parallel\n"
REGISTRATIONS = {
    "puppet": PUPPET,
    "sample": f"LIBRARY=sample\n{_SIDE_BY_SIDE}CLASS=Test_Sample\nCLASS=Test_Many\nCLASS=Test_Types\nCLASS=Test_Bare\n",
    "house": f"LIBRARY=house\n{_SIDE_BY_SIDE}CLASS=Test_Room:Test_Place\nCLASS=Test_Hall:Test_Room:Test_Place\n"
             "CLASS=Test_Door{Test_Room,Test_Room}\n",
    # As most registrations are: its functions are called one at a time.
    "ticker": "LIBRARY=ticker\nHOSTING=@requestor@\nCLASS=Demo_Ticker\n",
}
LIBRARIES = [*(BUILD / f"tests/providers/lib{name}.so" for name in ("puppet", "sample", "house")),
             BUILD / "providers/libticker.so"]


class WithDaemon(unittest.TestCase):
    """Each test begins and ends with no operation."""

    SETTINGS = ()

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(BUILD, LIBRARIES, REGISTRATIONS, NAMESPACE, cls.SETTINGS)
        cls.enterClassContext_(cls.daemon)
        cls.gate = Gate(cls.daemon.folder)
        cls.addClassCleanup(cls.gate.close)

    @classmethod
    def enterClassContext_(cls, context):  # unittest has it since Python 3.11
        context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)

    def setUp(self):
        self.client = mihost.connect(self.daemon.socket, namespace=NAMESPACE)
        self.addCleanup(self.client.close)

    def tearDown(self):
        self.expect_no_operations()

    def expect_no_operations(self):
        """Soon: an operation that was answered is there until its provider's function has returned."""
        until(lambda: not self.daemon.operations(), "the end of all operations")
