// SPDX-License-Identifier: MIT
// Lamports that are shared among parts of an amount: each part has its share rounded down, and the
// last one what is left, so that the shares of all parts are all of it.
#pragma once

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::engine {

class LotShares {
 public:
    LotShares() = default;
    LotShares(TokenAmount amount, Lamports lamports) : amount_{amount}, lamports_{lamports} {}

    // Of so much of what is left; of all of it, and of more, what is left.
    [[nodiscard]] Lamports take(TokenAmount amount) {
        const bool is_all = amount >= amount_;
        const Lamports share =
            is_all ? lamports_
                   : Lamports{mul_div_floor(lamports_.raw(), amount.raw(), amount_.raw()).value()};
        amount_ = amount_.saturating_sub(amount);
        lamports_ -= share;
        return share;
    }

 private:
    TokenAmount amount_;
    Lamports lamports_;
};

}  // namespace sniperforge::engine
