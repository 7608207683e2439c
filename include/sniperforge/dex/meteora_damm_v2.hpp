// SPDX-License-Identifier: MIT
// Meteora DAMM v2 (program cpamdpZC…): one range of liquidity, or compounding reserves; five kinds
// of base fee. Decode, exact quotes, swap instructions. The pool's own account says all that a
// quote needs.
// Source: amm-meteora section 2; MeteoraAg/damm-v2 a3d3827 (0.2.1); vectors
// meteora_damm_v2_quotes.json, meteora_damm_v2_ext_quotes.json.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <span>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/dex/instruction_shape.hpp"
#include "sniperforge/dex/quote.hpp"
#include "sniperforge/model/chain_update.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/solana/instruction.hpp"

namespace sniperforge::dex {

inline constexpr std::size_t kDammV2PoolBytes = 1112;
// PumpSwap's pools carry the same one: check the owner.
inline constexpr std::array<std::uint8_t, 8> kDammV2PoolDiscriminator{0xf1, 0x9a, 0x6d, 0x04,
                                                                      0x11, 0xb1, 0x6d, 0xbc};
// Fee rates are parts of this.
inline constexpr std::uint64_t kDammV2FeeOne = 1'000'000'000;

// What the base fee depends on: periods since activation, the amount, or the rise of the price.
enum class DammV2BaseFeeMode : std::uint8_t {
    TimeLinear,
    TimeExponential,
    RateLimiter,
    MarketCapLinear,
    MarketCapExponential,
};

// Which token pays the fee, and where the reserves are.
enum class DammV2CollectFeeMode : std::uint8_t {
    Output,       // Whatever comes out.
    OnlyB,        // Token B, in either direction.
    Compounding,  // Token B; x·y = k over tracked reserves, which part of the fee joins.
};

// The factors are named as in the program; what they mean depends on the mode:
//                first                second                          third
//   time         number of periods    period (slots or seconds)       reduction
//   rate limit   increment (bps)      low u32 duration, high u32      reference amount
//                                     most (bps)
//   market cap   number of periods    low u32 step of the root of     reduction
//                                     the price (bps), high u32
//                                     duration
struct DammV2BaseFee {
    DammV2BaseFeeMode mode = DammV2BaseFeeMode::TimeLinear;
    std::uint16_t first_factor = 0;
    std::uint64_t second_factor = 0;
    std::uint64_t third_factor = 0;
    std::uint64_t cliff_rate = 0;  // Where it starts.

    [[nodiscard]] bool operator==(const DammV2BaseFee&) const = default;
};

// Added to the base fee; follows the volatility that the last swap left.
struct DammV2DynamicFee {
    bool is_enabled = false;
    std::uint32_t control = 0;
    std::uint16_t bin_step = 0;
    u128 volatility = 0;

