#include "cli/progress.h"
#include "cli/run_model.h"

#include <doctest/doctest.h>

#include <memory>

namespace weft::cli {

namespace {

using history::EventType;

// Feeds a model the events of an execution, a second apart.
struct Story {
    RunModel model;
    std::vector<RunModel::Line> ended;
    history::EventId next = 1;

    void tell(EventType type, history::Details details, history::FrameId frame = 0)
    {
        history::Event event;
        event.id = next++;
        event.time = Timestamp(Seconds(next));
        event.frame = frame;
        event.type = type;
        event.details = std::move(details);
        model.apply(event, ended);
    }
    void enter(const char* name, EventType type = EventType::PassStateEntered,
               history::FrameId frame = 0)
    {
        tell(type, history::StateEntered{name, {}}, frame);
    }
    void leave(const char* name, history::FrameId frame = 0)
    {
        tell(EventType::PassStateExited, history::StateExited{name, {}, {}, {}}, frame);
    }
    void task_failed(history::FrameId frame = 0)
    {
        history::TaskFailure failure;
        failure.error = json::String("Busy");
        tell(EventType::TaskFailed, std::make_shared<const history::TaskFailure>(failure), frame);
    }
    void map(std::int64_t length)
    {
        history::MapStarted started;
        started.length = length;
        tell(EventType::MapStateStarted, std::make_shared<const history::MapStarted>(started));
    }
    void iteration(EventType type, std::int64_t index, history::FrameId frame)
    {
        history::MapIteration details;
        details.index = index;
        tell(type, details, frame);
    }
};

}  // namespace

TEST_CASE("a state has one line from its entering to its end")
{
    Story story;
    story.enter("A");
    REQUIRE(story.model.active().size() == 1);
    CHECK(story.model.active()[0].name == "A");
    story.leave("A");
    CHECK(story.model.active().empty());
    REQUIRE(story.ended.size() == 1);
    CHECK(*story.ended[0].ended - story.ended[0].since == Seconds(1));
    CHECK_FALSE(story.ended[0].failed);
}

TEST_CASE("a Map counts its iterations, whose states have no line")
{
    Story story;
    story.enter("Each", EventType::MapStateEntered);
    story.map(3);
    for (history::FrameId frame = 1; frame <= 3; ++frame) {
        story.iteration(EventType::MapIterationStarted, frame - 1, frame);
        story.enter("Inner", EventType::PassStateEntered, frame);
    }
    REQUIRE(story.model.active().size() == 1);
    CHECK(story.model.active()[0].iterations->running == 3);
    story.leave("Inner", 1);
    story.iteration(EventType::MapIterationSucceeded, 0, 1);
    story.iteration(EventType::MapIterationFailed, 1, 2);
    const RunModel::Iterations counts = *story.model.active()[0].iterations;
    CHECK(counts.total == 3);
    CHECK(counts.succeeded == 1);
    CHECK(counts.failed == 1);
    CHECK(counts.running == 1);

    Terminal plain;
    CHECK(active_line(story.model.active()[0], story.model.active()[0].since, plain, 80) ==
          "  > Each  [################........] 2/3, 1 running, 1 failed  0 ms");
}

TEST_CASE("branches are lines below their Parallel")
{
    Story story;
    story.enter("Both", EventType::ParallelStateEntered);
    history::ParallelStarted started;
    started.first_frame = 1;
    started.branches = 2;
    story.tell(EventType::ParallelStateStarted, started);
    story.enter("Left", EventType::PassStateEntered, 1);
    story.enter("Right", EventType::PassStateEntered, 2);
    REQUIRE(story.model.active().size() == 3);
    CHECK(story.model.active()[1].depth == 1);
    story.leave("Left", 1);
    story.leave("Right", 2);
    story.tell(EventType::ParallelStateExited, history::StateExited{"Both", {}, {}, {}});
    CHECK(story.ended.size() == 3);
}

TEST_CASE("the state that failed is named, however deep")
{
    Story story;
    story.enter("Each", EventType::MapStateEntered);
    story.map(1);
    story.iteration(EventType::MapIterationStarted, 0, 1);
    story.enter("Ask", EventType::TaskStateEntered, 1);
    story.task_failed(1);
    story.iteration(EventType::MapIterationFailed, 0, 1);
    story.tell(EventType::MapStateFailed, history::NoDetails{});
    story.tell(EventType::ExecutionFailed, history::Failure{json::String("Busy"), {}});
    CHECK(story.model.failed_state() == "Ask");
    REQUIRE(story.ended.size() == 1);
    CHECK(story.ended[0].failed);
}

TEST_CASE("what was caught did not fail the execution; what failed without an event did")
{
    Story story;
    story.enter("First", EventType::TaskStateEntered);
    story.task_failed();
    story.leave("First");
    story.enter("Second", EventType::ChoiceStateEntered);
    story.tell(EventType::ExecutionFailed, history::Failure{json::String("States.Runtime"), {}});
    CHECK(story.model.failed_state() == "Second");
}

TEST_CASE("lines fit the terminal and hold no control characters")
{
    RunModel::Line line;
    line.name = "a\x1b[2Jname that is much longer than the terminal is wide";
    line.ended = line.since + Milliseconds(61'500);
    const std::string shown = finished_line(line, Terminal{}, 24);
    CHECK(width_of(shown) <= 24);
    CHECK(shown.find('\x1b') == std::string::npos);
    CHECK(duration_text(Milliseconds(12)) == "12 ms");
    CHECK(duration_text(Milliseconds(1'250)) == "1.2 s");
    CHECK(duration_text(Milliseconds(61'500)) == "1 min 1 s");
}

}  // namespace weft::cli
