// SPDX-License-Identifier: MIT
// A pool as its accounts' bytes, for scans that quote and keep nothing.
#pragma once

#include <cstddef>

#include "sniperforge/core/bytes.hpp"

namespace sniperforge::dex {

// The data of a pool's own account and of the two vaults that it names, as the chain has them; an
// empty vault is a closed one. Who owns the accounts is not in their data: the caller has checked
// that, the pool's against its program and the vaults' against the token programs of the mints.
struct RawAccounts {
    BytesView pool;
    BytesView vault_a;
    BytesView vault_b;
};

// How many accounts ahead of the one it quotes a scan asks for the next ones: a quote takes about
// as long as a line takes to come from the third cache, and two are under way at once.
inline constexpr std::size_t kPrefetchAhead = 4;

}  // namespace sniperforge::dex
