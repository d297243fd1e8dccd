"""A connection: its framing, many requests at a time, cancel, questions, and its end."""
import json
import random
import unittest

from peer import NAMESPACE, SAMPLE, Suite, until

INFO = '{"jsonrpc":"2.0","id":1,"method":"host/info"}'


def run(name, **more):
    return {"namespace": NAMESPACE, "class": "Test_Puppet", "method": "Run", "parameters": {"Name": name}, **more}


class Framing(Suite):
    def expect_last_error(self, peer, code):
        """One error, and the end of the connection."""
        self.expect_error(peer.receive(), code, None)
        self.assertIsNone(peer.receive())

    def test_the_first_byte_decides_for_both_directions(self):
        for framing in self.framings:
            peer = self.connect(framing)
            peer.send_text(INFO)
            self.expect_result(peer.receive(), 1)

    def test_bytes_may_come_one_by_one(self):
        for peer in self.peers():
            for byte in peer.frame(INFO.encode()):
                peer.send_bytes(bytes([byte]))
            self.expect_result(peer.receive(), 1)

    def test_bytes_may_come_in_any_pieces(self):
        chance = random.Random(7)
        for peer in self.peers():
            data = b"".join(peer.frame(json.dumps({"jsonrpc": "2.0", "id": number, "method": "host/info"}).encode())
                            for number in range(200))
            while data:
                size = chance.randint(1, 100)
                peer.send_bytes(data[:size])
                data = data[size:]
            answers = [peer.receive() for _ in range(200)]
            self.assertEqual(sorted(each["id"] for each in answers), list(range(200)))

    def test_lines_may_be_empty_or_end_with_carriage_return(self):
        peer = self.connect("lines")
        peer.send_bytes(INFO.encode() + b"\r\n\n\r\n\n" + INFO.encode() + b"\n")
        self.expect_result(peer.receive(), 1)
        self.expect_result(peer.receive(), 1)

    def test_header_names_ignore_case_and_others_are_ignored(self):
        peer = self.connect("headers")
        for head in (b"content-length: %d\r\n", b"CONTENT-LENGTH:%d\r\n",
                     b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: %d\r\n",
                     b"Content-Length: %d\r\nX-Other: 1\r\n"):
            peer.send_bytes(head % len(INFO) + b"\r\n" + INFO.encode())
            self.expect_result(peer.receive(), 1)

    def test_a_length_counts_bytes_not_characters(self):
        peer = self.connect("headers")
        peer.send_text('{"jsonrpc":"2.0","id":"€😀","method":"host/info"}')
        self.expect_result(peer.receive(), "€😀")

    def test_broken_headers_are_one_error_and_the_end(self):
        for data in (b"Content-Length: x\r\n\r\n", b"Content-Length: -1\r\n\r\n", b"Content-Length: 5\n\n{}", b"\r\n\r\n",
                     b"Content-Length: 99999999999999999999\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                     b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", b"X: " + b"x" * 5000):
            with self.subTest(data[:40]):
                peer = self.connect("headers")
                peer.send_bytes(data)
                response = peer.receive()
                self.assertIn(response["error"]["code"], (-32700, -32600))
                self.assertIsNone(response["id"])
                self.assertIsNone(peer.receive())

    def test_a_message_that_is_too_long_is_one_error_and_the_end(self):
        for framing in self.framings:
            peer = self.connect(framing)
            peer.send_text(INFO)
            self.expect_result(peer.receive(), 1)
            try:
                peer.send_text('{"x":"' + "y" * 100000 + '"}')
            except (BrokenPipeError, ConnectionResetError):
                pass  # it needn't read on
            response = peer.receive()
            self.assertIn("error", response)
            self.assertIsNone(response["id"])

    def test_the_largest_message_passes(self):
        for peer in self.peers():
            head, tail = '{"jsonrpc":"2.0","id":1,"method":"', '"}'
            peer.send_text(head + "x" * (65536 - len(head) - len(tail)) + tail)
            self.expect_error(peer.receive(), -32601, 1)


