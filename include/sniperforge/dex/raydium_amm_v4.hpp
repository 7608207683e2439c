// SPDX-License-Identifier: MIT
// Raydium AMM v4 (program 675kPX9M…): decode, exact quotes, swap instructions (the 8-account V2
// form). Source: raydium-amm 27f461d; vectors raydium_amm_v4_quotes.json, recorded ray_logs.
#pragma once

#include "sniperforge/dex/pool.hpp"

namespace sniperforge::dex {

inline constexpr std::size_t kAmmV4PoolBytes = 752;

// Values of the status field that allow swaps; the others forbid them. Waiting pools open at
// open_time.
inline constexpr std::uint64_t kAmmV4StatusInitialized = 1;
inline constexpr std::uint64_t kAmmV4StatusDisabled = 2;
inline constexpr std::uint64_t kAmmV4StatusSwapOnly = 6;
inline constexpr std::uint64_t kAmmV4StatusWaitingTrade = 7;

[[nodiscard]] Result<RaydiumAmmV4Pool> decode_amm_v4_pool(const Pubkey& id, BytesView data);

[[nodiscard]] QuoteResult quote_exact_in(const RaydiumAmmV4Pool& pool, Direction direction,
                                         TokenAmount amount_in, const QuoteContext& context);
[[nodiscard]] QuoteResult quote_exact_out(const RaydiumAmmV4Pool& pool, Direction direction,
                                          TokenAmount amount_out, const QuoteContext& context);
[[nodiscard]] TokenAmount reserve_a(const RaydiumAmmV4Pool& pool);
[[nodiscard]] TokenAmount reserve_b(const RaydiumAmmV4Pool& pool);
[[nodiscard]] std::vector<Pubkey> accounts_needed(const RaydiumAmmV4Pool& pool);
[[nodiscard]] solana::Instruction swap_exact_in(const RaydiumAmmV4Pool& pool, Direction direction,
                                                TokenAmount amount_in, TokenAmount amount_out_min,
                                                const SwapAccounts& accounts);
[[nodiscard]] solana::Instruction swap_exact_out(const RaydiumAmmV4Pool& pool, Direction direction,
                                                 TokenAmount amount_in_max, TokenAmount amount_out,
                                                 const SwapAccounts& accounts);

}  // namespace sniperforge::dex
