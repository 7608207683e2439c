// SPDX-License-Identifier: MIT
#include "sniperforge/net/virtual_reactor.hpp"

#include <limits>
#include <utility>

#include "net/virtual_network.hpp"

namespace sniperforge::net {

struct VirtualReactor::State {
    std::shared_ptr<VirtualNetwork> network;
};

VirtualReactor::VirtualReactor(const VirtualOptions& options)
    : state_{std::make_unique<State>(State{std::make_shared<VirtualNetwork>(options)})} {}

VirtualReactor::~VirtualReactor() = default;

MonoTime VirtualReactor::now() const { return state_->network->now(); }

WallTime VirtualReactor::wall_now() const { return state_->network->wall_now(); }

TimerId VirtualReactor::schedule_at(MonoTime at, Task task) {
    return state_->network->schedule_at(at, std::move(task));
}

void VirtualReactor::cancel(TimerId timer) { state_->network->cancel(timer); }

void VirtualReactor::post(Task task) {
    state_->network->schedule_at(state_->network->now(), std::move(task));
}

std::unique_ptr<ByteStream> VirtualReactor::connect(const Address& address, StreamEvents& events) {
    return state_->network->connect(address, events);
}

Result<std::unique_ptr<Listener>> VirtualReactor::listen(const Address& address,
                                                         AcceptHandler accept) {
    return state_->network->listen(address, std::move(accept));
}

void VirtualReactor::run() {
    VirtualNetwork& network = *state_->network;
    network.set_stopped(false);
    constexpr MonoTime kForever{std::numeric_limits<std::int64_t>::max()};
    while (!network.is_stopped() && network.run_one(kForever)) {
    }
}

void VirtualReactor::stop() { state_->network->set_stopped(true); }

void VirtualReactor::run_until(MonoTime until) {
    VirtualNetwork& network = *state_->network;
    network.set_stopped(false);
    while (!network.is_stopped() && network.run_one(until)) {
    }
    if (!network.is_stopped()) {
        network.advance_to(until);
    }
}

void VirtualReactor::set_latency(const Address& server, Duration one_way) {
    state_->network->set_latency(server, one_way);
}

VirtualLoad VirtualReactor::load() const { return state_->network->load(); }

void VirtualReactor::reset_all_streams() { state_->network->reset_all(); }

}  // namespace sniperforge::net
