// SPDX-License-Identifier: MIT
// For tests that are not about what a signer may send out in all.
#pragma once

#include "sniperforge/signer/signing_budget.hpp"

namespace sniperforge::test {

inline const signer::SigningLimits kNoSigningLimits{.transaction_max = Lamports::max(),
                                                    .hour_max = Lamports::max(),
                                                    .day_max = Lamports::max(),
                                                    .fee_max = Lamports::max(),
                                                    .stables_transaction_max = MicroUsd::max(),
                                                    .stables_hour_max = MicroUsd::max(),
                                                    .stables_day_max = MicroUsd::max()};

}  // namespace sniperforge::test
