// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/housekeeping.hpp"

#include <algorithm>

#include "sniperforge/dex/swap_needs.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::strategy {
namespace {

// A pool below 10 SOL is cheap to push around, and what is burnt cannot be had back: it prices
// nothing here.
constexpr std::uint64_t kDepthMin = 10 * kLamportsPerSol;
// A wait stops doubling here: 1,024 intervals, 17 hours of the default.
constexpr std::uint32_t kDoublingsMax = 10;

// What a sale of all of it would bring; nothing when that is not known.
[[nodiscard]] std::optional<Lamports> sale_value(const Residue& residue, const View& view) {
    const auto index = view.book.deepest_sol_pool(residue.mint);
    if (!index || view.book.is_blind(*index)) {
        return std::nullopt;
    }
    const dex::Pool& pool = view.book.pool(*index);
    const bool is_sol_a = dex::mint_a(pool) == solana::kWrappedSolMint;
    const TokenAmount sol = is_sol_a ? dex::reserve_a(pool) : dex::reserve_b(pool);
    if (sol.raw() < kDepthMin) {
        return std::nullopt;
    }
    const auto quote = dex::quote_exact_in(pool, is_sol_a ? Direction::BToA : Direction::AToB,
                                           residue.amount, view.quote);
    if (quote) {
        return Lamports{quote->amount_out.raw()};
    }
    // So little that it buys no lamport.
    return quote.error() == dex::QuoteError::AmountZero ? std::optional{Lamports{}} : std::nullopt;
}

// Whether transfers of it leave fees in the account that receives them, which keep it open until
// its mint has collected them.
[[nodiscard]] bool is_fee_withheld(const Pubkey& mint, const dex::PoolBook& book) {
    return std::ranges::any_of(book.pools_of(mint), [&](PoolIndex pool) {
        return dex::is_fee_withheld(book.pool(pool), mint);
    });
}

}  // namespace

Housekeeping::Housekeeping(const config::ExecutionSettings& settings) : settings_{settings} {}

bool Housekeeping::is_due(MonoTime now) {
    if (settings_.sweep_interval == Duration{0}) {
        return false;
    }
    const bool is_first = due_.ns == 0;
    if (!is_first && now < due_) {
        return false;
    }
    // On one grid from the first call on, however many calls there are between.
    const Duration interval = settings_.sweep_interval;
    due_ = is_first ? now + interval : due_ + interval * ((now - due_) / interval + 1);
    return !is_first;
}

void Housekeeping::decide(std::span<const Residue> residues, const View& view, Intents& intents) {
    left_ = {};
    std::size_t proposed = 0;
    for (const Residue& residue : residues) {
        if (is_left(residue, view)) {
            continue;
        }
        if (proposed == kSweepsMax || intents.size() >= kIntentsMax) {
            ++left_.waiting;
            continue;
        }
        ++proposed;
        OrderIntent intent;
        intent.strategy = StrategyId::Housekeeping;
        intent.kind = OrderKind::Sweep;
        intent.mint_in = residue.mint;
        intent.mint_out = solana::kWrappedSolMint;
        intent.token_program = residue.token_program;
        intent.amount_in = residue.amount;
        intent.receive_min = TokenAmount{residue.rent.raw()};
        intent.spend_max = view.costs.sweep_fee;
        intent.profit_expected = residue.rent - view.costs.sweep_fee;
        intent.decided_at = view.slot;
        intent.slots_valid = 1;
        intents.push_back(intent);
    }
}

bool Housekeeping::is_left(const Residue& residue, const View& view) {
    if (residue.rent <= view.costs.sweep_fee) {
        return true;  // Nobody gains by it.
    }
    if (residue.is_unclosable || is_fee_withheld(residue.mint, view.book)) {
        ++left_.unclosable;
        return true;
    }
    if (!residue.amount.is_zero()) {
        const auto value = sale_value(residue, view);
        if (!value) {
            ++left_.unpriced;
            return true;
        }
        if (*value > settings_.sweep_value_max) {
            ++left_.worth_a_sale;
            return true;
        }
    }
    const auto failure = failures_.find(residue.mint);
    if (failure != failures_.end() && view.now < failure->second.until) {
        ++left_.waiting;
        return true;
    }
    return false;
}

void Housekeeping::settled(const ExecutionReport& report) {
    if (report.kind != OrderKind::Sweep || report.outcome == Outcome::Unknown) {
        return;
    }
    if (report.outcome == Outcome::Landed) {
        failures_.erase(report.mint);
        return;
    }
    Failure& failure = failures_[report.mint];
    failure.count = std::min(failure.count + 1, kDoublingsMax);
    failure.until = report.settled_at + settings_.sweep_interval * (1LL << failure.count);
}

}  // namespace sniperforge::strategy
