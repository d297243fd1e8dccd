"""JSON-RPC 2.0, rule by rule; the names are those of the sections of its specification.

Where mihost-protocol(7) takes less than the specification allows (batches, ids that are null or fractions, params by
position), the rule says what it does instead: one clear error, nothing is run, and the connection goes on.
"""
import unittest

from peer import SAMPLE, Suite

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602


class Section4RequestObject(Suite):
    def refuse(self, *texts, code=INVALID_REQUEST):
        for peer in self.peers():
            for text in texts:
                with self.subTest(text):
                    peer.send_text(text)
                    self.expect_error(peer.receive(), code, None)

    def test_jsonrpc_is_exactly_2_0(self):
        self.refuse('{"id":1,"method":"host/info"}', '{"jsonrpc":"1.0","id":1,"method":"host/info"}',
                    '{"jsonrpc":2.0,"id":1,"method":"host/info"}', '{"jsonrpc":"2","id":1,"method":"host/info"}',
                    '{"jsonrpc":null,"id":1,"method":"host/info"}')

    def test_method_is_a_string(self):
        self.refuse('{"jsonrpc":"2.0","id":1,"method":1}', '{"jsonrpc":"2.0","id":1,"method":null}',
                    '{"jsonrpc":"2.0","id":1,"method":["host/info"]}', '{"jsonrpc":"2.0","id":1}')

    def test_names_that_begin_with_rpc_are_nobodys(self):
        for peer in self.peers():
            self.expect_error(peer.ask("rpc.discover"), METHOD_NOT_FOUND, 1)

    def test_params_may_be_omitted(self):
        for peer in self.peers():
            self.expect_result(peer.ask("host/info"), 1)
            self.expect_result(peer.ask("host/info", {}), 1)

    def test_params_is_structured(self):
        self.refuse('{"jsonrpc":"2.0","id":1,"method":"host/info","params":"bar"}',
                    '{"jsonrpc":"2.0","id":1,"method":"host/info","params":7}',
                    '{"jsonrpc":"2.0","id":1,"method":"host/info","params":null}')

    def test_params_by_position_are_refused(self):
        self.refuse('{"jsonrpc":"2.0","id":1,"method":"host/info","params":[]}',
                    '{"jsonrpc":"2.0","id":1,"method":"host/info","params":[1]}')

    def test_params_by_name_match_exactly_case_included(self):
        for peer in self.peers():
            self.expect_error(peer.ask("mi/getInstance", {"Namespace": "root/test"}), INVALID_PARAMS, 1)

    def test_an_id_is_a_string_or_a_number(self):
        self.refuse('{"jsonrpc":"2.0","id":true,"method":"host/info"}', '{"jsonrpc":"2.0","id":{},"method":"host/info"}',
                    '{"jsonrpc":"2.0","id":[1],"method":"host/info"}')

    def test_an_id_that_is_null_is_refused(self):
        self.refuse('{"jsonrpc":"2.0","id":null,"method":"host/info"}')

    def test_an_id_with_a_fraction_or_out_of_range_is_refused(self):
        self.refuse(*(f'{{"jsonrpc":"2.0","id":{id_},"method":"host/info"}}'
                      for id_ in ("1.5", "9007199254740992", "-9007199254740992", "1e400", '"' + "x" * 129 + '"')))

    def test_members_are_case_sensitive(self):
        self.refuse('{"jsonrpc":"2.0","id":1,"Method":"host/info"}', '{"JSONRPC":"2.0","id":1,"method":"host/info"}')

    def test_a_member_is_there_once(self):
        self.refuse('{"jsonrpc":"2.0","id":1,"id":2,"method":"host/info"}',
                    '{"jsonrpc":"2.0","id":1,"method":"host/info","method":"host/status"}')

    def test_a_message_is_an_object(self):
        for peer in self.peers():
            peer.expect_alive(self)  # so that the framing is known whatever comes first
            for text in ("1", '"foo"', "null", "true"):
                peer.send_text(text)
                self.expect_error(peer.receive(), INVALID_REQUEST, None)


class Section4_1Notification(Suite):
    def test_a_notification_has_no_response_whatever_becomes_of_it(self):
        for peer in self.peers():
            peer.send(method="host/info")
            peer.send(method="nobody/knows")
            peer.send(method="mi/getInstance", params={"wrong": 1})
            peer.send(method="$/cancelRequest", params={"id": "nobody's"})
            peer.send(method="$/cancelRequest", params={})
            peer.send(method="$/cancelRequest")
            peer.send(method="$/whatever", params={})
            self.expect_result(peer.ask("host/info", id_="after"), "after")


