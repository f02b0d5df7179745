"""`weft serve`: starting, registering, stopping, and everything that keeps it from starting."""

import json
import os
import pathlib
import signal
import socket
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import weft  # noqa: E402


def until(check, seconds=20):
    end = time.monotonic() + seconds
    while not check():
        if time.monotonic() > end:
            raise AssertionError("it did not come about in time")
        time.sleep(0.02)


class Serve(weft.Case):
    def test_standard_and_express_over_http(self):
        server = self.serve()
        execution = server.start(server.create("standard", weft.ECHO), "one", {"a": 1})
        until(lambda: server.describe(execution)["status"] != "RUNNING")
        self.assertEqual(json.loads(server.describe(execution)["output"]), {"a": 1})
        express = server.create("express", weft.PASS, "EXPRESS")
        answer = server.call("StartSyncExecution", host=f"sync-localhost:{server.port}", stateMachineArn=express)
        self.assertEqual((answer["status"], json.loads(answer["output"])), ("SUCCEEDED", {"answer": 42}))
        self.assertEqual(server.stop(), 0)
        self.assertEqual(server.errors, [])

    def test_files_are_registered_and_brought_up_to_date(self):
        self.write("one.asl.json", weft.PASS)
        self.write("two.express.asl.yaml", "StartAt: S\nStates:\n  S: {Type: Succeed}\n")
        self.write("three.json", weft.ECHO)
        files = ["one.asl.json", "two.express.asl.yaml", "three.json", "--express", "three"]
        server = self.serve(*files)
        machines = {m["name"]: m["type"] for m in server.call("ListStateMachines")["stateMachines"]}
        self.assertEqual(machines, {"one": "STANDARD", "two": "EXPRESS", "three": "EXPRESS"})
        self.assertEqual(server.stop(), 0)

        self.write("one.asl.json", weft.ECHO)
        server = self.serve(*files)
        machines = server.call("ListStateMachines")["stateMachines"]
        arn = next(m["stateMachineArn"] for m in machines if m["name"] == "one")
        self.assertEqual(len(machines), 3)
        self.assertEqual(json.loads(server.call("DescribeStateMachine", stateMachineArn=arn)["definition"]), weft.ECHO)
        self.assertEqual(server.stop(), 0)

        done = self.weft("serve", "--listen", "127.0.0.1:0", "--data", "data", "three.json")
        self.assert_exit(done, 2)
        self.assertIn("'three' is kept as Express and cannot become Standard", done.stderr)

    def test_executions_survive_a_restart_and_a_kill(self):
        for number, status in ((signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)):
            data = self.folder / f"data-{int(number)}"
            server = self.serve(data=data)
            done = server.start(server.create("done", weft.ECHO), "done", {"kept": True})
            until(lambda: server.describe(done)["status"] == "SUCCEEDED")
            open_one = server.start(server.create("waits", weft.waiting(3)), "open")
            history = server.call("GetExecutionHistory", executionArn=done)
            server.signal(number)
            self.assertEqual(server.wait(), status)

            server = self.serve(data=data)
            self.assertEqual(json.loads(server.describe(done)["output"]), {"kept": True})
            self.assertEqual(server.call("GetExecutionHistory", executionArn=done), history)
            until(lambda: server.describe(open_one)["status"] == "SUCCEEDED")
            events = server.call("GetExecutionHistory", executionArn=open_one)["events"]
            self.assertEqual([event["id"] for event in events], list(range(1, len(events) + 1)))
            self.assertEqual(server.stop(), 0)

    def test_limits_of_aws(self):
        server = self.serve("--limits", "aws")
        with self.assertRaises(weft.ApiError):
            server.start(server.create("m", weft.ECHO), given={"a": "x" * 300_000})
        server.start(server.create("m", weft.ECHO), given={"a": "x" * 200_000})


class Stopping(weft.Case):
    def test_both_signals_end_it_with_status_0(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            server = self.serve(data=self.folder / f"data-{int(number)}")
            server.start(server.create("waits", weft.waiting(60)))
            begun = time.monotonic()
            server.signal(number)
            self.assertEqual(server.wait(), 0)
            self.assertLess(time.monotonic() - begun, 5)

    def test_a_request_under_way_does_not_hold_it_up(self):
        server = self.serve()
        express = server.create("slow", weft.waiting(30), "EXPRESS")

        def call():
            try:
                server.call("StartSyncExecution", stateMachineArn=express)
            except (weft.ApiError, OSError):
                pass
        caller = threading.Thread(target=call)
        caller.start()
        with socket.create_connection(("127.0.0.1", server.port)) as idle:
            idle.sendall(b"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf")
            time.sleep(0.3)
            begun = time.monotonic()
            self.assertEqual(server.stop(), 0)
            self.assertLess(time.monotonic() - begun, 5)
        caller.join(weft.SECONDS_MAX)

    def test_a_second_signal_ends_it_at_once(self):
        server = self.serve()
        express = server.create("slow", weft.waiting(30), "EXPRESS")

        def call():
            try:
                server.call("StartSyncExecution", stateMachineArn=express)
            except (weft.ApiError, OSError):
                pass
        caller = threading.Thread(target=call)
        caller.start()
        time.sleep(0.3)
        begun = time.monotonic()
        server.signal(signal.SIGTERM)
        time.sleep(0.2)
        server.signal(signal.SIGTERM)
        self.assertIn(server.wait(), (0, 128 + signal.SIGTERM))
        self.assertLess(time.monotonic() - begun, 1)
        caller.join(weft.SECONDS_MAX)


class Refused(weft.Case):
    def refused(self, *arguments, says):
        done = self.weft("serve", *arguments)
        self.assert_exit(done, 2)
        self.assertNotIn("weft is ready", done.stdout)
        self.assertIn(says, done.stderr)

    def test_addresses(self):
        self.refused("--listen", "0.0.0.0:8083", says="auth.keys in weft.yaml")
        self.refused("--listen", "127.0.0.1:99999", says="not a port")
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            self.refused("--listen", f"127.0.0.1:{port}", says=str(port))
        self.assertFalse((self.folder / "weft-data" / "nothing").exists())

    def test_folders(self):
        server = self.serve()
        self.refused("--listen", "127.0.0.1:0", "--data", "data", says="data")
        server.start(server.create("m", weft.ECHO))  # the first one goes on
        self.write("file", "")
        self.refused("--listen", "127.0.0.1:0", "--data", "file", says="file")
        if os.geteuid() != 0:
            (self.folder / "read-only").mkdir(mode=0o500)
            self.refused("--listen", "127.0.0.1:0", "--data", "read-only", says="read-only")

    def test_damaged_store(self):
        (self.folder / "data").mkdir()
        self.write("data/weft.db", "this is no database, but long enough to be looked at " * 50)
        self.refused("--listen", "127.0.0.1:0", "--data", "data", says="weft.db")

    def test_definitions(self):
        broken = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Next": "Q"}}}
        self.write("broken.asl.json", json.dumps(broken, indent=1))
        self.refused("--listen", "127.0.0.1:0", "broken.asl.json", says="broken.asl.json:6:")
        self.refused("--listen", "127.0.0.1:0", "none.asl.json", says="cannot read 'none.asl.json'")
        self.write("a.asl.json", weft.PASS)
        self.write("a.json", weft.PASS)
        self.refused("--listen", "127.0.0.1:0", "a.asl.json", "a.json", says="two files would be the machine 'a'")
        self.refused("--listen", "127.0.0.1:0", "a.json", "--express", "b", says="no file given is the machine 'b'")


if __name__ == "__main__":
    weft.main()
