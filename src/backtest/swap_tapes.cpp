// SPDX-License-Identifier: MIT
// Swaps without reserves: the pool is the one that explains them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "sniperforge/backtest/adapters.hpp"
#include "sniperforge/backtest/recorded_pools.hpp"

namespace sniperforge::backtest {
namespace {

// PumpSwap's rates for pools of small market caps in 2026, in basis points (amm-pump section 2).
constexpr dex::PumpFees kFees{.lp = 2, .protocol = 93, .creator = 30};
// What remains of a swap after all of them, and what of it stays in the pool.
constexpr double kKept = 1 - 0.0125, kStaying = 1 - 0.0123;
// Half of a coin's swaps may be off by so much; recorded to 0.0001 SOL, small ones are.
constexpr double kErrorMax = 0.05;
constexpr std::size_t kSwapsMin = 10;

using Swaps = std::vector<const dataset::PoolSwap*>;

struct Depth {
    double sol = 0, tokens = 0;
    double error = 0;  // Median of the relative errors.
};

// How far a pool that begins with `sol` at the first swap's price is from what was recorded.
[[nodiscard]] Depth error_at(const Swaps& swaps, double sol) {
    const auto of = [](const dataset::PoolSwap& swap) {
        return std::pair{static_cast<double>(swap.sol.raw()),
                         static_cast<double>(swap.tokens.raw())};
    };
    const auto [first_sol, first_tokens] = of(*swaps.front());
    Depth depth{sol, sol / (first_sol / first_tokens), 0};
    double a = depth.tokens, b = depth.sol;
    std::vector<double> errors;
    errors.reserve(swaps.size());
    for (const dataset::PoolSwap* swap : swaps) {
        const auto [paid, got] = of(*swap);
        const double tokens = swap->is_buy ? a * paid * kKept / (b + paid * kKept)
                                           : a * (paid / kKept) / std::max(b - paid / kKept, 1.0);
        errors.push_back(std::abs(std::log(std::max(tokens, 1.0) / got)));
        a = std::max(a + (swap->is_buy ? -got : got), 1.0);
        b = std::max(b + (swap->is_buy ? paid * kStaying : -paid / kStaying), 1.0);
    }
    const auto middle = errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2);
    std::ranges::nth_element(errors, middle);
    depth.error = *middle;
    return depth;
}

// From 0.1 to 10,000 SOL, in steps of 5 %.
[[nodiscard]] std::optional<Depth> depth_of(const Swaps& swaps) {
    if (swaps.size() < kSwapsMin) {
        return std::nullopt;
    }
    std::optional<Depth> best;
    for (double sol = 1e8; sol < 1e13; sol *= 1.05) {
        if (const Depth depth = error_at(swaps, sol); !best || depth.error < best->error) {
            best = depth;
        }
    }
    constexpr double kTokensMax = 1e18;  // More than any account holds.
    return best->error <= kErrorMax && best->tokens < kTokensMax ? best : std::nullopt;
}

}  // namespace

Tape tape_of(const dataset::Reading<dataset::PoolSwap>& swaps, std::string name) {
    Tape tape;
    tape.name = std::move(name);
    tape.tally = swaps.tally;
    std::vector<Swaps> coins;
    for (const dataset::PoolSwap& swap : swaps.rows) {
        if (coins.empty() || coins.back().front()->mint != swap.mint) {
            coins.emplace_back();
        }
        coins.back().push_back(&swap);
    }
    std::size_t unexplained = 0;
    std::uint64_t swaps_left_out = 0;
    WallTime begin = swaps.rows.empty() ? WallTime{} : swaps.rows.front().at;
    for (const dataset::PoolSwap& swap : swaps.rows) {
        begin = std::min(begin, swap.at);
    }
    for (const Swaps& coin : coins) {
        const auto depth = depth_of(coin);
        if (!depth) {
            ++unexplained;
            swaps_left_out += coin.size();
            continue;
        }
        const auto pool = static_cast<std::uint32_t>(tape.pools.size());
        tape.pools.push_back(recorded_pump_swap(
            coin.front()->mint, TokenAmount{static_cast<std::uint64_t>(depth->tokens)},
            Lamports{static_cast<std::uint64_t>(depth->sol)}, kFees));
        tape.events.push_back({coin.front()->at, nominal_slot(begin, coin.front()->at), 0, 0, pool,
                               Direction::AToB, TapeEventKind::Appear});
        for (const dataset::PoolSwap* swap : coin) {
            // Fees that leave are in what a buyer pays, and not in what a seller gets.
            const double sol = static_cast<double>(swap->sol.raw());
            const auto moved =
                static_cast<std::uint64_t>(swap->is_buy ? sol * kStaying : sol / kStaying);
            const std::uint64_t in = swap->is_buy ? moved : swap->tokens.raw();
            const std::uint64_t out = swap->is_buy ? swap->tokens.raw() : moved;
            tape.events.push_back({swap->at, nominal_slot(begin, swap->at), in, out, pool,
                                   swap->is_buy ? Direction::BToA : Direction::AToB,
                                   TapeEventKind::Swap});
        }
    }
    std::ranges::stable_sort(tape.events, {}, &TapeEvent::slot);
    tape.assumptions.emplace_back(
        "the depth of each pool is the one that explains its swaps best, half of them within 5 %");
    tape.assumptions.push_back(fmt::format(
        "{} of {} coins, with {} swaps, are left out: no one pool explains them, or they have "
        "fewer than {} swaps; among them are those that died at once",
        unexplained, coins.size(), swaps_left_out, kSwapsMin));
    assume_nominal_slots(tape);
    return tape;
}

}  // namespace sniperforge::backtest
