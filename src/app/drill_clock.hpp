// SPDX-License-Identifier: MIT
// The clock of the machine that a drill's daemons run on: the reactor beneath, but that the time of
// day may be wrong, and jump.
#pragma once

#include <memory>
#include <utility>

#include "sniperforge/net/reactor.hpp"

namespace sniperforge::app {

class DrillClock final : public net::Reactor {
 public:
    // `reactor` must outlive this.
    explicit DrillClock(net::Reactor& reactor) : reactor_{reactor} {}

    void jump(Duration by) { offset_ += by; }

    [[nodiscard]] MonoTime now() const override { return reactor_.now(); }
    [[nodiscard]] WallTime wall_now() const override { return reactor_.wall_now() + offset_; }
    net::TimerId schedule_at(MonoTime at, net::Task task) override {
        return reactor_.schedule_at(at, std::move(task));
    }
    void cancel(net::TimerId timer) override { reactor_.cancel(timer); }
    void post(net::Task task) override { reactor_.post(std::move(task)); }
    [[nodiscard]] std::unique_ptr<net::ByteStream> connect(const net::Address& address,
                                                           net::StreamEvents& events) override {
        return reactor_.connect(address, events);
    }
    [[nodiscard]] Result<std::unique_ptr<net::Listener>> listen(
        const net::Address& address, net::AcceptHandler accept) override {
        return reactor_.listen(address, std::move(accept));
    }
    void run() override { reactor_.run(); }
    void stop() override { reactor_.stop(); }

 private:
    net::Reactor& reactor_;
    Duration offset_{0};
};

}  // namespace sniperforge::app
