"""Thirteen machines give the same events through `weft run`, through `weft run --express` and through `weft serve`.

Times, names and ARNs aside, every field is compared. Express has no history over HTTP, so there the answer of
StartSyncExecution is held against the last event. Where branches or iterations run side by side, the order between
them is free: then what is compared is the tree that previousEventId spans, not the numbers.
"""

import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import weft  # noqa: E402


def task(**more):
    return {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "f", "Payload.$": "$"}, **more}


def machine(start, **states):
    return {"StartAt": start, "States": states}


def processor(start, **states):
    return {"ProcessorConfig": {"Mode": "INLINE"}, **machine(start, **states)}


# A name: the definition, its input, whether things run side by side in it.
MACHINES = {
    "passes": (machine(
        "A", A={"Type": "Pass", "Result": {"b": [1, 2.0, "é"]}, "ResultPath": "$.a", "Next": "B"},
        B={"Type": "Pass", "Parameters": {"last.$": "States.ArrayGetItem($.a.b, 2)", "all.$": "$.a.b"}, "Next": "C"},
        C={"Type": "Succeed", "OutputPath": "$.last"}), {"x": 1}, False),
    "choice": (machine(
        "Size", Size={"Type": "Choice", "Default": "Small", "Choices": [
            {"And": [{"Variable": "$.n", "IsNumeric": True}, {"Variable": "$.n", "NumericGreaterThan": 9}],
             "Next": "Large"}]},
        Large={"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, -5)"}, "Next": "Size"},
        Small={"Type": "Pass", "End": True}), {"n": 17}, False),
    "wait": (machine(
        "W", W={"Type": "Wait", "SecondsPath": "$.seconds", "Next": "P"},
        P={"Type": "Pass", "Result": "awake", "End": True}), {"seconds": 1}, False),
    "task": (machine(
        "Call", Call=task(ResultSelector={"got.$": "$.Payload.total"}, ResultPath="$.answer", TimeoutSeconds=20,
                          Next="Out"),
        Out={"Type": "Pass", "OutputPath": "$.answer", "End": True}), {"id": 7}, False),
    "retry": (machine(
        "Flaky", Flaky=task(Retry=[{"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "BackoffRate": 1.0},
                                   {"ErrorEquals": ["States.ALL"], "MaxAttempts": 0}], End=True)), {"id": 8}, False),
    "catch": (machine(
        "Broken", Broken=task(Retry=[{"ErrorEquals": ["Other"]}], End=True, Catch=[
            {"ErrorEquals": ["Gone"], "ResultPath": "$.error", "Next": "Mend"}]),
        Mend={"Type": "Pass", "Parameters": {"because.$": "$.error.Error"}, "End": True}), {"id": 9}, False),
    "parallel": (machine(
        "Both", Both={"Type": "Parallel", "ResultPath": "$.both", "End": True, "Branches": [
            machine("Left", Left=task(Next="LeftEnd"), LeftEnd={"Type": "Pass", "End": True}),
            machine("Right", Right={"Type": "Wait", "Seconds": 1, "Next": "RightEnd"},
                    RightEnd={"Type": "Pass", "Result": 2, "End": True})]}), {"in": True}, True),
    "map-one-by-one": (machine(
        "Each", Each={"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 1, "End": True, "ItemSelector": {
            "at.$": "$$.Map.Item.Index", "is.$": "$$.Map.Item.Value"}, "ItemProcessor": processor(
                "Item", Item=task(Next="ItemEnd", ResultPath="$.got"),
                ItemEnd={"Type": "Pass", "OutputPath": "$.got.Payload", "End": True})}),
        {"items": ["a", "b", "c"]}, False),
    "map-parallel": (machine(
        "All", All={"Type": "Map", "ItemsPath": "$.items", "ResultPath": "$.done", "End": True,
                    "ItemProcessor": processor(
                        "One", One=task(Next="OneEnd", ResultPath="$.got"),
                        OneEnd={"Type": "Pass", "End": True})}),
        {"items": [{"n": n} for n in range(5)]}, True),
    "fail": (machine(
        "Try", Try={"Type": "Parallel", "Next": "Never", "Branches": [
            machine("Stop", Stop={"Type": "Fail", "ErrorPath": "$.e", "CausePath": "$.c"})]},
        Never={"Type": "Succeed"}), {"e": "Order.Bad", "c": "it is\nbad"}, False),
    "variables": (machine(
        "Set", Set={"Type": "Pass", "Assign": {"base": 10, "list.$": "$.items"}, "Next": "Each"},
        Each={"Type": "Map", "ItemsPath": "$list", "MaxConcurrency": 1, "Assign": {"sums.$": "$"},
              "ItemProcessor": processor(
                  "Add", Add={"Type": "Pass", "Assign": {"own.$": "States.MathAdd($, $base)"}, "Next": "Give"},
                  Give={"Type": "Pass", "OutputPath": "$own", "End": True}), "Next": "Out"},
        Out={"Type": "Pass", "Parameters": {"sums.$": "$sums", "base.$": "$base"}, "End": True}),
        {"items": [1, 2]}, False),
    "jsonata": ({"QueryLanguage": "JSONata", **machine(
        "Ask", Ask={"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
                    "Arguments": {"FunctionName": "f", "Payload": "{% $states.input.n + 1 %}"},
                    "Assign": {"got": "{% $states.result.Payload %}"}, "Output": "{% $states.input %}", "Next": "Which"},
        Which={"Type": "Choice", "Default": "Out", "Choices": [
            {"Condition": "{% $got.total > 2 %}", "Output": {"many": "{% $got.total %}"}, "Next": "Each"}]},
        Each={"Type": "Map", "Items": {"a": 1, "b": "{% $states.input.many %}"}, "MaxConcurrency": 1,
              "ItemSelector": "{% $states.context.Map.Item.Key & $states.context.Map.Item.Value %}",
              "ItemProcessor": processor("I", I={"Type": "Pass", "End": True}), "Next": "Out"},
        Out={"Type": "Pass", "End": True})}, {"n": 1}, False),
    "jsonata-fails": ({"QueryLanguage": "JSONata", **machine(
        "Pick", Pick={"Type": "Parallel", "Catch": [
            {"ErrorEquals": ["States.QueryEvaluationError"], "Assign": {"why": "{% $states.errorOutput.Cause %}"},
             "Next": "Tell"}], "Branches": [
                machine("Wrong", Wrong={"Type": "Pass", "Output": {"x": "{% $states.input.none %}"}, "End": True})],
                      "End": True},
        Tell={"Type": "Fail", "Error": "{% 'Order' & '.Bad' %}", "Cause": "{% $why %}"})}, {}, False),
}

