#!/usr/bin/env python3
"""Tests of tools/: each planted fault must be found, at its place, and clean code must pass."""
import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

LAYOUT = """
```layers
base:
json:           base
asl:            base json
net:            base
engine:         base json asl
store:          base
store/disk:     base store net
pure:           base json asl engine
```
"""

CLEAN = {
    "base/error.h": "#pragma once\n",
    "base/error.cpp": '#include "base/error.h"\n\n#include <string>\n',
    "json/value.h": '#pragma once\n#include "base/error.h"\n#include <chrono>\n',
    "asl/model.h": '#include "json/value.h"\n',
    "asl/states/wait.cpp": '#include "asl/model.h"\n#include "asl/states/helper.h"\n',
    "asl/states/helper.h": "// Calls std::time(nullptr) and reads system_clock::now() only in this comment.\n"
                           'inline const char* text = "getenv(\\"HOME\\") and fopen(";\n'
                           'inline const char* raw = R"(std::mutex " std::thread)";\n'
                           "inline int deadline_time(int x) { return x; }\n",
    "store/store.h": '#include "base/error.h"\n',
    "store/disk/disk.cpp": '#include "store/disk/disk.h"\n#include "store/store.h"\n#include "net/socket.h"\n#include <fstream>\n',
    "net/socket.h": "#include <mutex>\n#include <boost/asio.hpp>\n",
    "engine/decide_test.cpp": '#include "asl/model.h"\n#include "tests/support/worlds.h"\n#include <thread>\n',
    "server/main.cpp": '#include "engine/decide.h"\n#include "store/disk/disk.h"\n',
    "engine/decide.h": "",
    "store/disk/disk.h": "",
}

# What is planted in which file, the line it must be found at, and a part of the message.
PLANTED = [
    ("a folder that is not allowed", "json/parse.cpp", '#include "base/error.h"\n#include "asl/model.h"\n', 2, "json includes"),
    ("a sub-folder inherits its parent's line", "asl/states/pass.cpp", '#include "engine/decide.h"\n', 1, "asl includes"),
    ("a parent never includes its sub-folder", "store/cache.cpp", '\n#include "store/disk/disk.h"\n', 2, "parent never"),
    ("a sub-folder has no more than its own line", "store/disk/file.cpp", '#include "json/value.h"\n', 1, "store/disk includes"),
    ("nobody includes the server", "net/a.cpp", '#include "server/main.h"\n', 1, "not a file"),
    ("a folder without a line", "misc/a.cpp", "int x;\n", 1, "no line in the table"),
    ("an include that is not rooted", "asl/b.cpp", '#include "model.h"\n', 1, "root the include at src/"),
    ("tests in production code", "asl/c.cpp", '#include "tests/support/worlds.h"\n', 1, "only *_test.cpp"),
    ("another kind of test in a unit test", "asl/c_test.cpp", '#include "tests/e2e/x.h"\n', 1, "only *_test.cpp"),
    ("own header not first", "base/error.cpp", '#include <string>\n#include "base/error.h"\n', 1, "first"),
    ("a thread", "engine/d.cpp", "#include <thread>\n", 1, "threads and locks"),
    ("a mutex", "json/d.cpp", "int a;\n#include <shared_mutex>\n", 2, "threads and locks"),
    ("a file", "asl/states/d.cpp", "#include <filesystem>\n", 1, "have the bytes handed in"),
    ("a system header", "asl/d.cpp", "#include <unistd.h>\n", 1, "have the bytes handed in"),
    ("a random device", "engine/e.cpp", "#include <random>\n", 1, "entropy"),
    ("Asio", "engine/f.cpp", "#include <boost/asio/post.hpp>\n", 1, "shell"),
    ("a clock", "engine/g.cpp", "/* one\n two */\nauto t = std::chrono::steady_clock::now();\n", 3, "reads a clock"),
    ("time()", "engine/h.cpp", "auto t = std::time(nullptr);\n", 1, "reads a clock"),
    ("an alias of a clock", "engine/i.cpp", "auto t = Clock::now ();\n", 1, "reads a clock"),
    ("the environment", "json/j.cpp", 'auto t = std::getenv("HOME");\n', 1, "environment"),
    ("fopen", "json/k.cpp", 'auto f = fopen("x", "r");\n', 1, "opens a file"),
]


