// SPDX-License-Identifier: MIT
#include "sniperforge/dex/swap_needs.hpp"

namespace sniperforge::dex {

bool is_native_sol(const Pool& pool) {
    return std::visit(
        []<Venue P>(const P& p) {
            if constexpr (requires { is_native_sol_quote(p); }) {
                return is_native_sol_quote(p);
            } else {
                return false;
            }
        },
        pool.state);
}

std::optional<solana::Instruction> instruction_before_swap(const Pool& pool, const Pubkey& payer) {
    return std::visit(
        [&]<Venue P>(const P& p) -> std::optional<solana::Instruction> {
            if constexpr (requires { extend_account(p, payer); }) {
                if (needs_extension(p)) {
                    return extend_account(p, payer);
                }
            }
            return std::nullopt;
        },
        pool.state);
}

}  // namespace sniperforge::dex
