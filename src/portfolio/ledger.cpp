// SPDX-License-Identifier: MIT
#include "sniperforge/portfolio/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sniperforge/core/assert.hpp"
#include "sniperforge/model/fill_sums.hpp"

namespace sniperforge::portfolio {

std::uint64_t clamped_balance(i128 balance) {
    return static_cast<std::uint64_t>(std::clamp(balance, i128{0}, static_cast<i128>(kU64Max)));
}

std::string to_json(const std::vector<BalanceMismatch>& mismatches) {
    std::string accounts;
    for (const BalanceMismatch& each : mismatches) {
        accounts +=
            fmt::format(R"({}{{"account":"{}","ledger":{},"chain":{}}})",
                        accounts.empty() ? "" : ",", each.account, each.expected, each.on_chain);
    }
    return "[" + accounts + "]";
}

void Ledger::start(const ChainBalances& balances) {
    wallet_ = balances.wallet.raw();
    tokens_.clear();
    for (const auto& [mint, amount] : balances.tokens) {
        tokens_[mint] = amount.raw();
    }
    totals_ = {};
    provisional_.clear();
    fills_finalized_ = 0;
}

void Ledger::move(const Fill& fill, int sign) {
    wallet_ += sign * i128{fill.wallet.raw()};
    for (const TokenChange& change : fill.tokens) {
        tokens_[change.mint] += sign * i128{change.amount.raw()};
    }
}

void Ledger::apply(IntentId intent, const Fill& fill) {
    SF_ASSERT(provisional_.emplace(intent.value, fill).second);
    move(fill, 1);
    add_costs(fill);
    totals_.principal += principal_of(fill);
    if (fill.venue_fees) {
        totals_.amm_fee = totals_.amm_fee.saturating_add(fill.venue_fees->amm);
        totals_.transfer_fee = totals_.transfer_fee.saturating_add(fill.venue_fees->transfer);
    } else {
        ++totals_.venue_fees_unknown;
    }
}

void Ledger::add_costs(const Fill& fill) {
    totals_.base_fee += fill.base_fee;
    totals_.priority_fee += fill.priority_fee;
    totals_.tip += fill.tip;
    totals_.rent_paid += fill.rent_paid;
    totals_.rent_refunded += fill.rent_refunded;
}

void Ledger::withdraw(const Fill& fill) {
    move(fill, 1);
    add_costs(fill);
    totals_.outside += principal_of(fill);
}

void Ledger::finalize(IntentId intent) {
    fills_finalized_ += provisional_.erase(intent.value);
    before_run_.erase(intent.value);
}

bool Ledger::reverse(IntentId intent) {
    const auto node = provisional_.extract(intent.value);
    if (node.empty()) {
        return false;
    }
    const Fill& fill = node.mapped();
    move(fill, -1);
    if (before_run_.erase(intent.value) > 0) {
        return true;  // One of an earlier run is not in this run's totals.
    }
    totals_.base_fee -= fill.base_fee;
    totals_.priority_fee -= fill.priority_fee;
    totals_.tip -= fill.tip;
    totals_.rent_paid -= fill.rent_paid;
    totals_.rent_refunded -= fill.rent_refunded;
    totals_.principal -= principal_of(fill);
    if (fill.venue_fees) {
        totals_.amm_fee = totals_.amm_fee.saturating_sub(fill.venue_fees->amm);
        totals_.transfer_fee = totals_.transfer_fee.saturating_sub(fill.venue_fees->transfer);
    } else {
        --totals_.venue_fees_unknown;
    }
    return true;
}

void Ledger::adopt(const ChainBalances& chain) {
    SF_ASSERT(provisional_.empty());
    totals_.outside +=
        LamportsDelta{static_cast<std::int64_t>(static_cast<i128>(chain.wallet.raw()) - wallet_)};
    wallet_ = chain.wallet.raw();
    tokens_.clear();
    for (const auto& [mint, amount] : chain.tokens) {
        tokens_[mint] = amount.raw();
    }
}

void Ledger::take_in(const Gift& gift) {
    totals_.outside += gift.wallet.minus(Lamports{});
    wallet_ += gift.wallet.raw();
    for (const auto& [mint, amount] : gift.tokens) {
        tokens_[mint] += amount.raw();
    }
}

void Ledger::begin_run() {
    totals_ = {};
    for (const auto& [intent, fill] : provisional_) {
        before_run_.insert(intent);
    }
    fills_finalized_ = 0;
}

void Ledger::forget_empty() {
    std::erase_if(tokens_, [](const auto& token) { return token.second == 0; });
}

Lamports Ledger::wallet() const { return Lamports{clamped_balance(wallet_)}; }

TokenAmount Ledger::token(const Pubkey& mint) const {
    const auto position = tokens_.find(mint);
    return position == tokens_.end() ? TokenAmount{}
                                     : TokenAmount{clamped_balance(position->second)};
}

std::vector<BalanceMismatch> Ledger::reconcile(const ChainBalances& chain) const {
    std::vector<BalanceMismatch> mismatches;
    if (wallet() != chain.wallet) {
        mismatches.push_back({"wallet", wallet().raw(), chain.wallet.raw()});
    }
    std::set<Pubkey> mints;
    for (const auto& [mint, amount] : tokens_) {
        mints.insert(mint);
    }
    for (const auto& [mint, amount] : chain.tokens) {
        mints.insert(mint);
    }
    for (const Pubkey& mint : mints) {
        const auto position = chain.tokens.find(mint);
        const TokenAmount on_chain =
            position == chain.tokens.end() ? TokenAmount{} : position->second;
        if (token(mint) != on_chain) {
            mismatches.push_back({mint.to_string(), token(mint).raw(), on_chain.raw()});
        }
    }
    return mismatches;
}

}  // namespace sniperforge::portfolio
