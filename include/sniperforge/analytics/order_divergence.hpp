// SPDX-License-Identifier: MIT
// How far the fills of a run fall from what paper would have assumed for the same orders, by cause.
// Integers all the way: the causes of each order add up to its difference to the lamport. What each
// cause is, and what it does not say: docs/evidence.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/analytics/figure.hpp"
#include "sniperforge/analytics/sample.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/model/order_on_paper.hpp"

namespace sniperforge::analytics {

enum class OrderCause : std::uint8_t {
    Landing,    // One side landed, reverted or ended otherwise than the other.
    SlotDelay,  // The pools moved between paper's slot and the one in which live landed.
    InSlot,     // Others, between that slot's begin and our place in it.
    VenueFees,  // Of pools and mints, where all tell them; else they are inside the two above.
    BaseFee,    // Where both sides are in a block, as the next.
    PriorityFee,
    Tip,          // Where both landed.
    Rent,         // Of token accounts and of what venues' programs ask for once.
    Unexplained,  // What none of these tells.
};
inline constexpr std::size_t kOrderCauseCount = 9;
[[nodiscard]] std::string_view to_string(OrderCause cause);

// Live less paper, in lamports.
struct OrderDifference {
    std::array<LamportsDelta, kOrderCauseCount> by_cause{};
    LamportsDelta total;
    [[nodiscard]] LamportsDelta of(OrderCause cause) const {
        return by_cause[static_cast<std::size_t>(cause)];
    }
};
// What the side gained or lost, all costs included.
[[nodiscard]] LamportsDelta net_of(const OrderSide& side);
// Of one that can be compared. Nothing where an amount is beyond kOrderLamportsMax.
[[nodiscard]] std::optional<OrderDifference> difference_of(const OrderOnPaper& order);
// More than all SOL that there is; sums of a few of them stay within 64 bits.
inline constexpr std::int64_t kOrderLamportsMax = std::int64_t{1} << 60;

// One that was reported in the run.
struct ComparedOrder {
    StrategyId strategy = StrategyId::Arbitrage;
    Outcome outcome = Outcome::Unknown;  // The last that was reported.
    WallTime at;
    std::optional<OrderOnPaper> on_paper;  // Nothing: an earlier run decided it, say.
};

struct OrderDivergence {
    std::uint64_t orders = 0, compared = 0;
    std::map<std::string, std::uint64_t> not_compared;  // By why.
    struct Outcomes {
        std::uint64_t landed = 0, reverted = 0, rejected = 0, expired = 0;
    };
    // Of the compared, as all below.
    Outcomes paper, live;
    std::uint64_t cut_short = 0;  // Live landed no later than paper's draw.
    LamportsDelta decided_swaps, paper_swaps, live_swaps;
    LamportsDelta paper_net, live_net;
    OrderDifference difference;
    // Of an order; intervals are resampled by hours, or by days where there are enough.
    Measured<Estimate> mean = std::unexpected{Lack::NoTrades};
    std::array<Measured<Estimate>, kOrderCauseCount> mean_by_cause{};
};

struct OrderDivergences {
    OrderDivergence all;
    std::array<OrderDivergence, kStrategyCount> strategies;  // By number; of most there are none.
};
// An order of more SOL than there is, or with which a sum would exceed 64 bits of lamports, counts
// as unquoted.
[[nodiscard]] OrderDivergences order_divergences(const std::vector<ComparedOrder>& orders,
                                                 Period period, std::uint64_t seed);

// Whoever prints them. On paper there is nothing to compare, which is said instead.
[[nodiscard]] std::string to_json(const OrderDivergences& divergences);
[[nodiscard]] std::string to_text(const OrderDivergences& divergences, std::string_view stamp);
[[nodiscard]] std::string order_divergences_json_on_paper();
[[nodiscard]] std::string order_divergences_text_on_paper(std::string_view stamp);

}  // namespace sniperforge::analytics
