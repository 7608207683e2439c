// SPDX-License-Identifier: MIT
// What the PoolBook reads out of accounts that are not pools.
#pragma once

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/model/chain_update.hpp"

namespace sniperforge::dex {

[[nodiscard]] bool is_gone(const AccountUpdate& update);

// The balance of a vault; a closed one holds nothing. Owner program, mint and state are checked
// only at `is_first_sight`: they do not change in the life of an account, and every swap of every
// pool comes through here.
[[nodiscard]] Result<TokenAmount> read_vault_amount(const AccountUpdate& update,
                                                    bool is_first_sight, const Pubkey& program,
                                                    const Pubkey& mint);

// Transfers of the mint deliver exactly their amount and need no further accounts. A fee config of
// zero is not trusted either: its authority can raise it two epochs later.
[[nodiscard]] Result<bool> is_mint_transfer_fee_free(const AccountUpdate& update);

}  // namespace sniperforge::dex
