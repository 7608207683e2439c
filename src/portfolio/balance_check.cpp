// SPDX-License-Identifier: MIT
#include "sniperforge/portfolio/balance_check.hpp"

#include <algorithm>

namespace sniperforge::portfolio {

BalanceCheck::BalanceCheck(const Ledger& ledger, Slot finalized, const ChainBalances& chain,
                           std::span<const ExecutionReport> provisional,
                           const std::map<std::uint64_t, OrderIntent>& in_flight)
    : oldest_{chain.slots.oldest},
      newest_{chain.slots.newest},
      is_overtaken_{finalized > chain.slots.oldest} {
    const auto figure = [](std::uint64_t on_chain, i128 expected) {
        return Figure{on_chain, static_cast<i128>(on_chain) - expected};
    };
    wallet_ = figure(chain.wallet.raw(), ledger.balance());
    for (const auto& [mint, amount] : ledger.balances()) {
        tokens_[mint] = figure(0, amount);
    }
    for (const auto& [mint, amount] : chain.tokens) {
        Figure& token = tokens_[mint];
        token = {amount.raw(), token.difference + static_cast<i128>(amount.raw())};
    }
    for (const ExecutionReport& report : provisional) {
        if (report.slot < oldest_) {
            unproven_.insert(report.intent_id.value);
            continue;
        }
        // The ledger has it, the reading cannot; or nobody knows, until another block has it.
        move(report, 1);
        if (report.slot <= newest_) {
            between_.insert(report.intent_id.value);
        }
    }
    for (const auto& [intent, order] : in_flight) {
        waiting_.insert(intent);
    }
}

void BalanceCheck::move(const ExecutionReport& report, int sign) {
    wallet_.difference += sign * i128{report.fill.wallet.raw()};
    for (const TokenChange& change : report.fill.tokens) {
        tokens_[change.mint].difference += sign * i128{change.amount.raw()};
    }
}

void BalanceCheck::on_report(const ExecutionReport& report) {
    if (report.outcome == Outcome::Unknown) {
        return;
    }
    waiting_.erase(report.intent_id.value);
    if (report.outcome != Outcome::Landed && report.outcome != Outcome::Reverted) {
        return;
    }
    if (report.slot < oldest_) {
        move(report, -1);
        unproven_.insert(report.intent_id.value);
    } else if (report.slot <= newest_) {
        between_.insert(report.intent_id.value);
    }
}

void BalanceCheck::on_reversed(const ExecutionReport& report) {
    waiting_.insert(report.intent_id.value);
    unproven_.erase(report.intent_id.value);
    if (report.slot < oldest_) {
        move(report, 1);
    } else {
        between_.erase(report.intent_id.value);
    }
}

void BalanceCheck::on_finalized(const ExecutionReport& report, Slot slot) {
    if (unproven_.erase(report.intent_id.value) == 0) {
        // Told of the reading's slots or later, and final on the other side of them: the reading
        // may have it after all.
        is_overtaken_ = is_overtaken_ || (report.slot > newest_ && slot <= newest_);
        return;
    }
    if (slot >= oldest_) {
        move(report, 1);
    }
    if (slot >= oldest_ && slot <= newest_) {
        between_.insert(report.intent_id.value);
    }
}

BalanceCheck::Verdict BalanceCheck::verdict() const {
    if (is_overtaken_ || !between_.empty()) {
        return Verdict::Inconclusive;
    }
    if (!waiting_.empty()) {
        return Verdict::Waiting;
    }
    if (mismatches().empty()) {
        return Verdict::Equal;
    }
    return unproven_.empty() ? Verdict::Different : Verdict::Waiting;
}

std::optional<Gift> BalanceCheck::gift() const {
    const auto amount_of = [](const Figure& figure) { return clamped_balance(figure.difference); };
    Gift gift;
    gift.wallet = Lamports{amount_of(wallet_)};
    bool is_less = wallet_.difference < 0;
    for (const auto& [mint, figure] : tokens_) {
        is_less = is_less || figure.difference < 0;
        if (figure.difference > 0) {
            gift.tokens[mint] = TokenAmount{amount_of(figure)};
        }
    }
    const bool is_more = !gift.wallet.is_zero() || !gift.tokens.empty();
    return is_more && !is_less ? std::optional{gift} : std::nullopt;
}

std::vector<BalanceMismatch> BalanceCheck::mismatches() const {
    std::vector<BalanceMismatch> found;
    const auto add = [&](std::string account, const Figure& figure) {
        if (figure.difference != 0) {
            const i128 expected = static_cast<i128>(figure.on_chain) - figure.difference;
            found.push_back({std::move(account), clamped_balance(expected), figure.on_chain});
        }
    };
    add("wallet", wallet_);
    for (const auto& [mint, figure] : tokens_) {
        add(mint.to_string(), figure);
    }
    return found;
}

}  // namespace sniperforge::portfolio
