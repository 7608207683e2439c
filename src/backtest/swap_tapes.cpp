// SPDX-License-Identifier: MIT
// Swaps of graduated coins, without reserves. Their tokens are exact and say how the pool moved.
// Their SOL is what the trader's wallet changed by: rents and tips are in it, and a payment in
// wrapped SOL or another token is not, so that it only says where the pool stood.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "sniperforge/backtest/adapters.hpp"
#include "sniperforge/backtest/recorded_pools.hpp"
#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::backtest {
namespace {

// PumpSwap's rates for pools of small market caps in 2026, in basis points (amm-pump section 2),
// and what remains of a swap after all of them.
constexpr dex::PumpFees kFees{.lp = 2, .protocol = 93, .creator = 30};
constexpr double kKept = 1 - 0.0125;

// What pump's curve leaves to the pool when all that it sells is sold: 206,900,000 coins beside
// 85 SOL. Their product stays, and gives the depth at every price. The recorded swaps agree
// (docs/backtest.md).
constexpr std::uint64_t kTokens = dex::kPumpCoinSupply - kCurveRealTokens;
constexpr std::uint64_t kSol =
    static_cast<std::uint64_t>(static_cast<u128>(kCurveVirtualTokens) * kCurveVirtualSol /
                               (kCurveVirtualTokens - kCurveRealTokens)) -
    kCurveVirtualSol;
constexpr double kProduct = static_cast<double>(kTokens) * static_cast<double>(kSol);
constexpr auto kSupply = static_cast<double>(dex::kPumpCoinSupply);

// A token account's rent of 0.002 SOL is 1 % of this; below, a price says too little.
constexpr Lamports kPricedMin{kLamportsPerSol / 5};
constexpr std::size_t kPricesMin = 10;  // Of a coin.
// Half of a coin's prices may be off by so much.
constexpr double kErrorMax = 0.05;
// The pool is moved to where the newest prices have it, if their median differs by more.
constexpr std::size_t kNewest = 9;
constexpr double kBand = 0.02;
// Swaps of one second that are put in order; a busy second of the recording has some 60.
constexpr std::size_t kOrderedMax = 1'000;

struct Step {
    const dataset::PoolSwap* swap = nullptr;
    double met = 0;  // Tokens in the pool before it, as its price has it; 0: it has no price.

    // How many more tokens the pool has after it.
    [[nodiscard]] double moved() const {
        const auto tokens = static_cast<double>(swap->tokens.raw());
        return swap->is_buy ? -tokens : tokens;
    }
};

[[nodiscard]] Step step_of(const dataset::PoolSwap& swap) {
    Step step{&swap, 0};
    if (swap.sol >= kPricedMin) {
        // What the pool's SOL changed by is product / (met + moved) - product / met.
        const auto sol = static_cast<double>(swap.sol.raw());
        const double paid = swap.is_buy ? sol * kKept : sol / kKept;
        const double moved = step.moved();
        const double met =
            (std::sqrt(moved * moved + 4 * kProduct * std::abs(moved) / paid) - moved) / 2;
        step.met = met < kSupply ? met : 0;
    }
    return step;
}

[[nodiscard]] double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

// Of a second only the swaps were recorded and not their order: each is put behind the one whose
// price its own follows from, and those without a price behind them all.
void put_in_order(std::span<Step> second, double tokens) {
    const auto unpriced =
        std::ranges::stable_partition(second, [](const Step& step) { return step.met > 0; });
    const auto priced = static_cast<std::size_t>(unpriced.begin() - second.begin());
    if (priced > kOrderedMax) {
        return;
    }
    for (std::size_t i = 0; i < priced; ++i) {
        const auto rest = second.subspan(i, priced - i);
        std::swap(rest.front(), *std::ranges::min_element(rest, {}, [&](const Step& step) {
                      return std::abs(step.met - tokens);
                  }));
        tokens += rest.front().moved();
    }
}

struct Counts {
    std::size_t coins = 0, coins_left_out = 0, swaps_left_out = 0;
    std::size_t swaps = 0, unpriced = 0, impossible = 0, corrections = 0;
    std::vector<double> errors;  // Of all prices, relative.
};

// One coin's pool, second by second.
class Coin {
 public:
    explicit Coin(std::vector<Step> steps) : steps_{std::move(steps)} {}

    [[nodiscard]] bool follow() {
        std::vector<double> begins;  // Where the first prices have the pool before the first swap.
        double moved = 0;
        for (const Step& step : steps_) {
            if (step.met > 0 && begins.size() < kNewest) {
                begins.push_back(step.met - moved);
            }
            prices_ += step.met > 0 ? 1 : 0;
            moved += step.moved();
        }
        if (prices_ < kPricesMin) {
            return false;
        }
        tokens_ = median(begins);
        if (!is_possible(tokens_)) {
            return false;
        }
        begin_ = tokens_;
        for (auto at = steps_.begin(); at != steps_.end();) {
            const auto end = std::find_if(
                at, steps_.end(), [&](const Step& step) { return step.swap->at != at->swap->at; });
            play({at, end});
            at = end;
        }
        return !errors_.empty() && median(errors_) <= kErrorMax;
    }

