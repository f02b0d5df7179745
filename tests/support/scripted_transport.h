#pragma once

#include "async/spawn.h"
#include "async/virtual_loop.h"
#include "net/transport.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weft::test {

// A Transport that keeps what was sent and answers from a list, or with `otherwise`. One thread.
class ScriptedTransport final : public net::Transport {
public:
    struct Reply {
        Result<net::HttpResponse> result;
        Milliseconds delay{0};
    };

    void answer(int status, std::string body,
                net::Headers headers = {{"content-type", "application/json"}})
    {
        net::HttpResponse response;
        response.status = status;
        response.body = std::move(body);
        response.headers = std::move(headers);
        replies.push_back({std::move(response), Milliseconds(0)});
    }
    void answer(ErrorCode code, std::string message)
    {
        replies.push_back({tl::unexpected(Error{code, std::move(message), {}}), Milliseconds(0)});
    }

    async::Task<net::HttpResponse> send(async::Loop& loop, net::HttpRequest request) override
    {
        sent.push_back(std::move(request));
        if (m_next >= replies.size())
            co_return fail(ErrorCode::Io, "the script of the transport is used up");
        Reply reply = std::move(replies[m_next++]);
        if (reply.delay > Milliseconds(0)) {
            CO_CHECK(co_await async::sleep_until(loop, loop.now() + reply.delay));
        }
        co_return std::move(reply.result);
    }

    std::string header(std::size_t index, std::string_view name) const
    {
        for (const auto& [key, value] : sent.at(index).headers) {
            if (key == name) return value;
        }
        return {};
    }

    std::vector<Reply> replies;
    std::vector<net::HttpRequest> sent;

private:
    std::size_t m_next = 0;
};

// Runs a coroutine to its end in simulated time.
class OneLoop {
public:
    OneLoop() : loop(world.make_loop()) {}

    template <class T> Result<T> run(async::Task<T> task)
    {
        std::optional<Result<T>> result;
        const async::Spawned spawned = async::spawn<T>(
            *loop, std::move(task), Function<void(Result<T>)>([&result](Result<T> got) {
                result.emplace(std::move(got));
            }));
        world.run_while_not([&result] { return result.has_value(); });
        if (!result) return fail(ErrorCode::Internal, "the coroutine did not end");
        return std::move(*result);
    }

    async::VirtualWorld world;
    std::unique_ptr<async::VirtualLoop> loop;
};

}  // namespace weft::test
