// Asks $WEFT_ENDPOINT through the AWS SDK as whoever AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY name; prints what came.
import { CreateStateMachineCommand, ListStateMachinesCommand, SFNClient } from "@aws-sdk/client-sfn";

const client = new SFNClient({ endpoint: process.env.WEFT_ENDPOINT, region: "eu-west-1", maxAttempts: 1 });
try {
  const definition = JSON.stringify({ StartAt: "E", States: { E: { Type: "Succeed" } } });
  const roleArn = "arn:aws:iam::123456789012:role/any";
  const made = await client.send(new CreateStateMachineCommand({ name: "signed-js", definition, roleArn }));
  const listed = await client.send(new ListStateMachinesCommand({}));
  const names = listed.stateMachines.map((machine) => machine.name).sort();
  console.log(JSON.stringify({ arn: made.stateMachineArn, names }));
} catch (error) {
  console.log(JSON.stringify({ error: error.name, message: error.message, status: error.$metadata?.httpStatusCode }));
}
