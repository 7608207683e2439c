// SPDX-License-Identifier: MIT
// From a transaction's pre and post balances to what really moved in our accounts.
#pragma once

#include <optional>
#include <span>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/rpc/types.hpp"

namespace sniperforge::execute {

// Fails when the wallet is not the transaction's fee payer or the balance lists do not fit the
// account list. What one of the tip accounts gained is our tip: nobody else's transfer is in a
// transaction that we alone have signed. What goes into `rent_account`, an account of ours that
// only holds rent, or comes out of it, is rent.
[[nodiscard]] Result<Fill> fill_of(const rpc::TransactionDetail& transaction, const Pubkey& wallet,
                                   std::span<const Pubkey> tip_accounts = {},
                                   const std::optional<Pubkey>& rent_account = {});

// Of an order of ours: besides, what its swaps' own calls do not explain, and the rents of others'
// accounts that the wallet paid among them. Where the node did not tell the calls, all that is left
// counts as swapped.
[[nodiscard]] Result<Fill> order_fill_of(const rpc::TransactionDetail& transaction,
                                         const Pubkey& wallet,
                                         std::span<const Pubkey> tip_accounts);

}  // namespace sniperforge::execute
