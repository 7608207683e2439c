// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/divergence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "analytics/block_bootstrap.hpp"
#include "analytics/clusters.hpp"
#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::analytics {
namespace {

constexpr i128 kDeltaMax = std::numeric_limits<std::int64_t>::max();

bool fits_delta(i128 value) { return value <= kDeltaMax && value >= -kDeltaMax; }

// Where each trade of a sample stands, and whether a match has taken it.
class TradeIndex {
 public:
    TradeIndex(const Sample& sample, std::string_view side) : side_{side} {
        for (std::size_t i = 0; i < sample.trades().size(); ++i) {
            places_.emplace(sample.trades()[i].trade_id, i);
        }
        is_taken_.resize(sample.trades().size());
    }
    Result<std::size_t> take(std::uint64_t trade_id) {
        const auto found = places_.find(trade_id);
        if (found == places_.end()) {
            return fail(
                fmt::format("comparing paper with live: a match names {} trade {}, which "
                            "its sample does not have",
                            side_, trade_id));
        }
        if (is_taken_[found->second]) {
            return fail(
                fmt::format("comparing paper with live: {} trade {} is matched twice and "
                            "would count twice",
                            side_, trade_id));
        }
        is_taken_[found->second] = true;
        return found->second;
    }
    [[nodiscard]] bool is_taken(std::size_t place) const { return is_taken_[place]; }

 private:
    std::string_view side_;
    std::map<std::uint64_t, std::size_t> places_;
    std::vector<bool> is_taken_;
};

class DivergenceSums {
 public:
    void add(DivergenceCause cause, i128 lamports) {
        sums_[static_cast<std::size_t>(cause)] += lamports;
    }
    // Nothing when one of them is beyond 64 bits.
    [[nodiscard]] std::optional<std::array<LamportsDelta, kDivergenceCauseCount>> narrowed_all()
        const {
        std::array<LamportsDelta, kDivergenceCauseCount> all;
        for (std::size_t i = 0; i < sums_.size(); ++i) {
            if (!fits_delta(sums_[i])) {
                return std::nullopt;
            }
            all[i] = LamportsDelta{static_cast<std::int64_t>(sums_[i])};
        }
        return all;
    }

