// SPDX-License-Identifier: MIT
#include "sniperforge/portfolio/ledger.hpp"

#include <set>

namespace sniperforge::portfolio {
namespace {

// The chain moved it, so it fits; a fill that does not fit our balance is caught by reconcile().
template <typename Unit>
[[nodiscard]] Quantity<Unit> moved(Quantity<Unit> balance, Delta<Unit> change) {
    return change.is_negative() ? balance.saturating_sub(change.magnitude())
                                : balance + change.magnitude();
}

[[nodiscard]] LamportsDelta signed_of(Lamports amount) { return amount.minus(Lamports{}); }

}  // namespace

void Ledger::start(const ChainBalances& balances) {
    wallet_ = balances.wallet;
    tokens_ = balances.tokens;
    totals_ = {};
}

void Ledger::apply(const Fill& fill) {
    wallet_ = moved(wallet_, fill.wallet);
    for (const TokenChange& change : fill.tokens) {
        auto& balance = tokens_[change.mint];
        balance = moved(balance, change.amount);
    }
    totals_.base_fee += fill.base_fee;
    totals_.priority_fee += fill.priority_fee;
    totals_.tip += fill.tip;
    totals_.rent_paid += fill.rent_paid;
    totals_.rent_refunded += fill.rent_refunded;
    totals_.principal += fill.wallet + signed_of(fill.base_fee) + signed_of(fill.priority_fee) +
                         signed_of(fill.tip) + signed_of(fill.rent_paid) -
                         signed_of(fill.rent_refunded);
}

TokenAmount Ledger::token(const Pubkey& mint) const {
    const auto position = tokens_.find(mint);
    return position == tokens_.end() ? TokenAmount{} : position->second;
}

std::vector<BalanceMismatch> Ledger::reconcile(const ChainBalances& chain) const {
    std::vector<BalanceMismatch> mismatches;
    if (wallet_ != chain.wallet) {
        mismatches.push_back({"wallet", wallet_.raw(), chain.wallet.raw()});
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
