// SPDX-License-Identifier: MIT
// Everything that a wallet has to the cold address, with no daemon running: token accounts, each
// emptied and closed, then SOL. Each transaction is in the journal before it is sent, and what it
// did is there once it is final; a sweep that was cut is ended by the next.
#pragma once

#include <functional>
#include <vector>

#include "app/sweep_plan.hpp"
#include "app/withdrawal_courier.hpp"
#include "sniperforge/portfolio/ledger.hpp"

namespace sniperforge::app {

// What was read before anything was signed.
struct SweepReading {
    SweepPlan plan;
    Lamports wallet;
    Lamports token_account_rent;  // Of the longest there is.
    Lamports wallet_min;          // What an account that stays must have.
};

struct SweepMove {
    Pubkey account;      // Zero: SOL of the wallet itself.
    Pubkey mint;         // Zero: SOL.
    TokenAmount amount;  // Base units or lamports; of wrapped SOL what was unwrapped.
    bool is_closed = false;
    Signature signature;
};

struct SweepResult {
    SweepReading reading;
    std::vector<SweepMove> moved;
    std::vector<SweepLeft> left;
    std::vector<SweepMove> earlier;  // Of a sweep that was cut, and landed.
    portfolio::ChainBalances after;
    bool is_confirmed = false;  // False: nothing was signed.
    // Between the journal's books and `after`; none where the books were never opened, or have
    // orders whose outcome the next start asks for.
    std::optional<std::vector<portfolio::BalanceMismatch>> mismatches;
};

struct SweepOptions : CourierOptions {
    Pubkey cold;
    Lamports keep;  // Of SOL.
};

// The accounts of the wallet at finalized, and what would become of them. Signs nothing.
[[nodiscard]] Result<SweepReading> read_sweep(net::Reactor& reactor, rpc::RpcClient& rpc,
                                              const SweepOptions& options, Slot slot_min = {});

// `is_confirmed` is shown the reading and says whether to go on. An error: nothing more could be
// done; what was sent until then is in the journal.
[[nodiscard]] Result<SweepResult> run_sweep(
    net::Reactor& reactor, rpc::RpcClient& rpc, WalletHands hands, const SweepOptions& options,
    const std::function<bool(const SweepReading&)>& is_confirmed);

}  // namespace sniperforge::app
