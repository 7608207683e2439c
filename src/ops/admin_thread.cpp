// SPDX-License-Identifier: MIT
#include "sniperforge/ops/admin_thread.hpp"

#include <thread>
#include <utility>

#include "sniperforge/net/reactor.hpp"

namespace sniperforge::ops {

// Made on the starter's thread, and the new thread's alone from its start to its end.
struct AdminThread::State {
    void poll_again() {
        reactor->schedule_after(poll_interval, [this] {
            poll();
            poll_again();
        });
    }

    std::unique_ptr<net::Reactor> reactor = net::make_asio_reactor();
    Duration poll_interval{};
    std::function<void()> poll;
    std::unique_ptr<AdminServer> server;
    std::uint16_t port = 0;
    std::thread thread;
};

AdminThread::AdminThread(std::unique_ptr<State> state) : state_{std::move(state)} {}

Result<std::unique_ptr<AdminThread>> AdminThread::start(Options options,
                                                        const MakePages& make_pages) {
    auto state = std::make_unique<State>();
    State* const raw = state.get();
    const Self self{.now = [raw] { return raw->reactor->now(); },
                    .statistics = [raw] { return raw->server->statistics(); },
                    .wall_now = [raw] { return raw->reactor->wall_now(); },
                    .post = [raw](net::Task task) { raw->reactor->post(std::move(task)); }};
    auto server = AdminServer::start(*raw->reactor, std::move(options.admin), make_pages(self));
    if (!server) {
        return Err{server.error()};
    }
    raw->server = std::move(*server);
    raw->port = raw->server->port();
    if (options.poll) {
        raw->poll_interval = options.poll_interval;
        raw->poll = std::move(options.poll);
        raw->poll_again();
    }
    raw->thread = std::thread{[raw] { raw->reactor->run(); }};
    return std::unique_ptr<AdminThread>{new AdminThread{std::move(state)}};
}

AdminThread::~AdminThread() {
    state_->reactor->post([reactor = state_->reactor.get()] { reactor->stop(); });
    state_->thread.join();
    state_->server.reset();
}

std::uint16_t AdminThread::port() const { return state_->port; }

}  // namespace sniperforge::ops
