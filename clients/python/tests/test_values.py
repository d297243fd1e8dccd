"""How MI's values look in Python, and how they travel."""
import datetime
import unittest
from datetime import timedelta, timezone

from world import WithDaemon

import mihost
from mihost import Instance
from mihost.values import encode, format_datetime, format_interval, parse_datetime

NOON = datetime.datetime(2026, 1, 2, 12, 4, 5, 678901, timezone(timedelta(minutes=-60)))


class Instances(unittest.TestCase):
    def test_names_ignore_case(self):
        self.assertEqual(Instance("C", Handle="1")["hANDLE"], "1")
        self.assertEqual(Instance("C", Handle="1"), Instance("c", {"HANDLE": "1"}))

    def test_a_property_that_is_not_there_is_named(self):
        with self.assertRaisesRegex(KeyError, "C has no property 'Nope'"):
            Instance("C", Handle="1")["Nope"]
        self.assertIsNone(Instance("C").get("Nope"))

    def test_it_is_a_mapping(self):
        self.assertEqual(dict(Instance("C", a=1, b=None)), {"a": 1, "b": None})
        self.assertIn("a", Instance("C", a=1))

    def test_others_are_not_equal(self):
        self.assertNotEqual(Instance("C", a=1), Instance("D", a=1))
        self.assertNotEqual(Instance("C", a=1), {"a": 1})

    def test_it_shows_itself(self):
        self.assertEqual(repr(Instance("C", a=1)), "Instance('C', {'a': 1})")


class Times(unittest.TestCase):
    def test_a_timestamp_keeps_its_offset(self):
        self.assertEqual(format_datetime(NOON), "20260102120405.678901-060")
        self.assertEqual(parse_datetime("20260102120405.678901-060"), NOON)
        self.assertEqual(parse_datetime("20260102120405.678901-060").utcoffset(), timedelta(minutes=-60))

    def test_an_offset_of_seconds_becomes_utc(self):
        odd = datetime.datetime(1900, 1, 1, tzinfo=timezone(timedelta(seconds=90)))
        self.assertEqual(parse_datetime(format_datetime(odd)), odd)

    def test_years_have_four_digits(self):
        early = datetime.datetime(1, 2, 3, tzinfo=timezone.utc)
        self.assertEqual(format_datetime(early), "00010203000000.000000+000")

    def test_a_time_without_a_zone_is_refused(self):
        with self.assertRaisesRegex(ValueError, "no time zone"):
            encode(datetime.datetime(2026, 1, 2))

    def test_an_interval_goes_both_ways(self):
        for text, interval in (("00000001020304.000005:000", timedelta(1, 4, 5, 0, 3, 2)),
                               ("99999999235959.999999:000", timedelta(99999999, 59, 999999, 0, 59, 23)),
                               ("00000000000000.000000:000", timedelta(0))):
            self.assertEqual(parse_datetime(text), interval)
            self.assertEqual(format_interval(interval), text)

    def test_a_negative_interval_is_refused(self):
        with self.assertRaisesRegex(ValueError, "no CIM interval"):
            encode(timedelta(-1))

    def test_what_python_has_no_time_for_stays_a_string(self):
        self.assertEqual(parse_datetime("00000101000000.000000+000"), "00000101000000.000000+000")

    def test_what_is_no_time_is_refused(self):
        for text in ("", "yesterday", "20260102120405.678901", "2026010212040五.678901+000"):
            with self.assertRaises(ValueError):
                parse_datetime(text)


class Encoding(unittest.TestCase):
    def test_integers_beyond_a_double_travel_as_strings(self):
        self.assertEqual(encode(2**53 - 1), 2**53 - 1)
        self.assertEqual(encode(2**53), "9007199254740992")
        self.assertEqual(encode(-(2**63)), "-9223372036854775808")

    def test_instances_and_lists_nest(self):
        self.assertEqual(encode(Instance("C", {"To": Instance("D", Id=1), "Tags": ("a", None)})),
                         {"class": "C", "properties": {"To": {"class": "D", "properties": {"Id": 1}}, "Tags": ["a", None]}})

    def test_a_real_that_is_not_finite_is_refused(self):
        for value in (float("nan"), float("inf"), float("-inf")):
            with self.assertRaisesRegex(ValueError, "'Load': .* finite"):
                encode(Instance("C", Load=[0.5, value]))

    def test_what_MI_has_no_type_for_is_named(self):
        with self.assertRaisesRegex(TypeError, "'Bytes'.*no type"):
            encode(Instance("C", Bytes=b"x"))


class OnTheWire(WithDaemon):
    """The same, by a server."""

    def echo(self, **parameters):
        returned = self.client.invoke("Test_Types", "Echo", parameters)
        self.assertEqual(returned.return_value, 0)
        return returned

    def test_the_extremes_of_all_types_are_exact(self):
        smallest, largest = self.client.enumerate("Test_Types")
        for name, low, high in (("Uint8", 0, 2**8 - 1), ("Sint8", -(2**7), 2**7 - 1), ("Uint32", 0, 2**32 - 1),
                                ("Uint64", 0, 2**64 - 1), ("Sint64", -(2**63), 2**63 - 1), ("Boolean", False, True),
                                ("Real64", -1.7976931348623157e308, 1.7976931348623157e308)):
            self.assertEqual((smallest[name], largest[name]), (low, high), name)
            self.assertIs(type(smallest[name]), type(low), name)

    def test_what_goes_in_comes_out(self):
        values = {"Boolean": True, "Uint64": 2**64 - 1, "Sint64": -(2**63), "Real64": 0.1, "Real32": 1.0, "Char16": 0x20AC,
                  "Datetime": NOON, "String": "é \" \\ \n €", "BooleanA": [True, False], "Uint8A": [0, 255],
                  "Sint64A": [-(2**63), 0], "Real64A": [1.0, 2.5], "DatetimeA": [NOON, timedelta(3, 4)], "StringA": ["", "x"]}
        returned = self.echo(**values)
        for name, value in values.items():
            self.assertEqual(returned[name], value, name)
        self.assertIs(type(returned["Real64A"][0]), float)

    def test_an_interval_goes_both_ways(self):
        self.assertEqual(self.echo(Datetime=timedelta(1, 2, 3))["Datetime"], timedelta(1, 2, 3))

    def test_null_is_None(self):
        self.assertIsNone(self.echo()["Uint64"])

    def test_references_are_instances(self):
        door, = self.client.references("Test_Room", {"Name": "kitchen"})
        self.assertEqual(door["From"], Instance("Test_Room", Name="kitchen"))
        self.assertEqual(door["Width"], 90)

    def test_an_instance_that_came_is_a_path(self):
        cellar = next(room for room in self.client.enumerate("Test_Room", depth="shallow") if room["Name"] == "cellar")
        self.assertEqual(list(self.client.associators(cellar)), [])
        sample = self.client.get("Test_Sample", {"Id": 2})
        self.assertEqual(self.client.get(sample), sample)

    def test_a_wrong_type_is_told_by_the_server(self):
        with self.assertRaisesRegex(mihost.RequestError, "'Uint8'.*0 to 255") as caught:
            self.echo(Uint8=256)
        self.assertEqual(caught.exception.code, -32602)


if __name__ == "__main__":
    unittest.main()
