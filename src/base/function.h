#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace weft {

template <class Signature> class Function;

// A callable that moves and does not copy (std::move_only_function is C++23). One allocation each.
template <class R, class... Args> class Function<R(Args...)> {
public:
    Function() = default;

    template <class F>
        requires(!std::is_same_v<std::remove_cvref_t<F>, Function> &&
                 std::is_invocable_r_v<R, F&, Args...>)
    Function(F&& function)  // NOLINT: implicit, as std::function is
        : m_target(std::make_unique<Holder<std::decay_t<F>>>(std::forward<F>(function)))
    {
    }

    R operator()(Args... args) { return m_target->call(std::forward<Args>(args)...); }
    explicit operator bool() const { return m_target != nullptr; }

private:
    struct Target {
        virtual ~Target() = default;
        virtual R call(Args... args) = 0;
    };
    template <class F> struct Holder final : Target {
        explicit Holder(F f) : function(std::move(f)) {}
        R call(Args... args) override { return function(std::forward<Args>(args)...); }
        F function;
    };
    std::unique_ptr<Target> m_target;
};

}  // namespace weft
