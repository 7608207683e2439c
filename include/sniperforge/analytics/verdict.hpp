// SPDX-License-Identifier: MIT
// When a target may be called met. Everything that keeps it from that is listed, not only the
// first.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sniperforge/analytics/figure.hpp"
#include "sniperforge/analytics/performance.hpp"
#include "sniperforge/analytics/sample.hpp"

namespace sniperforge::analytics {

enum class Verdict : std::uint8_t {
    Met,         // On fills that happened, with the whole interval above the target.
    Missed,      // The whole interval is below the target, or trades lose money on average.
    Hypothesis,  // Anything else: a figure that may be hoped for.
};
[[nodiscard]] std::string_view to_string(Verdict verdict);

enum class VerdictReason : std::uint8_t {
    NoFigure,           // Not enough data for the figure.
    NoInterval,         // The figure has no interval.
    BelowTarget,        // The interval ends below the target.
    TargetInside,       // The interval contains the target: undecided.
    LosesMoney,         // The interval of the mean net result ends at zero or below.
    MeanNotPositive,    // It does not begin above zero, or does not exist.
    LevelFills,         // Fills were assumed at the price of the exit rule.
    FillsNotOnChain,    // Some amounts are simulated or quoted.
    NotLive,            // Another chain than mainnet's, or no chain.
    NotReconciled,      // Some fills are not yet known to be final and equal to the books.
    TradesMissing,      // Some trades are not in the records: what they came to nobody knows.
    MoneyInNoTrade,     // Orders of ours lost lamports that are in no trade.
    SolMissing,         // The wallet lacked lamports, and a person accepted it.
    RecordsDeleted,     // Of the time before, by age or size; or left out, by whoever asked.
    DataSearched,       // A search has seen some of the data.
    SearchUnknown,      // Nobody knows whether one has.
    NotClusteredByDay,  // The intervals take trades of one day as independent.
};
inline constexpr VerdictReason kVerdictReasonLast = VerdictReason::NotClusteredByDay;
[[nodiscard]] std::string_view to_string(VerdictReason reason);

// What a sample rests on.
struct Grounds {
    std::uint64_t trades = 0;  // With attempts that failed.
    std::uint64_t landed = 0;  // Of them.
    std::uint64_t level_fills = 0, off_chain = 0, not_live = 0, unreconciled = 0, searched = 0,
                  search_unknown = 0;
    std::uint64_t missing = 0;  // Beside the trades.
    LamportsDelta unassigned;   // In none of them. What came back flatters nobody: it is no reason.
    Lamports shortfall;
    bool is_cut = false;  // What was before was deleted, or is left out.
};
[[nodiscard]] Grounds grounds_of(const Sample& sample);

struct TargetClaim {
    double target = 0;  // To be exceeded: 0.7 of trades won, an annual Sharpe ratio of 2.
    Measured<Estimate> figure = std::unexpected{Lack::NoTrades};
    Measured<Estimate> expectancy = std::unexpected{Lack::NoTrades};  // Mean net of a trade.
    Grounds grounds;
    Cluster cluster = Cluster::Day;
};

struct Judgement {
    Verdict verdict = Verdict::Hypothesis;
    std::vector<VerdictReason> reasons;  // Empty when met.
};
// The flaws that make a hypothesis all flatter, so that they excuse no miss.
[[nodiscard]] Judgement judge(const TargetClaim& claim);

}  // namespace sniperforge::analytics
