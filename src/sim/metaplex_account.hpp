// SPDX-License-Identifier: MIT
// The metadata account of a classic mint, as Metaplex's program leaves it behind. The program
// itself is not simulated: the account is simply there. Layout and size of fixture pump_create_old.
#pragma once

#include <string>

#include "sniperforge/sim/chain.hpp"

namespace sniperforge::sim {

struct MetaplexAccount {
    Pubkey mint, update_authority;
    std::string name, symbol, uri;  // At most 32, 10 and 200 bytes.
};
[[nodiscard]] Pubkey metaplex_account_address(const Pubkey& mint);
// Rent exempt; one that is there already is overwritten.
void create_metaplex_account(Chain& chain, const MetaplexAccount& account);

}  // namespace sniperforge::sim
