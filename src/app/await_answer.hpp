// SPDX-License-Identifier: MIT
// For commands that do one thing after the other on a reactor of their own.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "sniperforge/net/reactor.hpp"

namespace sniperforge::app {

// Runs the reactor until what `start` began calls its argument with the answer. Whatever is started
// has a deadline of its own.
template <typename T, typename Start>
[[nodiscard]] T await_answer(net::Reactor& reactor, Start start) {
    const auto answer = std::make_shared<std::optional<T>>();
    start([&reactor, answer](T value) {
        *answer = std::move(value);
        reactor.stop();
    });
    while (!*answer) {
        reactor.run();
    }
    return std::move(**answer);
}

}  // namespace sniperforge::app
