"""What clients must not do to each other: accounts, connections that end, and pages of the web."""

import http.client
import json
import pathlib
import socket
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import weft  # noqa: E402

REGION = "us-east-1"
OURS, THEIRS = "111111111111", "222222222222"


class Apart(weft.Case):
    def setUp(self):
        super().setUp()
        self.server = self.serve()

    def ask(self, account, operation, expect=200, **parameters):
        """A request of an account: unverified, its access key says which."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=weft.SECONDS_MAX)
        connection.request("POST", "/", json.dumps(parameters), {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AWSStepFunctions." + operation,
            "Authorization": f"AWS4-HMAC-SHA256 Credential={account}/20260101/{REGION}/states/aws4_request, "
                             "SignedHeaders=host, Signature=0"})
        answer = connection.getresponse()
        body = json.loads(answer.read())
        connection.close()
        self.assertEqual(answer.status, expect, body)
        return body

    def create(self, account, name, definition, **more):
        return self.ask(account, "CreateStateMachine", name=name, definition=json.dumps(definition), roleArn=weft.ROLE,
                        **more)

    def try_task(self, resource, parameters):
        """What a Task of ours gives."""
        return self.ask(OURS, "TestState", roleArn=weft.ROLE, input="{}", definition=json.dumps({
            "Type": "Task", "Resource": resource, "Parameters": parameters, "End": True}))

    def test_tasks_see_what_their_account_sees(self):
        machine = self.create(THEIRS, "secret", weft.ECHO)["stateMachineArn"]
        execution = self.ask(THEIRS, "StartExecution", stateMachineArn=machine, input='{"secret":1}')["executionArn"]
        for operation, parameters, error in (
                ("describeExecution", {"ExecutionArn": execution}, "Sfn.ExecutionDoesNotExistException"),
                ("getExecutionHistory", {"ExecutionArn": execution}, "Sfn.ExecutionDoesNotExistException"),
                ("startExecution", {"StateMachineArn": machine}, "Sfn.StateMachineDoesNotExistException")):
            got = self.try_task("arn:aws:states:::aws-sdk:sfn:" + operation, parameters)
            self.assertEqual((got["status"], got["error"]), ("FAILED", error))
        got = self.try_task("arn:aws:states:::states:startExecution", {"StateMachineArn": machine})
        self.assertEqual((got["status"], got["error"]), ("FAILED", "StepFunctions.StateMachineDoesNotExistException"))
        self.try_task("arn:aws:states:::aws-sdk:sfn:deleteStateMachine", {"StateMachineArn": machine})
        self.assertEqual(self.ask(THEIRS, "DescribeStateMachine", stateMachineArn=machine)["status"], "ACTIVE")
        self.assertEqual(len(self.ask(THEIRS, "ListExecutions", stateMachineArn=machine)["executions"]), 1)

    def test_workers_of_others_get_no_tasks(self):
        activity = self.ask(THEIRS, "CreateActivity", name="work")["activityArn"]
        machine = self.create(OURS, "m", {"StartAt": "T", "States": {
            "T": {"Type": "Task", "Resource": activity, "End": True}}})["stateMachineArn"]
        execution = self.ask(OURS, "StartExecution", stateMachineArn=machine)["executionArn"]
        end = time.monotonic() + 10
        while (found := self.ask(OURS, "DescribeExecution", executionArn=execution))["status"] == "RUNNING":
            self.assertLess(time.monotonic(), end)
        self.assertEqual(found["error"], "States.Runtime")
        self.assertIn(activity, found["cause"])

    def test_an_alias_of_a_machine_of_others(self):
        version = self.create(THEIRS, "m", weft.ECHO, publish=True)["stateMachineVersionArn"]
        self.ask(OURS, "CreateStateMachineAlias", expect=400, name="live",
                 routingConfiguration=[{"stateMachineVersionArn": version, "weight": 100}])
        self.ask(THEIRS, "DeleteStateMachineVersion", stateMachineVersionArn=version)

    def test_a_worker_that_has_gone_takes_no_task(self):
        activity = self.server.call("CreateActivity", name="work")["activityArn"]
        machine = self.server.create("m", {"StartAt": "T", "States": {
            "T": {"Type": "Task", "Resource": activity, "End": True}}})
        body = json.dumps({"activityArn": activity}).encode()
        gone = socket.create_connection(("127.0.0.1", self.server.port))
        gone.sendall(b"POST / HTTP/1.1\r\nHost: weft\r\nContent-Type: application/x-amz-json-1.0\r\n"
                     b"X-Amz-Target: AWSStepFunctions.GetActivityTask\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        time.sleep(0.3)
        gone.close()
        time.sleep(0.3)
        execution = self.server.start(machine)
        task = self.server.call("GetActivityTask", activityArn=activity)
        self.assertTrue(task["taskToken"])
        self.server.call("SendTaskSuccess", taskToken=task["taskToken"], output="1")
        self.assertEqual(self.server.describe(execution)["status"], "SUCCEEDED")

    def test_two_starts_of_a_name_on_one_connection(self):
        machine = self.server.create("m", weft.ECHO)
        one = json.dumps({"stateMachineArn": machine, "name": "same", "input": "{}"}).encode()
        request = (b"POST / HTTP/1.1\r\nHost: weft\r\nContent-Type: application/x-amz-json-1.0\r\n"
                   b"X-Amz-Target: AWSStepFunctions.StartExecution\r\nContent-Length: %d\r\n\r\n" % len(one) + one)
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", self.server.port)) as client:
                client.sendall(request * 20)
                client.shutdown(socket.SHUT_WR)
                answers = b""
                while part := client.recv(1 << 16):
                    answers += part
            self.assertEqual(answers.count(b"HTTP/1.1 "), 20)
        self.assertEqual(len(self.server.call("ListExecutions", stateMachineArn=machine)["executions"]), 1)

    def test_a_chunked_request_behind_a_slow_one(self):
        activity = self.server.call("CreateActivity", name="work")["activityArn"]
        machine = self.server.create("m", {"StartAt": "T", "States": {
            "T": {"Type": "Task", "Resource": activity, "End": True}}})
        head = b"POST / HTTP/1.1\r\nHost: weft\r\nContent-Type: application/x-amz-json-1.0\r\n"
        poll = json.dumps({"activityArn": activity}).encode()
        start = json.dumps({"stateMachineArn": machine, "name": "chunked", "input": "{}"}).encode()
        with socket.create_connection(("127.0.0.1", self.server.port)) as client:
            client.sendall(head + b"X-Amz-Target: AWSStepFunctions.GetActivityTask\r\nContent-Length: %d\r\n\r\n" % len(poll)
                           + poll + head + b"X-Amz-Target: AWSStepFunctions.StartExecution\r\n"
                           b"Transfer-Encoding: chunked\r\n\r\n")
            for at in range(0, len(start), 7):
                part = start[at:at + 7]
                client.sendall(b"%x\r\n%s\r\n" % (len(part), part))
            time.sleep(0.3)
            threading.Timer(0.2, lambda: self.server.start(machine, "first")).start()
            reader = client.makefile("rb")
            self.assertIn(b"taskToken", self.answer(reader))
            time.sleep(0.2)
            client.sendall(b"0\r\n\r\n")
            self.assertIn(b":chunked", self.answer(reader))

    def answer(self, reader):
        self.assertIn(b"200", reader.readline())
        length = 0
        while (line := reader.readline()) != b"\r\n":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return reader.read(length)

    def test_a_page_of_the_web_is_not_answered(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=weft.SECONDS_MAX)
        connection.request("POST", "/", "{}", {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AWSStepFunctions.ListStateMachines",
            "Host": "elsewhere.example", "Origin": "http://elsewhere.example"})
        answer = connection.getresponse()
        self.assertEqual(answer.status, 400)
        self.assertIn("web pages", json.loads(answer.read())["message"])
        connection.close()


if __name__ == "__main__":
    weft.main()
