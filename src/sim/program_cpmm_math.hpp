// SPDX-License-Identifier: MIT
// Raydium CPMM's arithmetic, written plainly from protocol amm-raydium section 2. Amounts are net
// of fees owed; rates are parts per million.
#pragma once

#include <cstdint>
#include <optional>

namespace sniperforge::sim::cpmm {

struct Rates {
    std::uint64_t trade = 0, creator = 0, protocol = 0, fund = 0;
};

struct SwapAmounts {
    std::uint64_t amount_in = 0, amount_out = 0;
    std::uint64_t trade_fee = 0, creator_fee = 0;
    std::uint64_t protocol_fee = 0, fund_fee = 0;  // Both are parts of the trade fee.
};

struct Reserves {
    std::uint64_t in = 0, out = 0;
};

// Nothing when the amounts do not work out: zero out, more than the reserve, overflow.
[[nodiscard]] std::optional<SwapAmounts> swap_base_input(const Reserves& reserves,
                                                         std::uint64_t amount_in,
                                                         const Rates& rates,
                                                         bool is_creator_fee_on_input);
[[nodiscard]] std::optional<SwapAmounts> swap_base_output(const Reserves& reserves,
                                                          std::uint64_t amount_out,
                                                          const Rates& rates,
                                                          bool is_creator_fee_on_input);

}  // namespace sniperforge::sim::cpmm
