// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sniperforge/backtest/adapters.hpp"
#include "sniperforge/backtest/recorded_pools.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::backtest {
namespace {

// Deep enough that nothing moves it, and too dear for any cycle: only its price is read.
constexpr std::uint64_t kPricePoolSol = 100'000 * kLamportsPerSol;
constexpr std::uint64_t kPricePoolFee = 9'999;  // Of 10,000.
constexpr Duration kPriceAgeMax = std::chrono::hours{1};

// Base units of USDC against so much SOL.
[[nodiscard]] std::uint64_t usdc_beside(double sol_usd) {
    constexpr double kMicro = 1e6;
    return static_cast<std::uint64_t>(
        std::llround(sol_usd * kMicro * static_cast<double>(kPricePoolSol / kLamportsPerSol)));
}

}  // namespace

std::optional<double> SolPrices::at(WallTime time) const {
    if (assumed_) {
        return assumed_;
    }
    const auto later = std::ranges::upper_bound(bars_, time, {}, &dataset::Candle::opened_at);
    if (later == bars_.begin()) {
        return std::nullopt;
    }
    const dataset::Candle& bar = *std::prev(later);
    return time.ns - bar.opened_at.ns > kPriceAgeMax.count() ? std::nullopt
                                                             : std::optional{bar.open};
}

std::optional<double> SolPrices::fresh(WallTime time) const {
    if (assumed_) {
        return assumed_;
    }
    const auto later = std::ranges::upper_bound(bars_, time, {}, &dataset::Candle::opened_at);
    if (later == bars_.begin()) {
        return std::nullopt;
    }
    const dataset::Candle& bar = *std::prev(later);
    const WallTime end = bar.opened_at + interval_;
    if (time < end) {
        return bar.open;
    }
    return time == end ? std::optional{bar.close} : std::nullopt;
}

std::optional<SolPrices::Extremes> SolPrices::extremes(WallTime from, WallTime to) const {
    if (assumed_) {
        return Extremes{*assumed_, *assumed_};
    }
    std::optional<Extremes> found;
    for (const dataset::Candle& bar : between(from, to)) {
        if (bar.opened_at + interval_ > to) {
            break;
        }
        found = found ? Extremes{std::min(found->low, bar.low), std::max(found->high, bar.high)}
                      : Extremes{bar.low, bar.high};
    }
    return found;
}

std::span<const dataset::Candle> SolPrices::between(WallTime from, WallTime to) const {
    const auto begin = std::ranges::lower_bound(bars_, from, {}, &dataset::Candle::opened_at);
    const auto end = std::ranges::upper_bound(bars_, to, {}, &dataset::Candle::opened_at);
    return {begin, std::max(begin, end)};
}

Result<void> add_sol_price(Tape& tape, const SolPrices& sol) {
    if (tape.is_empty()) {
        return {};
    }
    const WallTime begin = tape.events.front().at;
    const auto first = sol.at(begin);
    if (!first || !(*first > 0)) {
        return fail(fmt::format(
            "{}: what a SOL was worth at its begin, Unix time {}, is not in the bars given with "
            "--sol-price; give bars of that time, or a number of dollars as an assumption",
            tape.name, begin.seconds()));
    }
    const auto pool = static_cast<std::uint32_t>(tape.pools.size());
    const Pubkey id = key_beside(solana::kUsdcMint, 1);
    tape.pools.push_back(recorded_amm(id, solana::kWrappedSolMint, solana::kUsdcMint,
                                      TokenAmount{kPricePoolSol},
                                      TokenAmount{usdc_beside(*first)}));
    auto& amm = std::get<dex::RaydiumAmmV4Pool>(tape.pools.back().state);
    amm.swap_fee_numerator = kPricePoolFee;
    amm.swap_fee_denominator = kBasisPointsOne;
    if (sol.is_assumed()) {
        tape.assumptions.push_back(fmt::format("a SOL is worth {:.2f} USD throughout", *first));
    }
    std::vector<TapeEvent> prices;
    prices.push_back(
        {begin, tape.events.front().slot, 0, 0, pool, Direction::AToB, TapeEventKind::Appear});
    // The slots between two events of the tape lie evenly between their times.
    std::size_t behind = 0;
    for (const dataset::Candle& bar : sol.between(begin, tape.events.back().at)) {
        while (tape.events[behind].at < bar.opened_at) {
            ++behind;
        }
        const TapeEvent& next = tape.events[behind];
        const TapeEvent& last = tape.events[behind == 0 ? 0 : behind - 1];
        Slot slot = next.slot;
        if (next.at > last.at && next.slot > last.slot) {
            const auto slots = static_cast<i128>(bar.opened_at.ns - last.at.ns) *
                               next.slot.since(last.slot) / (next.at.ns - last.at.ns);
            slot = last.slot.plus(static_cast<std::uint64_t>(std::max<i128>(slots, 0)));
        }
        prices.push_back({bar.opened_at, slot, kPricePoolSol, usdc_beside(bar.open), pool,
                          Direction::AToB, TapeEventKind::Quiet});
    }
    // Before what else happens in its slot, so that it is known then.
    std::vector<TapeEvent> merged;
    merged.reserve(tape.events.size() + prices.size());
    std::ranges::merge(prices, tape.events, std::back_inserter(merged), {}, &TapeEvent::slot,
                       &TapeEvent::slot);
    tape.events = std::move(merged);
    return {};
}

}  // namespace sniperforge::backtest
