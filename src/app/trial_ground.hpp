// SPDX-License-Identifier: MIT
// What the trials of one pool's swaps have in common: the wallet's side of them, what it could put
// in, and a node that simulates.
#pragma once

#include <span>

#include "app/live_pool.hpp"
#include "app/swap_trial.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/execute/swap_builder.hpp"
#include "sniperforge/rpc/simulation.hpp"
#include "sniperforge/signer/own_accounts.hpp"

namespace sniperforge::app {

class TrialGround {
 public:
    // Reads the pool once, for what it trades.
    [[nodiscard]] static Result<TrialGround, NoTrial> find(const SwapTrialOptions& options);

    [[nodiscard]] const Pubkey& token() const { return token_; }
    [[nodiscard]] const Pubkey& token_account() const { return token_account_; }
    [[nodiscard]] const Pubkey& sol_account() const { return sol_account_; }
    [[nodiscard]] signer::OwnAccounts& own() { return own_; }

    // The pool and the wallet's accounts, at one moment.
    [[nodiscard]] Result<LivePool> read() const;
    // Neither the pool nor the wallet moved: a daemon with it may trade meanwhile, in another pool.
    [[nodiscard]] bool is_still(const LivePool& before, const LivePool& after) const;
    [[nodiscard]] TokenAmount held(const LivePool& live) const;
    [[nodiscard]] Direction buying(const LivePool& live) const;
    [[nodiscard]] Direction selling(const LivePool& live) const;
    [[nodiscard]] Lamports fee(ComputeUnits units) const;
    // Of accounts of the venue's that the swap may have to make.
    [[nodiscard]] Lamports rents(const LivePool& live, Direction direction) const;
    // `most`, or what the wallet can put in; an error when that is too little. `costs`: fees, and
    // rents of the venue's; those of the wallet's two token accounts come on top.
    [[nodiscard]] Result<TokenAmount, NoTrial> affordable(const LivePool& live, Lamports most,
                                                          Lamports costs) const;

    [[nodiscard]] OrderIntent intent(OrderKind kind, TokenAmount amount, TokenAmount floor) const;
    [[nodiscard]] execute::SwapOptions swap_options(ComputeUnits units) const;
    [[nodiscard]] Result<rpc::Simulation, NoTrial> simulate(const Bytes& message,
                                                            std::span<const Pubkey> watched) const;

 private:
    explicit TrialGround(const SwapTrialOptions& options)
        : options_{options}, own_{options.wallet} {}

    SwapTrialOptions options_;
    signer::OwnAccounts own_;
    Pubkey token_, token_account_, sol_account_;
    Lamports token_account_rent_;
};

[[nodiscard]] inline Err<NoTrial> no_trial(const Error& why) {
    return Err{NoTrial{false, why.text}};
}
[[nodiscard]] inline Err<NoTrial> harmless(std::string text) {
    return Err{NoTrial{true, std::move(text)}};
}
// No account: nothing.
[[nodiscard]] TokenAmount tokens_in(const rpc::AccountData* account);
[[nodiscard]] Lamports lamports_in(const rpc::AccountData* account);
// What a simulation that failed says, with its program, code and name.
[[nodiscard]] std::string failure_of(const rpc::Simulation& simulation, const Bytes& message);

// A pool that trades is seldom still for long: so often it is tried to catch it so.
inline constexpr int kTrialsMax = 5;

// Until the pool stood still. `try_on` fills in the trial from one state of the pool.
template <typename TryOn>
[[nodiscard]] Result<SwapTrial, NoTrial> try_until_still(const TrialGround& ground, TryOn try_on) {
    SwapTrial trial;
    auto before = ground.read();
    for (int tries = 0; tries < kTrialsMax && before; ++tries) {
        trial = {};
        trial.is_fee_timed = is_fee_timed(dex::venue_of(before->pool()));
        if (auto tried = try_on(*before, trial); !tried) {
            return Err{tried.error()};
        }
        auto after = ground.read();
        if (!after) {
            return no_trial(after.error());
        }
        trial.is_pool_settled = ground.is_still(*before, *after);
        if (trial.is_pool_settled) {
            return trial;
        }
        before = std::move(after);
    }
    if (!before) {
        return no_trial(before.error());
    }
    // While it moves, one unit more may have become payable.
    trial.floor = TrialFloor::NotTried;
    return trial;
}

}  // namespace sniperforge::app