MOCKS = {
    "Ask": {"output": {"Payload": {"total": 3}}},
    "Call": {"output": {"Payload": {"total": 3.0}}},
    "Flaky": [{"error": "Busy", "cause": "later", "times": 2}, {"output": "at last"}],
    "Broken": {"error": "Gone", "cause": "it left"},
    "Left": {"output": {"left": True}, "delay_ms": 100},
    "Item": [{"output": {"Payload": number}} for number in (10, 20, 30)],
    "One": {"output": {"one": 1}, "delay_ms": 50, "repeat": True},
}

TERMINAL = ("ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut")


def without_names(event):
    """The event less what must differ: its time, and the role of a machine that only the service has."""
    event = {name: value for name, value in event.items() if name != "timestamp"}
    if "executionStartedEventDetails" in event:
        event["executionStartedEventDetails"] = {
            name: value for name, value in event["executionStartedEventDetails"].items()
            if name not in ("roleArn", "stateMachineVersionArn", "stateMachineAliasArn")}
    return event


def numbered(events):
    return [without_names(event) for event in events]


def tree(events):
    """Each event with everything that led to it, as a sorted list: the same for each order of side-by-side work."""
    way = {0: ()}
    for event in events:
        own = {name: value for name, value in without_names(event).items() if name not in ("id", "previousEventId")}
        way[event["id"]] = (*way[event["previousEventId"]], json.dumps(own, sort_keys=True))
    return sorted(way.values())


class Events(weft.Case):
    maxDiff = 4000

    def setUp(self):
        super().setUp()
        self.mocks = self.write("mocks.json", MOCKS)

    def run_history(self, name, *extra):
        definition, given, _ = MACHINES[name]
        done = self.weft("run", self.write(f"{name}.json", definition), "--input", json.dumps(given), "--history",
                         "--mocks", self.mocks, *extra)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def assert_well_formed(self, events):
        self.assertEqual([event["id"] for event in events], list(range(1, len(events) + 1)))
        self.assertTrue(all(event["previousEventId"] < event["id"] for event in events))
        self.assertEqual([event["type"] in TERMINAL for event in events], [False] * (len(events) - 1) + [True])
        times = [event["timestamp"] for event in events]
        self.assertEqual(times, sorted(times))

    def assert_same(self, name, one, other):
        self.assertEqual(one[-1]["type"], "ExecutionFailed" if "fail" in name else "ExecutionSucceeded", one[-1])
        self.assert_well_formed(one)
        self.assert_well_formed(other)
        if MACHINES[name][2]:
            self.assertEqual(tree(one), tree(other))
        else:
            self.assertEqual(numbered(one), numbered(other))

    def test_run_and_serve_as_standard(self):
        server = self.serve("--mocks", self.mocks)
        started = {}
        for name, (definition, given, _) in MACHINES.items():
            started[name] = server.start(server.create(name, definition), "one", given)
        for name, execution in started.items():
            with self.subTest(machine=name):
                end = time.monotonic() + weft.SECONDS_MAX
                while server.describe(execution)["status"] == "RUNNING":
                    self.assertLess(time.monotonic(), end)
                    time.sleep(0.05)
                events, page = [], {}
                while True:
                    page = server.call("GetExecutionHistory", executionArn=execution, maxResults=7, **page)
                    events += page["events"]
                    if "nextToken" not in page:
                        break
                    page = {"nextToken": page["nextToken"]}
                self.assert_same(name, self.run_history(name), events)
                described = server.describe(execution)
                self.assert_answer(events[-1], described)

    def test_run_as_standard_and_as_express(self):
        for name in MACHINES:
            with self.subTest(machine=name):
                self.assert_same(name, self.run_history(name), self.run_history(name, "--express"))

    def test_run_and_serve_as_express(self):
        server = self.serve("--mocks", self.mocks)
        for name, (definition, given, _) in MACHINES.items():
            with self.subTest(machine=name):
                answer = server.call("StartSyncExecution", input=json.dumps(given),
                                     stateMachineArn=server.create(name, definition, "EXPRESS"))
                self.assert_answer(self.run_history(name, "--express")[-1], answer)

    def assert_answer(self, last, answer):
        """What an operation says of the execution is what its last event says."""
        details = next((value for key, value in last.items() if key.endswith("EventDetails")), {})
        status = {"ExecutionSucceeded": "SUCCEEDED", "ExecutionFailed": "FAILED"}[last["type"]]
        self.assertEqual(answer["status"], status)
        for field in ("output", "error", "cause"):
            self.assertEqual(answer.get(field), details.get(field), field)


if __name__ == "__main__":
    weft.main()
