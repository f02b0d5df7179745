"""The crash storm: `weft serve` is killed with SIGKILL at random moments under everything that has an effect outside.

    storm_test.py --binary build/weft [--kills 200 | --quick]

Each execution calls a model for each item of a Map, calls a busy one with Retry, hands work to an activity, waits for a
task token that the provider returns, and runs a child execution, all at once. Beside what kill_test.py holds:

- an activity's task is given out again only after its time was up, and the recorded result is one that a worker sent for
  that very task;
- a callback's result is one that was sent with that task's token;
- each child execution was asked for by one parent, ended, and its output is the one its parent recorded;
- `weft check` finds the folder sound.
"""

import json
import pathlib
import queue
import random
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import crashes  # noqa: E402
import weft  # noqa: E402
from crashes import ask  # noqa: E402

KILLS = 200
WORKERS = 4
TASK_SECONDS = 8  # an activity's task whose worker was not heard of
REGION = "arn:aws:states:us-east-1:123456789012:"
CHILD = {"StartAt": "Ask as a child", "States": {
    "Ask as a child": {**ask("child", End=True)}}}
MACHINE = {"StartAt": "Wait a moment", "States": {
    "Wait a moment": {"Type": "Wait", "SecondsPath": "$.seconds", "Next": "At once"},
    "At once": {"Type": "Parallel", "End": True, "Branches": [
        {"StartAt": "Each", "States": {"Each": {
            "Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "End": True,
            "ItemSelector": {"index.$": "$$.Map.Item.Index"},
            "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "Ask of item", "States": {
                "Ask of item": ask("item {}", "$.index", End=True)}}}}},
        {"StartAt": "Ask a busy one", "States": {"Ask a busy one": ask("busy", End=True, Retry=[
            {"ErrorEquals": ["Bedrock.ThrottlingException"], "IntervalSeconds": 1, "MaxAttempts": 3}])}},
        {"StartAt": "Work", "States": {"Work": {
            "Type": "Task", "Resource": REGION + "activity:work", "TimeoutSeconds": TASK_SECONDS, "End": True,
            "Parameters": {"name.$": "$$.Execution.Name"},
            "Retry": [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": 50, "BackoffRate": 1}]}}},
        {"StartAt": "Call back", "States": {"Call back": ask("token {}", "$$.Task.Token", End=True,
                                                             suffix=".waitForTaskToken")}},
        {"StartAt": "Nest", "States": {"Nest": {
            "Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "End": True,
            "Parameters": {"StateMachineArn": REGION + "stateMachine:child", "Input": {}}}}}]}}}


class Helpers:
    """The activity's workers and whoever returns task tokens, across all processes of the server."""

    def __init__(self):
        self.lock = threading.Lock()
        self.server = None
        self.stopped = False
        self.serial = 0
        self.sent = {}  # serial to the task's token
        self.tokens = queue.Queue()
        self.threads = [threading.Thread(target=self.work, daemon=True) for _ in range(WORKERS)]
        self.threads += [threading.Thread(target=self.call_back, daemon=True) for _ in range(WORKERS)]
        for thread in self.threads:
            thread.start()

    def answer(self, token, what):
        """Sends a success until the server says that it has it, or that it is too late."""
        with self.lock:
            self.serial += 1
            serial = self.serial
            self.sent[serial] = (token, what)
        while not self.stopped:
            try:
                self.server.call("SendTaskSuccess", taskToken=token, output=json.dumps({"serial": serial}))
                return
            except weft.ApiError as error:
                if error.type in ("TaskTimedOut", "TaskDoesNotExist"):
                    return
                raise
            except (OSError, AttributeError, json.JSONDecodeError):
                time.sleep(0.05)  # it is being killed, or coming up

    def work(self):
        while not self.stopped:
            try:
                task = self.server.call("GetActivityTask", activityArn=REGION + "activity:work", workerName="storm")
            except (OSError, AttributeError, json.JSONDecodeError, weft.ApiError):
                time.sleep(0.05)
                continue
            if task.get("taskToken"):
                time.sleep(random.uniform(0, 0.2))
                self.answer(task["taskToken"], json.loads(task["input"])["name"] + " work")

    def call_back(self):
        while not self.stopped:
            prompt = self.tokens.get()
            if prompt:
                name, _, token = prompt.split()
                self.answer(token, name + " token")

    def stop(self):
        self.stopped = True
        for _ in self.threads:
            self.tokens.put(None)


class Storm(crashes.Crashes):
    def test_nothing_is_lost_and_nothing_is_done_twice(self):
        self.helpers = Helpers()
        self.addCleanup(self.helpers.stop)
        said = self.run_plan(crashes.Plan(kills=KILLS, machine=MACHINE, open_target=60, call_seconds=(0.05, 0.4),
                                          process_seconds=(0, 0.8)))
        self.helpers.stop()
        checked = self.weft("check", "--data", str(self.folder / "data"))
        self.assert_exit(checked, 0)
        print(f"storm_test: {said}; {len(self.helpers.sent)} activity tasks and callbacks answered")

    def launched(self, driver):
        driver.provider.answered = lambda prompt: " token " in prompt and self.helpers.tokens.put(prompt)
        driver.server.call("CreateActivity", name="work")
        driver.server.create("child", CHILD)
        self.helpers.server = driver.server

    def drained(self, driver):
        """The children, by name, with their histories."""
        children = driver.list(of=REGION + "stateMachine:child")
        self.assertEqual({child["status"] for child in children}, {"SUCCEEDED"})
        self.children = {child["executionArn"]: self.history(driver.server, child["executionArn"]) for child in children}
        self.parents = {}

    def may_be_dropped(self, prompt):
        # The token may come back before the model's answer is in; then the task has ended.
        return " token " in prompt

    def check_histories(self, histories):
        outcomes = super().check_histories(histories)
        for child, events in self.children.items():
            self.assertIn(child, self.parents, "a child that no parent asked for")
            outcomes += [(name, self.call_of(event)) for name, event in self.model_calls(child.rsplit(":", 1)[1], events)]
        return outcomes

    def outcomes_of(self, name, events):
        found = [(name, self.call_of(event)) for name, event in self.model_calls(name, events)]
        accepted = [self.details(event) for event in events if event["type"] == "ActivitySucceeded"]
        self.assertEqual(len(accepted), 1, name)
        self.accepted(accepted[0]["output"], name + " work")
        for scheduled, ended in self.by_scheduled(events).items():
            what = events[scheduled - 1]["taskScheduledEventDetails"]
            if what["resource"] == "startExecution.sync:2":
                self.assertEqual([event["type"] for event in ended], ["TaskSucceeded"], name)
                self.child_of(name, json.loads(self.details(ended[0])["output"]))
            elif what["resource"] == "invokeModel.waitForTaskToken":
                self.assertEqual([event["type"] for event in ended], ["TaskSucceeded"], name)
                self.accepted(self.details(ended[0])["output"], name + " token")
        return found

    def model_calls(self, name, events):
        """What the model answered to each call, be it the task's result or (with a token) only its submission."""
        for event in events:
            if event["type"] in crashes.OUTCOMES | {"TaskSubmitted"}:
                what = self.scheduled_of(events, event)["taskScheduledEventDetails"]["resource"]
                if what == ("invokeModel.waitForTaskToken" if event["type"] == "TaskSubmitted" else "invokeModel"):
                    yield name, event

    def details(self, event):
        return next(value for key, value in event.items() if key.endswith("EventDetails"))

    def accepted(self, output, what):
        serial = json.loads(output)["serial"]
        self.assertEqual(self.helpers.sent[serial][1], what, "a result that was sent for another task")

    def child_of(self, name, described):
        child = described["ExecutionArn"]
        self.assertIn(child, self.children, f"{name} knows a child that is not there")
        self.assertNotIn(child, self.parents, "two parents of one child")
        self.parents[child] = name
        recorded = self.details(self.children[child][-1])["output"]
        self.assertEqual(described["Output"], json.loads(recorded))


if __name__ == "__main__":
    KILLS = crashes.kills_wanted(KILLS, quick=5)
    weft.main()
