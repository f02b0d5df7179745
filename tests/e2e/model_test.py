"""The operation table against the service's model as botocore has it, and every operation by boto3.

A member that the service renames, adds or requires fails here until the table says the same; so does an operation that
the table has a function for and that no call below makes.
"""

import json
import os
import pathlib
import re
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import weft  # noqa: E402

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import ClientError
except ImportError as missing:
    # The build was configured with another Python than that of `./dev setup test`.
    PYTHON = pathlib.Path(__file__).resolve().parents[2] / "build" / "venv" / "bin" / "python"
    if not PYTHON.exists() or pathlib.Path(sys.prefix) == PYTHON.parents[1]:
        raise RuntimeError("this test needs tests/e2e/requirements.txt: ./dev setup test") from missing
    os.execv(PYTHON, [str(PYTHON), *sys.argv])

TABLE = pathlib.Path(__file__).resolve().parents[2] / "src" / "api" / "states" / "operation.cpp"
ROW = re.compile(r'Operation\{\s*"(\w+)",\s*(\w+),\s*((?:"[^"]*"\s*)+),\s*((?:"[^"]*"\s*)+)\}')


def members(literals):
    """{name: whether it is required}, from the C++ literals of one column."""
    text = "".join(re.findall(r'"([^"]*)"', literals))
    return {word.rstrip("*"): word.endswith("*") for word in text.split()}


def table():
    rows = {name: (run != "nullptr", members(request), members(response))
            for name, run, request, response in ROW.findall(TABLE.read_text())}
    if not rows:
        raise RuntimeError(f"{TABLE} has no row that this test can read")
    return rows


def shape(structure):
    if structure is None:
        return {}
    return {name: name in structure.required_members for name in structure.members}


def client(url, region="us-east-1", account="123456789012"):
    return boto3.client("stepfunctions", endpoint_url=url, region_name=region, aws_access_key_id=account,
                        aws_secret_access_key="any",
                        config=Config(inject_host_prefix=False, retries={"max_attempts": 1}, read_timeout=30))


class Model(weft.Case):
    def test_the_table_has_the_model_s_operations_and_members(self):
        model = client("http://127.0.0.1:9").meta.service_model
        rows = table()
        self.assertEqual(sorted(rows), sorted(model.operation_names))
        self.assertEqual(list(rows), sorted(rows))
        for name, (_, request, response) in rows.items():
            operation = model.operation_model(name)
            with self.subTest(name):
                self.assertEqual(request, shape(operation.input_shape))
                self.assertEqual(response, shape(operation.output_shape))


