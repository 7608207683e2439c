// SPDX-License-Identifier: MIT
// Bars of an exchange: a pool whose price follows them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
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
// decimals; nothing where a token account could not hold them, or a swap would find nothing.
[[nodiscard]] std::optional<PriceReserves> reserves_at(double price, double product) {
    constexpr double kLeast = 1'000, kMost = 1e18;
    const double sol = std::sqrt(product * price);
    const double tokens = sol / price;
    if (!(sol >= kLeast && sol <= kMost && tokens >= kLeast && tokens <= kMost)) {
        return std::nullopt;
    }
    return PriceReserves{static_cast<std::uint64_t>(std::llround(tokens)),
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
    std::uint64_t left_out = 0;
    for (const dataset::Candle& bar : bars.rows) {
        // Each point by what a SOL was worth then: what both did alike is no move of the token.
        const auto at = [&](std::size_t i) {
            return bar.opened_at + interval * static_cast<std::int64_t>(i) / 4;
        };
        const auto price = [&](double in_usd, std::size_t i) -> std::optional<double> {
            const auto usd = sol.between_bars(at(i));
            return usd ? std::optional{in_usd / *usd * kLamportsPerMicroToken} : std::nullopt;
        };
        const auto opening = price(bar.open, 0);
        if (opening && tape.events.empty()) {
            const double sol_side = static_cast<double>(depth.raw());
            product = sol_side * sol_side / *opening;
        }
        // The low first: of a stop and a profit in one bar the stop is met.
        const std::array<double, 4> path{bar.open, bar.low, bar.high, bar.close};
        std::array<std::optional<PriceReserves>, path.size()> reserves{};
        for (std::size_t i = 0; i < path.size(); ++i) {
            const auto then = price(path[i], i);
            reserves[i] = then ? reserves_at(*then, product) : std::nullopt;
        }
        if (!std::ranges::all_of(reserves, [](const auto& each) { return each.has_value(); })) {
            ++left_out;
            continue;
        }
        if (tape.events.empty()) {
            const Pubkey mint = key_of(tape.name);
            tape.pools.push_back(recorded_amm(key_beside(mint, 1), mint, solana::kWrappedSolMint,
                                              TokenAmount{reserves[0]->a},
                                              TokenAmount{reserves[0]->b}));
            tape.events.push_back(
                {bar.opened_at, Slot{1}, 0, 0, 0, Direction::AToB, TapeEventKind::Appear});
        }
        const WallTime start = tape.events.front().at;
        for (std::size_t i = 0; i < path.size(); ++i) {
            tape.events.push_back({at(i), nominal_slot(start, at(i)), reserves[i]->a,
                                   reserves[i]->b, 0, Direction::AToB, TapeEventKind::Move});
        }
    }
    tape.assumptions.push_back(
        fmt::format("an exchange's bars as one Raydium pool with {} SOL beside the token at its "
                    "begin, 25 bps a swap; the price goes from open over low and high to close",
                    depth.raw() / kLamportsPerSol));
    if (left_out > 0) {
        tape.assumptions.push_back(
            fmt::format("{} bars are left out: nobody knows what a SOL was worth then, or no pool "
                        "holds the price",
                        left_out));
    }
    assume_nominal_slots(tape);
    return tape;
}

}  // namespace sniperforge::backtest
