"""The client and a real daemon: every operation, and every way to end one."""
import gc
import os
import signal
import subprocess
import sys
import threading
import unittest

from world import NAMESPACE, ROOT, WithDaemon
from daemon import PATIENCE, until

import mihost

QUICK = {"IntervalMs": ("uint32", 1)}


class Operations(WithDaemon):
    def test_the_server_tells_who_it_is(self):
        self.assertEqual(self.client.server["name"], "mihost")
        self.assertEqual(self.client.info(), self.client.server)

    def test_get(self):
        self.assertEqual(self.client.get("Test_Sample", {"Id": 1})["Name"], "one")

    def test_get_only_some_properties(self):
        sample = self.client.get("Test_Sample", {"Id": 1}, properties=["Name"])
        self.assertEqual({name for name, value in sample.items() if value is not None} - {"Id"}, {"Name"})

    def test_a_string_is_no_list_of_properties(self):
        with self.assertRaisesRegex(TypeError, "a list of names"):
            self.client.get("Test_Sample", {"Id": 1}, properties="Name")

    def test_enumerate(self):
        self.assertEqual([each["Id"] for each in self.client.enumerate("Test_Many")], list(range(1000)))

    def test_enumerate_derived_classes(self):
        names = {each["Name"]: each.class_name for each in self.client.enumerate("Test_Place")}
        self.assertEqual(names["entrance"], "Test_Hall")

    def test_enumerate_keys(self):
        sample = next(self.client.enumerate("Test_Sample", keys_only=True))
        self.assertEqual(dict(sample), {"Id": 1})

    def test_associators_and_references(self):
        hall, = self.client.associators("Test_Room", {"Name": "kitchen"}, association_class="Test_Door")
        self.assertEqual(hall["Name"], "entrance")
        self.assertEqual(len(list(self.client.references(hall, keys_only=True))), 1)

    def test_create_modify_delete(self):
        self.assertEqual(self.client.create("Test_Room", {"Name": "attic", "Floor": 2})["Floor"], 2)
        with self.assertRaises(mihost.AlreadyExists):
            self.client.create(mihost.Instance("Test_Room", Name="attic"))
        self.client.modify("Test_Room", {"Floor": 3}, {"Name": "attic"})
        attic = next(each for each in self.client.enumerate("Test_Room") if each["Name"] == "attic")
        self.assertEqual(attic["Floor"], 3)
        self.client.modify(attic, {"Floor": 4})
        self.client.delete(attic)
        with self.assertRaises(mihost.NotFound):
            self.client.delete("Test_Room", {"Name": "attic"})

    def test_invoke_on_a_class_and_on_an_instance(self):
        self.assertEqual(self.client.invoke("Test_Room", "Survey")["Text"], "Test_Room.Survey of nothing")
        kitchen = mihost.Instance("Test_Room", Name="kitchen")
        returned = self.client.invoke(kitchen, "Describe")
        self.assertEqual((returned.return_value, returned["text"]), (0, "Test_Room.Describe of kitchen"))

    def test_classes(self):
        types = self.client.get_class("Test_Types")
        self.assertEqual((types.keys, types.properties["Sint64A"].type), (("Id",), "sint64[]"))
        self.assertTrue(types.method("echo").is_static)
        self.assertEqual([each.name for each in self.client.classes("Test_Place", deep=True)], ["Test_Room", "Test_Hall"])
        self.assertIn("Test_Puppet", self.client.class_names())

    def test_the_host(self):
        self.assertIsInstance(self.client.operations(), list)
        self.assertIn("sample", [each["name"] for each in self.client.providers()["providers"]])
        self.assertEqual(self.client.reload()["errors"], [])
        self.assertFalse(self.client.cancel("999999"))
        self.assertEqual(self.client.stop_provider("sample"), 0)
        self.assertIn("counters", self.client.call("host/status"))
        self.assertIn("# TYPE", self.client.metrics())

    def test_errors_are_of_the_class_of_their_result(self):
        with self.assertRaisesRegex(mihost.NotFound, "no such sample") as caught:
            self.client.get("Test_Sample", {"Id": 9})
        self.assertEqual((caught.exception.result, caught.exception.result_name),
                         (mihost.Result.NOT_FOUND, "MI_RESULT_NOT_FOUND"))
        with self.assertRaises(mihost.InvalidClass):
            self.client.get("Test_Nope", {"Id": 9})
        with self.assertRaises(mihost.InvalidNamespace):
            next(self.client.enumerate("Test_Sample", namespace="root/nope"))
        with self.assertRaises(mihost.NotSupported):
            next(self.client.enumerate("Test_Bare"))
        with self.assertRaisesRegex(mihost.RequestError, "no method 'nope'"):
            self.client.call("nope")

    def test_after_an_error_the_connection_is_used_again(self):
        before = self.client.status()["clients"]
        for _ in range(3):
            with self.assertRaises(mihost.NotFound):
                self.client.get("Test_Sample", {"Id": 9})
        self.assertEqual(self.client.status()["clients"], before)

    def test_a_closed_client_says_so(self):
        self.client.close()
        with self.assertRaisesRegex(ValueError, "closed"):
            self.client.info()

    def test_a_server_that_was_started_again_is_connected_to_anew(self):
        self.daemon.stop()
        with self.assertRaises(mihost.Unreachable):
            self.client.info()
        self.daemon.start()
        self.assertEqual(self.client.info()["name"], "mihost")

    def test_a_child_has_connections_of_its_own(self):
        child = os.fork()
        if child == 0:
            os._exit(0 if self.client.get("Test_Sample", {"Id": 1})["Id"] == 1 else 1)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertEqual(self.client.get("Test_Sample", {"Id": 2})["Id"], 2)


