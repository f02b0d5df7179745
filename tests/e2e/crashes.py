"""What the tests that kill `weft serve` under load share: a provider that counts, a driver, and their books.

A test gives a `Plan`: the machines, how much of them is kept open, how long a process lives. After the last restart
everything ends; then the histories and the provider's books are held against each other (`Crashes`).

The provider finds out which process asks by the path of its base_url, which each process gets its own of.
"""

import collections
import concurrent.futures
import dataclasses
import http.client
import http.server
import json
import pathlib
import random
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import weft  # noqa: E402

STARTERS = 8
LOST_ANSWER_SECONDS = 5.0  # an answer sent this long before a kill must have been written
CONDITION_SECONDS = 60     # for load to build up before a kill
DRAIN_SECONDS = 150        # for everything to end after the last restart
TERMINAL = {"ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"}
OUTCOMES = {"TaskSucceeded", "TaskFailed", "TaskTimedOut", "TaskStartFailed", "TaskSubmitFailed"}


@dataclasses.dataclass
class Plan:
    kills: int
    machine: dict              # what is started, with {"seconds", "items"} as its input
    open_target: int           # open executions kept up by the driver
    open_min: int = 0          # at each kill, asserted
    in_flight_min: int = 0     # calls under way at each kill, asserted
    call_seconds: tuple = (0.4, 1.2)   # how long the provider holds a call
    process_seconds: tuple = (0, 3)    # how long a process may work under full load before it is killed


def ask(what, *arguments, suffix="", **more):
    """A Task whose prompt says which call of which execution it is."""
    prompt = f"States.Format('{{}} {what}', {', '.join(('$$.Execution.Name', *arguments))})"
    task = {"Type": "Task", "Resource": "arn:aws:states:::bedrock:invokeModel" + suffix,
            "Parameters": {"ModelId": "anthropic.claude-3-haiku-20240307-v1:0", "Body": {
                "anthropic_version": "bedrock-2023-05-31", "max_tokens": 10,
                "messages": [{"role": "user", "content.$": prompt}]}}, **more}
    if not suffix:
        task["ResultSelector"] = {"text.$": "$.Body.content[0].text"}
    return task


class Call:
    def __init__(self, number, process, key, prompt):
        self.number, self.process, self.key, self.prompt = number, process, key, prompt
        self.begun = time.time()
        self.ended = None  # when the answer had been handed to the socket; None: the caller had gone

    def in_flight(self, at):
        return self.begun <= at and (self.ended is None or self.ended > at)


