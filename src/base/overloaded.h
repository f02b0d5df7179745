#pragma once

namespace weft {

// std::visit(overloaded{ [](const A&) {…}, [](const B&) {…} }, variant)
template <class... Functions> struct overloaded : Functions... {
    using Functions::operator()...;
};

}  // namespace weft