class Cancels(WithDaemon):
    def invoke_in_a_thread(self, name, **options):
        """The thread, and a list in which its result will be."""
        outcome = []

        def run():
            try:
                outcome.append(self.client.invoke("Test_Puppet", "Run", {"Name": name}, **options))
            except mihost.Error as error:
                outcome.append(error)
        thread = threading.Thread(target=run)
        thread.start()
        self.addCleanup(thread.join, PATIENCE)
        return thread, outcome

    def finish_canceled(self, puppet, thread):
        until(lambda: puppet.ask("canceled") == "1", "the cancel")
        puppet.finish("error 1 stopped half way")
        thread.join(PATIENCE)

    def test_a_block_that_is_left_early_cancels_and_waits(self):
        with self.client.enumerate("Demo_Ticker", options=QUICK) as ticks:
            for tick in ticks:
                if tick["Tick"] == 3:
                    break
        self.assertTrue(ticks.canceled.delivered)
        self.assertIn("MI_REASON_NONE", ticks.canceled.posted["message"])

    def test_a_block_that_is_left_by_an_exception_cancels(self):
        with self.assertRaises(ZeroDivisionError), self.client.enumerate("Demo_Ticker", options=QUICK) as ticks:
            next(ticks)
            raise ZeroDivisionError
        self.assertEqual(ticks.canceled.reason, "none")

    def test_a_block_that_is_used_up_cancels_nothing(self):
        with self.client.enumerate("Test_Sample") as samples:
            self.assertEqual(len(list(samples)), 3)
        self.assertIsNone(samples.canceled)

    def test_an_iterator_that_is_dropped_cancels(self):
        ticks = self.client.enumerate("Demo_Ticker", options=QUICK)
        next(ticks)
        del ticks
        gc.collect()
        self.expect_no_operations()

    def test_an_iterator_that_is_dropped_cancels_though_a_cancellation_knows_it(self):
        stop = mihost.Cancellation()
        ticks = self.client.enumerate("Demo_Ticker", options=QUICK, cancellation=stop)
        next(ticks)
        del ticks
        gc.collect()
        self.expect_no_operations()
        stop.cancel()

    def test_a_cancel_has_a_reason(self):
        ticks = self.client.enumerate("Demo_Ticker", options=QUICK)
        next(ticks)
        ticks.cancel("shutdown")
        with self.assertRaises(mihost.Canceled) as caught:
            for _ in ticks:
                pass
        self.assertEqual(caught.exception.reason, "shutdown")
        self.assertIn("MI_REASON_SHUTDOWN", caught.exception.posted["message"])
        self.assertEqual(list(ticks), [])

    def test_an_unknown_reason_is_refused_at_once(self):
        with self.client.enumerate("Demo_Ticker", options=QUICK) as ticks, self.assertRaisesRegex(ValueError, "no reason"):
            ticks.cancel("tired")

    def test_a_timeout_is_a_TimeoutError(self):
        with self.assertRaises(TimeoutError) as caught:
            for _ in self.client.enumerate("Demo_Ticker", options=QUICK, timeout=0.05):
                pass
        self.assertIsInstance(caught.exception, mihost.TimedOut)
        self.assertTrue(caught.exception.delivered)

    def test_a_timeout_must_be_a_time(self):
        for timeout in (0, -1, float("nan")):
            with self.assertRaisesRegex(ValueError, "no time"):
                self.client.get("Test_Sample", {"Id": 1}, timeout=timeout)

    def test_a_cancellation_works_from_another_thread(self):
        stop = mihost.Cancellation()
        thread, outcome = self.invoke_in_a_thread("a", cancellation=stop)
        puppet = self.gate.await_puppet("invoke a")
        stop.cancel("serviceStop")
        self.finish_canceled(puppet, thread)
        self.assertEqual((outcome[0].reason, outcome[0].posted["message"]), ("serviceStop", "stopped half way"))

    def test_a_cancellation_cancels_all_that_have_it_and_all_that_come(self):
        stop = mihost.Cancellation()
        threads = [self.invoke_in_a_thread(name, cancellation=stop) for name in "bc"]
        puppets = [self.gate.await_puppet(f"invoke {name}") for name in "bc"]
        stop.cancel()
        stop.cancel("timeout")
        for puppet, (thread, outcome) in zip(puppets, threads):
            self.finish_canceled(puppet, thread)
            self.assertEqual(outcome[0].reason, "none")
        with self.assertRaises(mihost.Canceled):
            for _ in self.client.enumerate("Demo_Ticker", cancellation=stop):
                pass

    def test_an_administrator_cancels_by_the_operations_id(self):
        thread, outcome = self.invoke_in_a_thread("d")
        puppet = self.gate.await_puppet("invoke d")
        operation, = self.client.operations()
        self.assertTrue(self.client.cancel(operation["operation"], "shutdown"))
        self.finish_canceled(puppet, thread)
        self.assertEqual(outcome[0].reason, "shutdown")

    def test_out_parameters_of_what_was_canceled_are_there(self):
        stop = mihost.Cancellation()
        thread, outcome = self.invoke_in_a_thread("e", cancellation=stop)
        puppet = self.gate.await_puppet("invoke e")
        stop.cancel()
        until(lambda: puppet.ask("canceled") == "1", "the cancel")
        self.assertEqual(puppet.ask("output so far"), "0")
        puppet.finish()
        thread.join(PATIENCE)
        self.assertEqual(outcome[0].posted["value"]["parameters"]["Text"], "so far")

    def interrupt(self, script):
        """Runs a program, presses Ctrl-C once it says so, and gives back what it then printed."""
        head = ("import sys, mihost\n"
                f"client = mihost.connect({str(self.daemon.socket)!r}, namespace={NAMESPACE!r})\n")
        program = subprocess.Popen([sys.executable, "-c", head + script], stdout=subprocess.PIPE, text=True,
                                   env={**os.environ, "PYTHONPATH": str(ROOT / "clients/python/src")})
        self.addCleanup(program.stdout.close)
        self.addCleanup(program.wait)
        self.assertEqual(program.stdout.readline(), "now\n")
        program.send_signal(signal.SIGINT)
        out = program.communicate(timeout=PATIENCE)[0]
        self.assertEqual(program.returncode, 0)
        return out.split()

    def test_ctrl_c_cancels_an_enumeration(self):
        out = self.interrupt("ticks = client.enumerate('Demo_Ticker', options={'IntervalMs': ('uint32', 1)})\n"
                             "try:\n"
                             "    with ticks:\n"
                             "        for tick in ticks:\n"
                             "            if tick['Tick'] == 2: print('now', flush=True)\n"
                             "except KeyboardInterrupt:\n"
                             "    print(ticks.canceled.reason, ticks.canceled.delivered)\n")
        self.assertEqual(out, ["none", "True"])

    def test_ctrl_c_cancels_a_method_and_waits_for_it(self):
        done = threading.Event()

        def obey():
            puppet = self.gate.await_puppet("invoke z")
            puppet.ask("warning now")
            until(lambda: puppet.ask("canceled") == "1", "the cancel")
            puppet.finish()
            done.set()
        threading.Thread(target=obey).start()
        out = self.interrupt("try:\n"
                             "    client.invoke('Test_Puppet', 'Run', {'Name': 'z'},\n"
                             "                  on_message=lambda channel, text: print(text, flush=True))\n"
                             "except KeyboardInterrupt:\n"
                             "    print('interrupted')\n")
        self.assertTrue(done.wait(PATIENCE))
        self.assertEqual(out, ["interrupted"])


