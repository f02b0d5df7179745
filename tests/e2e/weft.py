"""What the end-to-end tests share: running the binary, and a server of their own on a free port.

Only the standard library is used. A test file ends with `weft.main()`.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.error
import urllib.request

SECONDS_MAX = 60
_binary = None

PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": {"answer": 42}, "End": True}}}
ECHO = {"StartAt": "E", "States": {"E": {"Type": "Pass", "End": True}}}
ROLE = "arn:aws:iam::123456789012:role/any"


def binary():
    return _binary


def waiting(seconds):
    return {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": seconds, "End": True}}}


def environment(**extra):
    """No variable that would change what the binary does, but those given."""
    kept = {name: value for name, value in os.environ.items()
            if name in ("PATH", "HOME", "TZ", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")}
    return {**kept, **extra}


class Case(unittest.TestCase):
    """A test in an empty folder of its own."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="weft-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, name, content):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    def weft(self, *arguments, stdin="", env=None):
        return subprocess.run([binary(), *arguments], input=stdin, capture_output=True, text=True,
                              cwd=self.folder, timeout=SECONDS_MAX, env=env or environment())

    def serve(self, *arguments, data=None, env=None):
        server = Server(self.folder, ["--data", str(data or self.folder / "data"), *arguments], env)
        self.addCleanup(server.close)
        return server

    def assert_exit(self, done, status):
        self.assertEqual(done.returncode, status, f"stdout: {done.stdout}\nstderr: {done.stderr}")


class ApiError(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status}: {body}")
        self.status, self.body = status, body
        self.type = body.get("__type", "").split("#")[-1]


class Server:
    """`weft serve` on a free port, until close()."""

    def __init__(self, folder, arguments, env=None):
        listen = [] if "--listen" in arguments else ["--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen([binary(), "serve", *listen, *arguments], cwd=folder, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, env=env or environment())
        self.errors = []
        self.context = None  # of TLS
        self._reader = threading.Thread(target=self._read_errors, daemon=True)
        self._reader.start()
        first = self.process.stdout.readline()
        prefix = "weft is ready on "
        if not first.startswith(prefix):
            self.process.wait(SECONDS_MAX)
            self._reader.join(SECONDS_MAX)
            raise RuntimeError(f"the server did not start ({self.process.returncode}): {first}{''.join(self.errors)}")
        self.url = first[len(prefix):].strip()
        self.port = int(self.url.rsplit(":", 1)[1])

    def _read_errors(self):
        for line in self.process.stderr:
            self.errors.append(line)

    def call(self, operation, host=None, **parameters):
        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AWSStepFunctions.{operation}"}
        if host:
            headers["Host"] = host
        request = urllib.request.Request(self.url + "/", json.dumps(parameters).encode(), headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=SECONDS_MAX, context=self.context) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise ApiError(error.code, json.loads(error.read() or b"{}")) from None

    def create(self, name, definition, kind="STANDARD"):
        return self.call("CreateStateMachine", name=name, definition=json.dumps(definition), roleArn=ROLE,
                         type=kind)["stateMachineArn"]

    def start(self, machine, name=None, given=None):
        extra = {"name": name} if name else {}
        return self.call("StartExecution", stateMachineArn=machine, input=json.dumps(given or {}),
                         **extra)["executionArn"]

    def describe(self, execution):
        return self.call("DescribeExecution", executionArn=execution)

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, seconds=SECONDS_MAX):
        self.process.stdout.read()
        status = self.process.wait(seconds)
        self._reader.join(seconds)
        return status

    def stop(self):
        self.signal(signal.SIGTERM)
        return self.wait()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(SECONDS_MAX)
        self._reader.join(SECONDS_MAX)
        self.process.stdout.close()
        self.process.stderr.close()


def main():
    global _binary
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default="build/weft", help="$WEFT_BINARY wins")
    options, rest = parser.parse_known_args()
    _binary = str(pathlib.Path(os.environ.get("WEFT_BINARY") or options.binary).resolve())
    # Tests import this file as `weft`; the script itself is `__main__`.
    unittest.main(module="__main__", argv=[sys.argv[0], *rest], verbosity=1)
