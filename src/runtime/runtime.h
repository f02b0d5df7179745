#pragma once

#include "asl/finding.h"
#include "asl/machine.h"
#include "async/loop.h"
#include "async/pool.h"
#include "base/function.h"
#include "base/limits.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "history/event.h"
#include "integrations/execution_starter.h"
#include "integrations/integration.h"
#include "integrations/service_model_cache.h"
#include "journal/journal.h"
#include "runtime/requests.h"
#include "runtime/statistics.h"
#include "runtime/test_state/test_state.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weft::runtime {

// INTERFACE CONTRACT.

// Sees every event of every execution as it is decided (before it is durable for Standard; Express
// has no other trace). Called on the execution's loop; must be quick. For live progress and
// `--history` of `weft run`, and for Express logging.
class Observer {
public:
    virtual ~Observer() = default;
    virtual void on_events(const std::string& execution_arn,
                           const std::vector<history::Event>& events) = 0;

    // The same events once they are durable (of Express: once they are decided), for what leaves
    // the process; only asked for by an observer that wants them, since they are kept for it
    // meanwhile.
    virtual bool wants_durable() const { return false; }
    // `before`: how often the execution had been redriven before the first of them.
    virtual void on_durable(const std::string& execution_arn, const journal::Redrives& before,
                            std::vector<history::Event> events)
    {
        (void)execution_arn;
        (void)before;
        (void)events;
    }
};

// A retention that deletes nothing.
constexpr Milliseconds keep_forever = Milliseconds::max();

