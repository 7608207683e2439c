// SPDX-License-Identifier: MIT
// For tests that are not about what a signer may send out in all.
#pragma once

#include "sniperforge/signer/signing_budget.hpp"

namespace sniperforge::test {

inline const signer::SigningLimits kNoSigningLimits{Lamports::max(), Lamports::max(),
                                                    Lamports::max()};

}  // namespace sniperforge::test
