// SPDX-License-Identifier: MIT
#include "truth.hpp"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "sniperforge/core/assert.hpp"
#include "sniperforge/net/http.hpp"

namespace sniperforge::soak {

Truth& Truth::create(std::size_t accounts) {
    const std::size_t bytes = sizeof(Truth) + kRing * accounts * sizeof(std::uint64_t);
    void* memory =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    SF_ASSERT(memory != MAP_FAILED);
    return *new (memory) Truth{accounts};
}

std::uint64_t* Truth::ring(std::uint64_t slot) {
    return reinterpret_cast<std::uint64_t*>(this + 1) + (slot % kRing) * head_.accounts;
}

const std::uint64_t* Truth::ring(std::uint64_t slot) const {
    return reinterpret_cast<const std::uint64_t*>(this + 1) + (slot % kRing) * head_.accounts;
}

void Truth::set_ports(const Addresses& addresses) {
    for (std::size_t i = 0; i < kNodes; ++i) {
        head_.rpc_ports[i] = net::parse_url(addresses.rpc[i]).value().address.port;
        head_.pubsub_ports[i] = net::parse_url(addresses.pubsub[i]).value().address.port;
    }
    head_.is_ready.store(true, std::memory_order_release);
}

Addresses Truth::addresses() const {
    Addresses addresses;
    for (std::size_t i = 0; i < kNodes; ++i) {
        addresses.rpc.push_back(fmt::format("http://127.0.0.1:{}", head_.rpc_ports[i]));
        addresses.pubsub.push_back(fmt::format("ws://127.0.0.1:{}", head_.pubsub_ports[i]));
    }
    return addresses;
}

void Truth::publish(const faults::States& states) {
    SF_ASSERT(states.size() == head_.accounts);
    const std::uint64_t slot = head_.slots.load(std::memory_order_relaxed);
    std::memcpy(ring(slot), states.data(), states.size() * sizeof(std::uint64_t));
    head_.slots.store(slot + 1, std::memory_order_release);
}

std::vector<faults::States> Truth::last(std::size_t count) const {
    const std::uint64_t slots = head_.slots.load(std::memory_order_acquire);
    std::vector<faults::States> states;
    for (std::uint64_t slot = slots - std::min<std::uint64_t>({count, slots, kRing - 2});
         slot < slots; ++slot) {
        states.emplace_back(ring(slot), ring(slot) + head_.accounts);
    }
    return states;
}

void Truth::set_phase(std::size_t index, bool is_sick, MonoTime now) {
    head_.phase_at_ns.store(now.ns, std::memory_order_relaxed);
    head_.phase.store(2 * index + (is_sick ? 1 : 2), std::memory_order_release);
}

void Truth::end_phase(std::size_t index, std::uint64_t faults) {
    head_.faults[index].store(faults, std::memory_order_release);
    head_.phase.store(0, std::memory_order_release);
}

std::optional<Truth::Now> Truth::now() const {
    const std::uint64_t phase = head_.phase.load(std::memory_order_acquire);
    if (phase == 0) {
        return std::nullopt;
    }
    return Now{(phase - 1) / 2, phase % 2 == 1,
               MonoTime{head_.phase_at_ns.load(std::memory_order_relaxed)}};
}

}  // namespace sniperforge::soak
