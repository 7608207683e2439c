// SPDX-License-Identifier: MIT
// What every part of genesis does: put a rent-exempt account, find a mint that is already there.
#pragma once

#include <cstdint>
#include <utility>

#include "sim/program_token_layout.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/sim/chain.hpp"

namespace sniperforge::sim {

// `extra_lamports` come on top of the rent that `data` needs.
inline void put_rent_exempt(Chain& chain, const Pubkey& key, const Pubkey& owner, Bytes data,
                            std::uint64_t extra_lamports = 0) {
    const std::uint64_t rent = chain.rent_exempt_minimum(data.size());
    chain.put_account(key, {Lamports{rent + extra_lamports}, owner, false, std::move(data)});
}

[[nodiscard]] inline const Account& existing_mint(const Chain& chain, const Pubkey& mint) {
    const Account* account = chain.account(mint);
    SF_ASSERT(account != nullptr && token::is_mint(*account));
    return *account;
}

}  // namespace sniperforge::sim