class ManyRequests(Suite):
    def test_requests_may_be_sent_without_waiting(self):
        for peer in self.peers():
            peer.send_bytes(b"".join(peer.frame(json.dumps({"jsonrpc": "2.0", "id": number, "method": "mi/getInstance",
                                                            "params": SAMPLE}).encode()) for number in range(60)))
            answers = [peer.receive() for _ in range(60)]
            self.assertEqual(sorted(each["id"] for each in answers), list(range(60)))
            self.assertTrue(all("result" in each for each in answers))

    def test_responses_come_when_they_are_ready(self):
        for number, peer in enumerate(self.peers()):
            peer.send(id="slow", method="mi/invoke", params=run(f"slow{number}"))
            puppet = self.gate.await_puppet(f"invoke slow{number}")
            self.expect_result(peer.ask("mi/getInstance", SAMPLE, id_="fast"), "fast")
            puppet.finish()
            self.expect_result(peer.receive(), "slow")

    def test_an_id_in_flight_is_refused_and_7_is_not_the_string(self):
        for number, peer in enumerate(self.peers()):
            peer.send(id=7, method="mi/invoke", params=run(f"id{number}"))
            puppet = self.gate.await_puppet(f"invoke id{number}")
            self.expect_error(peer.ask("host/info", id_=7), -32600, None)
            self.expect_result(peer.ask("host/info", id_="7"), "7")
            puppet.finish()
            self.expect_result(peer.receive(), 7)

    def test_ids_are_of_their_connection(self):
        one, other = self.connect("lines"), self.connect("headers")
        one.send(id=7, method="mi/invoke", params=run("own"))
        puppet = self.gate.await_puppet("invoke own")
        self.expect_result(other.ask("host/info", id_=7), 7)
        other.send(method="$/cancelRequest", params={"id": 7})
        other.expect_alive(self)
        self.assertEqual(puppet.ask("canceled"), "0")
        puppet.finish()
        self.expect_result(one.receive(), 7)

    def test_too_many_are_refused_one_by_one(self):
        peer = self.connect("lines")
        for number in range(64):
            peer.send(id=number, method="mi/invoke", params=run(f"m{number}"))
        puppets = [self.gate.await_puppet(f"invoke m{number}") for number in range(64)]
        response = peer.ask("mi/getInstance", SAMPLE, id_="more")
        self.assertEqual((response["id"], response["error"]["data"]["resultName"]),
                         ("more", "MI_RESULT_SERVER_LIMITS_EXCEEDED"))
        for puppet in puppets:
            puppet.finish()
        self.assertEqual(sorted(peer.receive()["id"] for _ in puppets), list(range(64)))
        peer.expect_alive(self)


class Streams(Suite):
    def test_partial_results_come_in_order_before_their_response(self):
        for peer in self.peers():
            peer.send(id=1, method="mi/enumerateInstances",
                      params={"namespace": NAMESPACE, "class": "Test_Many", "partialResultToken": 5})
            ids = []
            while True:
                message = peer.receive()
                if "id" in message:
                    break
                self.assertEqual((set(message), message["method"]), ({"jsonrpc", "method", "params"}, "$/progress"))
                self.assertEqual((set(message["params"]), message["params"]["token"]), ({"token", "value"}, 5))
                ids += [each["properties"]["Id"] for each in message["params"]["value"]]
            self.assertEqual(ids, list(range(1000)))
            self.assertEqual(self.expect_result(message, 1), {"instances": []})


