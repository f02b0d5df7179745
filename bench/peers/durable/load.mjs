// What the peers share: requests over kept-alive connections, and a closed loop of so many at a time.
import http from "node:http";

export function client(port, sockets) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: sockets });
  return (path, body, headers = {}) => new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const request = http.request({ host: "127.0.0.1", port, path, method: "POST", agent, headers: {
      "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text), ...headers } }, (response) => {
      let answer = "";
      response.setEncoding("utf8");
      response.on("data", (part) => { answer += part; });
      response.on("end", () => {
        if (response.statusCode >= 300) reject(new Error(`${response.statusCode} ${answer}`));
        else resolve(answer ? JSON.parse(answer) : null);
      });
    });
    request.on("error", reject);
    request.end(text);
  });
}

// Runs `work` in `concurrent` loops for `seconds`, after a second of warming up, and says how it went.
export async function closedLoop(work, concurrent, seconds) {
  const taken = [];
  const begin = performance.now() + 1000;
  const end = begin + seconds * 1000;
  await Promise.all(Array.from({ length: concurrent }, async () => {
    while (performance.now() < end) {
      const start = performance.now();
      await work();
      const now = performance.now();
      if (start >= begin && now <= end) taken.push(now - start);
    }
  }));
  taken.sort((a, b) => a - b);
  const at = (share) => taken[Math.min(taken.length - 1, Math.floor(taken.length * share))];
  return { concurrent, executions: taken.length, per_second: taken.length / seconds, p50_ms: at(0.5), p99_ms: at(0.99) };
}