class Section5ResponseObject(Suite):
    def test_the_id_comes_back_with_its_type(self):
        for peer in self.peers():
            for id_ in (0, 1, -1, 2**53 - 1, -(2**53 - 1), "", "1", "é€😀", 'quoted " \\ \n', "x" * 128):
                self.expect_result(peer.ask("host/info", id_=id_), id_)

    def test_an_id_is_what_it_means_however_it_is_written(self):
        for peer in self.peers():
            for text, id_ in (('"\\u0041"', "A"), ('"\\ud83d\\ude00"', "😀"), ("-0", 0), ('"\\/"', "/")):
                peer.send_text(f'{{"jsonrpc":"2.0","id":{text},"method":"host/info"}}')
                self.expect_result(peer.receive(), id_)

    def test_a_result_or_an_error_and_never_both(self):
        for peer in self.peers():
            self.expect_result(peer.ask("mi/getInstance", SAMPLE), 1)
            self.expect_error(peer.ask("mi/getInstance", {**SAMPLE, "namespace": "root/nope"}), -32803, 1)

    def test_an_id_that_could_not_be_read_is_null(self):
        for peer in self.peers():
            peer.send_text("{nonsense")
            self.expect_error(peer.receive(), PARSE_ERROR, None)

    def test_an_id_is_free_once_it_was_answered(self):
        for peer in self.peers():
            for _ in range(3):
                self.expect_result(peer.ask("host/info", id_=7), 7)


class Section5_1ErrorObject(Suite):
    def test_parse_error(self):
        for peer in self.peers():
            for text in (b'{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]', b"{", b'{"a":\xff}', b'{"a":"\xc3("}',
                         b'{"a":01}', b'{"a":1,}', b"{'a':1}", b'{"a":"\\x"}', b'{"a":"\\ud800"}', b'{"a":NaN}', b"{} {}",
                         b'{"a":' + b"[" * 100 + b"]" * 100 + b"}", b'{"a":"\t"}', b"\xef\xbb\xbf{}"):
                with self.subTest(text):
                    peer.send_text(text)
                    self.expect_error(peer.receive(), PARSE_ERROR, None)

    def test_method_not_found(self):
        for peer in self.peers():
            for method in ("foobar", "", "HOST/INFO", "host/info ", "mi/", "x" * 10000, "\u00e9", "$/cancelRequest2"):
                self.expect_error(peer.ask(method), METHOD_NOT_FOUND, 1)

    def test_invalid_params(self):
        for peer in self.peers():
            for params in ({}, {"unknown": 1}, {**SAMPLE, "timeoutMs": 0}, {**SAMPLE, "instance": 7},
                           {**SAMPLE, "namespace": "../etc"}, {**SAMPLE, "partialResultToken": {}}):
                self.expect_error(peer.ask("mi/getInstance", params), INVALID_PARAMS, 1)

    def test_codes_of_our_own_are_not_those_that_are_reserved(self):
        for peer in self.peers():
            response = peer.ask("mi/getInstance", {**SAMPLE, "namespace": "root/nope"})
            self.assertFalse(-32768 <= response["error"]["code"] <= -32804 or -32799 <= response["error"]["code"] <= -32000
                             and response["error"]["code"] not in (-32700, -32600, -32601, -32602, -32603))


class Section6Batch(Suite):
    def test_a_batch_is_refused_as_a_whole_and_none_of_it_is_run(self):
        for peer in self.peers():
            peer.expect_alive(self)
            for text in ('[{"jsonrpc":"2.0","id":1,"method":"host/info"},{"jsonrpc":"2.0","id":2,"method":"host/info"}]',
                         "[]", "[1]", "[1,2,3]", '[{"jsonrpc":"2.0","method":"host/info"}]'):
                peer.send_text(text)
                self.expect_error(peer.receive(), INVALID_REQUEST, None)
            self.expect_result(peer.ask("host/info", id_=1), 1)

    def test_a_batch_can_be_the_first_message(self):
        peer = self.connect("headers")
        peer.send_text('[{"jsonrpc":"2.0","id":1,"method":"host/info"}]')
        self.expect_error(peer.receive(), INVALID_REQUEST, None)


class Responses(Suite):
    """What a server hears as a client: section 5 the other way round."""

    def test_a_response_that_nobody_waits_for_is_ignored(self):
        for peer in self.peers():
            for text in ('{"jsonrpc":"2.0","id":99,"result":{}}', '{"jsonrpc":"2.0","id":"x","result":null}',
                         '{"jsonrpc":"2.0","id":99,"error":{"code":1,"message":"no"}}',
                         '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"what?"}}'):
                peer.send_text(text)
            peer.expect_alive(self)

    def test_a_response_that_is_none_is_refused(self):
        for peer in self.peers():
            for text in ('{"jsonrpc":"2.0","id":1,"result":{},"error":{}}', '{"jsonrpc":"2.0","result":{}}',
                         '{"jsonrpc":"2.0","id":1,"error":7}', '{"jsonrpc":"2.0","id":null,"result":1}',
                         '{"jsonrpc":"2.0","id":1,"method":"host/info","result":1}'):
                with self.subTest(text):
                    peer.send_text(text)
                    self.expect_error(peer.receive(), INVALID_REQUEST, None)


if __name__ == "__main__":
    unittest.main()