class Operations(weft.Case):
    """Each test calls some operations; tearDownClass knows whether all were called."""

    called = set()
    faults = []

    @classmethod
    def tearDownClass(cls):
        missing = {name for name, row in table().items() if row[0]} - cls.called
        if missing:
            raise AssertionError(f"no test calls {', '.join(sorted(missing))}")

    def setUp(self):
        super().setUp()
        self.rows = table()
        self.server = self.serve()
        self.sfn = client(self.server.url)
        self.faults = []
        # Of the service's own event: the answer before botocore leaves out what its model does not have.
        self.sfn.meta.events.register("before-parse.sfn", self.check_answer)

    def tearDown(self):
        self.assertEqual(self.faults, [])
        super().tearDown()

    def check_answer(self, operation_model, response_dict, **_):
        self.called.add(operation_model.name)
        if response_dict["status_code"] != 200:
            return
        answer = json.loads(response_dict["body"])
        declared = self.rows[operation_model.name][2]
        self.faults += [f"{operation_model.name}: answers {name}, which it does not declare"
                        for name in answer if name not in declared]
        self.faults += [f"{operation_model.name}: does not answer {name}, which is required"
                        for name, required in declared.items() if required and name not in answer]

    def refused(self, code, call, **request):
        with self.assertRaises(ClientError) as caught:
            call(**request)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        return caught.exception.response["Error"]["Message"]

    def create(self, name, definition=None, **more):
        return self.sfn.create_state_machine(name=name, definition=json.dumps(definition or weft.ECHO),
                                             roleArn=weft.ROLE, **more)

    def ended(self, execution):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            found = self.sfn.describe_execution(executionArn=execution)
            if found["status"] != "RUNNING":
                return found
            time.sleep(0.02)
        raise AssertionError(f"{execution} still runs")

    def test_machines_versions_and_aliases(self):
        sfn = self.sfn
        made = self.create("m", publish=True, versionDescription="first", tags=[{"key": "k", "value": "v"}])
        arn, first = made["stateMachineArn"], made["stateMachineVersionArn"]
        self.assertEqual(first, arn + ":1")
        self.assertEqual(self.create("m", publish=True, versionDescription="first")["stateMachineVersionArn"], first)
        self.refused("StateMachineAlreadyExists", self.create, name="m")
        updated = sfn.update_state_machine(stateMachineArn=arn, definition=json.dumps(weft.PASS))
        self.refused("ConflictException", sfn.publish_state_machine_version, stateMachineArn=arn, revisionId="INITIAL")
        second = sfn.publish_state_machine_version(stateMachineArn=arn, revisionId=updated["revisionId"],
                                                   description="second")["stateMachineVersionArn"]
        self.assertEqual(second, arn + ":2")
        listed = sfn.list_state_machine_versions(stateMachineArn=arn, maxResults=1)
        self.assertEqual([one["stateMachineVersionArn"] for one in listed["stateMachineVersions"]], [second])
        listed = sfn.list_state_machine_versions(stateMachineArn=arn, nextToken=listed["nextToken"])
        self.assertEqual([one["stateMachineVersionArn"] for one in listed["stateMachineVersions"]], [first])
        described = sfn.describe_state_machine(stateMachineArn=first)
        self.assertEqual((described["description"], json.loads(described["definition"])), ("first", weft.ECHO))
        self.assertEqual(sfn.describe_state_machine(stateMachineArn=arn, includedData="METADATA_ONLY")["definition"],
                         "{}")

        alias = sfn.create_state_machine_alias(
            name="live", description="d", routingConfiguration=[{"stateMachineVersionArn": first, "weight": 100}]
        )["stateMachineAliasArn"]
        sfn.update_state_machine_alias(stateMachineAliasArn=alias, routingConfiguration=[
            {"stateMachineVersionArn": first, "weight": 50}, {"stateMachineVersionArn": second, "weight": 50}])
        found = sfn.describe_state_machine_alias(stateMachineAliasArn=alias)
        self.assertEqual((found["name"], [one["weight"] for one in found["routingConfiguration"]]), ("live", [50, 50]))
        self.assertEqual(len(sfn.list_state_machine_aliases(stateMachineArn=second)["stateMachineAliases"]), 1)
        self.refused("ConflictException", sfn.delete_state_machine_version, stateMachineVersionArn=first)

        executions = [sfn.start_execution(stateMachineArn=alias, input="{}")["executionArn"] for _ in range(40)]
        versions = {}
        for execution in executions:
            end = self.ended(execution)
            self.assertEqual((end["status"], end["stateMachineArn"], end["stateMachineAliasArn"]),
                             ("SUCCEEDED", arn, alias))
            versions.setdefault(end["stateMachineVersionArn"], []).append(end["output"])
        # All 40 on one side happens once in 5e11 runs.
        self.assertEqual(sorted(versions), [first, second])
        self.assertEqual(set(versions[first]), {"{}"})
        self.assertEqual(set(versions[second]), {'{"answer":42}'})
        self.assertEqual(len(sfn.list_executions(stateMachineArn=alias)["executions"]), 40)
        self.assertEqual({one["executionArn"] for one in sfn.list_executions(stateMachineArn=first)["executions"]},
                         {one for one in executions if self.ended(one)["stateMachineVersionArn"] == first})
        plain = sfn.start_execution(stateMachineArn=arn)["executionArn"]
        self.assertNotIn("stateMachineVersionArn", self.ended(plain))
        event = sfn.get_execution_history(executionArn=executions[0])["events"][0]["executionStartedEventDetails"]
        self.assertEqual(event["stateMachineAliasArn"], alias)
        self.assertEqual(sfn.describe_state_machine_for_execution(executionArn=executions[0])["stateMachineArn"], arn)

        sfn.delete_state_machine_alias(stateMachineAliasArn=alias)
        self.refused("ResourceNotFound", sfn.describe_state_machine_alias, stateMachineAliasArn=alias)
        sfn.delete_state_machine_version(stateMachineVersionArn=first)
        self.refused("StateMachineDoesNotExist", sfn.start_execution, stateMachineArn=first)
        sfn.delete_state_machine(stateMachineArn=arn)
        self.refused("StateMachineDoesNotExist", sfn.describe_state_machine, stateMachineArn=second)
        self.assertEqual(sfn.list_state_machines()["stateMachines"], [])

    def test_configurations_come_back_and_are_checked(self):
        group = "arn:aws:logs:us-east-1:123456789012:log-group:any:*"
        given = {
            "loggingConfiguration": {"level": "ALL", "includeExecutionData": True, "destinations": [
                {"cloudWatchLogsLogGroup": {"logGroupArn": group}}]},
            "tracingConfiguration": {"enabled": True},
            "encryptionConfiguration": {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "alias/any",
                                        "kmsDataKeyReusePeriodSeconds": 300}}
        arn = self.create("m", **given)["stateMachineArn"]
        found = self.sfn.describe_state_machine(stateMachineArn=arn)
        self.assertEqual({name: found[name] for name in given}, given)
        bare = self.sfn.describe_state_machine(stateMachineArn=self.create("bare")["stateMachineArn"])
        self.assertEqual(bare["loggingConfiguration"], {"level": "OFF", "includeExecutionData": False})
        self.assertEqual(bare["tracingConfiguration"], {"enabled": False})
        self.assertEqual(bare["encryptionConfiguration"], {"type": "AWS_OWNED_KEY"})
        self.refused("InvalidLoggingConfiguration", self.create, name="x", loggingConfiguration={"level": "ALL"})
        self.refused("InvalidEncryptionConfiguration", self.create, name="x",
                     encryptionConfiguration={"type": "CUSTOMER_MANAGED_KMS_KEY"})
        message = self.refused("ValidationException", self.create, name="x", encryptionConfiguration={
            "type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "k", "kmsDataKeyReusePeriodSeconds": 901})
        self.assertIn("'901' at 'encryptionConfiguration.kmsDataKeyReusePeriodSeconds'", message)

    def test_activities_and_tags(self):
        sfn = self.sfn
        arn = sfn.create_activity(name="a", tags=[{"key": "one", "value": "1"}])["activityArn"]
        self.assertEqual(sfn.create_activity(name="a")["activityArn"], arn)
        self.refused("ActivityAlreadyExists", sfn.create_activity, name="a",
                     encryptionConfiguration={"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "k"})
        self.assertEqual(sfn.describe_activity(activityArn=arn)["name"], "a")
        self.assertEqual([one["activityArn"] for one in sfn.list_activities()["activities"]], [arn])
        sfn.tag_resource(resourceArn=arn, tags=[{"key": "one", "value": "2"}, {"key": "two", "value": "2"}])
        sfn.untag_resource(resourceArn=arn, tagKeys=["two", "three"])
        self.assertEqual(sfn.list_tags_for_resource(resourceArn=arn)["tags"], [{"key": "one", "value": "2"}])
        self.refused("TooManyTags", sfn.tag_resource, resourceArn=arn,
                     tags=[{"key": f"k{number}", "value": ""} for number in range(50)])
        sfn.delete_activity(activityArn=arn)
        self.refused("ActivityDoesNotExist", sfn.describe_activity, activityArn=arn)
        self.refused("ResourceNotFound", sfn.list_tags_for_resource, resourceArn=arn)

    @unittest.skipUnless(table()["GetActivityTask"][0], "the operation table has no GetActivityTask")
    def test_activity_tasks(self):
        sfn = self.sfn
        activity = sfn.create_activity(name="work")["activityArn"]
        machine = self.create("m", {"StartAt": "T", "States": {"T": {
            "Type": "Task", "Resource": activity, "End": True}}})["stateMachineArn"]
        ends = {}
        for name in ("good", "bad"):
            execution = sfn.start_execution(stateMachineArn=machine, name=name, input='{"a":1}')["executionArn"]
            task = sfn.get_activity_task(activityArn=activity, workerName="w")
            self.assertEqual(json.loads(task["input"]), {"a": 1})
            sfn.send_task_heartbeat(taskToken=task["taskToken"])
            if name == "good":
                sfn.send_task_success(taskToken=task["taskToken"], output='{"b":2}')
            else:
                sfn.send_task_failure(taskToken=task["taskToken"], error="E", cause="c")
            ends[name] = self.ended(execution)
        self.assertEqual((ends["good"]["status"], ends["good"]["output"]), ("SUCCEEDED", '{"b":2}'))
        self.assertEqual((ends["bad"]["status"], ends["bad"]["error"], ends["bad"]["cause"]), ("FAILED", "E", "c"))

    def test_accounts_and_regions_do_not_see_each_other(self):
        machine = self.create("m")["stateMachineArn"]
        activity = self.sfn.create_activity(name="a")["activityArn"]
        execution = self.sfn.start_execution(stateMachineArn=machine)["executionArn"]
        for other in (client(self.server.url, region="eu-west-1"), client(self.server.url, account="210987654321")):
            self.assertEqual(other.list_state_machines()["stateMachines"], [])
            self.assertEqual(other.list_activities()["activities"], [])
            self.assertEqual(self.refused("StateMachineDoesNotExist", other.start_execution, stateMachineArn=machine),
                             f"State Machine Does Not Exist: '{machine}'")
            self.refused("ExecutionDoesNotExist", other.stop_execution, executionArn=execution)
            self.refused("ActivityDoesNotExist", other.describe_activity, activityArn=activity)
            self.refused("ResourceNotFound", other.list_tags_for_resource, resourceArn=machine)
            other.delete_state_machine(stateMachineArn=machine)
            mine = other.create_state_machine(name="m", definition=json.dumps(weft.PASS), roleArn=weft.ROLE)
            self.assertNotEqual(mine["stateMachineArn"], machine)
        self.assertEqual(self.sfn.describe_state_machine(stateMachineArn=machine)["status"], "ACTIVE")

    def test_page_tokens_belong_to_their_listing(self):
        for number in range(3):
            self.create(f"m{number}")
            self.sfn.create_activity(name=f"a{number}")
        names = []
        for page in self.sfn.get_paginator("list_state_machines").paginate(PaginationConfig={"PageSize": 2}):
            names += [machine["name"] for machine in page["stateMachines"]]
        self.assertEqual(names, ["m0", "m1", "m2"])
        token = self.sfn.list_activities(maxResults=1)["nextToken"]
        self.assertEqual([one["name"] for one in self.sfn.list_activities(nextToken=token)["activities"]], ["a1", "a2"])
        self.refused("InvalidToken", self.sfn.list_state_machines, nextToken=token)
        self.refused("InvalidToken", client(self.server.url, region="eu-west-1").list_activities, nextToken=token)

    def work(self, activity, **answer):
        """Takes the activity's next task and answers it; what it was given."""
        task = self.sfn.get_activity_task(activityArn=activity, workerName="w")
        self.assertIn("taskToken", task)
        if "output" in answer:
            self.sfn.send_task_success(taskToken=task["taskToken"], **answer)
        else:
            self.sfn.send_task_failure(taskToken=task["taskToken"], **answer)
        return task

    def test_a_redrive_goes_on_where_the_execution_failed(self):
        sfn = self.sfn
        activity = sfn.create_activity(name="a")["activityArn"]
        other = sfn.create_activity(name="b")["activityArn"]
        machine = self.create("m", {"StartAt": "P", "States": {
            "P": {"Type": "Parallel", "Next": "C", "Branches": [
                {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": activity, "End": True}}},
                {"StartAt": "B", "States": {"B": {"Type": "Task", "Resource": other, "End": True}}}]},
            "C": {"Type": "Pass", "Parameters": {"results.$": "$", "redrives.$": "$$.Execution.RedriveCount"},
                  "End": True}}})["stateMachineArn"]
        execution = sfn.start_execution(stateMachineArn=machine, input='{"n":1}')["executionArn"]
        running = self.refused("ExecutionNotRedrivable", sfn.redrive_execution, executionArn=execution)
        self.assertEqual(running, "Execution is RUNNING and cannot be redriven")
        self.work(activity, output='"a"')
        first = self.work(other, error="Broken", cause="for now")
        failed = self.ended(execution)
        self.assertEqual((failed["status"], failed["error"], failed["redriveStatus"], failed["redriveCount"]),
                         ("FAILED", "Broken", "REDRIVABLE", 0))
        self.assertNotIn("redriveDate", failed)
        before = sfn.get_execution_history(executionArn=execution)["events"]

        # The token that botocore makes is another for each call.
        redriven = sfn.redrive_execution(executionArn=execution, clientToken="one")["redriveDate"]
        self.assertEqual(sfn.redrive_execution(executionArn=execution, clientToken="one")["redriveDate"], redriven)
        described = sfn.describe_execution(executionArn=execution)
        self.assertEqual((described["status"], described["redriveCount"], described["redriveDate"]),
                         ("RUNNING", 1, redriven))
        self.assertNotIn("stopDate", described)
        self.assertNotIn("error", described)
        self.refused("TaskTimedOut", sfn.send_task_success, taskToken=first["taskToken"], output="1")
        self.assertEqual(self.work(other, error="Broken")["input"], '{"n":1}')
        self.assertEqual(self.ended(execution)["status"], "FAILED")
        # Across a restart.
        self.assertEqual(self.server.stop(), 0)
        self.server = self.serve()
        self.sfn = sfn = client(self.server.url)
        sfn.meta.events.register("before-parse.sfn", self.check_answer)
        again = sfn.redrive_execution(executionArn=execution)["redriveDate"]
        self.assertGreater(again, redriven)
        self.work(other, output='"b"')
        ended = self.ended(execution)
        self.assertEqual((ended["status"], json.loads(ended["output"])),
                         ("SUCCEEDED", {"results": ["a", "b"], "redrives": 2}))
        self.assertEqual((ended["redriveStatus"], ended["redriveStatusReason"]),
                         ("NOT_REDRIVABLE", "Execution is SUCCEEDED and cannot be redriven"))
        events = sfn.get_execution_history(executionArn=execution)["events"]
        self.assertEqual(events[:len(before)], before)
        self.assertEqual([event["id"] for event in events], list(range(1, len(events) + 1)))
        counts = [event["executionRedrivenEventDetails"]["redriveCount"] for event in events
                  if event["type"] == "ExecutionRedriven"]
        self.assertEqual(counts, [1, 2])
        listed = sfn.list_executions(stateMachineArn=machine)["executions"][0]
        self.assertEqual((listed["redriveCount"], listed["redriveDate"]), (2, again))

        self.refused("ValidationException", sfn.list_executions, stateMachineArn=machine, redriveFilter="REDRIVEN")
        self.refused("ValidationException", sfn.redrive_execution, executionArn=execution, clientToken="a b")
        self.refused("ExecutionDoesNotExist", sfn.redrive_execution, executionArn=execution + "x")
        self.refused("InvalidArn", sfn.redrive_execution, executionArn=machine)
        express = self.create("x", type="EXPRESS")["stateMachineArn"]
        arn = sfn.start_sync_execution(stateMachineArn=express)["executionArn"]
        self.assertEqual(self.refused("InvalidArn", sfn.redrive_execution, executionArn=arn),
                         "Invalid Arn: 'Resource type not valid in this context: express'")
        sfn.delete_state_machine(stateMachineArn=machine)
        # The index, the histories and the rows agree.
        self.assertEqual(self.server.stop(), 0)
        self.assert_exit(self.weft("check", "--data", str(self.folder / "data")), 0)

    def test_executions_and_validation(self):
        sfn = self.sfn
        waits = self.create("w", weft.waiting(600))["stateMachineArn"]
        execution = sfn.start_execution(stateMachineArn=waits, name="one")["executionArn"]
        sfn.stop_execution(executionArn=execution, error="E", cause="c")
        self.assertEqual(self.ended(execution)["redriveStatus"], "REDRIVABLE")
        self.assertNotIn("input", sfn.describe_execution(executionArn=execution, includedData="METADATA_ONLY"))
        express = self.create("x", type="EXPRESS", publish=True)["stateMachineVersionArn"]
        end = sfn.start_sync_execution(stateMachineArn=express, input='{"a":1}')
        self.assertEqual((end["status"], end["output"]), ("SUCCEEDED", '{"a":1}'))
        self.assertGreater(end["billingDetails"]["billedMemoryUsedInMB"], 0)
        self.assertNotIn("output", sfn.start_sync_execution(stateMachineArn=express, includedData="METADATA_ONLY"))
        self.assertEqual(sfn.validate_state_machine_definition(definition="{}")["result"], "FAIL")
        tested = sfn.test_state(definition=json.dumps({"Type": "Pass", "Parameters": {"b.$": "$.a"}, "Next": "N"}),
                                input='{"a":1}', inspectionLevel="DEBUG")
        self.assertEqual((tested["status"], tested["output"], tested["nextState"]), ("SUCCEEDED", '{"b":1}', "N"))
        self.assertEqual(tested["inspectionData"]["afterParameters"], '{"b":1}')
        self.assertEqual(sfn.list_map_runs(executionArn=execution)["mapRuns"], [])
        map_run = "arn:aws:states:us-east-1:123456789012:mapRun:w/label:0b0e1d66-0f9f-4a8c-9bd0-1f34a8b8b6f2"
        self.refused("ResourceNotFound", sfn.describe_map_run, mapRunArn=map_run)
        self.refused("ResourceNotFound", sfn.update_map_run, mapRunArn=map_run, maxConcurrency=1)
        self.refused("InvalidToken", sfn.list_state_machines, nextToken="not a token")


if __name__ == "__main__":
    weft.main()
