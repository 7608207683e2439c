// SPDX-License-Identifier: MIT
// Raydium CPMM (program CPMMoo8L…): decode, exact quotes, swap instructions.
// Source: raydium-cp-swap 609780f; vectors raydium_cpmm_quotes.json, swap_instructions.json.
#pragma once

#include "sniperforge/dex/pool.hpp"

namespace sniperforge::dex {

inline constexpr std::size_t kCpmmPoolBytes = 637;
inline constexpr std::size_t kCpmmConfigBytes = 236;

// The fee config account, 236 bytes. Rates are parts per million.
struct RaydiumCpmmConfig {
    std::uint8_t bump = 0;
    bool is_create_pool_disabled = false;
    std::uint16_t index = 0;
    std::uint64_t trade_fee_rate = 0, protocol_fee_rate = 0, fund_fee_rate = 0;
    std::uint64_t create_pool_fee = 0;
    Pubkey protocol_owner, fund_owner;
    std::uint64_t creator_fee_rate = 0;
};

[[nodiscard]] Result<RaydiumCpmmPool> decode_cpmm_pool(const Pubkey& id, BytesView data);
[[nodiscard]] Result<RaydiumCpmmConfig> decode_cpmm_config(BytesView data);

[[nodiscard]] QuoteResult quote_exact_in(const RaydiumCpmmPool& pool, Direction direction,
                                         TokenAmount amount_in, const QuoteContext& context);
[[nodiscard]] QuoteResult quote_exact_out(const RaydiumCpmmPool& pool, Direction direction,
                                          TokenAmount amount_out, const QuoteContext& context);
[[nodiscard]] TokenAmount reserve_a(const RaydiumCpmmPool& pool);
[[nodiscard]] TokenAmount reserve_b(const RaydiumCpmmPool& pool);
[[nodiscard]] std::vector<Pubkey> accounts_needed(const RaydiumCpmmPool& pool);
// swap_base_input: spends exactly `amount_in`, fails on chain below `amount_out_min`.
[[nodiscard]] solana::Instruction swap_exact_in(const RaydiumCpmmPool& pool, Direction direction,
                                                TokenAmount amount_in, TokenAmount amount_out_min,
                                                const SwapAccounts& accounts);
// swap_base_output: receives exactly `amount_out`, fails on chain above `amount_in_max`.
[[nodiscard]] solana::Instruction swap_exact_out(const RaydiumCpmmPool& pool, Direction direction,
                                                 TokenAmount amount_in_max, TokenAmount amount_out,
                                                 const SwapAccounts& accounts);

}  // namespace sniperforge::dex
