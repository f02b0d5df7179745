// What the peers share: requests over kept-alive connections, and a closed loop of so many at a time. Plain sockets: Node's
// own HTTP client takes several times the processor time, and would be what is measured.
import net from "node:net";

// The answer at the front of `bytes`, or null when it is not there in full.
function answerOf(bytes) {
  const head = bytes.indexOf("\r\n\r\n");
  if (head < 0) return null;
  const text = bytes.latin1Slice(0, head);
  const status = Number(text.slice(9, 12));
  const length = /\r\ncontent-length: *(\d+)/i.exec(text);
  if (length) {
    const end = head + 4 + Number(length[1]);
    return bytes.length < end ? null : { status, body: bytes.utf8Slice(head + 4, end) };
  }
  if (!/\r\ntransfer-encoding: *chunked/i.test(text)) return { status, body: "" };
  const parts = [];
  for (let at = head + 4; ;) {
    const line = bytes.indexOf("\r\n", at);
    if (line < 0) return null;
    const size = parseInt(bytes.latin1Slice(at, line), 16);
    if (bytes.length < line + 2 + size + 2) return null;
    if (size === 0) return { status, body: Buffer.concat(parts).toString() };
    parts.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}

export function client(port, sockets) {
  const idle = [];
  const waiting = [];
  let open = 0;
  const connect = () => {
    const socket = net.connect(port, "127.0.0.1");
    const connection = { socket, request: null };
    let bytes = null;
    socket.setNoDelay(true);
    socket.on("data", (part) => {
      bytes = bytes ? Buffer.concat([bytes, part]) : part;
      const answer = answerOf(bytes);
      if (!answer) return;
      bytes = null;
      const { resolve, reject } = connection.request;
      connection.request = null;
      idle.push(connection);
      if (answer.status >= 300) reject(new Error(`${answer.status} ${answer.body}`));
      else resolve(answer.body ? JSON.parse(answer.body) : null);
      next();
    });
    const gone = (error) => {
      open--;
      const at = idle.indexOf(connection);
      if (at >= 0) idle.splice(at, 1);
      if (connection.request) connection.request.reject(error ?? new Error("the connection was closed"));
      connection.request = null;
    };
    socket.once("error", gone);
    socket.once("end", () => { socket.removeListener("error", gone); gone(); });
    return connection;
  };
  const next = () => {
    while (waiting.length > 0) {
      let connection = idle.pop();
      if (!connection) {
        if (open >= sockets) return;
        open++;
        connection = connect();
      }
      connection.request = waiting.shift();
      connection.socket.write(connection.request.text);
    }
  };
  return (path, body, headers = {}) => new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const all = { Host: "127.0.0.1", "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text), ...headers };
    const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join("");
    waiting.push({ text: `POST ${path} HTTP/1.1\r\n${head}\r\n${text}`, resolve, reject });
    next();
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