class Cancel(Suite):
    def test_a_cancel_has_no_response_and_its_request_has_one(self):
        for number, peer in enumerate(self.peers()):
            peer.send(id="c", method="mi/invoke", params=run(f"c{number}"))
            puppet = self.gate.await_puppet(f"invoke c{number}")
            peer.send(method="$/cancelRequest", params={"id": "c", "reason": "shutdown"})
            peer.send(method="$/cancelRequest", params={"id": "c", "reason": "timeout"})
            until(lambda: puppet.ask("canceled") == "1", "the cancel")
            puppet.finish("error 1 stopped")
            response = peer.receive()
            self.expect_error(response, -32800, "c")
            data = response["error"]["data"]
            self.assertEqual((data["reason"], data["delivered"], data["result"]["message"], data["abandoned"]),
                             ("shutdown", False, "stopped", False))

    def test_a_cancel_of_what_is_finished_or_was_never_asked_changes_nothing(self):
        for peer in self.peers():
            self.expect_result(peer.ask("host/info", id_=1), 1)
            for id_ in (1, "1", 99, None, {}, 1.5):
                peer.send(method="$/cancelRequest", params={"id": id_})

    def test_an_unknown_reason_is_none(self):
        peer = self.connect("lines")
        peer.send(id=1, method="mi/invoke", params=run("odd"))
        puppet = self.gate.await_puppet("invoke odd")
        peer.send(method="$/cancelRequest", params={"id": 1, "reason": "tired"})
        until(lambda: puppet.ask("canceled") == "1", "the cancel")
        puppet.finish()
        self.assertEqual(peer.receive()["error"]["data"]["reason"], "none")


class Questions(Suite):
    def ask_question(self, peer, name):
        """A puppet that asks whether to go on, and the question as it comes."""
        peer.send(id=1, method="mi/invoke", params=run(name, prompts=True))
        puppet = self.gate.await_puppet(f"invoke {name}")
        puppet.tell("continue go on?")
        question = peer.receive()
        self.assertEqual((question["jsonrpc"], question["method"]), ("2.0", "mi/shouldContinue"))
        self.assertEqual(question["params"], {"id": 1, "message": "go on?"})
        return puppet, question["id"]

    def test_a_question_is_a_request_of_the_server(self):
        for number, peer in enumerate(self.peers()):
            for answer, flag in ((True, "1"), (False, "0")):
                puppet, id_ = self.ask_question(peer, f"q{number}{flag}")
                peer.send(id=id_, result={"answer": answer})
                self.assertEqual(puppet.answer("continue go on?"), f"0 {flag}")
                puppet.finish()
                self.expect_result(peer.receive(), 1)

    def test_an_error_or_nonsense_for_an_answer_is_the_default(self):
        peer = self.connect("lines")
        answers = []
        for number, answer in enumerate(({"error": {"code": -32601, "message": "no"}}, {"result": {}}, {"result": None},
                                         {"result": {"answer": "yes"}})):
            puppet, id_ = self.ask_question(peer, f"d{number}")
            peer.send(id=id_, **answer)
            answers.append(puppet.answer("continue go on?"))
            puppet.finish()
            self.expect_result(peer.receive(), 1)
        self.assertEqual(len(set(answers)), 1)

    def test_a_question_of_what_is_canceled_is_taken_back(self):
        peer = self.connect("headers")
        puppet, id_ = self.ask_question(peer, "back")
        peer.send(method="$/cancelRequest", params={"id": 1})
        taken_back = peer.receive()
        self.assertEqual((taken_back["method"], taken_back["params"]), ("$/cancelRequest", {"id": id_}))
        peer.send(id=id_, result={"answer": True})
        self.assertEqual(puppet.answer("continue go on?").split()[0], "1")
        puppet.finish()
        self.expect_error(peer.receive(), -32800, 1)


class Ends(Suite):
    def test_what_was_asked_before_the_end_of_the_input_is_answered(self):
        for framing in self.framings:
            peer = self.connect(framing)
            peer.send(id=1, method="mi/getInstance", params=SAMPLE)
            peer.hang_up()
            self.expect_result(peer.receive(), 1)
            self.assertIsNone(peer.receive())

    def test_a_hang_up_cancels(self):
        peer = self.connect("lines")
        peer.send(id=1, method="mi/invoke", params=run("gone"))
        puppet = self.gate.await_puppet("invoke gone")
        peer.close()
        until(lambda: puppet.ask("canceled") == "1", "the cancel")
        puppet.finish()

    def test_half_a_message_at_the_end_is_no_request(self):
        peer = self.connect("lines")
        peer.send_bytes(INFO.encode())  # and no line feed
        peer.hang_up()
        rest = []
        while (message := peer.receive()) is not None:
            rest.append(message)
        self.assertLessEqual(len(rest), 1)


if __name__ == "__main__":
    unittest.main()
