"""Asks $WEFT_ENDPOINT through boto3 as whoever AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY name; prints what came."""

import json
import os

import boto3
import botocore.config
import botocore.exceptions

client = boto3.client("stepfunctions", endpoint_url=os.environ["WEFT_ENDPOINT"], region_name="eu-west-1",
                      config=botocore.config.Config(retries={"total_max_attempts": 1}))
try:
    made = client.create_state_machine(name="signed-py", roleArn="arn:aws:iam::123456789012:role/any",
                                       definition=json.dumps({"StartAt": "E", "States": {"E": {"Type": "Succeed"}}}))
    listed = client.list_state_machines()["stateMachines"]
    print(json.dumps({"arn": made["stateMachineArn"], "names": sorted(machine["name"] for machine in listed)}))
except botocore.exceptions.ClientError as error:
    print(json.dumps({"error": error.response["Error"]["Code"], "message": error.response["Error"]["Message"],
                      "status": error.response["ResponseMetadata"]["HTTPStatusCode"]}))
