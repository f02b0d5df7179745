#pragma once

// A kind of stream that only sends and receives, to drive the messages between streams: what a
// child execution does at its end and what its parent makes of it, without either. What it is told
// to do:
//   {"send": KEY, "kind": K, "body": B}   queues a message
//   {"end": KEY, "body": B}               ends, and tells stream KEY ("child-ended") in one batch
// A stream that is told "child-ended" ends with that body.

#include "runtime/implementation.h"
#include "runtime/stream.h"
#include "tests/support/runtime_world.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weft::test {

class RelayStream final : public runtime::Stream {
public:
    // Streams without an end, fold by fold: what was accepted, per sender and number.
    using Accepted = std::map<std::pair<journal::StreamKey, std::uint64_t>, int>;

    engine::Slice run(const runtime::StreamCommand& command,
                      const runtime::StreamTurn& turn) override
    {
        engine::Slice slice;
        m_slice = &slice;
        m_now = turn.now;
        if (m_status == journal::RunStatus::Running) {
            if (const auto* told = std::get_if<runtime::Instruct>(&command))
                obey(told->body, turn.next_message);
            else if (const auto* message = std::get_if<runtime::MessageArrived>(&command))
                if (message->kind == json::String("child-ended")) end(message->body);
        }
        m_slice = nullptr;
        return slice;
    }
    void fold(const history::Event& event) override
    {
        if (event.id != 0) m_last_id = event.id;
        if (event.type == history::EventType::ExecutionSucceeded)
            m_status = journal::RunStatus::Succeeded;
        if (event.type != history::EventType::MessageAccepted) return;
        const auto& message = *std::get<history::Boxed<history::Message>>(event.details);
        ++m_accepted[{message.peer, message.number}];
    }
    Result<> refold(const history::Event& event) override
    {
        if (event.id != 0 && event.id != m_last_id + 1)
            return fail(ErrorCode::Corrupt, "event {} comes after {}", event.id, m_last_id);
        fold(event);
        return {};
    }
    journal::RunStatus status() const override { return m_status; }
    bool only_waits() const override { return true; }
    Timestamp next_due() const override { return timestamp_max; }
    std::string save() const override { return {}; }
    Result<> load(std::string_view) override
    {
        return fail(ErrorCode::Corrupt, "a relay writes no checkpoints");
    }

    const Accepted& accepted() const { return m_accepted; }

    // Makes the rows of this kind loadable.
    static void prepare(runtime::Runtime& runtime)
    {
        runtime.implementation().shared.make_relay = [](const journal::IndexRow&) {
            return std::make_unique<RelayStream>();
        };
    }
    // A new relay's row with its first batch, for the journal.
    static journal::Append creation(journal::StreamKey key, const std::string& name, Timestamp now)
    {
        journal::Append append;
        append.create.emplace();
        append.create->key = key;
        append.create->kind = journal::StreamKind::Relay;
        append.create->machine_arn = "relay";
        append.create->name = name;
        append.create->shard = journal::shard_of("relay", name);
        append.create->start = now;
        append.create->wake_at = timestamp_max;
        append.batch.key = key;
        append.batch.first_public = 1;
        append.batch.public_count = 1;
        history::Event event;
        event.id = 1;
        event.time = now;
        event.type = history::EventType::PassStateEntered;
        event.details = history::StateEntered{json::String("Relay"), {}};
        append.batch.events.push_back(std::move(event));
        return append;
    }
    // Tells a relay what to do; `reply` once that is durable.
    static void instruct(runtime::Runtime& runtime, const journal::IndexRow& row, json::Value body,
                         runtime::Callback<void> reply = {})
    {
        runtime::Worker& owner = runtime.implementation().shared.owner(row.shard);
        auto held = std::make_shared<runtime::Callback<void>>(std::move(reply));
        owner.loop().post([&owner, row, body = std::move(body), held] {
            owner.command(row, runtime::Instruct{body}, std::move(*held));
        });
    }
    // How often each message stands as accepted in a stored history.
    static Accepted accepted_in(journal::Journal& journal, journal::StreamKey key)
    {
        RelayStream folded;
        const auto batches = journal.read(key, 0, SIZE_MAX);
        REQUIRE(batches);
        for (const journal::Batch& batch : *batches)
            for (const history::Event& event : batch.events) folded.fold(event);
        return folded.accepted();
    }

private:
    void obey(const json::Value& told, std::uint64_t number)
    {
        const json::Value* body = told.find("body");
        const json::Value content = body != nullptr ? *body : json::Value();
        if (const json::Value* peer = told.find("send")) {
            const json::Value* kind = told.find("kind");
            queue(peer->as_int(), number,
                  kind != nullptr ? kind->as_shared_string() : json::String("note"), content);
        } else if (const json::Value* parent = told.find("end")) {
            end(content);
            queue(parent->as_int(), number, json::String("child-ended"), content);
        }
    }
    void queue(journal::StreamKey peer, std::uint64_t number, json::String kind, json::Value body)
    {
        write(history::EventType::MessageQueued, 0,
              history::Boxed<history::Message>(std::make_shared<const history::Message>(
                  history::Message{peer, number, std::move(kind), std::move(body)})));
    }
    void end(const json::Value& output)
    {
        write(history::EventType::ExecutionSucceeded, m_last_id + 1,
              history::ExecutionSucceeded{output});
    }
    void write(history::EventType type, history::EventId id, history::Details details)
    {
        history::Event event;
        event.type = type;
        event.id = id;
        event.time = m_now;
        event.details = std::move(details);
        fold(event);
        m_slice->events.push_back(std::move(event));
    }

    journal::RunStatus m_status = journal::RunStatus::Running;
    history::EventId m_last_id = 0;
    Accepted m_accepted;
    engine::Slice* m_slice = nullptr;
    Timestamp m_now{};
};

}  // namespace weft::test
