// SPDX-License-Identifier: MIT
// Raydium CLMM (program CAMMCzo5…): concentrated liquidity with limit orders, a dynamic fee and a
// choice of the token that pays it. Source: amm-raydium section 3, raydium-clmm 03b44b7.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sniperforge/core/result.hpp"
#include "sniperforge/dex/instruction_shape.hpp"
#include "sniperforge/dex/quote.hpp"
#include "sniperforge/model/chain_update.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/solana/instruction.hpp"

namespace sniperforge::dex {

inline constexpr std::size_t kClmmPoolBytes = 1544;
inline constexpr std::size_t kClmmConfigBytes = 117;
inline constexpr std::size_t kClmmTickArrayBytes = 10'240;
inline constexpr std::size_t kClmmBitmapExtensionBytes = 1832;
// First eight bytes of the accounts. CPMM pools and configs carry the same ones: check the owner.
inline constexpr std::array<std::uint8_t, 8> kClmmPoolDiscriminator{0xf7, 0xed, 0xe3, 0xf5,
                                                                    0xd7, 0xc3, 0xde, 0x46};
inline constexpr std::array<std::uint8_t, 8> kClmmConfigDiscriminator{0xda, 0xf4, 0x21, 0x68,
                                                                      0xcb, 0xcb, 0x2b, 0x6f};
inline constexpr std::array<std::uint8_t, 8> kClmmTickArrayDiscriminator{0xc0, 0x9b, 0x55, 0xcd,
                                                                         0x31, 0xf9, 0x81, 0x2a};
inline constexpr std::array<std::uint8_t, 8> kClmmBitmapExtensionDiscriminator{
    0x3c, 0x96, 0x24, 0xdb, 0x61, 0x80, 0x8b, 0x99};
// Fee rates are parts per million.
inline constexpr std::uint32_t kClmmRateOne = 1'000'000;
inline constexpr std::uint8_t kClmmStatusSwapDisabled = 0b1'0000;
inline constexpr std::int32_t kClmmTicksPerArray = 60;
// How far a quote can see from the price, each way: the array of the price and the next flagged
// ones. It bounds what a pool keeps and how many accounts a swap names.
inline constexpr std::size_t kClmmArraysPerDirection = 3;
// Steps of one quote, partial intervals of the dynamic fee included. On chain a step costs several
// thousand compute units of 1.4 million, so that a longer swap could not land.
inline constexpr std::uint32_t kClmmStepsMax = 512;

// One initialised tick, all that a swap needs of it.
struct ClmmTick {
    u128 sqrt_price = 0;            // Q64.64, of this tick.
    i128 liquidity_net = 0;         // Added when crossed upwards.
    std::uint64_t orders = 0;       // Limit orders never matched, in the token they sell.
    std::uint64_t part_filled = 0;  // What is left of those that were; matched first.
    std::int32_t tick = 0;
    bool has_liquidity = false;

    [[nodiscard]] bool operator==(const ClmmTick&) const = default;
};

// A tick array that was seen. An account that does not exist has no ticks.
struct ClmmTickArray {
    std::int32_t number = 0;  // Start tick / (60 · spacing).
    Pubkey address;

    [[nodiscard]] bool operator==(const ClmmTickArray&) const = default;
};

// The dynamic fee's settings and memory, under the program's names.
struct ClmmDynamicFee {
    bool is_enabled = false;
    std::uint16_t filter_period = 0, decay_period = 0, reduction_factor = 0;
    std::uint32_t dynamic_fee_control = 0, max_volatility_accumulator = 0;
    std::int32_t tick_spacing_index_reference = 0;
    std::uint32_t volatility_reference = 0, volatility_accumulator = 0;
    std::uint64_t last_update_timestamp = 0;