struct RuntimeOptions {
    Limits limits;
    LimitsProfile profile = LimitsProfile::Weft;
    std::size_t starts_queued_max =
        20'000;  // waiting for their first slice, over all loops; more are throttled
    std::size_t reads_queued_max =
        10'000;  // requests that wait for the disk to be read; more are throttled
    std::size_t express_open_max = 20'000;  // Express executions in memory; more are throttled
    std::size_t wakes_at_once_max = 1'000;  // executions loaded back at one time
    Milliseconds keep_waiting_below{
        1'000};  // an execution that waits less than this stays in memory
    // One that waits for a word from outside (a worker, a task token, a child) stays this long
    // (0: leaves at once), as long as all of them take no more room than this about.
    Milliseconds rest{10'000};
    std::size_t resting_bytes_max = 32U << 20;
    std::uint64_t checkpoint_events = 2'000;  // since the last checkpoint
    std::uint64_t slice_fuel =
        200'000;  // evaluation steps on the loop before the compute pool takes over
    std::uint64_t compute_fuel = 50'000'000;
    // AWS: an evaluation in JSONata takes at most a second.
    Milliseconds evaluation_time_max{1'000};
    // How long a Standard execution is kept after its end.
    Milliseconds retention = keep_forever;
};

// Everything the runtime needs of the outside. References must outlive it.
struct RuntimeParts {
    std::vector<async::Loop*> loops;  // executions are spread over them by shard
    journal::Journal& journal;
    catalog::Catalog& catalog;
    const integrations::Table& integrations;
    async::Pool& blocking;  // journal and catalog reads
    async::Pool& compute;   // evaluations that ran out of the loop's fuel
    Observer* observer = nullptr;
    // Told when the journal does not know what it wrote (ErrorCode::OutcomeUnknown): the process
    // must end. Any loop, perhaps often.
    std::function<void(const Error&)> failed = {};
    // What TestState measures mocked results by; null: it does not.
    integrations::ServiceModelCache* models = nullptr;
};

// The shell around the engine: mailboxes, the dispatch of actions, timers, messages, recovery,
// admission. Every operation may be called on any of the loops; the callback comes back on `home`,
// exactly once. Errors are those of base/error.h; messages are AWS's texts where recorded.
class Runtime final : public integrations::ExecutionStarter {
public:
    Runtime(RuntimeParts parts, RuntimeOptions options);
    ~Runtime() override;
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;

    // Loads what was under way; executions run again once this has answered. Called once, before
    // anything else.
    void recover(async::Loop& home, Callback<void> done);
    // No new work is taken (Throttled); steps under way are flushed; calls under way are cancelled
    // (they are in doubt after the next start). Called once; then the loops may stop.
    void shut_down(async::Loop& home, Callback<void> done);

    void create_machine(async::Loop& home, CreateMachine request,
                        Callback<catalog::StateMachine> reply);
    void update_machine(async::Loop& home, UpdateMachine request, Callback<UpdatedMachine> reply);
    void delete_machine(async::Loop& home, std::string arn, Callback<void> reply);
    // By the ARN of a machine, a version or an alias (then what its first route leads to).
    void describe_machine(async::Loop& home, std::string arn, Callback<MachineDescription> reply);
    void list_machines(async::Loop& home, Scope scope, std::string token, std::size_t limit,
                       Callback<MachinePage> reply);
    void machine_for_execution(async::Loop& home, std::string execution_arn,
                               Callback<MachineForExecution> reply);
    // What is wrong with a definition, in the order in which it is found.
    void validate(async::Loop& home, std::string definition, asl::MachineType type,
                  Callback<std::vector<asl::Finding>> reply);
    // The compiled form of a definition that the catalog has, by its hash.
    void revision(async::Loop& home, std::string hash, Callback<asl::MachinePtr> reply);

    // The version of the machine's present revision, made if there is none.
    void publish_version(async::Loop& home, PublishVersion request, Callback<VersionItem> reply);
    void list_versions(async::Loop& home, std::string machine_arn, std::string token,
                       std::size_t limit, Callback<VersionPage> reply);
    void delete_version(async::Loop& home, std::string version_arn, Callback<void> reply);

    // Idempotent by name, description and routes.
    void create_alias(async::Loop& home, PutAlias request, Callback<AliasDescription> reply);
    void update_alias(async::Loop& home, std::string alias_arn, PutAlias request,
                      Callback<Timestamp> reply);
    void delete_alias(async::Loop& home, std::string alias_arn, Callback<void> reply);
    void describe_alias(async::Loop& home, std::string alias_arn, Callback<AliasDescription> reply);
    // Of a machine, or those that lead to a version.
    void list_aliases(async::Loop& home, std::string arn, std::string token, std::size_t limit,
                      Callback<AliasPage> reply);

    // Tags, [{key, value}], of a state machine or an activity; NotFound for anything else.
    void list_tags(async::Loop& home, std::string arn, Callback<json::Value> reply);
    // Adds or replaces. Error: TooManyTags.
    void tag(async::Loop& home, std::string arn, json::Value tags, Callback<void> reply);
    void untag(async::Loop& home, std::string arn, std::vector<std::string> keys,
               Callback<void> reply);

    // Idempotent by name; ActivityAlreadyExists when the encryption differs, ActivityLimitExceeded.
    void create_activity(async::Loop& home, CreateActivity request,
                         Callback<catalog::Activity> reply);
    void describe_activity(async::Loop& home, std::string arn, Callback<catalog::Activity> reply);
    // An activity that is not there is as good as deleted.
    void delete_activity(async::Loop& home, std::string arn, Callback<void> reply);
    void list_activities(async::Loop& home, Scope scope, std::string token, std::size_t limit,
                         Callback<ActivityPage> reply);

    // Standard: durable before the answer, idempotent by name and input while it runs. Express: at
    // least once.
    void start(async::Loop& home, StartRequest request, Callback<StartReply> reply);
    // Express only; answers when the execution has ended. Nothing is durable.
    void start_sync(async::Loop& home, StartRequest request, Callback<SyncReply> reply);
    void stop(async::Loop& home, StopRequest request, Callback<Timestamp> reply);
    // Runs again what an execution that ended without success did not finish; answers when it was
    // redriven. Durable before the answer; a client token used before, and lately, gets its answer
    // again. Errors: InvalidArn, ExecutionDoesNotExist, ExecutionNotRedrivable, Throttled.
    void redrive(async::Loop& home, RedriveRequest request, Callback<Timestamp> reply);
    // Steps one state as production would and answers with what every stage gave. Nothing is
    // durable.
    void test_state(async::Loop& home, TestStateRequest request, Callback<TestStateReply> reply);
    void describe(async::Loop& home, std::string execution_arn,
                  Callback<ExecutionDescription> reply);
    void history(async::Loop& home, HistoryRequest request, Callback<HistoryPage> reply);
    void list(async::Loop& home, ListRequest request, Callback<ListPage> reply);
    // Answers when the execution has ended (at once when it has already): `weft run` of a Standard
    // machine.
    void wait(async::Loop& home, const std::string& arn, Callback<ExecutionDescription> reply);

    // A task of an activity for a worker, or none when none came within a minute. `gone` takes what
    // must be called, on `home`, when the caller goes; `reply` says whether the caller was there to
    // take the task: one that it did not take is offered to others.
    // Errors: InvalidArn, ActivityDoesNotExist, ActivityWorkerLimitExceeded, Throttled.
    using TaskReply = Function<bool(Result<std::optional<ActivityTask>>)>;
    using OnGone = std::function<void(std::function<void()>)>;
    void get_activity_task(async::Loop& home, TaskRequest request, OnGone gone, TaskReply reply);
    // Ends the task that a token stands for, or tells that its work goes on. Durable before the
    // answer (a heartbeat is not). Errors: InvalidToken, TaskDoesNotExist, TaskTimedOut.
    void answer_task(async::Loop& home, TaskAnswer answer, Callback<void> reply);
    void heartbeat_task(async::Loop& home, const std::string& token, Callback<void> reply);

    void start_child(async::Loop& home, integrations::ChildRequest request,
                     Function<void(Result<integrations::ChildStarted>)> reply) override;

    // Any thread, until the runtime ends.
    Statistics statistics() const;

    struct Implementation;
    // For the runtime's own tests.
    Implementation& implementation() { return *m_impl; }

private:
    std::unique_ptr<Implementation> m_impl;
};

}  // namespace weft::runtime
