// SPDX-License-Identifier: MIT
// Bars of an exchange: a pool whose price follows them.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

#include "sniperforge/backtest/adapters.hpp"
#include "sniperforge/backtest/recorded_pools.hpp"
#include "sniperforge/core/sha256.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::backtest {
namespace {

// The token is not on the chain that was recorded: a key of its name stands for it.
[[nodiscard]] Pubkey key_of(std::string_view name) {
    Sha256 digest;
    digest.update({reinterpret_cast<const std::uint8_t*>(name.data()), name.size()});
    Pubkey key;
    key.bytes = digest.digest();
    return key;
}

// Reserves of a pool of this product at a price in lamports per base unit of a token with six
// decimals.
[[nodiscard]] PriceReserves reserves_at(double price, double product) {
    const double sol = std::sqrt(product * price);
    return {static_cast<std::uint64_t>(std::llround(sol / price)),
            static_cast<std::uint64_t>(std::llround(sol))};
}

}  // namespace

Tape tape_of(const dataset::Reading<dataset::Candle>& bars, Duration interval, const SolPrices& sol,
             Lamports depth, std::string name) {
    Tape tape;
    tape.name = std::move(name);
    tape.tally = bars.tally;
    constexpr double kLamportsPerMicroToken = 1'000;  // 1e9 lamports, 1e6 base units.
    double product = 0;
    std::uint64_t unpriced = 0;
    for (const dataset::Candle& bar : bars.rows) {
        const auto usd = sol.at(bar.opened_at);
        if (!usd) {
            ++unpriced;
            continue;
        }
        const auto price = [&](double in_usd) { return in_usd / *usd * kLamportsPerMicroToken; };
        if (tape.events.empty()) {
            const double first = price(bar.open);
            product = static_cast<double>(depth.raw()) * static_cast<double>(depth.raw()) / first;
            const PriceReserves begin = reserves_at(first, product);
            const Pubkey mint = key_of(tape.name);
            tape.pools.push_back(recorded_amm(key_beside(mint, 1), mint, solana::kWrappedSolMint,
                                              TokenAmount{begin.a}, TokenAmount{begin.b}));
            tape.events.push_back(
                {bar.opened_at, Slot{1}, 0, 0, 0, Direction::AToB, TapeEventKind::Appear});
        }
        const WallTime start = tape.events.front().at;
        // Up bars fall first and down bars rise first: what a stop would meet before the close.
        const bool is_up = bar.close >= bar.open;
        const std::array<double, 4> path{bar.open, is_up ? bar.low : bar.high,
                                         is_up ? bar.high : bar.low, bar.close};
        for (std::size_t i = 0; i < path.size(); ++i) {
            const WallTime at = bar.opened_at + interval * static_cast<std::int64_t>(i) / 4;
            const PriceReserves reserves = reserves_at(price(path[i]), product);
            tape.events.push_back({at, nominal_slot(start, at), reserves.a, reserves.b, 0,
                                   Direction::AToB, TapeEventKind::Move});
        }
    }
    tape.assumptions.push_back(
        fmt::format("an exchange's bars as one Raydium pool with {} SOL beside the token at its "
                    "begin, 25 bps a swap; the price goes from open over low and high to close",
                    depth.raw() / kLamportsPerSol));
    if (unpriced > 0) {
        tape.assumptions.push_back(fmt::format(
            "{} bars of which nobody knows what a SOL was worth are left out", unpriced));
    }
    tape.assumptions.emplace_back("slots last 400 ms");
    return tape;
}

}  // namespace sniperforge::backtest
