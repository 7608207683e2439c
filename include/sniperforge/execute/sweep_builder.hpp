// SPDX-License-Identifier: MIT
// The transaction of a sweep: burn what we have of the token, if anything, and close its account.
// As a whole or not at all: what has come in meanwhile makes it fail, and nothing is burnt.
#pragma once

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/signer/policy.hpp"

namespace sniperforge::execute {

// A burn of SPL Token takes 4,753 units, a closing 2,915, two compute budget instructions 300; that
// two and a half times, for the extensions of Token-2022.
inline constexpr ComputeUnits kSweepUnits{20'000};

struct SweepOptions {
    ComputeUnitPrice price;
    Hash blockhash;
};

// What it costs, whatever it returns.
[[nodiscard]] Lamports sweep_fee(ComputeUnitPrice price);

// The message into `out` (cleared first): version 0, without lookup tables.
[[nodiscard]] Result<void> build_sweep(Bytes& out, const OrderIntent& intent,
                                       signer::OwnAccounts& own, const SweepOptions& options);

}  // namespace sniperforge::execute
