// SPDX-License-Identifier: MIT
// The order's tip. It is worth what its receiver does for it, which nobody can check: so it is one,
// to an account on the list, and no more than the order says.
#pragma once

#include <fmt/format.h>

#include <algorithm>

#include "sniperforge/signer/policy.hpp"

namespace sniperforge::signer {

class TipCheck {
 public:
    // `limits` outlives this.
    TipCheck(Lamports order_max, const FeeLimits& limits)
        : max_{std::min(order_max, limits.max)}, accounts_{limits.tip_accounts} {}

    // `to`: the transfer's second account. Counts what it lets pass.
    [[nodiscard]] Result<void> take(const solana::Message& message,
                                    const solana::CompiledInstruction& transfer, const Pubkey& to,
                                    Lamports lamports) {
        const bool is_listed =
            !max_.is_zero() && std::ranges::find(accounts_, to) != accounts_.end();
        if (!is_listed) {
            return fail(
                fmt::format("{} lamports go to {}, which is neither our wrapped SOL account nor a "
                            "tip account of this order",
                            lamports.raw(), to.to_string()));
        }
        if (transfer.account_indexes.size() != 2) {
            return fail(fmt::format("a tip that names {} accounts, not 2",
                                    transfer.account_indexes.size()));
        }
        // Block engines look for it among the static accounts and would see no tip.
        if (transfer.account_indexes[1] >= message.account_keys.size()) {
            return fail(fmt::format("tip account {} comes from a lookup table", to.to_string()));
        }
        if (++count_ > 1) {
            return fail(fmt::format("a second tip, of {} lamports", lamports.raw()));
        }
        if (lamports > max_) {
            return fail(fmt::format("a tip of {} > {} lamports", lamports.raw(), max_.raw()));
        }
        taken_ = lamports;
        return {};
    }
    [[nodiscard]] Lamports taken() const { return taken_; }

 private:
    const Lamports max_;
    const std::span<const Pubkey> accounts_;
    Lamports taken_;
    std::uint32_t count_ = 0;
};

}  // namespace sniperforge::signer
