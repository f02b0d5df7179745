"""`weft run`: output, exit status, errors that name the thing and the place."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import weft  # noqa: E402


class Run(weft.Case):
    def test_output_is_on_standard_output_and_nothing_else(self):
        for extra in ([], ["--express"], ["--limits", "aws"]):
            done = self.weft("run", self.write("pass.asl.json", weft.PASS), *extra)
            self.assert_exit(done, 0)
            self.assertEqual(json.loads(done.stdout), {"answer": 42})
            self.assertEqual(done.stdout, '{\n  "answer": 42\n}\n')
            self.assertEqual(done.stderr, "")

    def test_input_is_a_file_standard_input_or_json(self):
        machine = self.write("echo.asl.json", weft.ECHO)
        given = self.write("in.json", {"a": [1, 2.0]})
        yaml = self.write("in.yaml", "a: [1, 2.0]\n")
        for arguments, stdin in ((["--input", given], ""), (["--input", "-"], '{"a":[1,2.0]}'),
                                 (["--input", ' {"a": [1, 2.0]}'], ""), (["--input=" + yaml], "")):
            done = self.weft("run", machine, *arguments, stdin=stdin)
            self.assert_exit(done, 0)
            self.assertEqual(done.stdout, '{\n  "a": [\n    1,\n    2.0\n  ]\n}\n')
        self.assertEqual(self.weft("run", machine).stdout, "{}\n")
        self.assertEqual(self.weft("run", machine, "--input", "5").stdout, "5\n")

    def test_large_input(self):
        given = self.write("in.json", {"texts": ["x" * 1000] * 20_000})
        done = self.weft("run", self.write("echo.asl.json", weft.ECHO), "--input", given)
        self.assert_exit(done, 0)
        self.assertEqual(len(json.loads(done.stdout)["texts"]), 20_000)
        done = self.weft("run", "echo.asl.json", "--input", given, "--limits", "aws")
        self.assert_exit(done, 2)
        self.assertIn("in.json: the input is larger than the 262144 bytes allowed", done.stderr)

    def test_yaml_definition(self):
        done = self.weft("run", self.write("m.asl.yaml", "StartAt: P\nStates:\n  P:\n    Type: Pass\n"
                                                         "    Result: {ok: true}\n    End: true\n"))
        self.assert_exit(done, 0)
        self.assertEqual(json.loads(done.stdout), {"ok": True})

    def test_failure_names_state_error_and_cause(self):
        machine = {"StartAt": "M", "States": {"M": {"Type": "Map", "End": True, "ItemProcessor": {
            "StartAt": "Check", "States": {
                "Check": {"Type": "Choice", "Default": "Bad", "Choices": [
                    {"Variable": "$", "NumericEquals": 1, "Next": "Good"}]},
                "Good": {"Type": "Succeed"},
                "Bad": {"Type": "Fail", "Error": "Item.Bad", "Cause": "two\nlines"}}}}}}
        path = self.write("m.asl.json", machine)
        for extra in ([], ["--express"]):
            done = self.weft("run", path, "--input", "[1,2]", *extra)
            self.assert_exit(done, 1)
            self.assertEqual(done.stdout, "")
            self.assertEqual(done.stderr, "FAILED in state 'Bad': Item.Bad\n  two\n  lines\n")
        self.assert_exit(self.weft("run", path, "--input", "[1,1]"), 0)

    def test_history_is_json_lines(self):
        path = self.write("pass.asl.json", weft.PASS)
        for extra in ([], ["--express"]):
            done = self.weft("run", path, "--history", *extra)
            self.assert_exit(done, 0)
            events = [json.loads(line) for line in done.stdout.splitlines()]
            self.assertEqual([event["type"] for event in events],
                             ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"])
            self.assertEqual([event["id"] for event in events], [1, 2, 3, 4])
            self.assertEqual(json.loads(events[3]["executionSucceededEventDetails"]["output"]), {"answer": 42})

    def test_name_is_the_execution_s(self):
        machine = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True,
                                                    "Parameters": {"name.$": "$$.Execution.Name"}}}}
        path = self.write("m.asl.json", machine)
        done = self.weft("run", path, "--name", "mine")
        self.assertEqual(json.loads(done.stdout), {"name": "mine"})
        done = self.weft("run", path, "--name", "a b")
        self.assert_exit(done, 2)
        self.assertIn("Invalid Name: 'a b'", done.stderr)

    def test_definitions_are_filled(self):
        path = self.write("m.asl.json", '{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true, '
                                        '"Result": {"text": "${Text}", "number": ${Number}}}}}')
        done = self.weft("run", path, "--define", 'Text=a "b"', "--define", "Number=7")
        self.assert_exit(done, 0)
        self.assertEqual(json.loads(done.stdout), {"text": 'a "b"', "number": 7})
        done = self.weft("run", path, "--define", "Txt=x")
        self.assert_exit(done, 2)
        self.assertIn("did you mean 'Text'?", done.stderr)
        done = self.weft("run", path)
        self.assert_exit(done, 2)
        self.assertIn("give --define Number=VALUE", done.stderr)

    def test_mocks_answer_tasks(self):
        machine = {"StartAt": "T", "States": {"T": {
            "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True,
            "Parameters": {"FunctionName": "f"}, "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 1}]}}}
        path = self.write("m.asl.json", machine)
        mocks = self.write("mocks.json", {"T": [{"error": "Busy"}, {"output": {"got": 1}}]})
        done = self.weft("run", path, "--mocks", mocks)
        self.assert_exit(done, 0)
        self.assertEqual(json.loads(done.stdout), {"got": 1})
        done = self.weft("run", path, "--mocks", self.write("bad.yaml", "T:\n- outptu: 1\n"))
        self.assert_exit(done, 2)
        self.assertIn("bad.yaml:2:", done.stderr)
        self.assertIn("did you mean 'output'?", done.stderr)

    def test_model_by_builtin_provider(self):
        machine = {"StartAt": "Ask", "States": {"Ask": {
            "Type": "Task", "Resource": "arn:aws:states:::bedrock:invokeModel", "End": True,
            "Parameters": {"ModelId": "anthropic.claude-3-haiku-20240307-v1:0", "ContentType": "application/json",
                           "Body": {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 200, "messages": [
                               {"role": "user", "content": "Harbour Ltd was founded in 1987 by Ada Ferry.\n\n"
                                                           "Question: When was Harbour Ltd founded?"}]}},
            "ResultSelector": {"text.$": "$.Body.content[0].text", "model.$": "$.Body.model"}}}}
        done = self.weft("run", self.write("ask.asl.json", machine))
        self.assert_exit(done, 0)
        answer = json.loads(done.stdout)
        self.assertIn("1987", answer["text"])
        self.assertEqual(answer["model"], "weft.extractive-v1")


class Unusable(weft.Case):
    def refused(self, *arguments, says, **more):
        done = self.weft("run", *arguments, **more)
        self.assert_exit(done, 2)
        self.assertEqual(done.stdout, "")
        for part in [says] if isinstance(says, str) else says:
            self.assertIn(part, done.stderr)

    def test_files(self):
        self.refused("none.asl.json", says="cannot read 'none.asl.json': No such file or directory")
        self.refused(str(self.folder), says="Is a directory")
        path = self.write("pass.asl.json", weft.PASS)
        self.refused(path, "--input", "none.json", says="'none.json' is neither a file that exists nor JSON")
        self.refused(path, "--mocks", "none.yaml", says="cannot read 'none.yaml'")
        self.refused(path, "--config", "none.yaml", says="cannot read 'none.yaml'")

    def test_input_that_is_not_json(self):
        path = self.write("pass.asl.json", weft.PASS)
        self.refused(path, "--input", self.write("in.json", '{\n  "a": 1,\n  "a": 2\n}'),
                     says=["in.json:3:3: not valid JSON", "duplicate key 'a'"])
        self.refused(path, "--input", "-", stdin='{"a": tru}', says="standard input:1:7: not valid JSON")

    def test_definitions(self):
        self.refused(self.write("m.asl.json", '{\n "StartAt": "P",\n'), says="m.asl.json:3:1")
        self.refused(self.write("m.asl.yaml", "a: [1\n"), says="m.asl.yaml: not valid YAML")
        broken = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Next": "Anwser"},
                                             "Answer": {"Type": "Succeed"}}}
        self.refused(self.write("n.asl.json", json.dumps(broken, indent=1)),
                     says=["n.asl.json:6:", "MISSING_TRANSITION_TARGET", "did you mean 'Answer'?"])

    def test_configuration(self):
        path = self.write("pass.asl.json", weft.PASS)
        self.write("weft.yaml", "regoin: eu-west-1\n")
        self.refused(path, says=["weft.yaml:1:1", "did you mean 'region'?"])
        self.write("weft.yaml", "account: 12\n")
        self.refused(path, says="account must be a text of 12 digits")
        self.write("weft.yaml", "region: eu-west-1\n")
        self.assert_exit(self.weft("run", path), 0)
        self.refused(path, "--provider", "bulitin", says="builtin")

    def test_region_is_the_configuration_s(self):
        machine = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True,
                                                    "Parameters": {"id.$": "$$.Execution.Id"}}}}
        self.write("weft.yaml", "region: eu-west-1\naccount: '210987654321'\n")
        done = self.weft("run", self.write("m.asl.json", machine))
        self.assertIn(":eu-west-1:210987654321:execution:main:", done.stdout)


if __name__ == "__main__":
    weft.main()