    void add_to(Tape& tape, WallTime begin, Counts& counts) {
        const auto pool = static_cast<std::uint32_t>(tape.pools.size());
        const Pubkey& mint = steps_.front().swap->mint;
        const auto begin_tokens = static_cast<std::uint64_t>(begin_);
        tape.pools.push_back(recorded_pump_swap(mint, TokenAmount{begin_tokens},
                                                Lamports{sol_beside(begin_tokens)}, kFees));
        const auto add = [&](WallTime at, TapeEventKind kind, std::uint64_t tokens) {
            tape.events.push_back({at, nominal_slot(begin, at), tokens, sol_beside(tokens), pool,
                                   Direction::AToB, kind});
        };
        add(steps_.front().swap->at, TapeEventKind::Appear, begin_tokens);
        for (const auto& [at, tokens] : moves_) {
            // What moves no lamport is no swap that a pool could have made.
            if (sol_beside(tokens) != tape.events.back().out) {
                add(at, TapeEventKind::Move, tokens);
            }
        }
        counts.swaps += steps_.size();
        counts.unpriced += steps_.size() - prices_;
        counts.impossible += impossible_;
        counts.corrections += corrections_;
        counts.errors.insert(counts.errors.end(), errors_.begin(), errors_.end());
    }

    [[nodiscard]] std::size_t size() const { return steps_.size(); }

 private:
    [[nodiscard]] static bool is_possible(double tokens) {
        constexpr double kTokensMin = 1e12;  // A million coins; no recorded pool fell below 68.
        return tokens >= kTokensMin && tokens <= kSupply;
    }
    [[nodiscard]] static std::uint64_t sol_beside(std::uint64_t tokens) {
        return mul_div_ceil(kTokens, kSol, tokens).value();
    }

    void move(WallTime at, double tokens) {
        tokens_ = tokens;
        moves_.emplace_back(at, static_cast<std::uint64_t>(tokens));
    }

    void play(std::span<Step> second) {
        put_in_order(second, tokens_);
        for (const Step& step : second) {
            if (!is_possible(tokens_ + step.moved())) {
                ++impossible_;
                continue;
            }
            if (step.met > 0) {
                errors_.push_back(std::abs(step.met / tokens_ - 1));
                newest_[errors_.size() % kNewest] = step.met - tokens_;
            }
            move(step.swap->at, tokens_ + step.moved());
        }
        if (errors_.size() < kNewest) {
            return;
        }
        const double off = median({newest_.begin(), newest_.end()});
        if (std::abs(off) > kBand * tokens_ && is_possible(tokens_ + off)) {
            ++corrections_;
            move(second.front().swap->at, tokens_ + off);
            std::ranges::for_each(newest_, [&](double& distance) { distance -= off; });
        }
    }

    std::vector<Step> steps_;
    double begin_ = 0, tokens_ = 0;
    std::vector<std::pair<WallTime, std::uint64_t>> moves_;  // Tokens in the pool since then.
    std::vector<double> errors_;
    std::array<double, kNewest> newest_{};  // How far from the pool the newest prices were.
    std::size_t prices_ = 0, impossible_ = 0, corrections_ = 0;
};

void describe(Tape& tape, Counts& counts) {
    tape.assumptions.push_back(fmt::format(
        "{} of {} coins, with {} swaps, are left out: fewer than {} swaps of {:.1f} SOL or more, "
        "or half of their prices more than {:.0f} % off what one pool could have had",
        counts.coins_left_out, counts.coins, counts.swaps_left_out, kPricesMin,
        static_cast<double>(kPricedMin.raw()) / static_cast<double>(kLamportsPerSol),
        kErrorMax * 100));
    if (!counts.errors.empty()) {
        std::ranges::sort(counts.errors);
        const auto at = [&](std::size_t tenths) {
            return counts.errors[(counts.errors.size() - 1) * tenths / 10] * 100;
        };
        tape.assumptions.push_back(fmt::format(
            "each pool is as pump's migration fills it, {:.1f} M tokens x {:.2f} SOL, begins where "
            "its first {} prices have it, and moves by the tokens of each swap: half of {} "
            "recorded prices are within {:.1f} % of its tokens, nine in ten within {:.1f} %",
            static_cast<double>(kTokens) / 1e12, static_cast<double>(kSol) / 1e9, kNewest,
            counts.errors.size(), at(5), at(9)));
        tape.assumptions.push_back(fmt::format(
            "of {} swaps {} say nothing of the price (small, or paid in something else than native "
            "SOL) and count by their tokens; {} are left out: the pool, or the coin, has fewer "
            "tokens",
            counts.swaps, counts.unpriced, counts.impossible));
        tape.assumptions.push_back(fmt::format(
            "{} times the last {} prices had the pool more than {:.0f} % elsewhere: something that "
            "was not recorded moved it, and is one swap at the end of that second",
            counts.corrections, kNewest, kBand * 100));
        tape.assumptions.emplace_back(
            "the order within a second was not recorded: each swap follows the one that its price "
            "follows from");
    }
    assume_nominal_slots(tape);
}

}  // namespace

Tape tape_of(const dataset::Reading<dataset::PoolSwap>& swaps, std::string name) {
    Tape tape;
    tape.name = std::move(name);
    tape.tally = swaps.tally;
    std::vector<std::vector<Step>> coins;
    WallTime begin = swaps.rows.empty() ? WallTime{} : swaps.rows.front().at;
    for (const dataset::PoolSwap& swap : swaps.rows) {
        if (coins.empty() || coins.back().front().swap->mint != swap.mint) {
            coins.emplace_back();
        }
        coins.back().push_back(step_of(swap));
        begin = std::min(begin, swap.at);
    }
    Counts counts;
    counts.coins = coins.size();
    for (std::vector<Step>& steps : coins) {
        Coin coin{std::move(steps)};
        if (coin.follow()) {
            coin.add_to(tape, begin, counts);
        } else {
            ++counts.coins_left_out;
            counts.swaps_left_out += coin.size();
        }
    }
    std::ranges::stable_sort(tape.events, {}, &TapeEvent::slot);
    describe(tape, counts);
    return tape;
}

}  // namespace sniperforge::backtest
