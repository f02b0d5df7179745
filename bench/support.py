"""What the benchmarks of `weft serve` share: processes, a server, calls, load with wrk, what a process uses."""
import contextlib
import json
import os
import re
import signal
import subprocess
import urllib.request

ROLE = "arn:aws:iam::123456789012:role/bench"
ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:"


def passes(count):
    states = {f"P{i}": {"Type": "Pass", **({"Next": f"P{i + 1}"} if i < count else {"End": True})}
              for i in range(1, count + 1)}
    return {"StartAt": "P1", "States": states}


@contextlib.contextmanager
def process(command, **options):
    child = subprocess.Popen(command, **options)
    try:
        yield child
    finally:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


@contextlib.contextmanager
def weft_server(weft, folder, data=None, scripted=True):
    """A server on a free port with a data folder on the disk that is being measured, and (scripted) every Task answered at once."""
    mocks = os.path.join(folder, "mocks.yaml")
    with open(mocks, "w", encoding="utf-8") as out:
        out.write("T:\n  output: {ok: true}\n")
    command = [weft, "serve", "--listen", "127.0.0.1:0", "--data", data or os.path.join(folder, "data"),
               *(["--mocks", mocks] if scripted else [])]
    with open(os.path.join(folder, "serve.log"), "w+", encoding="utf-8") as log, \
            process(command, stdout=subprocess.PIPE, stderr=log, text=True) as child:
        line = child.stdout.readline()
        found = re.search(r"http://[\d.]+:\d+", line)
        if not found:
            child.wait(10)
            log.seek(0)
            raise SystemExit(f"bench: {' '.join(command)} did not come up: {line.strip()} {log.read().strip()}")
        yield found.group(0), child


def call(endpoint, operation, request):
    wanted = urllib.request.Request(endpoint + "/", data=json.dumps(request).encode(), headers={
        "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AWSStepFunctions." + operation})
    with urllib.request.urlopen(wanted, timeout=60) as answer:
        return json.loads(answer.read())


def create(endpoint, name, definition, kind):
    return call(endpoint, "CreateStateMachine", {"name": name, "definition": json.dumps(definition), "roleArn": ROLE,
                                                 "type": kind})["stateMachineArn"]


def wrk(url, seconds, connections, folder, operation=None, body=""):
    """Requests per second and latencies in ms; a request that is not answered with 2xx counts as an error."""
    script = os.path.join(folder, "wrk.lua")
    with open(script, "w", encoding="utf-8") as out:
        out.write('wrk.method = "POST"\nwrk.body = %s\n' % json.dumps(body))
        if operation:
            out.write('wrk.headers["Content-Type"] = "application/x-amz-json-1.0"\n'
                      'wrk.headers["X-Amz-Target"] = "AWSStepFunctions.%s"\n' % operation)
        out.write('function done(summary, latency, requests)\n'
                  '  local errors = summary.errors.status + summary.errors.connect + summary.errors.read + '
                  'summary.errors.write + summary.errors.timeout\n'
                  '  io.write(string.format("RESULT %d %d %f %f %d\\n", summary.requests, summary.duration,'
                  ' latency:percentile(50) / 1000, latency:percentile(99) / 1000, errors))\nend\n')
    run = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script, url + "/"],
                         capture_output=True, text=True, timeout=seconds + 60)
    found = re.search(r"RESULT (\d+) (\d+) ([\d.]+) ([\d.]+) (\d+)", run.stdout)
    if not found:
        raise SystemExit("bench: wrk said: " + run.stdout + run.stderr)
    requests, microseconds, p50, p99, errors = found.groups()
    return {"requests": int(requests), "per_second": float(requests) / (float(microseconds) / 1e6), "p50_ms": float(p50), "p99_ms": float(p99),
            "errors": int(errors)}


def resident_mb(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmRSS:\s+(\d+) kB", status.read()).group(1)) / 1024


def cpu_seconds(pid):
    """User and system time of a process and its threads so far."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
