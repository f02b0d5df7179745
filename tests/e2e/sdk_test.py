"""The unmodified AWS SDK for JavaScript v3 against `weft serve`: every operation, and the example's client.

The SDK is installed from the lock file into sdk/node_modules when it is not there.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import weft  # noqa: E402

FOLDER = pathlib.Path(__file__).parent.resolve() / "sdk"
EXAMPLE = FOLDER.parents[2] / "examples" / "rfp"
INSTALL_SECONDS = 240


def setUpModule():
    for tool in ("node", "npm"):
        if not shutil.which(tool):
            raise RuntimeError(f"this test needs {tool}: ./dev setup test")
    if not (FOLDER / "node_modules" / "@aws-sdk" / "client-sfn").is_dir():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=FOLDER, check=True,
                       timeout=INSTALL_SECONDS)


class Sdk(weft.Case):
    def node(self, script, *arguments, **extra):
        # What it reads from the environment and the home folder about AWS must not matter.
        env = weft.environment(HOME=str(self.folder), AWS_EC2_METADATA_DISABLED="true", **extra)
        return subprocess.run(["node", str(script), *arguments], capture_output=True, text=True, cwd=self.folder,
                              timeout=weft.SECONDS_MAX, env=env)

    def test_operations(self):
        done = self.node(FOLDER / "operations.mjs", WEFT_ENDPOINT=self.serve().url)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_example_s_client_prints_nine_answers(self):
        versions = [json.loads((folder / "package.json").read_text())["dependencies"] for folder in (FOLDER, EXAMPLE)]
        self.assertEqual(versions[0], versions[1])
        copy = self.folder / "rfp"
        shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("node_modules"))
        os.symlink(FOLDER / "node_modules", copy / "node_modules")
        server = self.serve(str(copy / "workflow.asl.json"))
        done = self.node(copy / "client.mjs", server.url)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        given = json.loads((copy / "input.json").read_text())
        self.assertEqual(len(given["questions"]), 9)
        lines = [line for line in done.stdout.splitlines() if line]
        self.assertEqual(lines[0::2], given["questions"])
        answers = lines[1::2]
        self.assertEqual(len(answers), 9)
        # Each answer quotes the part of the description that its question is about.
        for answer, fact in zip(answers, ("REST API", "ISO 27001", "Port of Valmere", "16 to 24 weeks", "15 minutes",
                                          "0.42 euros", "Lena Fischer", "Kubernetes", "35 days")):
            self.assertIn(fact, answer)


if __name__ == "__main__":
    weft.main()