class Backpressure(WithDaemon):
    SETTINGS = ("window=4K",)

    def test_who_does_not_take_holds_up_the_provider_and_nobody_else(self):
        slow = self.client.enumerate("Test_Puppet")
        puppet = self.gate.await_puppet("enumerate")
        puppet.tell("flood")
        next(slow)
        observed = threading.Thread(target=lambda: self.client.invoke("Test_Puppet", "Run", {"Name": "o"}))
        observed.start()
        observer = self.gate.await_puppet("invoke o")
        counts = [observer.ask("posted")]

        def stands():
            self.client.get("Test_Sample", {"Id": 1})
            counts.append(observer.ask("posted"))
            return len(counts) > 20 and len(set(counts[-20:])) == 1
        until(stands, "a standstill")
        slow.cancel()
        taken, result = puppet.answer("flood").split()
        self.assertEqual((taken, result), (counts[-1], "1"))
        puppet.finish("result 1")
        slow.close()
        self.assertEqual(slow.canceled.reason, "none")
        observer.finish()
        observed.join(PATIENCE)


class Talk(WithDaemon):
    """What the provider says and asks while it works."""

    def talk(self, *commands, **options):
        """Has a puppet do these while a client waits for it: its answers, and what the client got."""
        answers, outcome = [], []

        def obey():
            puppet = self.gate.await_puppet("invoke t")
            answers.extend(puppet.ask(command) for command in commands)
            puppet.finish()
        thread = threading.Thread(target=obey)
        thread.start()
        try:
            outcome.append(self.client.invoke("Test_Puppet", "Run", {"Name": "t"}, **options))
        finally:
            thread.join(PATIENCE)
        return answers

    def test_progress(self):
        heard = []
        self.talk("progress 10 a tenth", "progress 50 half", on_progress=heard.append)
        self.assertEqual([each.kind for each in heard], ["begin", "report", "end"])
        self.assertEqual((heard[0].title, heard[1].message, heard[1].percentage, heard[1].current_operation,
                          heard[1].seconds_remaining), ("obeying", "half", 50, "a step", 7))

    def test_messages(self):
        heard = []
        self.talk("warning mind the gap", on_message=lambda channel, text: heard.append((channel, text)))
        self.assertEqual(heard, [("warning", "mind the gap")])

    def test_questions_are_answered(self):
        asked = []

        def answer(question):
            asked.append(question)
            return question.kind != "shouldContinue"
        answers = self.talk("prompt sure?", "process format", "continue go on?", "complain 5 bad class", on_question=answer)
        self.assertEqual(answers, ["0 1", "0 1", "0 0", "0 1"])
        self.assertEqual([each.kind for each in asked], ["promptUser", "shouldProcess", "shouldContinue", "writeError"])
        self.assertEqual((asked[0].message, asked[0].type), ("sure?", "critical"))
        self.assertEqual((asked[1].target, asked[1].action), ("a target", "format"))
        self.assertEqual(asked[3].error["message"], "bad class")

    def test_no_answer_is_the_default_as_is_nobody_to_ask(self):
        commands = ("prompt sure?", "process format", "continue go on?")
        self.assertEqual(self.talk(*commands, on_question=lambda question: None), self.talk(*commands))

    def test_an_exception_in_what_is_called_back_cancels(self):
        def fail(question):
            raise LookupError("nobody knows")
        with self.assertRaisesRegex(LookupError, "nobody knows"):
            self.talk("prompt sure?", on_question=fail)


class Threads(WithDaemon):
    def test_threads_share_a_client(self):
        failures = []

        def work(number):
            try:
                for _ in range(6):
                    assert self.client.get("Test_Sample", {"Id": number % 3 + 1})["Id"] == number % 3 + 1
                    assert sum(1 for _ in self.client.enumerate("Test_Many")) == 1000
                    with self.client.enumerate("Test_Many") as many:
                        next(many)
            except BaseException as error:  # pylint: disable=broad-except
                failures.append(error)
        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        self.assertEqual(failures, [])

    def test_operations_nest(self):
        for outer in self.client.enumerate("Test_Sample"):
            for inner in self.client.enumerate("Test_Sample"):
                self.assertEqual(self.client.get(inner)["Id"], inner["Id"])
            self.assertEqual(self.client.get(outer), outer)


if __name__ == "__main__":
    unittest.main()
