#include "cli/signals.h"

#include <csignal>
#include <mutex>
#include <pthread.h>
#include <string_view>
#include <unistd.h>

namespace weft::cli {

namespace {

// Sent to this process by report(): a third way for wait() to end.
constexpr int failure_signal = SIGUSR1;

sigset_t ends()
{
    sigset_t set;
    sigemptyset(&set);
    for (const int one : {SIGINT, SIGTERM, SIGHUP, failure_signal}) sigaddset(&set, one);
    return set;
}

void say(std::string_view text)
{
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

// Async-signal-safe.
void end_at_once(int number)
{
    if (number == SIGALRM) {
        say("weft: error: what was under way did not end in time\n");
        ::_exit(1);
    }
    ::_exit(128 + number);
}

}  // namespace

struct EndSignal::State {
    std::mutex mutex;
    std::optional<Error> failure;
};

EndSignal::EndSignal() : m_state(std::make_unique<State>())
{
    const sigset_t set = ends();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

EndSignal::~EndSignal()
{
    ::alarm(0);
}

void EndSignal::report(const Error& failure)
{
    {
        const std::scoped_lock lock(m_state->mutex);
        if (m_state->failure) return;
        m_state->failure = failure;
    }
    ::kill(::getpid(), failure_signal);
}

std::optional<Error> EndSignal::wait(const std::function<void()>& reload)
{
    const sigset_t set = ends();
    while (true) {
        const int number = ::sigwaitinfo(&set, nullptr);
        if (number == SIGHUP) {
            reload();
            continue;
        }
        const std::scoped_lock lock(m_state->mutex);
        if (m_state->failure) return m_state->failure;
        if (number == SIGINT || number == SIGTERM) return {};
    }
}

void EndSignal::arm(unsigned seconds)
{
    struct sigaction action{};
    action.sa_handler = end_at_once;
    sigset_t set;
    sigemptyset(&set);
    for (const int one : {SIGINT, SIGTERM, SIGALRM}) {
        ::sigaction(one, &action, nullptr);
        sigaddset(&set, one);
    }
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    ::alarm(seconds);
}

}  // namespace weft::cli
