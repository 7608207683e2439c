// SPDX-License-Identifier: MIT
// What Jupiter's orders take for their platform, off what they pay at least: they are asked for
// with so much less slippage that the floor is the order's own all the same.
#pragma once

#include <cstddef>
#include <unordered_map>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"

namespace sniperforge::execute {

class OrderFees {
 public:
    // Of the token's next order: as the last one said, the most where there was none.
    [[nodiscard]] BasisPoints fee_of(const Pubkey& token) const;
    // With it the floor is that of `accepted` or a little above it once the fee has come off; zero
    // where the fee takes all of it.
    [[nodiscard]] BasisPoints slippage_to_ask(const Pubkey& token, BasisPoints accepted) const;
    void note(const Pubkey& token, BasisPoints fee);

 private:
    std::unordered_map<Pubkey, BasisPoints, KeyHash> fees_;  // Bounded: forgotten when full.
};

}  // namespace sniperforge::execute
