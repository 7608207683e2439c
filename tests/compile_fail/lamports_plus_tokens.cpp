// SPDX-License-Identifier: MIT
// Lamports and base units of a token are both 64-bit integers, and never add up to anything.
#include "sniperforge/core/quantity.hpp"

using sniperforge::Lamports;
using sniperforge::TokenAmount;

auto sum(Lamports lamports, [[maybe_unused]] TokenAmount tokens) {
#ifdef SF_WRONG
    return lamports + tokens;
#else
    return lamports + lamports;
#endif
}
