// SPDX-License-Identifier: MIT
// Where live trading earned other than paper trading of the same decisions, by cause. Integers all
// the way: the causes add up to the difference of the totals to the lamport.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/analytics/course.hpp"
#include "sniperforge/analytics/performance.hpp"
#include "sniperforge/analytics/sample.hpp"

namespace sniperforge::analytics {

// What a comparison needs of a trade and a sample does not carry.
struct LegFacts {
    std::optional<TokenAmount> tokens;      // That the entries bought and the exits sold.
    std::optional<Duration> landing_delay;  // From the decision to the entry's landing.
};

// One decision and what became of it on either side. Whoever builds it matches by intent, or by
// mint and time.
struct MatchedTrade {
    std::optional<std::uint64_t> paper, live;  // Numbers of trades; nothing: no trade on that side.
    LegFacts paper_facts, live_facts;
    Lamports failed_attempts;  // Fees of live attempts outside of any trade.
    std::string failure;       // Why a side did not trade: an outcome, a denial.
};

enum class DivergenceCause : std::uint8_t {
    Size,        // Paper's trade at live's stake, less paper's trade.
    EntryPrice,  // Other tokens for the same lamports, at paper's exit price.
    ExitPrice,   // Other lamports for the same tokens.
    Price,       // Both in one, where either side's tokens are not recorded.
    BaseFee,
    PriorityFee,
    Tip,
    Reverts,
    Rent,
    VenueFees,  // Where both sides tell them; else they are inside the price.
    OnlyPaper,  // Live did not trade: what paper earned is missing.
    OnlyLive,
    FailedAttempts,  // What failing cost beside all trades.
    UnmatchedPaper,  // In a sample and in no match.
    UnmatchedLive,
};
inline constexpr std::size_t kDivergenceCauseCount = 15;
[[nodiscard]] std::string_view to_string(DivergenceCause cause);

struct FailureTotal {
    std::string failure;
    std::uint64_t count = 0;
    LamportsDelta missed;  // Net that paper made of them.
};

struct Divergence {
    std::optional<Provenance> paper, live;                      // Nothing: no trades on that side.
    std::array<LamportsDelta, kDivergenceCauseCount> by_cause;  // Live less paper.
    LamportsDelta paper_net;
    LamportsDelta live_net;  // Failed attempts included.
    [[nodiscard]] LamportsDelta of(DivergenceCause cause) const {
        return by_cause[static_cast<std::size_t>(cause)];
    }

    std::uint64_t both = 0, only_paper = 0, only_live = 0, unmatched_paper = 0, unmatched_live = 0;
    std::uint64_t without_tokens = 0;      // Of `both`: entry and exit not told apart.
    std::uint64_t venue_fees_unequal = 0;  // Of `both`: one side alone tells them.
    // Net on stake, live less paper, of `both`; clustered by the live trade.
    Measured<Estimate> difference_bps = std::unexpected{Lack::NoTrades};
    // Milliseconds.
    Measured<Quantiles> delay_paper = std::unexpected{Lack::NotRecorded};
    Measured<Quantiles> delay_live = std::unexpected{Lack::NotRecorded};
    std::vector<FailureTotal> failures;  // Of OnlyPaper, in the order of their names.
};
// Refuses a number that its sample does not have or that is matched twice, a match of nothing, live
// trades on the paper side or the other way round, and differences beyond 64 bits.
[[nodiscard]] Result<Divergence> divergence(const Sample& paper, const Sample& live,
                                            const std::vector<MatchedTrade>& matches,
                                            const Resampling& how);

}  // namespace sniperforge::analytics
