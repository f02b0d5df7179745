"""Health, metrics and logs of `weft serve`."""

import json
import pathlib
import re
import sys
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import weft  # noqa: E402

FAILS = {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::bedrock:invokeModel",
                                          "Parameters": {"ModelId": "m", "Body": {}}, "End": True}}}
SAMPLE = re.compile(r'^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-z_]+="(?:[^"\\]|\\.)*",?)*)\})? (\S+)$')


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def samples(text):
    """What Prometheus would read: name and labels to value; the format is checked on the way."""
    found, typed = {}, set()
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            name = line.split()[2]
            assert name not in typed, f"{name} is described twice"
            typed.add(name)
        elif not line.startswith("# HELP "):
            match = SAMPLE.match(line)
            assert match, line
            assert any(match[1] == name or match[1] in (f"{name}_bucket", f"{name}_sum", f"{name}_count")
                       for name in typed), line
            key = match[1] + ("{" + match[2] + "}" if match[2] else "")
            assert key not in found, line
            found[key] = float(match[3])
    return found


class Operations(weft.Case):
    def test_metrics_count_what_happened(self):
        mocks = self.write("mocks.yaml", "T: { error: Bedrock.ThrottlingException, cause: slow }\n")
        server = self.serve("--admin", "127.0.0.1:0", "--mocks", mocks)
        line = server.process.stdout.readline() + server.process.stdout.readline()
        admin = re.search(r"metrics +(http://127\.0\.0\.1:\d+)/metrics", line)[1]
        machine = server.create("good", weft.PASS)
        bad = server.create("bad", FAILS)
        express = server.create("express", weft.PASS, "EXPRESS")
        executions = [server.start(machine) for _ in range(3)] + [server.start(bad)]
        while any(server.describe(one)["status"] == "RUNNING" for one in executions):
            time.sleep(0.02)
        server.call("RedriveExecution", executionArn=executions[3])
        while server.describe(executions[3])["status"] == "RUNNING":
            time.sleep(0.02)
        server.call("StartSyncExecution", host=f"sync-localhost:{server.port}", stateMachineArn=express)
        with self.assertRaises(weft.ApiError):
            server.call("DescribeExecution", executionArn="nonsense")
        status, text = get(admin + "/metrics")
        self.assertEqual(status, 200)
        self.assertEqual(get(server.url + "/metrics")[0], 200)
        found = samples(text)
        for name, value in {
                'weft_executions_started_total{type="standard"}': 4,
                'weft_executions_started_total{type="express"}': 1,
                'weft_executions_ended_total{type="standard",status="succeeded"}': 3,
                'weft_executions_ended_total{type="standard",status="failed"}': 2,
                'weft_executions_redriven_total': 1,
                'weft_executions_ended_total{type="express",status="succeeded"}': 1,
                'weft_states_entered_total': 5,
                'weft_calls_ended_total{resource="bedrock:invokeModel",outcome="failed"}': 2,
                'weft_calls_under_way': 0,
                'weft_http_requests_total{operation="CreateStateMachine",code="200"}': 3,
                'weft_http_requests_total{operation="DescribeExecution",code="400"}': 1,
                'weft_http_request_seconds_count{operation="StartExecution"}': 4,
                'weft_http_requests_under_way': 0,
                'weft_flush_refused_total': 0,
                'weft_starts_queued': 0,
        }.items():
            self.assertEqual(found.get(name), value, name)
        self.assertGreater(found["weft_flush_seconds_count"], 4)
        self.assertEqual(found["weft_flush_seconds_count"], found['weft_flush_seconds_bucket{le="+Inf"}'])
        self.assertGreater(found["weft_wal_bytes"], 0)
        self.assertGreater(found["process_resident_memory_bytes"], 1 << 20)
        self.assertEqual(get(admin + "/other")[0], 404)
        # The page names every metric there is, and no others.
        page = (pathlib.Path(__file__).parents[2] / "docs" / "operations.md").read_text()
        named = set(re.findall(r"^\| `((?:weft|process)_\w+)` \|", page, re.M))
        given = set(re.findall(r"^# TYPE (\w+)", text, re.M))
        self.assertEqual(given - named, set())
        self.assertEqual(named - given, {"weft_requests_refused_total"})
        self.assertEqual(server.stop(), 0)

    def test_health(self):
        server = self.serve("--admin", "127.0.0.1:0")
        line = server.process.stdout.readline() + server.process.stdout.readline()
        admin = re.search(r"http://127\.0\.0\.1:\d+(?=/metrics)", line)[0]
        for url in (server.url, admin):
            self.assertEqual(get(url + "/healthz"), (200, '{"status":"ok"}'))
            self.assertEqual(get(url + "/readyz"), (200, '{"status":"ready"}'))

    def test_the_log_as_json(self):
        server = self.serve("--log-format", "json", "--log-level", "info")
        self.assertEqual(server.stop(), 0)
        lines = [json.loads(line) for line in server.errors]
        self.assertEqual([line["what"] for line in lines][:3], ["started", "data folder", "requests"])
        self.assertEqual(lines[0]["url"], server.url)
        self.assertEqual((lines[2]["verified"], lines[2]["tls"]), ("no", "no"))
        for line in lines:
            self.assertTrue({"time", "level", "component", "what"} <= set(line))

    @staticmethod
    def execution(machine, name):
        return machine.replace(":stateMachine:", ":execution:") + ":" + name

    def test_records_of_executions_and_of_their_status(self):
        self.write("weft.yaml", "log: {executions: executions.log, status_changes: changes.log}\n")
        server = self.serve()
        group = {"cloudWatchLogsLogGroup": {"logGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:g:*"}}

        def create(name, definition, level, kind="STANDARD", data=False):
            configured = {"level": level, "includeExecutionData": data, "destinations": [group]}
            return server.call("CreateStateMachine", name=name, definition=json.dumps(definition), type=kind,
                               roleArn=weft.ROLE, loggingConfiguration=configured)["stateMachineArn"]

        fails = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "c"}}}
        every = create("every", weft.PASS, "ALL", "EXPRESS", data=True)
        some = create("some", fails, "ERROR")
        fatal = create("fatal", fails, "FATAL")
        off = create("off", fails, "OFF")
        waits = server.create("waits", weft.waiting(300))
        server.call("StartSyncExecution", host=f"sync-localhost:{server.port}", stateMachineArn=every, name="e",
                    input='{"a": 1}')
        for machine in (some, fatal, off):
            server.start(machine, "one", {"b": 2})
        waiting = server.start(waits, "later", {"c": 3})
        self.assertEqual(server.stop(), 0)
        server = self.serve()
        server.call("StopExecution", executionArn=waiting, error="Enough", cause="of it")
        once_more = self.execution(fatal, "one")
        server.call("RedriveExecution", executionArn=once_more)
        self.assertEqual(server.stop(), 0)

        def read(name):
            return [json.loads(line) for line in (self.folder / name).read_text().splitlines()]

        by_machine = {}
        for record in read("executions.log"):
            self.assertEqual(set(record), {"id", "type", "details", "previous_event_id", "event_timestamp",
                                           "execution_arn", "redrive_count"})
            by_machine.setdefault(record["execution_arn"].split(":")[6], []).append(record)
        self.assertEqual({name: [record["type"] for record in records] for name, records in by_machine.items()}, {
            "every": ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"],
            "some": ["FailStateEntered", "ExecutionFailed"], "fatal": ["ExecutionFailed", "ExecutionFailed"]})
        self.assertEqual([record["redrive_count"] for record in by_machine["fatal"]], ["0", "1"])
        first = by_machine["every"][0]
        self.assertEqual((first["id"], first["previous_event_id"], first["details"]["input"]), ("1", "0", '{"a":1}'))
        self.assertNotIn("input", by_machine["some"][0]["details"])
        self.assertEqual(by_machine["some"][1]["details"], {"error": "E", "cause": "c"})

        changes = read("changes.log")
        self.assertEqual([(c["detail"]["stateMachineArn"].split(":")[-1], c["detail"]["status"]) for c in changes
                          if "waits" in c["resources"][0]], [("waits", "RUNNING"), ("waits", "ABORTED")])
        self.assertEqual(len(changes), 10)
        again = [change["detail"] for change in changes if change["resources"] == [once_more]]
        self.assertEqual([(detail["status"], detail["redriveCount"], detail["redriveStatus"]) for detail in again],
                         [("RUNNING", 0, "NOT_REDRIVABLE"), ("FAILED", 0, "REDRIVABLE"),
                          ("RUNNING", 1, "NOT_REDRIVABLE"), ("FAILED", 1, "REDRIVABLE")])
        self.assertIsNone(again[1]["redriveDate"])
        self.assertIsNone(again[2]["stopDate"])
        self.assertEqual(again[2]["redriveDate"], again[3]["redriveDate"])
        self.assertEqual(again[2]["redriveStatusReason"], "Execution is RUNNING and cannot be redriven")
        self.assertFalse(any("express" in change["resources"][0] for change in changes))
        stopped = [change for change in changes if change["resources"] == [waiting]][-1]
        self.assertEqual((stopped["source"], stopped["detail-type"], stopped["region"], stopped["account"]),
                         ("aws.states", "Step Functions Execution Status Change", "us-east-1", "123456789012"))
        detail = stopped["detail"]
        self.assertEqual((detail["executionArn"], detail["name"], detail["input"], detail["error"], detail["output"]),
                         (waiting, "later", '{"c":3}', "Enough", None))
        self.assertLess(detail["startDate"], detail["stopDate"])


if __name__ == "__main__":
    weft.main()
