// SPDX-License-Identifier: MIT
// Recordings of pump.fun's curve.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "sniperforge/backtest/adapters.hpp"
#include "sniperforge/backtest/recorded_pools.hpp"

namespace sniperforge::backtest {
namespace {

// Where a recording has no rates: 0.95 % and 0.30 % of the coins of 2025 (every recorded trade).
constexpr std::uint16_t kProtocolFee = 95, kCreatorFee = 30;

// Tokens beside so much virtual SOL: the product stays what it was at the launch.
[[nodiscard]] std::uint64_t tokens_beside(std::uint64_t virtual_sol) {
    return mul_div_ceil(kCurveVirtualTokens, kCurveVirtualSol,
                        std::max(virtual_sol, kCurveVirtualSol))
        .value();
}

void set_curve(dex::Pool& pool, std::uint64_t virtual_sol) {
    auto& curve = std::get<dex::PumpCurvePool>(pool.state);
    curve.virtual_b = std::max(virtual_sol, kCurveVirtualSol);
    curve.virtual_a = tokens_beside(curve.virtual_b);
    curve.real_b = curve.virtual_b - kCurveVirtualSol;
    const std::uint64_t sold = kCurveVirtualTokens - std::min(curve.virtual_a, kCurveVirtualTokens);
    curve.real_a = kCurveRealTokens - std::min(sold, kCurveRealTokens);
}

// Reserves of many coins, looked at now and then.
class LookedAt {
 public:
    explicit LookedAt(Tape& tape) : tape_{tape} {}

    void see(const Pubkey& mint, WallTime at, std::uint64_t virtual_sol) {
        if (tape_.events.empty()) {
            begin_ = at;
        }
        const Slot slot = nominal_slot(begin_, at);
        const auto [found, is_new] = pools_.try_emplace(mint, tape_.pools.size());
        if (is_new) {
            tape_.pools.push_back(recorded_curve(mint, kProtocolFee, kCreatorFee));
            set_curve(tape_.pools.back(), virtual_sol);
            add(at, slot, TapeEventKind::Appear, found->second, virtual_sol);
        } else if (seen_[mint] != virtual_sol) {
            add(at, slot, TapeEventKind::Move, found->second, virtual_sol);
        }
        seen_[mint] = virtual_sol;
    }

 private:
    void add(WallTime at, Slot slot, TapeEventKind kind, std::size_t pool,
             std::uint64_t virtual_sol) {
        tape_.events.push_back({at, slot, tokens_beside(virtual_sol), virtual_sol,
                                static_cast<std::uint32_t>(pool), Direction::AToB, kind});
    }

    Tape& tape_;
    WallTime begin_;
    std::map<Pubkey, std::size_t> pools_;
    std::map<Pubkey, std::uint64_t> seen_;
};

template <typename Row>
[[nodiscard]] Tape begin_tape(const dataset::Reading<Row>& reading, std::string name) {
    Tape tape;
    tape.name = std::move(name);
    tape.tally = reading.tally;
    return tape;
}

void assume_looks(Tape& tape) {
    tape.assumptions.emplace_back(
        "what happened between two looks at a coin is one swap at the second one");
    tape.assumptions.push_back(
        fmt::format("trades pay {} and {} bps, which the recording does not "
                    "say",
                    kProtocolFee, kCreatorFee));
    assume_nominal_slots(tape);
}

}  // namespace

Tape tape_of(const dataset::Reading<dataset::CurveTrade>& trades, std::string name) {
    Tape tape = begin_tape(trades, std::move(name));
    std::map<Pubkey, std::size_t> pools;
    for (const dataset::CurveTrade& trade : trades.rows) {
        const auto [found, is_new] = pools.try_emplace(trade.mint, tape.pools.size());
        const auto pool = static_cast<std::uint32_t>(found->second);
        if (is_new) {
            tape.pools.push_back(
                recorded_curve(trade.mint, static_cast<std::uint16_t>(trade.fee_rate.raw()),
                               static_cast<std::uint16_t>(trade.creator_fee_rate.raw())));
            // As it was before the trade.
            const std::uint64_t sol = trade.virtual_sol.raw();
            set_curve(tape.pools.back(), trade.is_buy
                                             ? sol - std::min(sol, trade.sol.raw())
                                             : trade.virtual_sol.saturating_add(trade.sol).raw());
            tape.events.push_back(
                {trade.at, trade.slot, 0, 0, pool, Direction::AToB, TapeEventKind::Appear});
        }
        tape.events.push_back({trade.at, trade.slot, trade.virtual_tokens.raw(),
                               trade.virtual_sol.raw(), pool, Direction::AToB,
                               TapeEventKind::Move});
    }
    std::ranges::stable_sort(tape.events, {}, &TapeEvent::slot);
    return tape;
}

Tape tape_of(const dataset::Reading<dataset::CurvePoll>& polls, std::string name) {
    Tape tape = begin_tape(polls, std::move(name));
    LookedAt looked{tape};
    for (const dataset::CurvePoll& poll : polls.rows) {
        looked.see(poll.mint, poll.at, poll.virtual_sol.raw());
    }
    assume_looks(tape);
    return tape;
}

Tape tape_of(const dataset::Reading<dataset::CurveSnapshot>& snapshots, std::string name) {
    Tape tape = begin_tape(snapshots, std::move(name));
    LookedAt looked{tape};
    for (const dataset::CurveSnapshot& snapshot : snapshots.rows) {
        looked.see(snapshot.mint, snapshot.at,
                   snapshot.real_sol.saturating_add(Lamports{kCurveVirtualSol}).raw());
    }
    assume_looks(tape);
    return tape;
}

}  // namespace sniperforge::backtest