class Provider(http.server.ThreadingHTTPServer):
    """Chat completions that count. A `busy` prompt's first key gets 429, a `broken` one's 500, all others an answer."""
    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, call_seconds):
        self.call_seconds = call_seconds
        self.answered = lambda prompt: None  # told of each answer that was sent
        self.lock = threading.Lock()
        self.calls = []
        self.held = collections.Counter()  # calls under way now, by process
        self.first_key = {}
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, address):
        """A caller that was killed is no news."""

    def begin(self, process, key, prompt):
        with self.lock:
            call = Call(len(self.calls), process, key, prompt)
            self.calls.append(call)
            self.held[process] += 1
            self.first_key.setdefault(prompt, key)
            return call, self.first_key[prompt] == key

    def end(self, call, sent):
        with self.lock:
            self.held[call.process] -= 1
            if sent:
                call.ended = time.time()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *arguments):
        pass

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        prompt = body["messages"][-1]["content"]
        if not isinstance(prompt, str):
            prompt = "".join(part["text"] for part in prompt)
        call, first = self.server.begin(int(self.path.split("/")[1]), self.headers.get("idempotency-key"), prompt)
        time.sleep(random.uniform(*self.server.call_seconds))
        status = {"busy": 429, "broken": 500}.get(prompt.split()[-1], 200) if first else 200
        if status == 200:
            answer = {"id": f"chatcmpl-{call.number}", "object": "chat.completion", "created": 0, "model": "counting",
                      "choices": [{"index": 0, "finish_reason": "stop",
                                   "message": {"role": "assistant", "content": f"call {call.number}"}}],
                      "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}
        else:
            answer = {"error": {"message": f"call {call.number}", "type": "server_error"}}
        sent = False
        try:
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            sent = True
        finally:
            self.server.end(call, sent)
        if status == 200:
            self.server.answered(prompt)


class Driver:
    """Starts executions, notes what was acknowledged, and kills the server."""

    def __init__(self, case, plan):
        self.case, self.plan = case, plan
        self.provider = Provider(plan.call_seconds)
        self.kills = []         # times
        self.acknowledged = {}  # name to the time of the first acknowledgement
        self.in_doubt = []      # starts that a kill left unanswered
        self.started = 0
        self.lock = threading.Lock()

    def launch(self):
        number = len(self.kills)
        address = f"http://127.0.0.1:{self.provider.server_address[1]}/{number}/v1"
        self.case.write("weft.yaml", json.dumps({"models": {"default": "counting", "providers": {"counting": {
            "kind": "openai", "base_url": address, "model": "counting", "concurrency": 300}}}}))
        begun = time.monotonic()
        self.server = self.case.serve()
        self.ready_seconds = time.monotonic() - begun
        self.case.launched(self)
        self.machine = self.server.create("mixed", self.plan.machine)

    def start(self, name):
        given = {"seconds": 1 + int(name.split("-")[1]) % 3, "items": [0, 1, 2]}
        try:
            self.server.start(self.machine, name, given)
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            with self.lock:
                self.in_doubt.append(name)
            return
        except weft.ApiError as error:
            if error.type != "ExecutionAlreadyExists":  # it had been started, and has ended since
                raise
        with self.lock:
            self.acknowledged.setdefault(name, time.time())

    def names(self, count):
        with self.lock:
            again, self.in_doubt = self.in_doubt, []
        fresh = [f"run-{self.started + offset}" for offset in range(count)]
        self.started += count
        return again + fresh

    def list(self, of=None, **more):
        found, page = [], {}
        while True:
            page = self.server.call("ListExecutions", stateMachineArn=of or self.machine, maxResults=1000, **more, **page)
            found += page["executions"]
            if "nextToken" not in page:
                return found
            page = {"nextToken": page["nextToken"]}

    def epoch(self, pool):
        """Builds the load up, keeps it up for a random time, and kills the server while it is starting executions."""
        process = len(self.kills)
        end = time.monotonic() + CONDITION_SECONDS
        enough = time.monotonic() + random.uniform(*self.plan.process_seconds)
        while True:
            running = len(self.list(statusFilter="RUNNING"))
            for _ in pool.map(self.start, self.names(max(0, self.plan.open_target - running))):
                pass
            # Some end between this look and the kill.
            loaded = (running >= self.plan.open_min * 4 // 3 and
                      self.provider.held[process] >= self.plan.in_flight_min * 7 // 5)
            if loaded and time.monotonic() > enough:
                break
            self.case.assertLess(time.monotonic(), end,
                                 f"{running} open, {self.provider.held[process]} calls under way")
            time.sleep(0.05)
        # Workers that cannot keep up would be given tasks that are about to time out, and fall further behind.
        more = 20 if running < 3 * self.plan.open_target else 2
        last = [pool.submit(self.start, name) for name in self.names(more)]
        time.sleep(random.uniform(0, 0.1))
        self.kills.append(time.time())
        self.server.process.kill()
        self.case.assertEqual(self.server.wait(), -9, "".join(self.server.errors))
        self.case.assertEqual(self.server.errors, [])
        for started in last:
            started.result()


class Crashes(weft.Case):
    """Base of a test: `run_plan` does it all, and returns what there is to print."""

    def launched(self, driver):
        """A process has come up; before the machine is created in it."""

    def drained(self, driver):
        """Everything has ended, and the last process still runs."""

    def may_be_dropped(self, prompt):
        """Whether a call's answer may rightly be recorded nowhere."""
        return False

    def run_plan(self, plan):
        begun = time.monotonic()
        driver = Driver(self, plan)
        slowest = 0.0
        with concurrent.futures.ThreadPoolExecutor(STARTERS) as pool:
            for _ in range(plan.kills):
                driver.launch()
                slowest = max(slowest, driver.ready_seconds)
                driver.epoch(pool)
            driver.launch()
            while driver.in_doubt:
                for _ in pool.map(driver.start, driver.names(0)):
                    pass
            end = time.monotonic() + DRAIN_SECONDS
            while left := driver.list(statusFilter="RUNNING"):
                self.assertLess(time.monotonic(), end, f"{len(left)} have not ended, the first: {left[0]}")
                time.sleep(0.2)
            executions = driver.list()
            histories = dict(zip((one["name"] for one in executions), pool.map(
                lambda one: self.history(driver.server, one["executionArn"]), executions)))
        self.drained(driver)
        self.check_executions(driver, executions)
        opened = self.check_open(driver, executions)
        in_flight = self.check_in_flight(driver)
        outcomes = self.check_histories(histories)
        repeated, answered, lost = self.check_calls(driver, outcomes)
        self.assertEqual(driver.server.stop(), 0)
        return (f"{plan.kills} kills, {len(executions)} executions, {sum(map(len, histories.values()))} events, "
                f"{len(driver.provider.calls)} calls for {len(outcomes)} scheduled tasks, {repeated} repeated "
                f"({answered} of them answered at most {lost:.2f} s before the kill); at a kill at least "
                f"{min(opened)} open and {min(in_flight)} in flight; "
                f"ready within {slowest:.2f} s; {time.monotonic() - begun:.0f} s")

    def history(self, server, execution):
        events, page = [], {}
        while True:
            page = server.call("GetExecutionHistory", executionArn=execution, maxResults=1000, **page)
            events += page["events"]
            if "nextToken" not in page:
                self.assertEqual(server.describe(execution)["status"], "SUCCEEDED")
                return events
            page = {"nextToken": page["nextToken"]}

    def check_executions(self, driver, executions):
        names = collections.Counter(one["name"] for one in executions)
        self.assertEqual([name for name, count in names.items() if count > 1], [], "started twice")
        self.assertEqual(set(driver.acknowledged) - set(names), set(), "acknowledged, and lost")
        self.assertEqual(set(names) - set(driver.acknowledged), set(), "never asked for")
        self.assertEqual(len(names), driver.started)
        self.assertEqual({one["status"] for one in executions}, {"SUCCEEDED"})

    def check_open(self, driver, executions):
        stopped = {one["name"]: one["stopDate"] for one in executions}
        opened = [sum(acknowledged <= kill < stopped[name] for name, acknowledged in driver.acknowledged.items())
                  for kill in driver.kills]
        self.assertGreaterEqual(min(opened), driver.plan.open_min, opened)
        return opened

    def check_in_flight(self, driver):
        in_flight = [sum(call.process == process and call.in_flight(kill) for call in driver.provider.calls)
                     for process, kill in enumerate(driver.kills)]
        self.assertGreaterEqual(min(in_flight), driver.plan.in_flight_min, in_flight)
        return in_flight

    def check_histories(self, histories):
        """Each history by itself; gives the execution and the call number that each scheduled task ended with."""
        outcomes = []
        for name, events in histories.items():
            self.check_history(name, events)
            outcomes += self.outcomes_of(name, events)
        return outcomes

    def check_history(self, name, events):
        self.assertEqual([event["id"] for event in events], list(range(1, len(events) + 1)), name)
        self.assertTrue(all(event["previousEventId"] < event["id"] for event in events), name)
        self.assertEqual([event["id"] for event in events if event["type"] in TERMINAL], [len(events)], name)

    def scheduled_of(self, events, event):
        """The TaskScheduled (ActivityScheduled, …) event that led to this one."""
        while not event["type"].endswith("Scheduled"):
            event = events[event["previousEventId"] - 1]
        return event

    def by_scheduled(self, events):
        """The outcomes of each TaskScheduled event, by its id."""
        ended = {event["id"]: [] for event in events if event["type"] == "TaskScheduled"}
        for event in events:
            if event["type"] in OUTCOMES:
                ended[self.scheduled_of(events, event)["id"]].append(event)
        return ended

    def call_of(self, event):
        details = next(value for key, value in event.items() if key.endswith("EventDetails"))
        text = details.get("output") or details.get("cause") or ""
        digits = text.partition("call ")[2]
        number = digits[:len(digits) - len(digits.lstrip("0123456789"))]
        self.assertTrue(number, f"an outcome that is none of the provider's: {event}")
        return int(number)

    def check_calls(self, driver, outcomes):
        calls = driver.provider.calls
        by_key = collections.defaultdict(list)
        for call in calls:
            self.assertTrue(call.key, f"call {call.number} ({call.prompt}) has no idempotency key")
            by_key[call.key].append(call)
        accepted = {}
        for name, number in outcomes:
            call = calls[number]
            self.assertEqual(call.prompt.split()[0], name, "an answer went to another execution")
            self.assertNotIn(call.key, accepted, f"two scheduled tasks took answers of one key: {call.prompt}")
            accepted[call.key] = number
        repeated = answered = 0
        lost = 0.0
        for key, of_it in by_key.items():
            self.assertEqual(len({call.prompt for call in of_it}), 1, f"key {key} was used for two tasks")
            if key in accepted:
                self.assertEqual(of_it[-1].number, accepted[key], f"bought again after its result: {of_it[0].prompt}")
            for call, again in zip(of_it, of_it[1:]):
                self.assertLess(call.process, again.process, f"called twice by one process: {call.prompt}")
                kill = driver.kills[call.process]
                repeated += 1
                if call.ended is not None and call.ended <= kill:
                    answered += 1
                    lost = max(lost, kill - call.ended)
                    self.assertLess(kill - call.ended, LOST_ANSWER_SECONDS, f"answered long before: {call.prompt}")
        unaccepted = [of_it[0] for key, of_it in by_key.items() if key not in accepted]
        self.assertEqual([call.prompt for call in unaccepted if not self.may_be_dropped(call.prompt)], [])
        return repeated, answered, lost


def kills_wanted(default, quick):
    """Takes `--kills N` and `--quick` out of the arguments."""
    arguments = sys.argv[1:]
    if "--quick" in arguments:
        arguments.remove("--quick")
        default = quick
    if "--kills" in arguments:
        at = arguments.index("--kills")
        default = int(arguments[at + 1])
        del arguments[at:at + 2]
    sys.argv[1:] = arguments
    return default
