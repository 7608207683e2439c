// SPDX-License-Identifier: MIT
// Books that no file had: rebuilt from the wallet's history on the chain, and what that leaves
// open.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/engine/recovered_order.hpp"
#include "sniperforge/portfolio/ledger.hpp"

namespace sniperforge::app {

struct RebuiltBooks {
    Slot slot{};  // Before the balances that they were rebuilt at.
    WallTime at{};
    // Of the history then: no transaction is unread.
    bool is_history_whole = true;
    std::vector<Signature> unread{};  // Listed, and never served.
    // What an unread transaction may have bought or sold.
    std::vector<portfolio::BalanceMismatch> unexplained{};
};

// Of what is held: what the orders add up to, where that is something else, and so is what all
// transactions that were read have changed (WalletPast::changes): an unread one left nothing of it.
[[nodiscard]] std::vector<portfolio::BalanceMismatch> unexplained(
    std::span<const engine::RecoveredOrder> orders, const std::map<Pubkey, TokenAmount>& held,
    const std::map<Pubkey, i128>& changes);

// The balances of which an unread transaction may be the reason, as the orders alone have them.
[[nodiscard]] portfolio::ChainBalances balances_of_orders(
    portfolio::ChainBalances balances, std::span<const portfolio::BalanceMismatch> unexplained);

}  // namespace sniperforge::app