 private:
    std::array<i128, kDivergenceCauseCount> sums_{};
};

// A trade as lamports in and out, with the costs that both sides tell kept apart.
struct Leg {
    i128 stake = 0, proceeds = 0;
    i128 venue = 0;  // 0 where it is inside the proceeds.
};
Leg leg_of(const TradeResult& trade, bool is_venue_apart) {
    Leg leg{trade.stake.raw(), static_cast<i128>(trade.stake.raw()) + trade.gross.raw(), 0};
    if (trade.costs.venue_fees) {
        const i128 venue = static_cast<i128>(trade.costs.venue_fees->amm.raw()) +
                           trade.costs.venue_fees->transfer.raw();
        (is_venue_apart ? leg.venue : leg.proceeds) += is_venue_apart ? venue : -venue;
    }
    return leg;
}

// Both fit 63 bits and the factor 64, so that the product fits 127.
i128 scaled_floor(i128 value, i128 by, i128 divisor) {
    const i128 product = value * by;
    return product / divisor - (product % divisor < 0 ? 1 : 0);
}

// Step by step from paper's trade to live's, so that nothing is lost between the steps.
Result<void> add_pair(const TradeResult& paper, const TradeResult& live, const MatchedTrade& match,
                      Divergence& result, DivergenceSums& sums) {
    const bool is_venue_apart =
        paper.costs.venue_fees.has_value() && live.costs.venue_fees.has_value();
    result.venue_fees_unequal +=
        paper.costs.venue_fees.has_value() != live.costs.venue_fees.has_value() ? 1 : 0;
    const Leg from = leg_of(paper, is_venue_apart);
    const Leg to = leg_of(live, is_venue_apart);

    const i128 resized = scaled_floor(from.proceeds, to.stake, from.stake);
    if (!fits_delta(resized)) {
        return fail(
            fmt::format("comparing paper with live: paper trade {} at the stake of live "
                        "trade {}, {} lamports instead of {}, exceeds 64 bits",
                        paper.trade_id, live.trade_id, live.stake.raw(), paper.stake.raw()));
    }
    sums.add(DivergenceCause::Size, (resized - to.stake) - (from.proceeds - from.stake));
    const auto& bought_paper = match.paper_facts.tokens;
    const auto& bought_live = match.live_facts.tokens;
    if (bought_paper && bought_live && !bought_paper->is_zero()) {
        // Live's tokens at paper's exit price.
        const i128 at_paper_exit =
            scaled_floor(from.proceeds, static_cast<i128>(bought_live->raw()),
                         static_cast<i128>(bought_paper->raw()));
        if (!fits_delta(at_paper_exit)) {
            return fail(
                fmt::format("comparing paper with live: {} tokens of live trade {} at the "
                            "exit price of paper trade {} exceed 64 bits of lamports",
                            bought_live->raw(), live.trade_id, paper.trade_id));
        }
        sums.add(DivergenceCause::EntryPrice, at_paper_exit - resized);
        sums.add(DivergenceCause::ExitPrice, to.proceeds - at_paper_exit);
    } else {
        ++result.without_tokens;
        sums.add(DivergenceCause::Price, to.proceeds - resized);
    }
    const auto less = [&](DivergenceCause cause, i128 paper_cost, i128 live_cost) {
        sums.add(cause, paper_cost - live_cost);
    };
    less(DivergenceCause::BaseFee, paper.costs.base_fee.raw(), live.costs.base_fee.raw());
    less(DivergenceCause::PriorityFee, paper.costs.priority_fee.raw(),
         live.costs.priority_fee.raw());
    less(DivergenceCause::Tip, paper.costs.tip.raw(), live.costs.tip.raw());
    less(DivergenceCause::Reverts, paper.costs.reverts.raw(), live.costs.reverts.raw());
    less(DivergenceCause::Rent, paper.costs.rent.raw(), live.costs.rent.raw());
    less(DivergenceCause::VenueFees, from.venue, to.venue);
    return {};
}

Measured<Quantiles> delay_quantiles(std::vector<double> delays) {
    if (delays.empty()) {
        return std::unexpected{Lack::NotRecorded};
    }
    return quantiles_of(std::move(delays));
}

void note_delay(const LegFacts& facts, std::vector<double>& delays) {
    if (facts.landing_delay) {
        delays.push_back(static_cast<double>(facts.landing_delay->count()) / 1e6);
    }
}

// Differences by the place of the live trade.
Measured<Estimate> mean_difference(const Sample& live, const std::map<std::size_t, double>& bps,
                                   const Resampling& how) {
    if (bps.empty()) {
        return std::unexpected{Lack::NoTrades};
    }
    const auto sums = cluster_sums(live, how.cluster, [&](std::size_t i) {
        const auto found = bps.find(i);
        return found == bps.end() ? Moments{} : Moments{1.0, found->second, 0.0};
    });
    Estimate estimate{mean_statistic(means_of(sums))->value, std::unexpected{Lack::TooFewTrades}};
    if (bps.size() >= kTradesMin) {
        estimate.ci95 = block_bootstrap_ci95(sums, mean_statistic, how);
    }
    return estimate;
}

Result<void> check_sides(const Sample& paper, const Sample& live) {
    const auto is_real = [](Provenance p) {
        return p == Provenance::Live || p == Provenance::Test;
    };
    if (paper.provenance() && is_real(*paper.provenance())) {
        return fail(fmt::format("comparing paper with live: the paper side holds {} trades",
                                to_string(*paper.provenance())));
    }
    if (live.provenance() && !is_real(*live.provenance())) {
        return fail(fmt::format("comparing paper with live: the live side holds {} trades",
                                to_string(*live.provenance())));
    }
    return {};
}

i128 net_total(const Sample& sample) {
    i128 sum = 0;
    for (std::size_t i = 0; i < sample.trades().size(); ++i) {
        sum += sample.net(i).raw();
    }
    return sum;
}

// All matches, one after the other, and then what none of them named.
class Comparison {
 public:
    Comparison(const Sample& paper, const Sample& live)
        : paper_{paper}, live_{live}, papers_{paper, "paper"}, lives_{live, "live"} {}

