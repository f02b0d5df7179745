"""Executions that ended longer ago than `retention` says are deleted, also by a server that was killed meanwhile."""

import json
import pathlib
import re
import sqlite3
import sys
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import weft  # noqa: E402

LARGE = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": "x" * 20000, "End": True}}}
OWNED = {"stream": "key", "batch": "id", "value": "key", "retired": "key"}


def metric(server, name):
    with urllib.request.urlopen(server.url + "/metrics", timeout=weft.SECONDS_MAX) as answer:
        text = answer.read().decode()
    return float(re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)[1])


class Retention(weft.Case):
    def rows(self):
        store = sqlite3.connect(self.folder / "data" / "weft.db")
        try:
            return {table: store.execute(f"SELECT count({key}) FROM {table}").fetchone()[0]
                    for table, key in OWNED.items()}
        finally:
            store.close()

    def executions(self, server, machine):
        found, page = [], {}
        while True:
            page = server.call("ListExecutions", stateMachineArn=machine, **page)
            found += [one["executionArn"] for one in page["executions"]]
            if "nextToken" not in page:
                return found
            page = {"nextToken": page["nextToken"]}

    def check(self):
        done = self.weft("check", "--data", "data", "--format", "json")
        self.assert_exit(done, 0)
        return json.loads(done.stdout)

    def test_ended_executions_go_and_running_ones_stay(self):
        self.write("weft.yaml", "retention: 2s\n")
        server = self.serve("--log-format", "json")
        machine = server.create("large", LARGE)
        running = server.start(server.create("waits", weft.waiting(3600)), "running")
        begun = [server.start(machine, f"n{number}") for number in range(60)]
        self.assertEqual(server.describe(running)["status"], "RUNNING")
        end = time.monotonic() + weft.SECONDS_MAX
        while self.executions(server, machine):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.1)
        for operation in ("DescribeExecution", "GetExecutionHistory", "DescribeStateMachineForExecution",
                          "StopExecution"):
            with self.assertRaises(weft.ApiError) as refused:
                server.call(operation, executionArn=begun[0])
            self.assertEqual(refused.exception.type, "ExecutionDoesNotExist", operation)
        while metric(server, "weft_executions_deleted_total") < 60:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.1)
        self.assertEqual(server.describe(running)["status"], "RUNNING")
        self.assertEqual(metric(server, 'weft_executions_open{type="standard"}'), 1)
        # The name may be used again, with another input.
        self.assertEqual(server.start(machine, "n0", {"other": 1}), begun[0])
        while metric(server, "weft_store_free_bytes") == 0:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.1)
        # A pass is told when it has ended.
        said = []
        while sum(int(line["count"]) for line in said) < 60:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.1)
            said = [json.loads(line) for line in list(server.errors) if "deleted executions" in line]
        self.assertEqual(said[0]["component"], "retention")
        self.assertEqual(server.stop(), 0)
        self.assertLessEqual(self.check()["executions"], 2)

    def test_a_kill_in_the_middle_leaves_nothing_behind(self):
        server = self.serve("--retention", "forever")
        machine = server.create("large", LARGE)
        for number in range(700):
            server.start(machine, f"n{number}")
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.rows()["stream"], 700)
        time.sleep(1)
        for _ in range(3):
            server = self.serve("--retention", "1s")
            end = time.monotonic() + weft.SECONDS_MAX
            while metric(server, "weft_executions_deleted_total") == 0 and self.executions(server, machine):
                self.assertLess(time.monotonic(), end)
                time.sleep(0.01)
            server.close()  # killed
            self.check()
        server = self.serve("--retention", "1s")
        end = time.monotonic() + weft.SECONDS_MAX
        while any(self.rows().values()):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.2)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.check()["executions"], 0)

    def test_what_is_no_retention_is_refused(self):
        done = self.weft("serve", "--retention", "90")
        self.assert_exit(done, 2)
        self.assertIn("'90' is no retention: 90d, 12h, 30m or 45s, at most a century, or forever", done.stderr)
        self.write("weft.yaml", "region: us-east-1\nretention: soon\n")
        done = self.weft("serve")
        self.assert_exit(done, 2)
        self.assertIn("weft.yaml:2:1: 'soon' is no retention", done.stderr)


if __name__ == "__main__":
    weft.main()
