// SPDX-License-Identifier: MIT
// The sale of what a purchase before it in the same transaction yields.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "app/trial_ground.hpp"
#include "sniperforge/solana/compute_budget.hpp"

namespace sniperforge::app {
namespace {

class ResaleTrial {
 public:
    ResaleTrial(TrialGround& ground, const SwapTrialOptions& options)
        : ground_{ground},
          options_{options},
          units_{std::min(options.execution.swap_units + options.execution.swap_units,
                          solana::kComputeUnitLimitMax)} {}

    [[nodiscard]] Result<void, NoTrial> try_on(const LivePool& live, Lamports most,
                                               SwapTrial& trial) {
        trial.kind = OrderKind::Exit;
        trial.is_resale = true;
        const Lamports rents_of_sale = ground_.rents(live, ground_.selling(live));
        trial.rents_max = TokenAmount{rents_of_sale.raw()};
        const auto spent = ground_.affordable(
            live, most,
            ground_.fee(units_) + ground_.rents(live, ground_.buying(live)) + rents_of_sale);
        if (!spent) {
            return Err{spent.error()};
        }
        auto bought = buy(live, *spent, trial);
        if (!bought || !trial.error.empty()) {
            return bought ? Result<void, NoTrial>{} : Err{bought.error()};
        }
        const LivePool between = live.after(bought->pool, trial.slot);
        const auto quote = dex::quote_exact_in(between.pool(), ground_.selling(between),
                                               trial.amount_in, between.context());
        if (!quote) {
            return no_trial(Error{fmt::format(
                "no quote of the {} base units that a purchase of {} lamports yields: {}",
                trial.amount_in.raw(), spent->raw(), dex::to_string(quote.error()))});
        }
        trial.quoted = quote->amount_out;
        return sell(live, between, *spent, bought->lamports, trial);
    }

 private:
    struct Bought {
        Lamports lamports;                     // Of the wallet behind it.
        std::vector<rpc::AccountData> pool{};  // What it changed of the pool.
    };

    [[nodiscard]] OrderIntent entry(TokenAmount spent) const {
        return ground_.intent(OrderKind::Entry, spent, TokenAmount{1});
    }

    // What the swap may write of what the pool's quotes rest on.
    [[nodiscard]] std::vector<Pubkey> pool_accounts(const LivePool& live, TokenAmount spent) const {
        const std::vector<Pubkey> of_pool = live.book.accounts_of(live.index);
        const auto swap =
            dex::swap_exact_in(live.pool(), ground_.buying(live), spent, TokenAmount{1},
                               {options_.wallet, ground_.sol_account(), ground_.token_account()});
        std::vector<Pubkey> written;
        for (const solana::AccountMeta& account : swap.accounts) {
            if (account.is_writable &&
                std::ranges::find(of_pool, account.pubkey) != of_pool.end() &&
                std::ranges::find(written, account.pubkey) == written.end()) {
                written.push_back(account.pubkey);
            }
        }
        return written;
    }

    // The purchase alone, for what it yields and how it leaves the pool.
    [[nodiscard]] Result<Bought, NoTrial> buy(const LivePool& live, TokenAmount spent,
                                              SwapTrial& trial) {
        Bytes message;
        if (auto built = execute::build_swap(message, entry(spent), live.pool(), ground_.own(),
                                             ground_.swap_options(options_.execution.swap_units));
            !built) {
            return no_trial(Error{"building the purchase: " + built.error().text});
        }
        std::vector<Pubkey> watched{ground_.token_account(), options_.wallet};
        std::ranges::copy(pool_accounts(live, spent), std::back_inserter(watched));
        auto simulated = ground_.simulate(message, watched);
        if (!simulated) {
            return Err{simulated.error()};
        }
        trial.slot = simulated->context_slot;
        if (!simulated->error.empty()) {
            trial.error = "the purchase before it: " + failure_of(*simulated, message);
            return Bought{};
        }
        const auto& accounts = simulated->accounts;
        const auto at = [&](std::size_t i) { return accounts[i] ? &*accounts[i] : nullptr; };
        trial.amount_in = tokens_in(at(0)).saturating_sub(ground_.held(live));
        if (trial.amount_in.is_zero()) {
            return harmless(fmt::format(
                "{} lamports buy less than one base unit: nothing could be sold", spent.raw()));
        }
        Bought bought{lamports_in(at(1)) + ground_.fee(options_.execution.swap_units)};
        for (std::size_t i = 2; i < accounts.size(); ++i) {
            if (accounts[i]) {
                bought.pool.push_back(*accounts[i]);
            }
        }
        return bought;
    }

    // Both: what the wallet has more than behind the purchase alone is what the sale brought.
    [[nodiscard]] Result<void, NoTrial> sell(const LivePool& live, const LivePool& between,
                                             TokenAmount spent, Lamports behind_purchase,
                                             SwapTrial& trial) {
        const OrderIntent buys = entry(spent);
        const OrderIntent sells = ground_.intent(OrderKind::Exit, trial.amount_in, TokenAmount{1});
        Bytes message;
        if (auto built = execute::build_resale(message, {buys, live.pool(), sells, between.pool()},
                                               ground_.own(), ground_.swap_options(units_));
            !built) {
            return harmless("a purchase and its sale make no transaction together (" +
                            built.error().text +
                            "); to see the sale alone give --wallet with an address that holds the "
                            "token");
        }
        const auto simulated = ground_.simulate(message, std::array{options_.wallet});
        if (!simulated) {
            return Err{simulated.error()};
        }
        trial.slot = simulated->context_slot;
        trial.units_consumed = simulated->units_consumed;
        if (!simulated->error.empty()) {
            trial.error = failure_of(*simulated, message);
            return {};
        }
        const auto& wallet = simulated->accounts.front();
        const Lamports has = (wallet ? wallet->lamports : Lamports{}) + ground_.fee(units_);
        trial.simulated = TokenAmount{has.saturating_sub(behind_purchase).raw()};
        return {};
    }

    TrialGround& ground_;
    const SwapTrialOptions& options_;
    ComputeUnits units_;  // Of both swaps.
};

}  // namespace

Result<SwapTrial, NoTrial> try_resale(const SwapTrialOptions& options, Lamports amount) {
    auto ground = TrialGround::find(options);
    if (!ground) {
        return Err{ground.error()};
    }
    ResaleTrial resale{*ground, options};
    return try_until_still(*ground, [&](const LivePool& live, SwapTrial& trial) {
        return resale.try_on(live, amount, trial);
    });
}

}  // namespace sniperforge::app
