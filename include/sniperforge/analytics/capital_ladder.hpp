// SPDX-License-Identifier: MIT
// How much capital the results have earned. A step up takes reconciled live fills alone; what was
// simulated, paper or backtested raises no rung. A step down asks nobody.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sniperforge/analytics/sample.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::analytics {

struct LadderRules {
    // Capital of each rung, rising.
    std::vector<MicroUsd> rungs = {MicroUsd{50'000'000},    MicroUsd{100'000'000},
                                   MicroUsd{200'000'000},   MicroUsd{500'000'000},
                                   MicroUsd{1'000'000'000}, MicroUsd{2'000'000'000},
                                   MicroUsd{5'000'000'000}};
    // Probability of a step up without an edge, per rung, however often it is looked at.
    double alpha = 0.05;
    std::uint64_t trades_min = 50;
    BasisPoints drawdown_up_max{1'000};    // Of the rung's capital; from there on no step up,
    BasisPoints drawdown_down_min{2'000};  // and from there on a step down.
};
// Rungs that rise, alpha between 0 and 1, drawdowns in order: the first thing that is wrong.
[[nodiscard]] Result<void> check_ladder(const LadderRules& rules);

struct RungState {
    std::size_t rung = 0;  // Place in the rules.
    Lamports capital;      // Of this rung, at the SOL price when it was stepped on.
    Lamports loss_bound;   // The most that a day may lose there: the daily loss limit.
};

enum class LadderMove : std::uint8_t {
    Stay,
    Up,
    Down,
    Stop,  // A step down from the lowest rung: no entries until a person has looked.
};
[[nodiscard]] std::string_view to_string(LadderMove move);

enum class LadderReason : std::uint8_t {
    NoTrades,
    NotLive,        // The sample is no evidence here at all.
    NotOnChain,     // Amounts that are quoted or assumed: positions that are still open, say.
    NotReconciled,  // A fill that may still change.
    TooFewTrades,
    NoEvidence,    // The test has not rejected "no edge" yet.
    DrawdownUp,    // Too deep for a step up.
    DrawdownDown,  // Deep enough for a step down.
    BoundBroken,   // More was lost between two quiet midnights than a day may lose.
    HighestRung,
    EvidenceFound,  // Everything that a step up asks for.
};
[[nodiscard]] std::string_view to_string(LadderReason reason);

struct LadderStep {
    LadderMove move = LadderMove::Stay;
    std::size_t rung = 0;               // Where that leads.
    std::vector<LadderReason> reasons;  // Why not up, or why it moves; never empty.
    double fortune_max = 1;             // Of the betting test; 1/alpha is needed.
};
// `since` has everything that closed since the rung was stepped on: each begins with no evidence,
// so that a lucky start carries nobody to the top.
[[nodiscard]] LadderStep next_rung(const LadderRules& rules, const RungState& state,
                                   const Sample& since);

}  // namespace sniperforge::analytics
