// SPDX-License-Identifier: MIT
// What the instructions of an order may take of the wallet's lamports, all of it at once, against
// what the order allows.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "signer/swap_instruction.hpp"
#include "sniperforge/signer/policy.hpp"
#include "sniperforge/solana/fees.hpp"

namespace sniperforge::signer {

class LamportsTaken {
 public:
    void wrap(Lamports lamports) { wrapped_ = wrapped_.saturating_add(lamports); }
    // Rent is due unless the account existed: counted as if it did not.
    void create_accounts(std::uint32_t count) { accounts_created_ += count; }
    // Lamports that a program takes from the wallet itself count like those that are wrapped.
    void swap(const SwapInstruction& swap) {
        create_accounts(swap.accounts_created_max);
        if (swap.is_curve_buy) {
            unwrapped_ = Lamports{swap.amount_in_max.raw()};
        }
        if (swap.is_native_in) {
            spent_native_ = spent_native_.saturating_add(Lamports{swap.amount_in_max.raw()});
        }
    }

    struct Besides {
        Lamports held;  // In Jupiter's wrapped SOL account, beyond what it gives back.
        Lamports priority, tip;
    };
    [[nodiscard]] Result<void> check_total(const Besides& besides,
                                           const SigningPolicy& policy) const {
        const Lamports wrapped = std::max(wrapped_.saturating_add(besides.held), unwrapped_);
        Lamports total = wrapped.saturating_add(spent_native_)
                             .saturating_add(besides.priority)
                             .saturating_add(besides.tip)
                             .saturating_add(solana::base_fee(1));
        for (std::uint32_t i = 0; i < accounts_created_; ++i) {
            total = total.saturating_add(policy.token_account_rent);
        }
        if (total > policy.lamports_max) {
            return fail(fmt::format(
                "{} lamports may leave the wallet (wrap {}, swap {}, priority fee {}, tip {}, base "
                "fee {}, {} accounts), the order allows {}",
                total.raw(), wrapped.raw(), spent_native_.raw(), besides.priority.raw(),
                besides.tip.raw(), solana::base_fee(1).raw(), accounts_created_,
                policy.lamports_max.raw()));
        }
        return {};
    }

 private:
    Lamports wrapped_, unwrapped_;  // The second by a route, out of the first or out of the wallet.
    Lamports spent_native_;         // By swaps that take lamports of the wallet itself.
    std::uint32_t accounts_created_ = 0;
};

}  // namespace sniperforge::signer
