// SPDX-License-Identifier: MIT
#include "sniperforge/portfolio/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <set>

#include "sniperforge/core/assert.hpp"

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
    std::map<Pubkey, i128> tokens;
    for (const auto& [mint, amount] : balances.tokens) {
        tokens[mint] = amount.raw();
    }
    open(balances.wallet.raw(), tokens);
    provisional_.clear();
    before_run_.clear();
    fills_finalized_ = 0;
}

void Ledger::open(i128 wallet, const std::map<Pubkey, i128>& tokens) {
    lamports_ = {};
    tokens_.clear();
    venue_fees_unknown_ = 0;
    book({{Account::Wallet, wallet}, {Account::Opening, -wallet}});
    for (const auto& [mint, amount] : tokens) {
        book_token(mint, amount, Account::Opening);
    }
}

bool Ledger::book(AccountBalances& asset, std::span<const Posting> postings) {
    const auto entry = Entry::of(postings);
    if (!entry) {
        ++refused_;
        refusal_ = entry.error().text;
        return false;
    }
    for (const Posting& posting : entry->postings()) {
        asset[static_cast<std::size_t>(posting.account)] += posting.amount;
    }
    return true;
}

bool Ledger::book(std::initializer_list<Posting> postings) {
    return book(lamports_, std::span{postings.begin(), postings.size()});
}

void Ledger::book_token(const Pubkey& mint, i128 amount, Account against) {
    const std::array postings{Posting{Account::Wallet, amount}, Posting{against, -amount}};
    book(tokens_[mint], postings);
}

void Ledger::book_fill(const Fill& fill, int sign, Account against) {
    const auto signed_of = [sign](auto amount) { return sign * i128{amount.raw()}; };
    // Of an event that is no swap nothing is known of what pools took, and of an earlier run's swap
    // nothing is counted any more.
    const bool is_swap = against == Account::Swapped;
    const VenueFees inside = is_swap ? fill.venue_fees.value_or(VenueFees{}) : VenueFees{};
    if (against == Account::Opening) {
        book({{Account::Wallet, signed_of(fill.wallet)}, {against, -signed_of(fill.wallet)}});
    } else {
        // Whatever is sent out by a person is explained by that.
        const LamportsDelta unexplained = is_swap ? fill.unexplained : LamportsDelta{};
        const Lamports of_others = is_swap ? fill.rent_of_others : Lamports{};
        const i128 rest = signed_of(fill.wallet) + signed_of(fill.base_fee) +
                          signed_of(fill.priority_fee) + signed_of(fill.tip) +
                          signed_of(fill.rent_paid) - signed_of(fill.rent_refunded) +
                          signed_of(of_others) - signed_of(unexplained);
        book({{Account::Wallet, signed_of(fill.wallet)},
              {Account::BaseFee, signed_of(fill.base_fee)},
              {Account::PriorityFee, signed_of(fill.priority_fee)},
              {Account::Tip, signed_of(fill.tip)},
              {Account::RentLocked, signed_of(fill.rent_paid)},
              {Account::RentBack, -signed_of(fill.rent_refunded)},
              {Account::RentOfOthers, signed_of(of_others)},
              {Account::Unexplained, -signed_of(unexplained)},
              {Account::AmmFee, signed_of(inside.amm)},
              {Account::TransferFee, signed_of(inside.transfer)},
              {against, -rest - signed_of(inside.amm) - signed_of(inside.transfer)}});
    }
    for (const TokenChange& change : fill.tokens) {
        book_token(change.mint, signed_of(change.amount), against);
    }
}

void Ledger::apply(IntentId intent, const Fill& fill) {
    SF_ASSERT(provisional_.emplace(intent.value, fill).second);
    book_fill(fill, 1, Account::Swapped);
    venue_fees_unknown_ += fill.venue_fees ? 0 : 1;
}

void Ledger::withdraw(const Fill& fill) { book_fill(fill, 1, Account::Outside); }

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
    if (before_run_.erase(intent.value) > 0) {
        book_fill(fill, -1,
                  Account::Opening);  // One of an earlier run is not in this run's totals.
        return true;
    }
    book_fill(fill, -1, Account::Swapped);
    venue_fees_unknown_ -= fill.venue_fees ? 0 : 1;
    return true;
}

void Ledger::adopt(const ChainBalances& chain) {
    SF_ASSERT(provisional_.empty());
    const i128 more = i128{chain.wallet.raw()} - balance();
    book({{Account::Wallet, more}, {Account::Adopted, -more}});
    for (const auto& [mint, amount] : chain.tokens) {
        tokens_.try_emplace(mint);
    }
    for (auto& [mint, balances] : tokens_) {
        const auto there = chain.tokens.find(mint);
        const i128 amount = there == chain.tokens.end() ? 0 : i128{there->second.raw()};
        book_token(mint, amount - balances[static_cast<std::size_t>(Account::Wallet)],
                   Account::Adopted);
    }
}

