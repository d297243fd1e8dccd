"""What the package says twice, or says as the rest of the project does, is the same."""
import inspect
import re
import unittest

from world import ROOT

import mihost
from mihost.options import OptionValues

# Answered MI_RESULT_NOT_SUPPORTED by the server for now: client.call() is enough for that.
NOT_YET = {"mi/queryInstances", "mi/subscribe"}


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


class Facts(unittest.TestCase):
    def test_results_are_those_of_mi_h(self):
        wanted = {name: int(number) for name, number in re.findall(r"MI_RESULT_(\w+) = (\d+)", read("include/mi/types.h"))}
        self.assertEqual({name: int(result) for name, result in mihost.Result.__members__.items()}, wanted)

    def test_every_operation_of_the_protocol_is_there(self):
        methods = set(re.findall(r'\{"(mi/\w+)", METHOD', read("server/method.c")))
        self.assertTrue(methods)
        text = read("clients/python/src/mihost/client.py")
        self.assertEqual({method for method in methods - NOT_YET if f'"{method}"' not in text}, set())

    def test_the_keywords_of_operations_are_declared_once_for_all(self):
        given = [name for name in inspect.signature(mihost.Options.__init__).parameters if name != "self"]
        self.assertEqual(given, list(OptionValues.__annotations__))

    def test_the_version_is_that_of_the_project(self):
        version = re.search(r"project\(mihost VERSION ([0-9.]+)", read("CMakeLists.txt"))[1]
        self.assertEqual(mihost.__version__, version)
        self.assertIn(f'version = "{version}"', read("clients/python/pyproject.toml"))

    def test_all_that_is_public_is_listed(self):
        public = {name for name, value in vars(mihost).items() if not name.startswith("_") and not inspect.ismodule(value)}
        self.assertEqual(public, set(mihost.__all__))


if __name__ == "__main__":
    unittest.main()
