#pragma once

#include "base/entropy.h"
#include "tests/simulation/executions/world_text.h"
#include "tests/support/runtime_world.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weft::test {

// What lies between clients and the server: requests are lost, late or come twice, answers are
// lost, and whoever hears nothing for a while asks again. A crash forgets what is on its way.
class Wire {
public:
    Wire(RuntimeWorld& world, Entropy& dice, const WorldText::Faults& faults,
         std::map<std::string, int>& seen)
        : m_world(world), m_dice(dice), m_faults(faults), m_seen(seen)
    {
    }

    // `request` runs on the home loop, perhaps twice or never. `answered` is told each answer of
    // the server, heard or not; then either `heard` or `unheard` is called, once.
    template <class T> struct Exchange {
        std::function<void(runtime::Callback<T>)> request;
        std::function<void(const Result<T>&)> answered;
        std::function<void(Result<T>)> heard;
        std::function<void()> unheard;
    };
    template <class T> void ask(Exchange<T> exchange)
    {
        auto state = std::make_shared<State<T>>();
        state->exchange = std::move(exchange);
        std::vector<Milliseconds> delays;
        bool doubt = false;
        if (meets(m_faults.requests_lost_one_in, "requests lost")) {
            doubt = true;
        } else {
            delays.push_back(late(doubt));
            if (meets(m_faults.requests_twice_one_in, "requests twice"))
                delays.push_back(some(10'000));
        }
        const bool reply_lost = meets(m_faults.replies_lost_one_in, "replies lost");
        m_world.home().post([this, state, delays, doubt, reply_lost] {
            async::Loop& home = m_world.home();
            if (doubt || reply_lost)
                home.call_at(home.now() + patience, [state] {
                    if (!std::exchange(state->over, true)) state->exchange.unheard();
                });
            for (const Milliseconds delay : delays) {
                if (delay.count() == 0)
                    send(state, reply_lost);
                else
                    home.call_at(home.now() + delay,
                                 [state, reply_lost] { send(state, reply_lost); });
            }
        });
    }

    // One in so many, noted as seen; never when that is 0.
    bool meets(std::int64_t one_in, const char* what)
    {
        if (one_in == 0 || m_dice.next() % static_cast<std::uint64_t>(one_in) != 0) return false;
        ++m_seen[what];
        return true;
    }

private:
    static constexpr Milliseconds patience = Seconds(60);

    template <class T> struct State {
        Exchange<T> exchange;
        bool over = false;  // heard, or given up
    };

    Milliseconds some(std::uint64_t limit)
    {
        return Milliseconds(1 + static_cast<std::int64_t>(m_dice.next() % limit));
    }
    Milliseconds late(bool& doubt)
    {
        if (!meets(m_faults.requests_late_one_in, "requests late")) return Milliseconds(0);
        doubt = true;
        return some(120'000);
    }
    template <class T> static void send(const std::shared_ptr<State<T>>& state, bool reply_lost)
    {
        state->exchange.request([state, reply_lost](Result<T> result) {
            state->exchange.answered(result);
            if (reply_lost || std::exchange(state->over, true)) return;
            state->exchange.heard(std::move(result));
        });
    }

    RuntimeWorld& m_world;
    Entropy& m_dice;
    const WorldText::Faults& m_faults;
    std::map<std::string, int>& m_seen;
};

}  // namespace weft::test
