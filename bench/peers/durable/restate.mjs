// Measures Restate: executions of ten durable steps that an outside Node process runs, 1 and 64 at a time.
//   node restate.mjs FOLDER SECONDS        (FOLDER: for its data, on the disk that is being measured)
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { client, closedLoop } from "./load.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const [folder, seconds] = [process.argv[2], Number(process.argv[3])];
const children = [];
process.on("exit", () => children.forEach((child) => child.kill("SIGKILL")));

async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

function start(command, args, options) {
  const child = spawn(command, args, options);
  children.push(child);
  return child;
}

async function untilItAnswers(ask) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

const service = start("node", [path.join(here, "restate_service.mjs")], { stdio: ["ignore", "pipe", "ignore"] });
const servicePort = await new Promise((resolve) => {
  let printed = "";
  service.stdout.on("data", (part) => {
    printed += part;
    const port = printed.match(/^\d+$/m);
    if (port) resolve(Number(port[0]));
  });
});

const [ingress, admin, fabric] = [await freePort(), await freePort(), await freePort()];
const log = fs.openSync(path.join(folder, "restate.log"), "w");
const server = start(path.join(here, `node_modules/@restatedev/restate-server-linux-${process.arch}/bin/restate-server`), ["--no-logo"], {
  stdio: ["ignore", log, log],
  env: { ...process.env, RESTATE_BASE_DIR: path.join(folder, "restate-data"), RESTATE_DISABLE_TELEMETRY: "true",
    RESTATE_LISTEN_MODE: "tcp", RESTATE_LOG_FILTER: "warn", RESTATE_BIND_ADDRESS: `127.0.0.1:${fabric}`,
    RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`, RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}` } });

const manage = client(admin, 1);
await untilItAnswers(() => manage("/deployments", { uri: `http://127.0.0.1:${servicePort}`, force: true }));
const ask = client(ingress, 64);
await untilItAnswers(() => ask("/steps/run", 0));
const results = { one: await closedLoop(() => ask("/steps/run", 1), 1, seconds),
                  many: await closedLoop(() => ask("/steps/run", 1), 64, seconds) };
const status = fs.readFileSync(`/proc/${server.pid}/status`, "utf8");
results.resident_mb = Number(status.match(/VmRSS:\s+(\d+)/)[1]) / 1024;
console.log(JSON.stringify(results));
process.exit(0);
