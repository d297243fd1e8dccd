"""The metrics: the test reads them as OpenMetrics, and counts along."""
import os
import pathlib
import signal
import subprocess
import unittest

import openmetrics
from world import PATIENCE, World, build, main


def metrics(world):
    return openmetrics.read(world.ask("host/metrics")["result"]["text"])


def ctl(world, *words):
    """Runs mihostctl: (status, standard output, standard error)."""
    done = subprocess.run([build() / "bin/mihostctl", "--socket", world.socket, *words], capture_output=True, text=True,
                          timeout=PATIENCE, check=False)
    return done.returncode, done.stdout, done.stderr


def of(provider, **more):
    return {"namespace": "root/cimv2", "provider": provider, **more}


class Text(unittest.TestCase):
    def test_it_is_openmetrics_and_says_so(self):
        with World() as world:
            world.start(provider="ticker")
            result = world.ask("host/metrics")["result"]
            self.assertEqual(result["contentType"], "application/openmetrics-text; version=1.0.0; charset=utf-8")
            families = openmetrics.read(result["text"])
            for family in families.values():
                self.assertTrue(family.help, family.name)
                self.assertTrue(family.samples, family.name)
            self.assertEqual(families["mihost_providers"].value(), 1)
            self.assertEqual(families["mihost_clients"].value(), 1)

    def test_no_client_can_make_a_line(self):
        with World() as world:
            world.start(provider="ticker")
            lines = len(world.ask("host/metrics")["result"]["text"].splitlines())
            for number in range(20):
                world.enumerate(f"Class_{number}")
                world.enumerate("Class_X", namespace=f"root/{number}")
                world.ask(f"host/{number}")
            self.assertEqual(len(world.ask("host/metrics")["result"]["text"].splitlines()), lines)

    def test_the_name_of_a_provider_may_hold_anything(self):
        with World() as world:
            folder = world.folder / "register/root-cimv2"
            folder.mkdir(parents=True)
            name = 'a "b" \\ c'
            (folder / f"{name}.reg").write_text("LIBRARY=ticker\nCLASS=Demo_Ticker\n", encoding="utf-8")
            world.start()
            self.assertEqual(metrics(world)["mihost_provider_running_calls"].value(**of(name)), 0)


    @unittest.skipUnless(os.geteuid() == 0, "only root can be somebody else")
    def test_it_is_for_administrators(self):
        with World() as world:
            world.folder.chmod(0o755)
            world.start()
            world.connect(65534)
            self.assertIn("administrators", world.ask("host/metrics")["error"]["message"])


class Reader(unittest.TestCase):
    """The reader of these tests can tell what is none."""

    def test_what_is_no_openmetrics_is_refused(self):
        histogram = '# TYPE h histogram\nh_bucket{le="1.0"} 1\nh_bucket{le="+Inf"} 2\nh_count 2\nh_sum 3\n'
        openmetrics.read(histogram + "# EOF\n")
        for wrong in (histogram, histogram.replace('le="+Inf"', 'le="2.0"') + "# EOF\n",
                      histogram.replace('"1.0"', '"1"') + "# EOF\n",
                      histogram.replace("h_count 2", "h_count 3") + "# EOF\n",
                      histogram.replace("} 2", "} 0") + "# EOF\n",
                      "# TYPE c counter\nc 1\n# EOF\n", "# TYPE c counter\nc_total 1\nc_total 2\n# EOF\n",
                      '# TYPE g gauge\ng{a="b"c"} 1\n# EOF\n', "# TYPE g gauge\nother 1\n# EOF\n",
                      "# TYPE i info\ni_info 1\n# EOF\n", "# TYPE g gauge\ng one\n# EOF\n"):
            with self.assertRaises(openmetrics.Mistake, msg=wrong):
                openmetrics.read(wrong)