void Ledger::take_in(const Gift& gift) {
    const i128 more = gift.wallet.raw();
    book({{Account::Wallet, more}, {Account::Outside, -more}});
    for (const auto& [mint, amount] : gift.tokens) {
        book_token(mint, amount.raw(), Account::Outside);
    }
}

void Ledger::begin_run() {
    const auto close = [this](AccountBalances& asset) {
        std::array<Posting, kAccountCount> closing{};
        Posting& opening = closing.back();
        opening.account = Account::Opening;
        for (std::size_t i = 0; i + 1 < kAccountCount; ++i) {
            const auto account = static_cast<Account>(i);
            if (account != Account::Wallet && account != Account::Positions) {
                closing[i] = {account, -asset[i]};
                opening.amount += asset[i];
            }
        }
        book(asset, closing);
    };
    close(lamports_);
    for (auto& [mint, balances] : tokens_) {
        close(balances);
    }
    venue_fees_unknown_ = 0;
    for (const auto& [intent, fill] : provisional_) {
        before_run_.insert(intent);
    }
    fills_finalized_ = 0;
}

void Ledger::carry(LamportsDelta cost, Account against) {
    if (cost != LamportsDelta{}) {
        book({{Account::Positions, cost.raw()}, {against, -i128{cost.raw()}}});
    }
}

void Ledger::open_positions(Lamports cost) {
    const i128 more = i128{cost.raw()} - of(Account::Positions);
    book({{Account::Positions, more}, {Account::Opening, -more}});
}

void Ledger::forget_empty() {
    std::erase_if(tokens_, [](const auto& token) { return token.second == AccountBalances{}; });
}

std::map<Pubkey, i128> Ledger::balances() const {
    std::map<Pubkey, i128> held;
    for (const auto& [mint, balances] : tokens_) {
        held.emplace_hint(held.end(), mint, balances[static_cast<std::size_t>(Account::Wallet)]);
    }
    return held;
}

LedgerTotals Ledger::totals() const {
    const auto paid = [this](Account account) { return Lamports{clamped_balance(of(account))}; };
    const auto earned = [this](std::initializer_list<Account> accounts) {
        i128 sum = 0;
        for (const Account account : accounts) {
            sum -= of(account);
        }
        return LamportsDelta{static_cast<std::int64_t>(sum)};
    };
    return {
        .principal = earned({Account::Swapped, Account::AmmFee, Account::TransferFee}),
        .base_fee = paid(Account::BaseFee),
        .priority_fee = paid(Account::PriorityFee),
        .tip = paid(Account::Tip),
        .rent_paid = paid(Account::RentLocked),
        .rent_refunded = earned({Account::RentBack}).magnitude(),
        .rent_of_others = paid(Account::RentOfOthers),
        .unexplained = earned({Account::Unexplained}),
        .outside = earned({Account::Outside, Account::Adopted}),
        .amm_fee = paid(Account::AmmFee),
        .transfer_fee = paid(Account::TransferFee),
        .venue_fees_unknown = venue_fees_unknown_,
    };
}

TrialBalance Ledger::trial_balance() const {
    const auto sum_of = [](const AccountBalances& asset) {
        return std::accumulate(asset.begin(), asset.end(), i128{0});
    };
    TrialBalance trial;
    trial.lamports = lamports_;
    trial.lamports_sum = sum_of(lamports_);
    trial.mints = tokens_.size();
    for (const auto& [mint, balances] : tokens_) {
        trial.mints_unbalanced += sum_of(balances) == 0 ? 0 : 1;
    }
    return trial;
}

LamportsDelta TrialBalance::result() const {
    i128 sum = 0;
    for (auto i = static_cast<std::size_t>(Account::BaseFee);
         i <= static_cast<std::size_t>(Account::CarriedCost); ++i) {
        sum -= lamports[i];
    }
    return LamportsDelta{static_cast<std::int64_t>(sum)};
}

Lamports Ledger::wallet() const { return Lamports{clamped_balance(balance())}; }

TokenAmount Ledger::token(const Pubkey& mint) const {
    const auto position = tokens_.find(mint);
    return position == tokens_.end()
               ? TokenAmount{}
               : TokenAmount{
                     clamped_balance(position->second[static_cast<std::size_t>(Account::Wallet)])};
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
