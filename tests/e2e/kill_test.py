"""`weft serve` is killed with SIGKILL again and again under load, and loses and repeats nothing.

    kill_test.py --binary build/weft [--kills 20 | --quick]

Executions with Wait, Map, Parallel with Retry, and Tasks to a counting provider are kept open: at each kill at least
OPEN_MIN of them, with at least IN_FLIGHT_MIN calls under way. After the last restart everything ends, and then the
histories and the provider's books are held against each other:

- each start that was acknowledged is there and ended once; one that was not was there or not, and starting it again
  gave one execution;
- public ids are 1..n, causes come before effects, and nothing follows the end;
- each scheduled task has one outcome, and that outcome is the last answer bought under its key: a recorded result is
  never bought again;
- a key is seen again only after a kill that its call was under way at (or answered so shortly before that the answer
  may not have been written), never twice under one process, and never for another task.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import crashes  # noqa: E402
import weft  # noqa: E402
from crashes import ask  # noqa: E402

KILLS = 20
OPEN_MIN = 300
IN_FLIGHT_MIN = 50

MACHINE = {"StartAt": "Wait a moment", "States": {
    "Wait a moment": {"Type": "Wait", "SecondsPath": "$.seconds", "Next": "Each"},
    "Each": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ResultPath": "$.mapped", "Next": "Both",
             "ItemSelector": {"index.$": "$$.Map.Item.Index"},
             "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "Ask of item", "States": {
                 "Ask of item": ask("item {}", "$.index", End=True)}}},
    "Both": {"Type": "Parallel", "ResultPath": "$.both", "Next": "Ask at last",
             "Retry": [{"ErrorEquals": ["Bedrock.InternalServerException"], "IntervalSeconds": 1, "MaxAttempts": 2}],
             "Branches": [
                 {"StartAt": "Ask a busy one", "States": {"Ask a busy one": ask("busy", End=True, Retry=[
                     {"ErrorEquals": ["Bedrock.ThrottlingException"], "IntervalSeconds": 1, "MaxAttempts": 3}])}},
                 {"StartAt": "Ask a broken one", "States": {"Ask a broken one": ask("broken", End=True)}},
                 {"StartAt": "Nap", "States": {"Nap": {"Type": "Wait", "Seconds": 1, "Next": "Up"},
                                               "Up": {"Type": "Pass", "End": True}}}]},
    "Ask at last": ask("last", ResultPath="$.last", End=True)}}


class Kill(crashes.Crashes):
    def test_nothing_is_lost_and_nothing_is_bought_twice(self):
        print("kill_test: " + self.run_plan(crashes.Plan(
            kills=KILLS, machine=MACHINE, open_target=500, open_min=OPEN_MIN, in_flight_min=IN_FLIGHT_MIN)))

    def may_be_dropped(self, prompt):
        # The Parallel's failure stops its other branch, whose call may have been under way.
        return prompt.endswith(" busy")

    def outcomes_of(self, name, events):
        outcomes = []
        ended = self.by_scheduled(events)
        abandoned = 0
        for scheduled, events_of_it in ended.items():
            if not events_of_it and " busy" in events[scheduled - 1]["taskScheduledEventDetails"]["parameters"]:
                abandoned += 1  # under way when the other branch failed the Parallel
                continue
            self.assertEqual(len(events_of_it), 1, f"{name}, event {scheduled}: {events_of_it}")
            outcomes.append((name, self.call_of(events_of_it[0])))
        self.assertLessEqual(abandoned, 1, name)
        # 3 items, a broken one and then not, at least one busy in either round of the Parallel, one at last.
        self.assertGreaterEqual(len(ended), 8, name)
        return outcomes


if __name__ == "__main__":
    KILLS = crashes.kills_wanted(KILLS, quick=3)
    weft.main()