def write(root, files):
    for name, text in files.items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def run(*command):
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True)
    return done.returncode, done.stdout


class Layers(unittest.TestCase):
    def check(self, planted):
        with tempfile.TemporaryDirectory() as root:
            write(root, {"docs/layout.md": LAYOUT})
            write(os.path.join(root, "src"), {**CLEAN, **planted})
            return run("tools/check_layers", root)

    def test_clean_tree_passes(self):
        code, said = self.check({})
        self.assertEqual((code, said), (0, f"{len(CLEAN)} files, 0 findings\n"))

    def test_planted_faults_are_found(self):
        for what, name, text, line, message in PLANTED:
            with self.subTest(what):
                code, said = self.check({name: text})
                self.assertEqual(code, 1, said)
                self.assertRegex(said, rf"(?m)^src/{name}:{line}: .*{message.replace('*', '[*]')}")
                self.assertIn(" 1 findings", said)

    def test_a_table_that_names_an_unknown_folder_is_refused(self):
        with tempfile.TemporaryDirectory() as root:
            write(root, {"docs/layout.md": "```layers\nbase: nowhere\n```\n"})
            self.assertEqual(run("tools/check_layers", root)[0], 1)


class Summary(unittest.TestCase):
    CASE = '<testcase name="{}" status="{}">{}<system-out>{}</system-out></testcase>'

    def check(self, cases, steps=""):
        with tempfile.TemporaryDirectory() as folder:
            body = "".join(self.CASE.format(*case) for case in cases)
            write(folder, {"check.xml": f"<testsuite>{body}</testsuite>", "steps.txt": steps})
            code, said = run("tools/test_summary", folder)
            return code, said.strip().splitlines()[-1]

    def test_counts_the_cases_of_doctest(self):
        text = "[doctest] test cases:  12 |  12 passed | 0 failed | 1 skipped"
        self.assertEqual(self.check([("json", "run", "", text)]), (0, "12 passed, 0 failed"))

    def test_counts_a_runner_by_its_last_line(self):
        text = "1 passed, 0 failed\n7 passed, 0 failed, 3 skipped"
        self.assertEqual(self.check([("cases", "run", "", text)]), (0, "7 passed, 0 failed"))

    def test_counts_another_test_as_one(self):
        self.assertEqual(self.check([("layers", "run", "", "37 files")]), (0, "1 passed, 0 failed"))

    def test_failed_cases_fail_the_run(self):
        text = "[doctest] test cases: 12 | 10 passed | 2 failed | 0 skipped"
        self.assertEqual(self.check([("json", "fail", "<failure/>", text)]), (1, "10 passed, 2 failed"))

    def test_a_leak_after_all_cases_passed_is_a_failure(self):
        text = "[doctest] test cases: 3 | 3 passed | 0 failed | 0 skipped\nLeakSanitizer: …"
        self.assertEqual(self.check([("json", "fail", "<failure/>", text)]), (1, "3 passed, 1 failed"))

    def test_a_program_that_is_not_there_is_a_failure(self):
        self.assertEqual(self.check([("json", "notrun", "", "")]), (1, "0 passed, 1 failed"))

    def test_steps_count(self):
        self.assertEqual(self.check([], "passed fuzz a\nfailed clang-tidy\n"), (1, "1 passed, 1 failed"))

    def test_no_test_at_all_is_a_failure(self):
        self.assertEqual(self.check([]), (1, "0 passed, 0 failed"))


class Headers(unittest.TestCase):
    def test_every_header_found_is_compiled_or_proved_by_its_source(self):
        with tempfile.TemporaryDirectory() as cache:
            code, said = run("tools/check_headers", "--cache", cache, "--compiler", "true")
            self.assertEqual(code, 0, said)
            # The second run knows them all.
            self.assertIn(" 0 compiled", run("tools/check_headers", "--cache", cache, "--compiler", "true")[1])

    def test_a_header_that_does_not_compile_is_named(self):
        with tempfile.TemporaryDirectory() as cache:
            code, said = run("tools/check_headers", "--cache", cache, "--compiler", "false")
            self.assertEqual(code, 1)
            self.assertIn("does not compile alone", said)


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=0).result
    bad = len(result.failures) + len(result.errors)
    print(f"{max(result.testsRun - bad, 0)} passed, {bad} failed")
    sys.exit(bool(bad))
