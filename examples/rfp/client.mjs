// Starts the workflow synchronously with an unmodified AWS SDK and prints the nine answers.
//
//   node client.mjs [ENDPOINT]      default: $WEFT_ENDPOINT, else http://127.0.0.1:8083
import { readFile } from "node:fs/promises";
import {
  CreateStateMachineCommand,
  SFNClient,
  StartSyncExecutionCommand,
} from "@aws-sdk/client-sfn";

const client = new SFNClient({
  endpoint: process.argv[2] ?? process.env.WEFT_ENDPOINT ?? "http://127.0.0.1:8083",
  // The SDK sends StartSyncExecution to the host "sync-" + endpoint, a name that this machine does not have.
  disableHostPrefix: true,
  region: process.env.AWS_REGION ?? "us-east-1",
  // Weft on this machine asks for no credentials; the SDK signs with whatever it is given.
  credentials: {
    accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? "local",
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? "local",
  },
});

const read = (name) => readFile(new URL(name, import.meta.url), "utf8");

// Creating the same machine again gives the same ARN.
const { stateMachineArn } = await client.send(
  new CreateStateMachineCommand({
    name: "rfp",
    type: "EXPRESS",
    definition: await read("workflow.asl.json"),
    roleArn: "arn:aws:iam::123456789012:role/rfp",
  }),
);
const execution = await client.send(
  new StartSyncExecutionCommand({ stateMachineArn, input: await read("input.json") }),
);

if (execution.status !== "SUCCEEDED") {
  console.error(`${execution.status}: ${execution.error}: ${execution.cause}`);
  process.exit(1);
}
for (const { question, answer } of JSON.parse(execution.output).answers) {
  console.log(`\n${question}\n\n  ${answer}`);
}
