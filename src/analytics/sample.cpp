// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/sample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <tuple>

#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::analytics {
namespace {

// A hundred years: an hour each, they still fit where clusters are counted.
constexpr std::int64_t kPeriodNsMax = 36'525LL * 86'400 * 1'000'000'000;

std::unexpected<Error> refuse(const TradeResult& trade, const std::string& what) {
    return fail(fmt::format("trade {} cannot be evaluated: {}", trade.trade_id, what));
}

// What one trade says of itself.
Result<void> check_trade(const TradeResult& trade, Period period) {
    if (trade.stake.is_zero()) {
        return refuse(trade, "its stake is 0 lamports, and returns are measured by it");
    }
    if (trade.closed_at < trade.opened_at) {
        return refuse(trade, fmt::format("closed at {} ns, before it was opened at {} ns",
                                         trade.closed_at.ns, trade.opened_at.ns));
    }
    if (trade.opened_at < period.from || trade.closed_at >= period.to) {
        return refuse(trade, fmt::format("open from {} to {} ns, outside the watched period from "
                                         "{} ns to before {} ns",
                                         trade.opened_at.ns, trade.closed_at.ns, period.from.ns,
                                         period.to.ns));
    }
    if (trade.gross.is_negative() && trade.gross.magnitude().raw() > trade.stake.raw()) {
        return refuse(trade, fmt::format("it lost {} lamports before costs of a stake of {}; costs "
                                         "belong into their classes",
                                         trade.gross.magnitude().raw(), trade.stake.raw()));
    }
    if (!costs_of(trade) || !net_of(trade)) {
        return refuse(trade, "its costs exceed 64 bits");
    }
    return {};
}

// Everything that is ever summed of a trade, without its sign.
i128 weight_of(const TradeResult& trade) {
    const TradeCosts& costs = trade.costs;
    const VenueFees venue = costs.venue_fees.value_or(VenueFees{});
    i128 sum = static_cast<i128>(trade.stake.raw()) + trade.gross.magnitude().raw();
    for (const Lamports part : {costs.base_fee, costs.priority_fee, costs.tip, costs.reverts,
                                costs.rent.magnitude(), venue.amm, venue.transfer}) {
        sum += part.raw();
    }
    return sum;
}

}  // namespace

Result<Sample> Sample::of(std::vector<TradeResult> trades, Period period) {
    if (period.from.ns < 0 || period.to <= period.from ||
        period.to.ns - period.from.ns > kPeriodNsMax) {
        return fail(
            fmt::format("a sample needs a period from 1970 on that ends after it began and "
                        "is at most 100 years long: it is from {} to {} ns",
                        period.from.ns, period.to.ns));
    }
    std::sort(trades.begin(), trades.end(), [](const TradeResult& a, const TradeResult& b) {
        return std::tie(a.trade_id, a.closed_at) < std::tie(b.trade_id, b.closed_at);
    });
    i128 weight = 0;
    for (std::size_t i = 0; i < trades.size(); ++i) {
        const TradeResult& trade = trades[i];
        if (auto checked = check_trade(trade, period); !checked) {
            return std::unexpected{checked.error()};
        }
        if (trade.provenance != trades.front().provenance) {
            return refuse(trade, fmt::format("it is {}, trade {} is {}; evidence does not mix them",
                                             to_string(trade.provenance), trades.front().trade_id,
                                             to_string(trades.front().provenance)));
        }
        if (i > 0 && trade.trade_id == trades[i - 1].trade_id) {
            return refuse(trade, "it is there twice and would count twice");
        }
        weight += weight_of(trade);
        if (weight > std::numeric_limits<std::int64_t>::max()) {
            return refuse(trade, "with it the sample's lamports exceed 64 bits");
        }
    }
    std::sort(trades.begin(), trades.end(), [](const TradeResult& a, const TradeResult& b) {
        return std::tie(a.closed_at, a.opened_at, a.trade_id) <
               std::tie(b.closed_at, b.opened_at, b.trade_id);
    });
    Sample sample{period};
    sample.nets_.reserve(trades.size());
    for (const TradeResult& trade : trades) {
        sample.nets_.push_back(*net_of(trade));
    }
    sample.trades_ = std::move(trades);
    return sample;
}

std::size_t Sample::landed() const {
    return static_cast<std::size_t>(std::ranges::count_if(trades_, &TradeResult::is_landed));
}

double Sample::net_return(std::size_t index) const {
    return static_cast<double>(nets_[index].raw()) /
           static_cast<double>(trades_[index].stake.raw());
}

std::optional<Provenance> Sample::provenance() const {
    return trades_.empty() ? std::nullopt : std::optional{trades_.front().provenance};
}

}  // namespace sniperforge::analytics
