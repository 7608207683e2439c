// SPDX-License-Identifier: MIT
// AdminThread: an admin server on a thread and a reactor of its own. Nothing of it waits for the
// loop, and the loop waits for nothing of it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/ops/admin_server.hpp"

namespace sniperforge::ops {

class AdminThread {
 public:
    struct Options {
        AdminOptions admin;
        Duration poll_interval = std::chrono::milliseconds{250};
        std::function<void()> poll{};  // On the thread, so often; may be empty.
    };
    // What pages may ask the thread itself for, on it.
    struct Self {
        std::function<MonoTime()> now;
        std::function<AdminStatistics()> statistics;
        std::function<WallTime()> wall_now;
        // Any thread, while this one is there: has it do something soon.
        std::function<void(net::Task)> post;
    };
    using MakePages = std::function<std::vector<AdminPage>(const Self& self)>;

    [[nodiscard]] static Result<std::unique_ptr<AdminThread>> start(Options options,
                                                                    const MakePages& make_pages);
    ~AdminThread();  // Stops and joins.
    AdminThread(const AdminThread&) = delete;
    AdminThread& operator=(const AdminThread&) = delete;

    [[nodiscard]] std::uint16_t port() const;

 private:
    struct State;
    explicit AdminThread(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace sniperforge::ops
