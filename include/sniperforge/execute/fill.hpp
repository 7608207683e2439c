// SPDX-License-Identifier: MIT
// From a transaction's pre and post balances to what really moved in our accounts.
#pragma once

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/rpc/types.hpp"

namespace sniperforge::execute {

// Fails when the wallet is not the transaction's fee payer or the balance lists do not fit the
// account list. Tips are not told apart yet: nothing here sends any.
[[nodiscard]] Result<Fill> fill_of(const rpc::TransactionDetail& transaction, const Pubkey& wallet);

}  // namespace sniperforge::execute
