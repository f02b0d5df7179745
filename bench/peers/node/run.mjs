// aws-local-stepfunctions on the machines of bench/run: executions a second, and the milliseconds of the Map. Prints JSON.
import { readFileSync } from "node:fs";
import { StateMachine } from "aws-local-stepfunctions";

const machines = JSON.parse(readFileSync(process.argv[2], "utf8"));

async function executions(definition, input, milliseconds) {
  const machine = new StateMachine(definition);
  for (let i = 0; i < 50; i++) await machine.run(input).result;
  const begin = performance.now();
  let count = 0;
  while (performance.now() - begin < milliseconds) {
    await machine.run(input).result;
    count++;
  }
  return (count * 1000) / (performance.now() - begin);
}

const items = Array.from({ length: 1000 }, (_, i) => i);
const passes = await executions(machines.passes, {}, 2000);
const maps = await executions(machines.map, { items }, 2000);
process.stdout.write(JSON.stringify({ passes_per_second: passes, map_ms: 1000 / maps }) + "\n");
