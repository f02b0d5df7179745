// A compiled activity worker over kept-alive connections, with a closed loop of executions of ten
// Task states of that activity: what an outside worker can get out of the server. It has twice as
// many pollers as executions, so that one waits while another has a task. An execution has ended
// when its tenth SendTaskSuccess is answered, since its last events are in that answer's flush.
// Prints one line of JSON.
// Usage: activity_worker PORT ACTIVITY_ARN MACHINE_ARN CONCURRENT SECONDS
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace asio = boost::asio;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int steps = 10;

// One connection, one request at a time.
class Client {
public:
    Client(asio::io_context& loop, unsigned short port) : m_socket(loop)
    {
        m_socket.connect(tcp::endpoint(asio::ip::address_v4::loopback(), port));
        m_socket.set_option(tcp::no_delay(true));
    }

    // The answer's body; it stays until the next call.
    asio::awaitable<std::string_view> call(std::string_view operation, std::string_view body)
    {
        m_request.clear();
        m_request
            .append("POST / HTTP/1.1\r\nHost: weft\r\nContent-Type: application/x-amz-json-1.0\r\n")
            .append("X-Amz-Target: AWSStepFunctions.")
            .append(operation)
            .append("\r\nContent-Length: ")
            .append(std::to_string(body.size()))
            .append("\r\n\r\n")
            .append(body);
        co_await asio::async_write(m_socket, asio::buffer(m_request), asio::use_awaitable);
        m_answer.clear();
        std::size_t head = std::string::npos;
        std::size_t length = 0;
        while (head == std::string::npos || m_answer.size() < head + length) {
            const std::size_t got =
                co_await m_socket.async_read_some(asio::buffer(m_block), asio::use_awaitable);
            m_answer.append(m_block.data(), got);
            if (head != std::string::npos) continue;
            head = m_answer.find("\r\n\r\n");
            if (head == std::string::npos) continue;
            head += 4;
            length = content_length(std::string_view(m_answer).substr(0, head));
        }
        const std::string_view answer(m_answer);
        if (!answer.starts_with("HTTP/1.1 200")) throw std::runtime_error(m_answer);
        co_return answer.substr(head);
    }

private:
    static std::size_t content_length(std::string_view head)
    {
        constexpr std::string_view name = "\r\ncontent-length:";
        const auto same = [](char left, char right) {
            return left == right || (left >= 'A' && left <= 'Z' && left + 32 == right);
        };
        const auto found = std::search(head.begin(), head.end(), name.begin(), name.end(), same);
        if (found == head.end())
            throw std::runtime_error("no Content-Length: " + std::string(head));
        auto at = static_cast<std::size_t>(found - head.begin()) + name.size();
        at = std::min(head.find_first_not_of(' ', at), head.size());
        std::size_t length = 0;
        std::from_chars(head.data() + at, head.data() + head.size(), length);
        return length;
    }

    tcp::socket m_socket;
    std::string m_request;
    std::string m_answer;
    std::array<char, 4096> m_block{};
};

// The text of a JSON string member as it stands in the answer, escapes and all.
std::string_view text_member(std::string_view answer, std::string_view name)
{
    const std::string start = "\"" + std::string(name) + "\":\"";
    const std::size_t begin = answer.find(start);
    if (begin == std::string_view::npos) return {};
    std::size_t end = begin + start.size();
    while (end < answer.size() && answer[end] != '"') end += answer[end] == '\\' ? 2 : 1;
    return answer.substr(begin + start.size(), end - begin - start.size());
}

struct Execution {
    int left = steps;
    Clock::time_point started{};
};

struct Load {
    asio::io_context loop{1};
    unsigned short port = 0;
    std::string activity;
    std::string machine;
    Clock::time_point begin{};
    Clock::time_point end{};
    long next = 0;
    long under_way = 0;
    std::unordered_map<long, Execution> executions;
    std::vector<double> taken_ms;
};

asio::awaitable<void> start_one(Load& load, Client& client)
{
    const long number = load.next++;
    load.executions[number].started = Clock::now();
    const std::string body = "{\"stateMachineArn\":\"" + load.machine +
                             "\",\"input\":\"{\\\"n\\\":" + std::to_string(number) + "}\"}";
    co_await client.call("StartExecution", body);
}

// One worker: asks for a task, completes it, and when that was an execution's last, starts another.
asio::awaitable<void> work(Load& load, bool starts)
{
    Client client(load.loop, load.port);
    if (starts) {
        ++load.under_way;
        co_await start_one(load, client);
    }
    const std::string wanted = "{\"activityArn\":\"" + load.activity + "\",\"workerName\":\"c++\"}";
    while (true) {
        const std::string_view task = co_await client.call("GetActivityTask", wanted);
        const std::string token(text_member(task, "taskToken"));
        const std::string input(text_member(task, "input"));
        if (token.empty()) continue;
        const std::string body = "{\"taskToken\":\"" + token + "\",\"output\":\"" + input + "\"}";
        co_await client.call("SendTaskSuccess", body);
        long number = -1;
        const std::size_t colon = input.find(':');
        std::from_chars(input.data() + colon + 1, input.data() + input.size(), number);
        const auto found = load.executions.find(number);
        if (found == load.executions.end() || --found->second.left > 0) continue;
        const Clock::time_point now = Clock::now();
        if (found->second.started >= load.begin && now <= load.end)
            load.taken_ms.push_back(
                std::chrono::duration<double, std::milli>(now - found->second.started).count());
        load.executions.erase(found);
        if (now < load.end)
            co_await start_one(load, client);
        else if (--load.under_way == 0)
            load.loop.stop();
    }
}

double at(const std::vector<double>& sorted, double share)
{
    if (sorted.empty()) return 0;
    const auto index = static_cast<std::size_t>(static_cast<double>(sorted.size()) * share);
    return sorted[std::min(index, sorted.size() - 1)];
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 6) {
        std::fputs("usage: activity_worker PORT ACTIVITY_ARN MACHINE_ARN CONCURRENT SECONDS\n",
                   stderr);
        return 2;
    }
    Load load;
    load.port = static_cast<unsigned short>(std::atoi(argv[1]));
    load.activity = argv[2];
    load.machine = argv[3];
    const int concurrent = std::atoi(argv[4]);
    const int seconds = std::atoi(argv[5]);
    load.begin = Clock::now() + std::chrono::seconds(1);
    load.end = load.begin + std::chrono::seconds(seconds);
    for (int i = 0; i < 2 * concurrent; ++i)
        asio::co_spawn(load.loop, work(load, i < concurrent), [](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
        });
    try {
        load.loop.run();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "activity_worker: %s\n", error.what());
        return 1;
    }
    std::ranges::sort(load.taken_ms);
    std::printf("{\"concurrent\": %d, \"executions\": %zu, \"per_second\": %.1f, \"p50_ms\": %.3f, "
                "\"p99_ms\": %.3f, \"steps\": %ld}\n",
                concurrent, load.taken_ms.size(),
                static_cast<double>(load.taken_ms.size()) / seconds, at(load.taken_ms, 0.5),
                at(load.taken_ms, 0.99), load.next * steps);
    return 0;
}
