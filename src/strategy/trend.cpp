// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/trend.hpp"

#include <algorithm>

namespace sniperforge::strategy {
namespace {

// What is_decayed() needs to compare two rises.
constexpr std::size_t kBarsKeptMin = 3;

[[nodiscard]] BasisPoints rise_of(const Bars& bars, std::size_t back) {
    return rise_between(bars.newest(back + 1).close, bars.newest(back).close);
}

// The newest bars each closed above the one before.
[[nodiscard]] bool is_rising(const Bars& bars, const config::MomentumSettings& settings) {
    for (std::size_t back = 0; back < settings.bars; ++back) {
        if (rise_of(bars, back).is_zero()) {
            return false;
        }
    }
    return rise_between(bars.newest(settings.bars).close, bars.newest(0).close) >=
           settings.rise_min;
}

// The newest bar closed above the highest price of those before it.
[[nodiscard]] bool is_breakout(const Bars& bars, const config::MomentumSettings& settings) {
    BarPrice highest = bars.newest(1).high;
    for (std::size_t back = 2; back <= settings.bars; ++back) {
        const BarPrice& high = bars.newest(back).high;
        highest = compare(high, highest) > 0 ? high : highest;
    }
    const BarPrice& close = bars.newest(0).close;
    return compare(close, highest) > 0 && rise_between(highest, close) >= settings.breakout_min;
}

// The bars that the entry rests on: the rising ones, or the one that broke out.
[[nodiscard]] bool is_carried_by_buyers(const Bars& bars,
                                        const config::MomentumSettings& settings) {
    const std::size_t counted = settings.rule == "breakout" ? 1 : settings.bars;
    Lamports bought;
    Lamports sold;
    for (std::size_t back = 0; back < counted; ++back) {
        bought = bought.saturating_add(bars.newest(back).bought);
        sold = sold.saturating_add(bars.newest(back).sold);
    }
    if (bought <= sold) {
        return false;
    }
    const auto imbalance =
        mul_div_floor((bought - sold).raw(), kBasisPointsOne, bought.saturating_add(sold).raw());
    return imbalance.value_or(0) >= settings.flow_imbalance_min.raw();
}

// Less than `percent` of `whole`.
[[nodiscard]] bool is_below_part(std::uint64_t value, std::uint64_t whole, std::uint32_t percent) {
    constexpr u128 kPercentAll = 100;
    return static_cast<u128>(value) * kPercentAll < static_cast<u128>(whole) * percent;
}

// What closed bars moved by, one after the other, over the newest `window` of them.
struct Path {
    std::size_t moves = 0;
    BasisPoints sum;
};
[[nodiscard]] Path path_of(const Bars& bars, std::size_t window) {
    Path path{.moves = bars.size() == 0 ? 0 : std::min(window, bars.size() - 1), .sum = {}};
    for (std::size_t back = 0; back < path.moves; ++back) {
        path.sum = path.sum.saturating_add(
            move_between(bars.newest(back + 1).close, bars.newest(back).close));
    }
    return path;
}

[[nodiscard]] BasisPoints volatility_of(const Path& path) {
    return BasisPoints{path.moves == 0 ? 0 : path.sum.raw() / path.moves};
}

[[nodiscard]] BasisPoints efficiency_of(const Path& path, const Bars& bars) {
    if (path.sum.is_zero()) {
        return {};
    }
    const BasisPoints net = move_between(bars.newest(path.moves).close, bars.newest(0).close);
    const auto part = mul_div_floor(net.raw(), kBasisPointsOne, path.sum.raw());
    return BasisPoints{std::min(part.value_or(kBasisPointsOne), kBasisPointsOne)};
}

}  // namespace

bool is_rule_met(const Bars& bars, const config::MomentumSettings& settings) {
    if (bars.size() < std::size_t{settings.bars} + 1) {
        return false;
    }
    const bool is_met =
        settings.rule == "breakout" ? is_breakout(bars, settings) : is_rising(bars, settings);
    return is_met && is_carried_by_buyers(bars, settings);
}

bool is_decayed(const Bars& bars, std::uint32_t decay_percent) {
    if (bars.size() < kBarsKeptMin) {
        return false;
    }
    return is_below_part(rise_of(bars, 0).raw(), rise_of(bars, 1).raw(), decay_percent) &&
           is_below_part(bars.newest(0).volume().raw(), bars.newest(1).volume().raw(),
                         decay_percent);
}

BasisPoints volatility(const Bars& bars, std::size_t window) {
    return volatility_of(path_of(bars, window));
}

BasisPoints efficiency(const Bars& bars, std::size_t window) {
    return efficiency_of(path_of(bars, window), bars);
}

bool is_regime_wanted(const Bars& bars, const config::MomentumSettings& settings) {
    const Path path = path_of(bars, settings.bars);
    const BasisPoints moved = volatility_of(path);
    return moved >= settings.volatility_min && moved <= settings.volatility_max &&
           (settings.efficiency_min.is_zero() ||
            efficiency_of(path, bars) >= settings.efficiency_min);
}

std::size_t bars_kept(const config::MomentumSettings& settings) {
    return std::max(std::size_t{settings.bars} + 1, kBarsKeptMin);
}

}  // namespace sniperforge::strategy
