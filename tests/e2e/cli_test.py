"""The AWS CLI, as PyPI has it, against `weft serve`: only the endpoint is set. The activity's worker is a shell script."""

import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import weft  # noqa: E402

AWS = pathlib.Path(__file__).resolve().parents[2] / "build" / "venv" / "bin" / "aws"

# Takes one task of the activity, and answers with what the task was given.
WORKER = """
set -eu
task=$("$AWS" stepfunctions get-activity-task --activity-arn "$ACTIVITY" --worker-name shell --output json)
read_member() { "$PYTHON" -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
"$AWS" stepfunctions send-task-heartbeat --task-token "$(printf %s "$task" | read_member taskToken)"
"$AWS" stepfunctions send-task-success --task-token "$(printf %s "$task" | read_member taskToken)" \\
    --task-output "$(printf %s "$task" | read_member input)"
"""


class Cli(weft.Case):
    def setUp(self):
        super().setUp()
        if not AWS.exists():
            raise RuntimeError("this test needs tests/e2e/requirements.txt: ./dev setup test")
        self.server = self.serve()
        self.env = weft.environment(
            HOME=str(self.folder), AWS_ENDPOINT_URL_SFN=self.server.url, AWS_DEFAULT_REGION="us-east-1", AWS_PAGER="",
            AWS_ACCESS_KEY_ID="any", AWS_SECRET_ACCESS_KEY="any", AWS_EC2_METADATA_DISABLED="true",
            AWS=str(AWS), PYTHON=sys.executable)

    def aws(self, *arguments):
        done = subprocess.run([AWS, "stepfunctions", *arguments, "--output", "json"], capture_output=True, text=True,
                              env=self.env, cwd=self.folder, timeout=weft.SECONDS_MAX)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout or "{}")

    def test_create_start_wait_history(self):
        definition = self.write("definition.json", weft.PASS)
        machine = self.aws("create-state-machine", "--name", "cli", "--role-arn", weft.ROLE,
                           "--definition", f"file://{definition}")["stateMachineArn"]
        execution = self.aws("start-execution", "--state-machine-arn", machine, "--name", "one",
                             "--input", '{"n": 1}')["executionArn"]
        while (described := self.aws("describe-execution", "--execution-arn", execution))["status"] == "RUNNING":
            pass
        self.assertEqual(described["status"], "SUCCEEDED")
        self.assertEqual(json.loads(described["output"]), {"answer": 42})
        # The CLI follows the pages by itself.
        events = self.aws("get-execution-history", "--execution-arn", execution, "--page-size", "1")["events"]
        self.assertEqual([event["id"] for event in events], [1, 2, 3, 4])
        self.assertEqual(events[-1]["type"], "ExecutionSucceeded")
        listed = self.aws("list-executions", "--state-machine-arn", machine)["executions"]
        self.assertEqual([one["name"] for one in listed], ["one"])

    def test_a_worker_in_shell(self):
        activity = self.aws("create-activity", "--name", "work")["activityArn"]
        machine = self.server.create("work", {"StartAt": "T", "States": {"T": {
            "Type": "Task", "Resource": activity, "HeartbeatSeconds": 60, "End": True}}})
        execution = self.server.start(machine, given={"given": "by the worker"})
        worker = subprocess.run(["bash", "-c", WORKER], capture_output=True, text=True, cwd=self.folder,
                                env={**self.env, "ACTIVITY": activity}, timeout=weft.SECONDS_MAX)
        self.assertEqual(worker.returncode, 0, worker.stderr)
        described = self.server.describe(execution)
        self.assertEqual(described["status"], "SUCCEEDED")
        self.assertEqual(json.loads(described["output"]), {"given": "by the worker"})


if __name__ == "__main__":
    weft.main()
