"""Records of executions and of their status, sent to an HTTP endpoint."""

import http.server
import json
import pathlib
import sys
import threading
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import weft  # noqa: E402

SECRET = "Bearer s3cr3t-of-the-collector"
LOGGED = {"level": "ALL", "includeExecutionData": True,
          "destinations": [{"cloudWatchLogsLogGroup": {
              "logGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:g:*"}}]}


class Collector:
    """Takes arrays of records, once it has answered with the statuses it was given."""

    def __init__(self, *statuses):
        self.statuses, self.requests, self.delay = list(statuses), [], 0
        collector = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(collector.delay)
                status = collector.statuses.pop(0) if collector.statuses else 200
                collector.requests.append((status, self.path, dict(self.headers), json.loads(body)))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def taken(self, path):
        return [record for status, at, _, records in self.requests if status == 200 and at == path
                for record in records]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Records(weft.Case):
    def collector(self, *statuses):
        made = Collector(*statuses)
        self.addCleanup(made.close)
        return made

    def until(self, condition):
        end = time.monotonic() + weft.SECONDS_MAX
        while not condition():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)

    def test_records_arrive_in_both_formats_whatever_the_endpoint_does_first(self):
        collector = self.collector(503, 429, 500)
        self.write("weft.yaml", json.dumps({"log": {
            "executions": {"url": collector.url("/logs"), "headers": [
                {"name": "Authorization", "value_env": "COLLECTOR_AUTHORIZATION"},
                {"name": "X-Source", "value": "weft"}]},
            "status_changes": collector.url("/changes")}}))
        server = self.serve("--log-format", "json", env=weft.environment(COLLECTOR_AUTHORIZATION=SECRET))
        machine = server.call("CreateStateMachine", name="m", definition=json.dumps(weft.PASS), roleArn=weft.ROLE,
                              loggingConfiguration=LOGGED)["stateMachineArn"]
        time.sleep(1.1)
        begun = [server.start(machine, f"n{number}", {"number": number}) for number in range(5)]
        self.until(lambda: len(collector.taken("/logs")) >= 20 and len(collector.taken("/changes")) >= 10)
        logs, changes = collector.taken("/logs"), collector.taken("/changes")
        self.assertEqual({record["execution_arn"] for record in logs}, set(begun))
        self.assertEqual([record["type"] for record in logs if record["execution_arn"] == begun[3]],
                         ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"])
        of_one = [record for record in changes if record["detail"]["executionArn"] == begun[2]]
        self.assertEqual([record["detail"]["status"] for record in of_one], ["RUNNING", "SUCCEEDED"])
        self.assertTrue(all(record["detail-type"] == "Step Functions Execution Status Change" and
                            record["source"] == "aws.states" for record in changes))
        for _, path, headers, records in collector.requests:
            self.assertEqual(headers["Content-Type"], "application/json")
            self.assertEqual(headers.get("Authorization"), SECRET if path == "/logs" else None)
            self.assertIsInstance(records, list)
        self.assertEqual(server.stop(), 0)
        said = "".join(server.errors)
        self.assertIn("cannot deliver records, trying again", said)
        self.assertIn("records are taken again", said)
        self.assertNotIn("s3cr3t", said)

    def test_what_is_refused_is_dropped_counted_and_said(self):
        collector = self.collector(400)
        self.write("weft.yaml", f"log: {{status_changes: '{collector.url('/?token=s3cr3t')}'}}\n")
        server = self.serve("--admin", "127.0.0.1:0")
        machine = server.create("m", weft.PASS)
        server.start(machine, "one")
        self.until(lambda: any("records were dropped" in line for line in server.errors))
        server.start(machine, "two")
        self.until(lambda: any(status == 200 for status, *_ in collector.requests))
        with urllib.request.urlopen(server.url + "/metrics", timeout=weft.SECONDS_MAX) as answer:
            lines = answer.read().decode().splitlines()
        counted = {line.split()[0]: float(line.split()[1]) for line in lines if line.startswith("weft_record")}
        self.assertGreaterEqual(counted["weft_records_dropped_total"], 1)
        self.assertEqual(counted["weft_record_delivery_failures_total"], 1)
        self.assertEqual(server.stop(), 0)
        self.assertNotIn("s3cr3t", "".join(server.errors))

    def test_a_stop_sends_what_waits_and_waits_for_nobody_for_long(self):
        collector = self.collector()
        collector.delay = 0.3
        self.write("weft.yaml", f"log: {{status_changes: '{collector.url('/changes')}'}}\n")
        server = self.serve()
        machine = server.create("m", weft.PASS)
        begun = [server.start(machine, f"n{number}") for number in range(20)]
        self.until(lambda: all(server.describe(one)["status"] == "SUCCEEDED" for one in begun))
        self.assertEqual(server.stop(), 0)
        self.until(lambda: len(collector.taken("/changes")) == 40)
        # An endpoint that never answers.
        collector.delay = 60
        server = self.serve()
        server.start(machine, "last")
        time.sleep(0.3)
        begin = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - begin, 5)
        self.assertTrue(any("records were dropped" in line for line in server.errors))

    def test_what_cannot_be_is_refused_at_the_start(self):
        for log, said in (
                ({"executions": {"headers": []}}, "executions needs url, or is a file or stdout"),
                ({"executions": "ftp://host/"}, "'ftp://host/' is no URL: https://host/path"),
                ({"executions": {"url": "https://user:word@host/"}}, "user and password do not belong into the URL"),
                ({"executions": {"url": "https://host/", "headers": [{"name": "A"}]}},
                 "the header A needs one of value, value_env and value_file"),
                ({"executions": {"url": "https://host/", "headers": [{"name": "Host", "value": "x"}]}},
                 "the header Host is the request's own"),
                ({"executions": {"url": "http://host/", "headers": [{"name": "A", "value_env": "B"}]}},
                 "a secret does not travel without TLS: use https://"),
                ({"executions": {"url": "https://host/", "headers": [{"name": "A", "value_env": "MISSING"}]}},
                 "the variable MISSING is not set")):
            with self.subTest(log=log):
                self.write("weft.yaml", json.dumps({"log": log}))
                done = self.weft("serve", "--listen", "127.0.0.1:0")
                self.assert_exit(done, 2)
                self.assertIn(said, done.stderr)


if __name__ == "__main__":
    weft.main()
