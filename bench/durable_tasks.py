"""Durable Tasks: executions of ten Task states whose worker is an outside process over HTTP.

Weft with a compiled and with a Node worker of an activity, and Restate with a Node service of ten `ctx.run` steps, on the
same disk in the same run. bench/run calls `measure` and prints `ratios`.
"""
import json
import os
import re
import shutil
import subprocess

from support import call, cpu_seconds, create

CONCURRENT = 64
PEERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers", "durable")


def ten_tasks(activity):
    states = {f"T{i}": {"Type": "Task", "Resource": activity, **({"Next": f"T{i + 1}"} if i < 10 else {"End": True})}
              for i in range(1, 11)}
    return {"StartAt": "T1", "States": states}


def run(command, seconds, **options):
    """What a program prints as JSON, as its last line or in all."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, **options)
    if done.returncode != 0:
        raise SystemExit(f"bench: {' '.join(map(str, command))}: {done.stdout}{done.stderr}")
    return json.loads(done.stdout if done.stdout.startswith("{") else done.stdout.splitlines()[-1])


def node():
    """The environment in which `node` is one that Restate's SDK runs on, or none when the peers are not installed."""
    binaries = os.path.join(PEERS, "node_modules", ".bin")
    if not os.path.exists(os.path.join(binaries, "node")):
        return None
    return {**os.environ, "PATH": binaries + os.pathsep + os.environ["PATH"]}


def measure(endpoint, server_pid, worker, seconds, folder):
    """`worker` is the compiled activity worker."""
    activity = call(endpoint, "CreateActivity", {"name": "bench"})["activityArn"]
    machine = create(endpoint, "ten-tasks", ten_tasks(activity), "STANDARD")
    port = re.search(r":(\d+)$", endpoint).group(1)
    results = {}
    for name, concurrent in (("one", 1), ("many", CONCURRENT)):
        before = cpu_seconds(server_pid)
        results[name] = run([worker, port, activity, machine, str(concurrent), str(seconds)], seconds + 60)
        results[name]["server_cpu_us_per_step"] = (cpu_seconds(server_pid) - before) * 1e6 / results[name]["steps"]
    environment = node()
    if environment and shutil.which("node", path=environment["PATH"]):
        results["node_worker"] = run(["node", os.path.join(PEERS, "weft_worker.mjs"), port, activity, machine, str(seconds)],
                                     3 * seconds + 60, env=environment)
        results["restate"] = run(["node", os.path.join(PEERS, "restate.mjs"), folder, str(seconds)], 3 * seconds + 120,
                                 env=environment)
    return results


def in_process(programs, folder, seconds):
    """Steps of many executions at a time over SQLite, the worker in the same process and instant; and for each
    kind of worker the bare group-commit loop with groups of the same size."""
    done = subprocess.run([os.path.join(programs, "steps_bench"), "--benchmark_format=json", f"--benchmark_min_time={seconds}"],
                          capture_output=True, text=True, timeout=600, env={**os.environ, "WEFT_BENCH_FOLDER": folder})
    if done.returncode != 0:
        raise SystemExit(f"bench: steps_bench: {done.returncode} {done.stderr.strip()}")
    results = {}
    for row in json.loads(done.stdout)["benchmarks"]:
        loop = run([os.path.join(programs, "group_commit"), "--folder", folder, "--seconds", str(seconds),
                    "--group", str(max(1, round(row["writes a commit"])))], 120)
        results[row["name"].split("/")[0]] = {
            "steps_per_second": row["steps/s"], "writes_per_second": row["writes/s"],
            "writes_per_commit": row["writes a commit"], "bare_rows_per_second": loop["rows_per_second"]}
    return results


def say_in_process(results):
    for name, row in results.items():
        print(f"  {name:<46} {row['steps_per_second']:>10,.0f} steps/s   {row['writes_per_commit']:.0f} writes a commit   "
              f"bare loop {row['bare_rows_per_second']:,.0f} rows/s", flush=True)


def say(results):
    rows = [("Weft, compiled worker", results), ("Weft, Node worker", results.get("node_worker")),
            ("Restate, Node worker", results.get("restate"))]
    for title, row in rows:
        for name in ("one", "many") if row else ():
            got = row[name]
            print(f"  {title + ', ' + str(got['concurrent']) + ' at a time':<46} {got['per_second']:>10.1f}/s   "
                  f"p50 {got['p50_ms']:.2f} ms   p99 {got['p99_ms']:.2f} ms", flush=True)


def ratios(results, echo_cpu_us, flush_ms):
    """`echo_cpu_us`: of a bare echo's request; `flush_ms`: of one fdatasync, the median."""
    one, many = results["one"], results["many"]
    found = {
        "server CPU of an activity step / a bare echo request's (at most 4)":
            many["server_cpu_us_per_step"] / echo_cpu_us,
        # A start's flush, and one for each step's end, which carries the next step's start.
        "ten Tasks, 1 at a time: ms a step beyond its flush (at most 0.5)": one["p50_ms"] / 10 - 1.1 * flush_ms,
    }
    if "restate" in results:
        restate, node_worker = results["restate"]["many"], results["node_worker"]["many"]
        found |= {
            "ten Tasks at 64: executions/s, compiled worker / Restate (at least 10)":
                many["per_second"] / restate["per_second"],
            "ten Tasks at 64: executions/s, Node worker / Restate (at least 5)":
                node_worker["per_second"] / restate["per_second"],
            "ten Tasks at 64: p50 / Restate's (at most 0.2)": many["p50_ms"] / restate["p50_ms"],
        }
    return found