class Counts(unittest.TestCase):
    def test_each_call_is_counted_by_its_end_and_by_its_duration(self):
        with World() as world:
            world.start(provider="processes")
            for _ in range(3):
                self.assertIn("result", world.enumerate("Linux_Process"))
            world.ask("mi/getInstance", namespace="root/cimv2",
                      instance={"class": "Linux_Process", "properties": {"Handle": "0"}})
            world.wait_for("the releases", lambda: not metrics(world)["mihost_provider_running_calls"].value(**of("processes")))
            now = metrics(world)
            self.assertEqual(now["mihost_provider_calls"].value("_total", **of("processes", outcome="succeeded")), 3)
            self.assertEqual(now["mihost_provider_calls"].value("_total", **of("processes", outcome="failed")), 1)
            durations = now["mihost_provider_call_duration_seconds"]
            self.assertEqual(durations.value("_count", **of("processes")), 4)
            self.assertGreater(durations.value("_sum", **of("processes")), 0)
            self.assertGreater(now["mihost_provider_instances"].value("_total", **of("processes")), 3)
            self.assertEqual(now["mihost_requests"].value("_total"), 4)

    def test_a_cancel_is_one(self):
        with World() as world:
            world.start(provider="ticker")
            serial = world.send("mi/enumerateInstances", **{"namespace": "root/cimv2", "class": "Demo_Ticker", "timeoutMs": 1})
            self.assertIn("error", world.response(serial))
            world.wait_for("the release", lambda: not metrics(world)["mihost_provider_running_calls"].value(**of("ticker")))
            now = metrics(world)
            self.assertEqual(now["mihost_provider_calls"].value("_total", **of("ticker", outcome="canceled")), 1)
            self.assertEqual(now["mihost_cancels"].value("_total"), 1)

    def test_a_death_is_one_and_so_is_the_start_after_it(self):
        with World() as world:
            world.start(provider="ticker")
            for started in (1, 2):
                serial = world.send("mi/enumerateInstances", **{"namespace": "root/cimv2", "class": "Demo_Ticker"})
                agents = []
                world.wait_for("an agent", lambda: agents.extend(world.ask("host/status")["result"]["agents"]) or agents)
                self.assertEqual(metrics(world)["mihost_provider_running_agents"].value(**of("ticker")), 1)
                os.kill(agents[0]["pid"], signal.SIGKILL)
                self.assertIn("error", world.response(serial))
                now = metrics(world)
                self.assertEqual(now["mihost_provider_agent_starts"].value("_total", **of("ticker")), started)
                self.assertEqual(now["mihost_provider_agent_deaths"].value("_total", **of("ticker")), started)
                self.assertEqual(now["mihost_provider_running_agents"].value(**of("ticker")), 0)
            self.assertEqual(now["mihost_provider_calls"].value("_total", **of("ticker", outcome="died")), 2)

    def test_a_refusal_is_one(self):
        with World() as world:
            world.start()
            world.enumerate("No_Such")
            self.assertEqual(metrics(world)["mihost_refused_requests"].value("_total"), 1)

    def test_a_registration_that_changed_counts_on(self):
        with World() as world:
            world.start(provider="processes")
            world.enumerate("Linux_Process")
            registration = world.folder / "register/root-cimv2/processes.reg"
            registration.write_text(registration.read_text(encoding="utf-8") + "OPERATIONS=7\n", encoding="utf-8")
            world.ask("host/reload")
            world.enumerate("Linux_Process")
            calls = metrics(world)["mihost_provider_calls"]
            self.assertEqual(calls.value("_total", **of("processes", outcome="succeeded")), 2)

    def test_a_name_that_is_there_twice_is_told_once(self):
        with World() as world:
            other = world.folder / "other/root-cimv2"
            other.mkdir(parents=True)
            (other / "ticker.reg").write_text("LIBRARY=ticker\nCLASS=Demo_Other\n", encoding="utf-8")
            world.start("--registrations", world.folder / "other", provider="ticker")
            self.assertEqual(metrics(world)["mihost_providers"].value(), 2)


class Command(unittest.TestCase):
    def test_it_prints_the_text(self):
        with World() as world:
            world.start()
            world.connect()
            status, out, _ = ctl(world, "metrics")
            self.assertEqual(status, 0)
            openmetrics.read(out)

    def test_it_writes_a_file_as_a_whole_for_everybody_to_read(self):
        with World() as world:
            world.start()
            world.connect()
            path = world.folder / "mihost.prom"
            self.assertEqual(ctl(world, "metrics", "--output", path), (0, "", ""))
            openmetrics.read(path.read_text(encoding="utf-8"))
            self.assertEqual(path.stat().st_mode & 0o777, 0o644)
            before = path.stat().st_ino
            self.assertEqual(ctl(world, "metrics", "--output", path)[0], 0)
            self.assertNotEqual(path.stat().st_ino, before, "the file was written in place")
            self.assertEqual([each for each in os.listdir(world.folder) if each.startswith("mihost.prom.")], [])

    def test_a_file_that_cannot_be_written_is_named(self):
        with World() as world:
            world.start()
            world.connect()
            status, out, said = ctl(world, "metrics", "--output", "/nowhere/mihost.prom")
            self.assertNotEqual(status, 0)
            self.assertIn("cannot write '/nowhere/mihost.prom'", said)

    def test_without_a_server_the_file_stays(self):
        with World() as world:
            path = pathlib.Path(world.folder / "mihost.prom")
            path.write_text("as it was", encoding="utf-8")
            self.assertNotEqual(ctl(world, "metrics", "--output", path)[0], 0)
            self.assertEqual(path.read_text(encoding="utf-8"), "as it was")


main()
