"""validate, eval, completion, version, help and mistyped words."""

import json
import os
import pathlib
import pty
import shutil
import socket
import subprocess
import sys
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import weft  # noqa: E402

BROKEN = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Next": "Anwser"}, "Answer": {"Type": "Succeed"}}}


class Validate(weft.Case):
    def test_text(self):
        good, bad = self.write("good.asl.json", weft.PASS), self.write("bad.asl.json", json.dumps(BROKEN, indent=1))
        done = self.weft("validate", good)
        self.assert_exit(done, 0)
        self.assertEqual(done.stdout, f"{good}: valid\n")
        done = self.weft("validate", good, bad)
        self.assert_exit(done, 1)
        self.assertIn("bad.asl.json:6:", done.stdout)
        self.assertIn("did you mean 'Answer'?", done.stdout)
        self.assertNotIn("\x1b", done.stdout)

    def test_json(self):
        good, bad = self.write("good.asl.json", weft.PASS), self.write("bad.asl.json", json.dumps(BROKEN, indent=1))
        done = self.weft("validate", "--format", "json", good, bad)
        self.assert_exit(done, 1)
        first, second = json.loads(done.stdout)
        self.assertEqual(first, {"file": good, "result": "OK", "diagnostics": []})
        self.assertEqual(second["result"], "FAIL")
        finding = next(one for one in second["diagnostics"] if one["code"] == "MISSING_TRANSITION_TARGET")
        self.assertEqual((finding["severity"], finding["line"]), ("ERROR", 6))
        self.assertEqual(finding["pointer"], "/States/P/Next")

    def test_unreadable_file(self):
        self.assert_exit(self.weft("validate", "none.json"), 2)

    def test_yaml_places(self):
        done = self.weft("validate", self.write("m.asl.yaml", "StartAt: P\nStates:\n  P:\n    Type: Pass\n"
                                                              "    Edn: true\n"))
        self.assert_exit(done, 1)
        self.assertIn("m.asl.yaml:3:", done.stdout)
        self.assertIn("did you mean 'End'?", done.stdout)


    def test_target_aws(self):
        wide = {"StartAt": "M", "States": {"M": {"Type": "Map", "MaxConcurrency": 100, "End": True, "ItemProcessor": {
            "StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}}}}
        path = self.write("wide.asl.json", json.dumps(wide, indent=1))
        self.assertEqual(self.weft("validate", path).stdout, f"{path}: valid\n")
        done = self.weft("validate", "--target", "aws", path)
        self.assert_exit(done, 0)
        self.assertIn("warning: AWS runs at most 40 iterations of an inline Map at one time [AWS_CONCURRENCY]",
                      done.stdout)


    def test_limits_of_aws_refuse_newer_jsonata(self):
        path = self.write("m.asl.json", {"QueryLanguage": "JSONata", "StartAt": "P", "States": {
            "P": {"Type": "Pass", "End": True, "Output": "{% $states.input.a ?? 1 %}"}}})
        self.assertEqual(self.weft("run", path).stdout, "1\n")
        done = self.weft("run", "--limits", "aws", path)
        self.assert_exit(done, 2)
        self.assertIn("m.asl.json:1:", done.stderr)
        self.assertIn("AWS has 2.0.6 [INVALID_JSONATA_EXPRESSION]", done.stderr)


class Test(weft.Case):
    TESTS = """
definition: pass.asl.json
tests:
  - {name: it answers, expect: {output: {answer: 42}}}
  - {name: it answers wrongly, expect: {output: {answer: 41}}}
"""

    def setUp(self):
        super().setUp()
        self.write("pass.asl.json", weft.PASS)
        self.tests = self.write("pass.test.yaml", self.TESTS)

    def test_text(self):
        done = self.weft("test", "pass.test.yaml")
        self.assert_exit(done, 1)
        self.assertEqual(done.stdout, "ok    it answers\n"
                                      "FAIL  it answers wrongly (pass.test.yaml:5:5)\n"
                                      "      output (pass.test.yaml:5:41)\n"
                                      "          $.answer\n"
                                      "        - 41\n"
                                      "        + 42\n"
                                      "      way: P (4 events, 0 s of simulated time)\n"
                                      "1 passed, 1 failed\n")

    def test_filter(self):
        self.assert_exit(self.weft("test", "--filter", "wrongly", self.tests), 1)
        self.assert_exit(self.weft("test", "--filter", "nothing", self.tests), 2)
        self.write("good.test.yaml", "{definition: pass.asl.json, expect: {output: {answer: 42}}}")
        done = self.weft("test", "good.test.yaml")
        self.assert_exit(done, 0)
        self.assertEqual(done.stdout, "ok    good.test.yaml\n1 passed, 0 failed\n")

    def test_reports(self):
        done = self.weft("test", "--format", "json", self.tests)
        self.assert_exit(done, 1)
        report = json.loads(done.stdout)
        self.assertEqual((report["passed"], report["failed"]), (1, 1))
        self.assertEqual(report["tests"][1]["mismatches"][0]["lines"], ["  $.answer", "- 41", "+ 42"])
        done = self.weft("test", "--format", "junit", "--output", "report.xml", self.tests)
        self.assert_exit(done, 1)
        self.assertIn("1 passed, 1 failed", done.stdout)
        suites = xml.etree.ElementTree.parse(self.folder / "report.xml").getroot()
        self.assertEqual((suites.get("tests"), suites.get("failures")), ("2", "1"))
        self.assertIn("- 41", suites.find("testsuite/testcase/failure").text)

    def test_unusable_files(self):
        self.assert_exit(self.weft("test", "none.test.yaml"), 2)
        bad = self.write("bad.test.yaml", "definition: pass.asl.json\nexpect: {outptu: 1}\n")
        done = self.weft("test", bad)
        self.assert_exit(done, 2)
        self.assertIn("bad.test.yaml:2:10: unknown field 'outptu' in expect; did you mean 'output'?", done.stderr)

    def test_mock_configuration(self):
        task = {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
                                                 "Parameters": {"FunctionName": "f"}, "End": True,
                                                 "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 3600}]}}}
        self.write("task.asl.json", task)
        self.write("MockConfigFile.json", {
            "StateMachines": {"M": {"TestCases": {"Retried": {"T": "Later"}}}},
            "MockedResponses": {"Later": {"0-1": {"Throw": {"Error": "Busy", "Cause": "c"}}, "2": {"Return": 7}}}})
        self.write("task.test.yaml", "{definition: task.asl.json, mock_config: MockConfigFile.json, "
                                     "test_case: Retried, expect: {output: 7, simulated_seconds: 10800}}")
        self.assert_exit(self.weft("test", "task.test.yaml"), 0)


class Eval(weft.Case):
    def test_values(self):
        done = self.weft("eval", "--jsonpath", "$.a[-1:]", "--input", '{"a":[1,2]}')
        self.assert_exit(done, 0)
        self.assertEqual(json.loads(done.stdout), [2])
        done = self.weft("eval", "--intrinsic", "States.Format('{}!', $.a)", "--input", '{"a":"hi"}')
        self.assert_exit(done, 0)
        self.assertEqual(done.stdout, '"hi!"\n')

    def test_failures(self):
        self.assert_exit(self.weft("eval", "--jsonpath", "$.b", "--input", "{}"), 1)
        self.assert_exit(self.weft("eval", "--jsonpath", "$.["), 2)
        done = self.weft("eval", "--intrinsic", "States.Fromat('x')")
        self.assert_exit(done, 2)
        self.assertIn("States.Fromat", done.stderr)
        self.assert_exit(self.weft("eval"), 2)
        self.assert_exit(self.weft("eval", "--jsonpath", "$", "--intrinsic", "States.UUID()"), 2)


class Providers(weft.Case):
    def test_keys_and_servers_are_told(self):
        done = self.weft("providers", env=weft.environment(OPENAI_API_KEY="secret-key"))
        self.assert_exit(done, 0)
        self.assertIn("key in OPENAI_API_KEY", done.stdout)
        self.assertIn("needs a key in ANTHROPIC_API_KEY", done.stdout)
        self.assertRegex(done.stdout, r"(?m)^\* builtin ")
        self.assertNotIn("secret-key", done.stdout)

    def test_a_local_server_is_looked_for(self):
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{server.getsockname()[1]}"
            self.write("weft.yaml", f"models:\n  default: mine\n  providers:\n    mine: {{kind: openai, "
                                    f"base_url: 'http://u:p@{address}/v1'}}\n")
            self.assertRegex(self.weft("providers").stdout, rf"(?m)^\* mine +{address} +no server there")
            server.listen()
            self.assertRegex(self.weft("providers").stdout, rf"(?m)^\* mine +{address} +a server answers")


class Words(weft.Case):
    def test_version_and_help(self):
        done = self.weft("--version")
        self.assert_exit(done, 0)
        self.assertRegex(done.stdout, r"^weft \d+\.\d+\.\d+\n$")
        for words in (["--help"], ["run", "--help"], ["help", "serve"]):
            done = self.weft(*words)
            self.assert_exit(done, 0)
            self.assertIn("Usage: weft", done.stdout)

    def test_mistyped(self):
        for words, meant in ((["rnu"], "'run'"), (["run", "f", "--inptu", "x"], "'--input'"),
                             (["serve", "--lisen", "x"], "'--listen'"), (["validate", "--format", "jsn", "f"], "'json'")):
            done = self.weft(*words)
            self.assert_exit(done, 2)
            self.assertIn(f"did you mean {meant}?", done.stderr)

    def test_completion_scripts_are_understood(self):
        for shell in ("bash", "zsh", "fish"):
            done = self.weft("completion", shell)
            self.assert_exit(done, 0)
            if shutil.which(shell):
                check = subprocess.run([shell, "-n", "/dev/stdin"], input=done.stdout, text=True, capture_output=True)
                self.assertEqual((check.returncode, check.stderr), (0, ""))

    def test_bash_completes(self):
        script = self.write("weft.bash", self.weft("completion", "bash").stdout)

        def complete(*words):
            quoted = " ".join(f"'{word}'" for word in words)
            run = subprocess.run(["bash", "-c", f"source {script}; COMP_WORDS=(weft {quoted}); COMP_CWORD={len(words)}; "
                                                "_weft; printf '%s\\n' \"${COMPREPLY[@]}\""],
                                 capture_output=True, text=True, cwd=self.folder)
            self.assertEqual(run.stderr, "")
            return run.stdout.split()
        self.assertEqual(complete("va"), ["validate"])
        self.assertEqual(complete("run", "--in"), ["--input"])
        self.assertEqual(complete("serve", "--limits", "a"), ["aws"])
        self.assertIn("weft.bash", complete("run", "weft"))
        self.assertEqual(complete("completion", "z"), ["zsh"])


class OnATerminal(weft.Case):
    def on_terminal(self, *arguments, **environment):
        """Standard error and output are a terminal; what was written to it."""
        master, slave = pty.openpty()
        process = subprocess.Popen([weft.binary(), *arguments], cwd=self.folder, stdin=subprocess.DEVNULL,
                                   stdout=slave, stderr=slave,
                                   env=weft.environment(TERM="xterm", LANG="C.UTF-8", **environment))
        os.close(slave)
        seen = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:
                break
            if not part:
                break
            seen += part
        os.close(master)
        return process.wait(weft.SECONDS_MAX), seen.decode()

    def test_progress_has_a_line_for_each_state(self):
        machine = {"StartAt": "First", "States": {
            "First": {"Type": "Pass", "Next": "Each"},
            "Each": {"Type": "Map", "End": True, "ItemProcessor": {
                "StartAt": "Inner", "States": {"Inner": {"Type": "Wait", "Seconds": 1, "End": True}}}}}}
        status, seen = self.on_terminal("run", self.write("m.asl.json", machine), "--input", "[1,2,3]")
        self.assertEqual(status, 0, seen)
        self.assertIn("First", seen)
        self.assertIn("0/3, 3 running", seen)
        self.assertIn("3/3", seen)
        self.assertNotIn("Inner", seen)

    def test_no_color_is_respected(self):
        bad = self.write("bad.asl.json", BROKEN)
        self.assertIn("\x1b[31m", self.on_terminal("validate", bad)[1])
        self.assertNotIn("\x1b[3", self.on_terminal("validate", bad, NO_COLOR="1")[1])

    def test_history_is_a_table(self):
        status, seen = self.on_terminal("run", self.write("pass.asl.json", weft.PASS), "--history")
        self.assertEqual(status, 0, seen)
        self.assertIn("PassStateEntered", seen)
        self.assertNotIn('"type"', seen)


if __name__ == "__main__":
    weft.main()
