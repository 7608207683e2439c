// SPDX-License-Identifier: MIT
// Bars of an exchange: a pool whose price follows them, and never ahead of what was known. While a
// bar lasts its pool stands at the bar's open. When it is over it is told at once, in one slot: its
// extremes, its close and the next one's open. Orders that are decided on any of these land later
// and meet the open. Were the extremes told on the way, whoever saw one would know that the price
// turns there.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "sniperforge/backtest/adapters.hpp"
#include "sniperforge/backtest/recorded_pools.hpp"
#include "sniperforge/core/rng.hpp"
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

// Whether a bar's low is told before its high: nobody knows, and the bar itself does not decide.
class Coin {
 public:
    explicit Coin(const Pubkey& key) : rng_{seed_of(key)} {}
    [[nodiscard]] bool toss() { return rng_.chance(0.5); }

 private:
    [[nodiscard]] static std::uint64_t seed_of(const Pubkey& key) {
        std::uint64_t seed = 0;
        for (std::size_t i = 0; i < sizeof(seed); ++i) {
            seed = seed << 8U | key.bytes[i];
        }
        return seed;
    }
    Rng rng_;
};

// Bars that are shorter than SOL's become as long: between two prices of SOL nobody knows which
// part of a move was the token's, and a price of SOL that is behind makes moves that come back.
// Those whose begin is missing are left out.
[[nodiscard]] std::vector<dataset::Candle> put_together(const std::vector<dataset::Candle>& bars,
                                                        Duration length, std::uint64_t& left_out) {
    std::vector<dataset::Candle> longer;
    for (const dataset::Candle& bar : bars) {
        const WallTime begin{bar.opened_at.ns - bar.opened_at.ns % length.count()};
        if (bar.opened_at == begin) {
            longer.push_back(bar);
        } else if (!longer.empty() && longer.back().opened_at == begin) {
            dataset::Candle& whole = longer.back();
            whole.low = std::min(whole.low, bar.low);
            whole.high = std::max(whole.high, bar.high);
            whole.close = bar.close;
            whole.volume += bar.volume;
        } else {
            ++left_out;
        }
    }
    return longer;
}

// A bar in lamports per base unit of a token with six decimals.
struct BarInSol {
    double open = 0, low = 0, high = 0, close = 0;
};
// Its open by what is known of SOL when it begins, the rest by what is known when it is over. An
// extreme by SOL's on the same side: what both did alike is no move of the token.
[[nodiscard]] std::optional<BarInSol> in_sol(const dataset::Candle& bar, Duration length,
                                             const SolPrices& sol) {
    constexpr double kLamportsPerMicroToken = 1'000;  // 1e9 lamports, 1e6 base units.
    const WallTime end = bar.opened_at + length;
    const auto at_open = sol.fresh(bar.opened_at), at_close = sol.fresh(end);
    const auto between = sol.extremes(bar.opened_at, end);
    if (!at_open || !at_close || !between) {
        return std::nullopt;
    }
    return BarInSol{bar.open / *at_open * kLamportsPerMicroToken,
                    bar.low / between->low * kLamportsPerMicroToken,
                    bar.high / between->high * kLamportsPerMicroToken,
                    bar.close / *at_close * kLamportsPerMicroToken};
}

void assume_bars(Tape& tape, Lamports depth, Duration interval, Duration length) {
    tape.assumptions.push_back(
        fmt::format("an exchange's bars as one Raydium pool with {} SOL beside the token at its "
                    "begin, 25 bps a swap; the price stands at a bar's open while it lasts, and at "
                    "its end low and high (in an order that is drawn), close and the next open are "
                    "told at once, so that orders meet that open",
                    depth.raw() / kLamportsPerSol));
    if (length > interval) {
        tape.assumptions.push_back(
            fmt::format("bars of {} s are put together to those of SOL, {} s",
                        std::chrono::duration_cast<std::chrono::seconds>(interval).count(),
                        std::chrono::duration_cast<std::chrono::seconds>(length).count()));
    }
}

}  // namespace

Tape tape_of(const dataset::Reading<dataset::Candle>& bars, Duration interval, const SolPrices& sol,
             Lamports depth, std::string name) {
    Tape tape;
    tape.name = std::move(name);
    tape.tally = bars.tally;
    const Pubkey mint = key_of(tape.name);
    const Duration length = std::max(interval, sol.interval());
    std::uint64_t left_out = 0;
    const std::vector<dataset::Candle> whole =
        length > interval ? put_together(bars.rows, length, left_out) : bars.rows;
    Coin coin{mint};
    double product = 0;
    for (const dataset::Candle& bar : whole) {
        const auto prices = in_sol(bar, length, sol);
        if (prices && tape.events.empty()) {
            const double sol_side = static_cast<double>(depth.raw());
            product = sol_side * sol_side / prices->open;
        }
        std::array<double, 4> path{};
        if (prices) {
            path = {prices->open, prices->low, prices->high, prices->close};
        }
        if (coin.toss()) {
            std::swap(path[1], path[2]);
        }
        std::array<std::optional<PriceReserves>, path.size()> reserves{};
        std::ranges::transform(path, reserves.begin(),
                               [&](double price) { return reserves_at(price, product); });
        if (!prices ||
            !std::ranges::all_of(reserves, [](const auto& each) { return each.has_value(); })) {
            ++left_out;
            continue;
        }
        if (tape.events.empty()) {
            tape.pools.push_back(recorded_amm(key_beside(mint, 1), mint, solana::kWrappedSolMint,
                                              TokenAmount{reserves[0]->a},
                                              TokenAmount{reserves[0]->b}));
            tape.events.push_back(
                {bar.opened_at, Slot{1}, 0, 0, 0, Direction::AToB, TapeEventKind::Appear});
        }
        const WallTime start = tape.events.front().at;
        for (std::size_t i = 0; i < path.size(); ++i) {
            const WallTime at = i == 0 ? bar.opened_at : bar.opened_at + length;
            tape.events.push_back({at, nominal_slot(start, at), reserves[i]->a, reserves[i]->b, 0,
                                   Direction::AToB, TapeEventKind::Move});
        }
    }
    assume_bars(tape, depth, interval, length);
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
