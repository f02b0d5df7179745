"""`weft check`: folders that are sound, folders that somebody spoiled, folders in use."""

import hashlib
import json
import pathlib
import shutil
import sqlite3
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import weft  # noqa: E402

# A loop of some thousand events, for a checkpoint, that then waits.
LONG = {"StartAt": "M", "States": {
    "M": {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": {"StartAt": "P", "States": {
        "P": {"Type": "Pass", "End": True}}}, "ResultPath": None, "Next": "W"},
    "W": {"Type": "Wait", "Seconds": 3600, "End": True}}}


def content(folder):
    """What must not change: all but the lock, and SQLite's shared memory, which is no data."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())
            if path.name not in ("lock", "weft.db-shm") and path.stat().st_size > 0}


class Check(weft.Case):
    def fill(self, end="stop"):
        server = self.serve()
        done = server.start(server.create("done", weft.PASS), "first")
        server.start(server.create("long", LONG), "second", {"items": list(range(1000))})
        failed = server.create("failed", {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}})
        server.start(failed, "third")
        while any(server.call("ListExecutions", stateMachineArn=done.replace(":execution:", ":stateMachine:")
                              .replace("done:first", name), statusFilter="RUNNING")["executions"]
                  for name in ("done", "failed")):
            time.sleep(0.02)
        time.sleep(1.5)  # the one that waits leaves memory, and a checkpoint
        if end == "stop":
            self.assertEqual(server.stop(), 0)
        elif end == "kill":
            server.close()
        return server

    def check(self, status, folder="data"):
        done = self.weft("check", "--data", folder, "--format", "json")
        self.assert_exit(done, status)
        return json.loads(done.stdout) if status < 2 else done.stderr

    def test_sound_after_a_stop_and_after_a_kill(self):
        for end in ("stop", "kill"):
            with self.subTest(end=end):
                shutil.rmtree(self.folder / "data", ignore_errors=True)
                self.fill(end)
                before = content(self.folder / "data")
                report = self.check(0)
                self.assertEqual((report["sound"], report["executions"], report["running"], report["machines"]),
                                 (True, 3, 1, 3))
                self.assertGreater(report["events"], 2000)
                self.assertEqual(report["checkpoints"], 1)
                self.assertEqual(content(self.folder / "data"), before)
                done = self.weft("check", "--data", "data")
                self.assert_exit(done, 0)
                self.assertIn("sound: 3 executions (1 running)", done.stdout)
        # A server goes on with it.
        server = self.serve()
        self.assertEqual(len(server.call("ListStateMachines")["stateMachines"]), 3)

    def test_a_folder_in_use_or_none(self):
        server = self.fill("run")
        self.assertIn(f"is in use by process {server.process.pid}", self.check(2))
        self.assertIn("cannot read none/weft.db: No such file", self.check(2, "none"))
        self.assertFalse((self.folder / "none").exists())
        (self.folder / "text").mkdir()
        (self.folder / "text" / "weft.db").write_text("this is no database, whoever called it so " * 100)
        self.assertIn("weft.db", self.check(2, "text"))

    def test_what_was_spoiled_is_named(self):
        self.fill()
        shutil.copytree(self.folder / "data", self.folder / "good")
        flip = "substr({0}, 1, length({0}) - 5) || x'00ff00ff00'"
        for sql, says in (
                (f"UPDATE batch SET body={flip.format('body')} WHERE id>>24=1", "stream 1"),
                ("DELETE FROM batch WHERE id>>24=1", "no first event"),
                ("UPDATE stream SET status=3 WHERE key=1", "its status is FAILED, its history says SUCCEEDED"),
                ("UPDATE stream SET status=9 WHERE key=1", "status 9"),
                ("UPDATE stream SET stop=NULL WHERE key=1", "its end is none"),
                ("UPDATE stream SET start=start+1 WHERE key=2", "its start is"),
                ("UPDATE stream SET wake_at=wake_at+1000 WHERE key=2", "its next due time is"),
                ("UPDATE stream SET name='other' WHERE key=3", "its name is other, its history says third"),
                ("UPDATE stream SET outbox=1 WHERE key=3", "its messages is waiting"),
                ("UPDATE checkpoint SET next_batch=next_batch+7", "which is missing"),
                (f"UPDATE checkpoint SET state={flip.format('state')}", "checkpoint"),
                ("DELETE FROM definition", "is not in the catalog"),
                ("UPDATE definition SET text=text||' '", "does not have the hash"),
        ):
            with self.subTest(sql=sql):
                shutil.rmtree(self.folder / "data")
                shutil.copytree(self.folder / "good", self.folder / "data")
                database = sqlite3.connect(self.folder / "data" / "weft.db")
                self.assertGreater(database.execute(sql).rowcount, 0)
                database.commit()
                database.close()
                report = self.check(1)
                self.assertFalse(report["sound"])
                text = json.dumps(report["findings"])
                self.assertIn(says, text)
        done = self.weft("check", "--data", "data")
        self.assert_exit(done, 1)
        self.assertRegex(done.stdout, r"\d+ findings: ")


if __name__ == "__main__":
    weft.main()