    [[nodiscard]] bool operator==(const DammV2DynamicFee&) const = default;
};

struct MeteoraDammV2Pool {
    static constexpr VenueId kVenue = VenueId::MeteoraDammV2;
    static constexpr bool kIsPricedByVaults = false;
    static constexpr bool kAreNeedsMoving = false;
    Pubkey id, mint_a, mint_b, vault_a, vault_b, program_a, program_b, creator;
    // From the mints' accounts, for people: no quote needs them.
    std::uint8_t decimals_a = 0, decimals_b = 0;
    bool is_mint_a_seen = false, is_mint_b_seen = false;
    std::uint8_t status = 0;           // 0: swaps are on.
    std::uint8_t activation_type = 0;  // Points are 0 slots, 1 unix seconds.
    std::uint64_t activation_point = 0;
    DammV2CollectFeeMode collect_fee_mode = DammV2CollectFeeMode::Output;
    std::uint8_t fee_version = 0;     // 0: fees up to 50 %; 1: up to 99 %.
    std::uint8_t layout_version = 0;  // 1: amount_a and amount_b are kept.
    DammV2BaseFee base_fee;
    DammV2DynamicFee dynamic_fee;
    // Who shares the fee; not what it is.
    std::uint8_t protocol_fee_percent = 0, referral_fee_percent = 0;
    std::uint16_t compounding_fee_bps = 0;
    // Q64.64: sqrt_price is the square root of base units of B for one of A; an amount of B is
    // liquidity · (difference of roots) / 2^128.
    u128 liquidity = 0, sqrt_price = 0, sqrt_price_min = 0, sqrt_price_max = 0;
    u128 sqrt_price_initial = 0;
    u128 liquidity_locked = 0;  // For good, of `liquidity`: no instruction takes it out.
    std::uint64_t amount_a = 0, amount_b = 0;  // What compounding pools are priced on.
};

[[nodiscard]] Result<MeteoraDammV2Pool> decode_meteora_damm_v2_pool(const Pubkey& id,
                                                                    BytesView data);
[[nodiscard]] bool is_meteora_damm_v2_pool(BytesView data);

// The rate of one trade, base and dynamic together, in parts of kDammV2FeeOne. Of an amount that
// still contains the fee, or of one without it: only rate limiters tell them apart.
using DammV2FeeRate = std::expected<std::uint64_t, QuoteError>;
[[nodiscard]] DammV2FeeRate damm_v2_fee_rate_included(const MeteoraDammV2Pool& pool,
                                                      Direction direction, TokenAmount amount,
                                                      const QuoteContext& context);
[[nodiscard]] DammV2FeeRate damm_v2_fee_rate_excluded(const MeteoraDammV2Pool& pool,
                                                      Direction direction, TokenAmount amount,
                                                      const QuoteContext& context);

// Where a quote's trade fee goes. Together they are the fee.
struct DammV2FeeShares {
    TokenAmount claiming;  // To the providers, apart from the reserves.
    TokenAmount compounding;
    TokenAmount protocol;
    TokenAmount referral;  // Out of the protocol's share; our own swaps name no referrer.
};
[[nodiscard]] DammV2FeeShares damm_v2_fee_shares(const MeteoraDammV2Pool& pool, TokenAmount fee,
                                                 bool has_referral);

// The mints, but wSOL, which is known.
[[nodiscard]] std::vector<Pubkey> accounts_needed(const MeteoraDammV2Pool& pool);
[[nodiscard]] std::vector<Pubkey> accounts_shared(const MeteoraDammV2Pool& pool);
[[nodiscard]] Result<bool> apply_account(MeteoraDammV2Pool& pool, const AccountUpdate& update);
void forget_account(MeteoraDammV2Pool& pool, const Pubkey& account);
[[nodiscard]] bool is_complete(const MeteoraDammV2Pool& pool);
[[nodiscard]] bool is_swap_enabled(const MeteoraDammV2Pool& pool);
void disable(MeteoraDammV2Pool& pool);
[[nodiscard]] bool is_same_identity(const MeteoraDammV2Pool& pool, const MeteoraDammV2Pool& other);
void carry_over(const MeteoraDammV2Pool& from, MeteoraDammV2Pool& to);

[[nodiscard]] TokenAmount reserve_a(const MeteoraDammV2Pool& pool);
[[nodiscard]] TokenAmount reserve_b(const MeteoraDammV2Pool& pool);
[[nodiscard]] MarginalPrice marginal_price(const MeteoraDammV2Pool& pool);
// Needs no account besides the pool's own.
[[nodiscard]] QuoteResult quote_exact_in(const MeteoraDammV2Pool& pool, Direction direction,
                                         TokenAmount amount_in, const QuoteContext& context);
// What the program asks for it: the least input, but where a rate limiter is on, whose rate for an
// amount without the fee the program finds from a rounded root.
[[nodiscard]] QuoteResult quote_exact_out(const MeteoraDammV2Pool& pool, Direction direction,
                                          TokenAmount amount_out, const QuoteContext& context);
[[nodiscard]] constexpr bool has_exact_out(const MeteoraDammV2Pool& /*pool*/,
                                           Direction /*direction*/) {
    return true;
}

// swap2, without a referrer.
[[nodiscard]] solana::Instruction swap_exact_in(const MeteoraDammV2Pool& pool, Direction direction,
                                                TokenAmount amount_in, TokenAmount amount_out_min,
                                                const SwapAccounts& accounts);
[[nodiscard]] solana::Instruction swap_exact_out(const MeteoraDammV2Pool& pool, Direction direction,
                                                 TokenAmount amount_in_max, TokenAmount amount_out,
                                                 const SwapAccounts& accounts);
[[nodiscard]] std::span<const InstructionShape> meteora_damm_v2_instructions();

}  // namespace sniperforge::dex