    Result<void> add(const MatchedTrade& match) {
        if (!match.paper && !match.live && match.failed_attempts.is_zero()) {
            return fail("comparing paper with live: a match names no trade and no failed attempt");
        }
        sums_.add(DivergenceCause::FailedAttempts, -static_cast<i128>(match.failed_attempts.raw()));
        failed_ += match.failed_attempts.raw();
        std::optional<std::size_t> paper;
        std::optional<std::size_t> live;
        if (match.paper) {
            const auto place = papers_.take(*match.paper);
            if (!place) {
                return std::unexpected{place.error()};
            }
            paper = *place;
        }
        if (match.live) {
            const auto place = lives_.take(*match.live);
            if (!place) {
                return std::unexpected{place.error()};
            }
            live = *place;
        }
        note_delay(match.paper_facts, delays_paper_);
        note_delay(match.live_facts, delays_live_);
        if (paper && live) {
            ++result_.both;
            bps_[*live] = (live_.net_return(*live) - paper_.net_return(*paper)) *
                          static_cast<double>(kBasisPointsOne);
            return add_pair(paper_.trades()[*paper], live_.trades()[*live], match, result_, sums_);
        }
        if (paper) {
            ++result_.only_paper;
            sums_.add(DivergenceCause::OnlyPaper, -static_cast<i128>(paper_.net(*paper).raw()));
            FailureTotal& total = failures_[match.failure];
            total.failure = match.failure;
            ++total.count;
            total.missed += paper_.net(*paper);
        }
        if (live) {
            ++result_.only_live;
            sums_.add(DivergenceCause::OnlyLive, live_.net(*live).raw());
        }
        return {};
    }

    Result<Divergence> finish(const Resampling& how) {
        for (std::size_t i = 0; i < paper_.trades().size(); ++i) {
            if (!papers_.is_taken(i)) {
                ++result_.unmatched_paper;
                sums_.add(DivergenceCause::UnmatchedPaper, -static_cast<i128>(paper_.net(i).raw()));
            }
        }
        for (std::size_t i = 0; i < live_.trades().size(); ++i) {
            if (!lives_.is_taken(i)) {
                ++result_.unmatched_live;
                sums_.add(DivergenceCause::UnmatchedLive, live_.net(i).raw());
            }
        }
        const auto by_cause = sums_.narrowed_all();
        const i128 live_net = net_total(live_) - failed_;
        if (!by_cause || !fits_delta(live_net)) {
            return fail("comparing paper with live: the sums exceed 64 bits of lamports");
        }
        result_.paper = paper_.provenance();
        result_.live = live_.provenance();
        result_.by_cause = *by_cause;
        result_.paper_net = LamportsDelta{static_cast<std::int64_t>(net_total(paper_))};
        result_.live_net = LamportsDelta{static_cast<std::int64_t>(live_net)};
        result_.difference_bps = mean_difference(live_, bps_, how);
        result_.delay_paper = delay_quantiles(std::move(delays_paper_));
        result_.delay_live = delay_quantiles(std::move(delays_live_));
        for (const auto& [name, total] : failures_) {
            result_.failures.push_back(total);
        }
        return std::move(result_);
    }

 private:
    const Sample& paper_;
    const Sample& live_;
    TradeIndex papers_, lives_;
    Divergence result_;
    DivergenceSums sums_;
    i128 failed_ = 0;
    std::map<std::size_t, double> bps_;
    std::vector<double> delays_paper_, delays_live_;
    std::map<std::string, FailureTotal> failures_;
};

}  // namespace

std::string_view to_string(DivergenceCause cause) {
    switch (cause) {
        case DivergenceCause::Size:
            return "size";
        case DivergenceCause::EntryPrice:
            return "entry_price";
        case DivergenceCause::ExitPrice:
            return "exit_price";
        case DivergenceCause::Price:
            return "price";
        case DivergenceCause::BaseFee:
            return "base_fee";
        case DivergenceCause::PriorityFee:
            return "priority_fee";
        case DivergenceCause::Tip:
            return "tip";
        case DivergenceCause::Reverts:
            return "reverts";
        case DivergenceCause::Rent:
            return "rent";
        case DivergenceCause::VenueFees:
            return "venue_fees";
        case DivergenceCause::OnlyPaper:
            return "only_paper";
        case DivergenceCause::OnlyLive:
            return "only_live";
        case DivergenceCause::FailedAttempts:
            return "failed_attempts";
        case DivergenceCause::UnmatchedPaper:
            return "unmatched_paper";
        case DivergenceCause::UnmatchedLive:
            return "unmatched_live";
    }
    return "unknown";
}

Result<Divergence> divergence(const Sample& paper, const Sample& live,
                              const std::vector<MatchedTrade>& matches, const Resampling& how) {
    if (auto checked = check_sides(paper, live); !checked) {
        return std::unexpected{checked.error()};
    }
    Comparison comparison{paper, live};
    for (const MatchedTrade& match : matches) {
        if (auto added = comparison.add(match); !added) {
            return std::unexpected{added.error()};
        }
    }
    return comparison.finish(how);
}

}  // namespace sniperforge::analytics
