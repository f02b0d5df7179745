"""The calls that Terraform's AWS provider makes for aws_sfn_state_machine, aws_sfn_alias and aws_sfn_activity.

The program itself gets its provider from a registry that a test machine need not reach, so the sequence is replayed
here as the provider's source has it: validation while planning; creation, reading and updating until what was read is
what was asked for; deletion until the machine is gone. What the provider reads back and compares must be there, or
each plan would show a difference.
"""

import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import weft  # noqa: E402

READ_BACK = {"creationDate", "definition", "encryptionConfiguration", "loggingConfiguration", "name", "roleArn",
             "stateMachineArn", "status", "tracingConfiguration", "type"}


class Terraform(weft.Case):
    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.call = self.server.call

    def read(self, arn):
        described = self.call("DescribeStateMachine", stateMachineArn=arn)
        self.assertLessEqual(READ_BACK, set(described))
        self.call("ListStateMachineVersions", stateMachineArn=arn)
        return described, self.call("ListTagsForResource", resourceArn=arn)["tags"]

    def plan(self, definition):
        checked = self.call("ValidateStateMachineDefinition", definition=definition, type="STANDARD")
        self.assertEqual(checked["result"], "OK")

    def create(self, name="tf", **more):
        definition = json.dumps(weft.PASS)
        self.plan(definition)
        made = self.call("CreateStateMachine", name=name, definition=definition, roleArn=weft.ROLE, type="STANDARD",
                         loggingConfiguration={"level": "OFF", "includeExecutionData": False},
                         tracingConfiguration={"enabled": False}, tags=[{"key": "made", "value": "by terraform"}], **more)
        return made, definition

    def until_gone(self, arn):
        end = time.monotonic() + weft.SECONDS_MAX
        while time.monotonic() < end:
            try:
                self.call("DescribeStateMachine", stateMachineArn=arn)
            except weft.ApiError as error:
                self.assertEqual(error.type, "StateMachineDoesNotExist")
                return
            time.sleep(0.1)
        self.fail("the machine is still there")

    def test_a_state_machine(self):
        made, definition = self.create()
        arn = made["stateMachineArn"]
        described, tags = self.read(arn)
        self.assertEqual(described["definition"], definition)
        self.assertEqual(described["status"], "ACTIVE")
        self.assertEqual(tags, [{"key": "made", "value": "by terraform"}])
        # A plan without a change reads the same again.
        self.assertEqual(self.read(arn), (described, tags))

        changed = json.dumps(weft.ECHO)
        self.plan(changed)
        self.call("UpdateStateMachine", stateMachineArn=arn, definition=changed, roleArn=weft.ROLE)
        self.call("TagResource", resourceArn=arn, tags=[{"key": "made", "value": "again"}])
        self.call("UntagResource", resourceArn=arn, tagKeys=["not there"])
        described, tags = self.read(arn)
        self.assertEqual(described["definition"], changed)
        self.assertTrue(described["revisionId"])
        self.assertEqual(tags, [{"key": "made", "value": "again"}])

        self.call("DeleteStateMachine", stateMachineArn=arn)
        self.until_gone(arn)

    def test_a_published_version_behind_an_alias(self):
        made, _ = self.create(publish=True)
        arn, first = made["stateMachineArn"], made["stateMachineVersionArn"]
        alias = self.call("CreateStateMachineAlias", name="live", description="of terraform", routingConfiguration=[
            {"stateMachineVersionArn": first, "weight": 100}])["stateMachineAliasArn"]
        self.assertEqual(self.call("DescribeStateMachineAlias", stateMachineAliasArn=alias)["routingConfiguration"],
                         [{"stateMachineVersionArn": first, "weight": 100}])
        second = self.call("UpdateStateMachine", stateMachineArn=arn, definition=json.dumps(weft.ECHO), roleArn=weft.ROLE,
                           publish=True, versionDescription="the second")["stateMachineVersionArn"]
        self.call("UpdateStateMachineAlias", stateMachineAliasArn=alias, routingConfiguration=[
            {"stateMachineVersionArn": first, "weight": 10}, {"stateMachineVersionArn": second, "weight": 90}])
        self.assertEqual([one["stateMachineAliasArn"] for one in self.call(
            "ListStateMachineAliases", stateMachineArn=arn)["stateMachineAliases"]], [alias])
        self.call("DeleteStateMachineAlias", stateMachineAliasArn=alias)
        self.call("DeleteStateMachine", stateMachineArn=arn)
        self.until_gone(arn)

    def test_an_activity(self):
        arn = self.call("CreateActivity", name="tf", tags=[{"key": "a", "value": "b"}])["activityArn"]
        described = self.call("DescribeActivity", activityArn=arn)
        self.assertEqual((described["activityArn"], described["name"]), (arn, "tf"))
        self.assertEqual(self.call("ListTagsForResource", resourceArn=arn)["tags"], [{"key": "a", "value": "b"}])
        self.call("DeleteActivity", activityArn=arn)
        with self.assertRaises(weft.ApiError) as gone:
            self.call("DescribeActivity", activityArn=arn)
        self.assertEqual(gone.exception.type, "ActivityDoesNotExist")


if __name__ == "__main__":
    weft.main()
