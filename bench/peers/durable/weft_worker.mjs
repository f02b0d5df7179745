// An activity worker in Node, with a closed loop of executions of ten Task states of that activity.
//   node weft_worker.mjs PORT ACTIVITY_ARN MACHINE_ARN SECONDS
// An execution has ended when its tenth SendTaskSuccess is answered: its last events are in that answer's flush.
import { client, closedLoop } from "./load.mjs";

const [port, activityArn, stateMachineArn, seconds] = process.argv.slice(2);
const concurrent = 64;
const target = (operation) => ({ "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": `AWSStepFunctions.${operation}` });
// Twice as many as there are executions: one waits while another has a task.
const pollers = 2 * concurrent;
const poll = client(Number(port), pollers);
const ask = client(Number(port), concurrent);
const waiting = new Map();  // execution number to { left, done }
let next = 0;
let stopped = false;

async function worker() {
  while (!stopped) {
    const task = await poll("/", { activityArn, workerName: "node" }, target("GetActivityTask"));
    if (!task.taskToken) continue;
    const { n } = JSON.parse(task.input);
    await ask("/", { taskToken: task.taskToken, output: task.input }, target("SendTaskSuccess"));
    const execution = waiting.get(n);
    if (execution && --execution.left === 0) {
      waiting.delete(n);
      execution.done();
    }
  }
}

function run() {
  return new Promise((done, failed) => {
    const n = next++;
    waiting.set(n, { left: 10, done });
    ask("/", { stateMachineArn, input: JSON.stringify({ n }) }, target("StartExecution")).catch(failed);
  });
}

for (let at = 0; at < pollers; at++) worker().catch((error) => { console.error(error); process.exit(1); });
const results = { one: await closedLoop(run, 1, Number(seconds)), many: await closedLoop(run, concurrent, Number(seconds)) };
stopped = true;
console.log(JSON.stringify(results));
process.exit(0);
