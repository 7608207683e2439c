// SPDX-License-Identifier: MIT
#include "sniperforge/execute/fill.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "sniperforge/solana/fees.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::execute {
namespace {

// One token account of ours before and after. An account absent from a list did not exist then.
struct Pair {
    const rpc::TokenBalance* before = nullptr;
    const rpc::TokenBalance* after = nullptr;
};

// Lamports of a token account that are rent: a wrapped SOL account also holds its amount.
[[nodiscard]] Lamports rent_part(Lamports lamports, const rpc::TokenBalance& balance) {
    if (balance.mint != solana::kWrappedSolMint) {
        return lamports;
    }
    return lamports.saturating_sub(Lamports{balance.amount.raw()});
}

// The account as it was left, when it is the associated one of its mint: the derivation takes tens
// of microseconds. Nothing where the node did not record the token program.
void add_account(std::vector<OwnTokenAccount>& accounts, const Pubkey& address, const Pair& pair,
                 Lamports lamports, const Pubkey& wallet) {
    const rpc::TokenBalance& any = pair.after != nullptr ? *pair.after : *pair.before;
    if (any.mint == solana::kWrappedSolMint || !solana::is_token_program(any.program) ||
        address != solana::associated_token_address(wallet, any.mint, any.program)) {
        return;
    }
    const bool is_open = pair.after != nullptr;
    accounts.push_back({any.mint, any.program, is_open, is_open ? lamports : Lamports{}});
}

}  // namespace

Result<Fill> fill_of(const rpc::TransactionDetail& transaction, const Pubkey& wallet,
                     std::span<const Pubkey> tip_accounts,
                     const std::optional<Pubkey>& rent_account) {
    const std::size_t accounts = transaction.account_keys.size();
    if (accounts == 0 || transaction.account_keys.front() != wallet) {
        return fail("the transaction's fee payer is not our wallet");
    }
    if (transaction.pre_balances.size() != accounts ||
        transaction.post_balances.size() != accounts) {
        return fail(fmt::format("{} accounts but {} pre and {} post balances", accounts,
                                transaction.pre_balances.size(), transaction.post_balances.size()));
    }
    Fill fill;
    fill.wallet = transaction.post_balances.front().minus(transaction.pre_balances.front());
    fill.base_fee = std::min(transaction.fee, solana::base_fee(transaction.signatures));
    fill.priority_fee = transaction.fee - fill.base_fee;

    for (std::size_t i = 1; i < accounts; ++i) {
        if (std::ranges::find(tip_accounts, transaction.account_keys[i]) != tip_accounts.end()) {
            fill.tip += transaction.post_balances[i].saturating_sub(transaction.pre_balances[i]);
        }
        if (transaction.account_keys[i] == rent_account) {
            fill.rent_paid +=
                transaction.post_balances[i].saturating_sub(transaction.pre_balances[i]);
            fill.rent_refunded +=
                transaction.pre_balances[i].saturating_sub(transaction.post_balances[i]);
        }
    }

    if (!transaction.are_token_balances_told) {
        return fail("the node does not tell the token balances before and after it");
    }
    // Of another form than we know, or by a node that does not keep owners: whether it is ours is
    // not known, and what is left out of a fill is missing from the books.
    for (const auto* balances :
         {&transaction.pre_token_balances, &transaction.post_token_balances}) {
        const auto unowned = std::ranges::find_if(
            *balances, [](const auto& each) { return !each.owner.has_value(); });
        if (unowned != balances->end()) {
            return fail(fmt::format("the balance of {} in account {} has no owner",
                                    unowned->mint.to_string(), unowned->account_index));
        }
    }
    std::map<std::size_t, Pair> ours;
    const auto collect = [&](const std::vector<rpc::TokenBalance>& balances, auto member) {
        for (const auto& balance : balances) {
            if (balance.owner == wallet && balance.account_index < accounts) {
                ours[balance.account_index].*member = &balance;
            }
        }
    };
    collect(transaction.pre_token_balances, &Pair::before);
    collect(transaction.post_token_balances, &Pair::after);

    std::map<Pubkey, TokenDelta> changes;
    for (const auto& [index, pair] : ours) {
        const TokenAmount before = pair.before != nullptr ? pair.before->amount : TokenAmount{};
        const TokenAmount after = pair.after != nullptr ? pair.after->amount : TokenAmount{};
        const Pubkey& mint = pair.after != nullptr ? pair.after->mint : pair.before->mint;
        // Token supplies are a stranger's choice; a change that does not fit is not ours to abort
        // on.
        constexpr auto kChangeMax =
            static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        if (std::max(before, after).raw() - std::min(before, after).raw() > kChangeMax) {
            return fail(fmt::format("our balance of {} moved from {} to {}, beyond {}",
                                    mint.to_string(), before.raw(), after.raw(), kChangeMax));
        }
        changes[mint] += after.minus(before);
        if (pair.before == nullptr) {
            // Whatever lay at the address before, somebody else had paid.
            fill.rent_paid += rent_part(transaction.post_balances[index], *pair.after)
                                  .saturating_sub(transaction.pre_balances[index]);
        } else if (pair.after == nullptr) {
            fill.rent_refunded += rent_part(transaction.pre_balances[index], *pair.before);
        }
        add_account(fill.accounts, transaction.account_keys[index], pair,
                    transaction.post_balances[index], wallet);
    }
    for (const auto& [mint, change] : changes) {
        if (change != TokenDelta{}) {
            fill.tokens.push_back({mint, change});
        }
    }
    return fill;
}

}  // namespace sniperforge::execute
