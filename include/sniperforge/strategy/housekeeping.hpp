// SPDX-License-Identifier: MIT
// Housekeeping: proposes to burn what trading left of tokens that nobody holds, and to close their
// accounts for the rent. What cannot be priced, or would bring more than a sweep may destroy, is
// left to the operator and counted. Pure, as every strategy.
#pragma once

#include <span>
#include <unordered_map>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/model/residue.hpp"
#include "sniperforge/strategy/strategy.hpp"

namespace sniperforge::strategy {

// Of one round: a few small transactions, not a burst.
inline constexpr std::size_t kSweepsMax = 4;

// Accounts that the last round left open, by why.
struct SweepsLeft {
    std::uint32_t worth_a_sale = 0;  // Would bring more than execution.sweep_value_max_sol.
    std::uint32_t unpriced = 0;    // No pool that is deep enough and heard tells what it is worth.
    std::uint32_t unclosable = 0;  // Its token program would refuse: withheld fees, frozen.
    std::uint32_t waiting = 0;     // An earlier attempt failed, or the round was full.

    [[nodiscard]] bool operator==(const SweepsLeft&) const = default;
};

class Housekeeping {
 public:
    explicit Housekeeping(const config::ExecutionSettings& settings);
    // Once every sweep_interval, the first time one interval after the first call.
    [[nodiscard]] bool is_due(MonoTime now);
    // At most kSweepsMax sweeps. What an order on its way trades must not be among the residues.
    void decide(std::span<const Residue> residues, const View& view, Intents& intents);
    // What became of an order of any strategy. Each failed sweep doubles the wait for the next of
    // its mint.
    void settled(const ExecutionReport& report);
    [[nodiscard]] const SweepsLeft& left() const { return left_; }

    // When is_due() will say so next.
    [[nodiscard]] MonoTime due() const { return due_; }
    // Whether its grid of times stands and has no time that has come; always, where it is off.
    [[nodiscard]] bool is_waiting(MonoTime now) const {
        return settings_.sweep_interval == Duration{0} || (is_begun() && now < due_);
    }
    // A round that is passed over from now on moves no later one.
    [[nodiscard]] bool is_begun() const { return due_.ns != 0; }

 private:
    struct Failure {
        std::uint32_t count = 0;
        MonoTime until;
    };
    // Why it is to be left; counts it.
    [[nodiscard]] bool is_left(const Residue& residue, const View& view);

    config::ExecutionSettings settings_;
    MonoTime due_;
    SweepsLeft left_;
    std::unordered_map<Pubkey, Failure, KeyHash> failures_;  // By mint; at most our accounts.
};

}  // namespace sniperforge::strategy
