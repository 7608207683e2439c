// SPDX-License-Identifier: MIT
#include "app/sweep_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sniperforge/core/decimal.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::app {
namespace {

// Empty: it can be moved.
[[nodiscard]] std::string obstacle_of_mint(const solana::MintExtensions& mint) {
    if (mint.is_non_transferable) {
        return "its mint allows no transfers";
    }
    if (mint.pausable && mint.pausable->is_paused) {
        return "its mint is paused";
    }
    if (mint.transfer_hook && mint.transfer_hook->program_id) {
        return fmt::format("its mint runs program {} with each transfer, which is not signed for",
                           mint.transfer_hook->program_id->to_string());
    }
    return {};
}

[[nodiscard]] std::string obstacle_of_destination(const std::optional<rpc::AccountData>& account,
                                                  const solana::MintExtensions& mint,
                                                  const Pubkey& cold) {
    if (!account) {
        return mint.default_account_state && mint.default_account_state->is_frozen()
                   ? "accounts of its mint begin frozen, also that of the cold address"
                   : "";
    }
    const auto decoded = solana::decode_token_account(account->data);
    const auto extensions = solana::decode_account_extensions(account->data);
    if (!decoded || !extensions) {
        return "the cold address' account of it does not decode";
    }
    if (decoded->owner != cold) {
        return fmt::format("the cold address' account of it belongs to {}",
                           decoded->owner.to_string());
    }
    if (decoded->is_frozen()) {
        return "the cold address' account of it is frozen";
    }
    return extensions->requires_memo
               ? "the cold address' account of it takes no transfer without a "
                 "memo"
               : "";
}

// Why the account stays open when it is empty; empty: it can be closed.
[[nodiscard]] std::string obstacle_of_closing(const solana::TokenAccount& token,
                                              const solana::AccountExtensions& extensions,
                                              const Pubkey& wallet) {
    if (token.close_authority.value_or(wallet) != wallet) {
        return fmt::format("closing it is {}'s", token.close_authority->to_string());
    }
    if (!extensions.transfer_fee_withheld.value_or(TokenAmount{}).is_zero()) {
        return "transfer fees of its mint are withheld in it, so that it stays open";
    }
    if (extensions.confidential_transfer) {
        return "it has a confidential balance, which is not looked at";
    }
    return {};
}

// Fees of the mint that are taken from what is sent.
[[nodiscard]] std::string note_of(const solana::MintExtensions& mint) {
    if (!mint.transfer_fee_config) {
        return {};
    }
    const BasisPoints rate =
        std::max(mint.transfer_fee_config->older.rate, mint.transfer_fee_config->newer.rate);
    return rate.is_zero() ? std::string{}
                          : fmt::format("its mint takes up to {} bps of what is sent", rate.raw());
}

class SweepPlanner {
 public:
    SweepPlanner(const SweepAccounts& accounts, const Pubkey& wallet, const Pubkey& cold)
        : accounts_{accounts}, wallet_{wallet}, cold_{cold} {}

    [[nodiscard]] SweepPlan plan() {
        for (const SweepAccounts::Held& held : accounts_.held) {
            add(held);
        }
        std::ranges::stable_partition(
            plan_.items, [](const SweepItem& item) { return item.account.amount.is_zero(); });
        return std::move(plan_);
    }

 private:
    void leave(const SweepAccounts::Held& held, const Pubkey& mint, TokenAmount amount,
               std::string reason) {
        plan_.left.push_back({held.account.pubkey, mint, amount, std::move(reason)});
    }

    void add(const SweepAccounts::Held& held) {
        const auto token = solana::decode_token_account(held.account.data);
        const auto extensions = solana::decode_account_extensions(held.account.data);
        if (!token || !extensions || token->owner != wallet_) {
            return leave(held, {}, {}, "it does not decode as a token account of ours");
        }
        const std::string closing = obstacle_of_closing(*token, *extensions, wallet_);
        SweepItem item{{token->mint, held.token_program, held.account.pubkey, {}, 0},
                       token->amount,
                       held.account.lamports,
                       closing.empty(),
                       {}};
        const bool is_empty = token->is_native() || token->amount.is_zero();
        if (!is_empty) {
            if (auto reason = move(item, *token); !reason.empty()) {
                return leave(held, token->mint, token->amount, std::move(reason));
            }
        }
        if (!closing.empty()) {
            const TokenAmount stays = token->is_native() ? token->amount : TokenAmount{};
            leave(held, token->mint, stays, closing);
        }
        if (!is_empty || closing.empty()) {
            plan_.items.push_back(std::move(item));
        }
    }

    // What it holds goes to the cold address, or why not.
    [[nodiscard]] std::string move(SweepItem& item, const solana::TokenAccount& token) const {
        if (token.is_frozen()) {
            return "it is frozen by the freeze authority of its mint";
        }
        const auto found = accounts_.mints.find(token.mint);
        if (found == accounts_.mints.end() || !found->second ||
            found->second->owner != item.account.token_program) {
            return "its mint is not there";
        }
        const auto mint = solana::decode_mint(found->second->data);
        const auto extensions = solana::decode_mint_extensions(found->second->data);
        if (!mint || !extensions) {
            return "its mint does not decode";
        }
        if (auto obstacle = obstacle_of_mint(*extensions); !obstacle.empty()) {
            return obstacle;
        }
        const auto destination =
            accounts_.destinations.find({token.mint, item.account.token_program});
        if (destination == accounts_.destinations.end()) {
            return "the cold address' account of it was not read";
        }
        if (auto obstacle = obstacle_of_destination(destination->second, *extensions, cold_);
            !obstacle.empty()) {
            return obstacle;
        }
        item.account.amount = token.amount;
        item.account.decimals = mint->decimals;
        item.note = note_of(*extensions);
        return {};
    }

    const SweepAccounts& accounts_;
    const Pubkey wallet_, cold_;
    SweepPlan plan_;
};

}  // namespace

SweepPlan plan_sweep(const SweepAccounts& accounts, const Pubkey& wallet, const Pubkey& cold) {
    return SweepPlanner{accounts, wallet, cold}.plan();
}

Result<void> check_kept(Lamports keep, Lamports least) {
    if (!keep.is_zero() && keep < least) {
        return fail(fmt::format(
            "--keep-sol {}: an account that stays needs {} SOL at least; keep that much, or 0",
            format_sol(keep), format_sol(least)));
    }
    return {};
}

}  // namespace sniperforge::app
