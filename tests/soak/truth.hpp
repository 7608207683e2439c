// SPDX-License-Identifier: MIT
// What the chain's side tells the client's side: the states at the end of the last slots, and what
// is wrong now. Plain memory, shared between two processes or not; one writer, one reader.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "integration/faults/feed_oracle.hpp"
#include "sniperforge/core/time.hpp"
#include "workload.hpp"

namespace sniperforge::soak {

class Truth {
 public:
    // Memory that a child process shares with its parent; never freed: it lives as the program.
    [[nodiscard]] static Truth& create(std::size_t accounts);

    // ---- The chain's side ----
    void set_ports(const Addresses& addresses);
    void publish(const faults::States& states);
    // The node is sick in its phase's way, or well again; then the phase is over.
    void set_phase(std::size_t index, bool is_sick, MonoTime now);
    void end_phase(std::size_t index, std::uint64_t faults);
    void note_launch() { head_.launches.fetch_add(1, std::memory_order_relaxed); }
    void set_over() { head_.is_over.store(true, std::memory_order_release); }
    [[nodiscard]] bool is_stop_wanted() const {
        return head_.is_stop_wanted.load(std::memory_order_acquire);
    }

    // ---- The client's side ----
    [[nodiscard]] bool is_ready() const { return head_.is_ready.load(std::memory_order_acquire); }
    [[nodiscard]] Addresses addresses() const;
    [[nodiscard]] std::uint64_t slots() const {
        return head_.slots.load(std::memory_order_acquire);
    }
    // Of the last `count` slots, at most kRing - 2 and as many as there are.
    [[nodiscard]] std::vector<faults::States> last(std::size_t count) const;
    struct Now {
        std::size_t phase = 0;
        bool is_sick = false;
        MonoTime since;
    };
    // Nothing before the first phase and between two.
    [[nodiscard]] std::optional<Now> now() const;
    // What the node did wrong in that phase, counted; once the phase is over.
    [[nodiscard]] std::uint64_t faults(std::size_t phase) const {
        return head_.faults[phase].load(std::memory_order_acquire);
    }
    [[nodiscard]] std::uint64_t launches() const {
        return head_.launches.load(std::memory_order_relaxed);
    }
    [[nodiscard]] bool is_over() const { return head_.is_over.load(std::memory_order_acquire); }
    void want_stop() { head_.is_stop_wanted.store(true, std::memory_order_release); }

 private:
    static constexpr std::size_t kRing = 16;
    static constexpr std::size_t kPhasesMax = 64;
    struct Head {
        std::atomic<bool> is_ready{false}, is_over{false}, is_stop_wanted{false};
        std::atomic<std::uint64_t> slots{0};
        std::atomic<std::uint64_t> phase{0};  // 0: none; 2 × index + 1 sick, + 2 well.
        std::atomic<std::uint64_t> launches{0};
        std::array<std::atomic<std::uint64_t>, kPhasesMax> faults{};
        std::atomic<std::int64_t> phase_at_ns{0};
        std::array<std::uint16_t, kNodes> rpc_ports{}, pubsub_ports{};
        std::size_t accounts = 0;
    };
    explicit Truth(std::size_t accounts) { head_.accounts = accounts; }
    // The ring lies behind this object, in the same memory.
    [[nodiscard]] std::uint64_t* ring(std::uint64_t slot);
    [[nodiscard]] const std::uint64_t* ring(std::uint64_t slot) const;

    Head head_;
};

}  // namespace sniperforge::soak