    [[nodiscard]] bool operator==(const ClmmDynamicFee&) const = default;
};

// The fee config account. Rates are parts per million.
struct RaydiumClmmConfig {
    std::uint16_t index = 0, tick_spacing = 0;
    std::uint32_t trade_fee_rate = 0, protocol_fee_rate = 0, fund_fee_rate = 0;
};

// Everything of a Raydium CLMM pool that pricing and swapping need.
struct RaydiumClmmPool {
    static constexpr VenueId kVenue = VenueId::RaydiumClmm;
    static constexpr bool kIsPricedByVaults = false;
    static constexpr bool kAreNeedsMoving = true;
    Pubkey id, amm_config, vault_a, vault_b, mint_a, mint_b, observation;
    // The pool's account does not say which token program a mint belongs to: zero until the mint's
    // account told it.
    Pubkey program_a, program_b;
    std::uint8_t decimals_a = 0, decimals_b = 0, status = 0;
    std::uint8_t fee_on = 0;  // 0 the input, 1 only token A, 2 only token B.
    std::uint16_t tick_spacing = 0;
    std::int32_t tick_current = 0;
    std::int64_t open_time = 0;  // Unix seconds; swaps begin one second later.
    u128 liquidity = 0, sqrt_price = 0;
    ClmmDynamicFee dynamic_fee;
    // Bit (number + 512): the array has initialised ticks. Numbers from -512 to 511.
    std::array<std::uint64_t, 16> array_bitmap{};
    // From the config account.
    bool has_config = false;
    std::uint32_t trade_fee_rate = 0;
    // From the bitmap extension: numbers of the flagged arrays outside that range, ascending.
    bool has_extension = false;  // Seen, or seen not to exist.
    std::vector<std::int16_t> arrays_beyond;
    Pubkey extension;  // Its address, once seen, whether it exists or not: 10 us to derive.
    // From the tick arrays around the price, at most kClmmArraysPerDirection each way, ascending.
    std::vector<ClmmTickArray> arrays;
    std::vector<ClmmTick> ticks;
    // The ticks that a swap can reach without meeting an array not seen: downwards those from
    // `ticks_low` to before `ticks_position`, upwards those from there to before `ticks_high`.
    std::uint32_t ticks_low = 0, ticks_position = 0, ticks_high = 0;
    TokenAmount payable_a, payable_b;  // What they would pay: worked out with them.
};

// Discriminator and length; the owner is the caller's to check.
[[nodiscard]] bool is_clmm_pool(BytesView data);
[[nodiscard]] Result<RaydiumClmmPool> decode_clmm_pool(const Pubkey& id, BytesView data);
[[nodiscard]] Result<RaydiumClmmConfig> decode_clmm_config(BytesView data);
// Takes in one account that accounts_needed names; false for one that it does not name. What is
// wrong with it is the error, and the pool stays as it was.
[[nodiscard]] Result<bool> apply_account(RaydiumClmmPool& pool, const AccountUpdate& update);
// What the accounts besides the pool's own told, from an older state of the same pool. Arrays that
// the new price does not need are left behind: nobody would keep them fresh.
void carry_over(const RaydiumClmmPool& from, RaydiumClmmPool& to);

[[nodiscard]] std::vector<Pubkey> accounts_needed(const RaydiumClmmPool& pool);
[[nodiscard]] std::vector<Pubkey> accounts_shared(const RaydiumClmmPool& pool);
// What a mint told never changes and stays.
void forget_account(RaydiumClmmPool& pool, const Pubkey& account);
// Everything was seen but for tick arrays beyond the nearest ones of each direction: those only
// limit how much can be quoted (ExceedsReserve), and a pool does not go blind when its price moves.
[[nodiscard]] bool is_complete(const RaydiumClmmPool& pool);
[[nodiscard]] bool is_swap_enabled(const RaydiumClmmPool& pool);
void disable(RaydiumClmmPool& pool);
[[nodiscard]] bool is_same_identity(const RaydiumClmmPool& a, const RaydiumClmmPool& b);

// What swaps through all tick arrays seen would pay out, trade fees not deducted.
[[nodiscard]] TokenAmount reserve_a(const RaydiumClmmPool& pool);
[[nodiscard]] TokenAmount reserve_b(const RaydiumClmmPool& pool);
[[nodiscard]] MarginalPrice marginal_price(const RaydiumClmmPool& pool);

[[nodiscard]] QuoteResult quote_exact_in(const RaydiumClmmPool& pool, Direction direction,
                                         TokenAmount amount_in, const QuoteContext& context);
[[nodiscard]] QuoteResult quote_exact_out(const RaydiumClmmPool& pool, Direction direction,
                                          TokenAmount amount_out, const QuoteContext& context);
[[nodiscard]] bool has_exact_out(const RaydiumClmmPool& pool, Direction direction);

// swap_v2 without a price limit: all of the amount is swapped or nothing is. It names the tick
// arrays that the swap walks through now, and one more for a price that moves meanwhile.
[[nodiscard]] solana::Instruction swap_exact_in(const RaydiumClmmPool& pool, Direction direction,
                                                TokenAmount amount_in, TokenAmount amount_out_min,
                                                const SwapAccounts& accounts);
[[nodiscard]] solana::Instruction swap_exact_out(const RaydiumClmmPool& pool, Direction direction,
                                                 TokenAmount amount_in_max, TokenAmount amount_out,
                                                 const SwapAccounts& accounts);
[[nodiscard]] std::span<const InstructionShape> raydium_clmm_instructions();

}  // namespace sniperforge::dex
