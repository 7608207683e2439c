// SPDX-License-Identifier: MIT
// Orca Whirlpool (program whirLbMi…): concentrated liquidity, with a fixed fee or one that follows
// volatility. Decode, exact quotes, swap instructions.
// Source: orca-so/whirlpools 630c0e01; vectors orca_whirlpool_quotes.json,
// orca_program_swap_cases.json.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
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

inline constexpr std::size_t kWhirlpoolBytes = 653;
inline constexpr std::size_t kWhirlpoolOracleBytes = 254;
inline constexpr std::size_t kWhirlpoolFixedTicksBytes = 9988;
inline constexpr std::size_t kWhirlpoolDynamicTicksBytesMin = 148;  // No tick is initialised.
inline constexpr std::array<std::uint8_t, 8> kWhirlpoolDiscriminator{0x3f, 0x95, 0xd1, 0x0c,
                                                                     0xe1, 0x80, 0x63, 0x09};
inline constexpr std::array<std::uint8_t, 8> kWhirlpoolOracleDiscriminator{0x8b, 0xc2, 0x83, 0xb3,
                                                                           0x8c, 0xb3, 0xe5, 0xf4};
inline constexpr std::array<std::uint8_t, 8> kWhirlpoolFixedTicksDiscriminator{
    0x45, 0x61, 0xbd, 0xbe, 0x6e, 0x07, 0x42, 0xbb};
inline constexpr std::array<std::uint8_t, 8> kWhirlpoolDynamicTicksDiscriminator{
    0x11, 0xd8, 0xf6, 0x8e, 0xe1, 0xc7, 0xda, 0x38};

inline constexpr std::int32_t kWhirlpoolTicksPerArray = 88;
// Tick arrays are watched from three below the one with the current tick to three above it. A swap
// uses three: the price may move by one array, and the pool can still be quoted.
inline constexpr std::int32_t kWhirlpoolArraysEachWay = 3;
inline constexpr std::size_t kWhirlpoolArrays = 2 * kWhirlpoolArraysEachWay + 1;

// A tick where liquidity changes. Its price is worked out when it is first seen, not in quotes.
struct WhirlpoolTick {
    u128 sqrt_price = 0;
    i128 liquidity_net = 0;
    std::int32_t index = 0;

    [[nodiscard]] bool operator==(const WhirlpoolTick&) const = default;
};

// What there is to take out between two ticks, one above the other: the same until liquidity
// changes, and worked out once.
struct WhirlpoolSegment {
    enum class Token : std::uint8_t { Unknown, A, B };
    u128 liquidity = 0;
    std::uint64_t amount = 0;
    Token token = Token::Unknown;  // Of the amount: A above the price, B below it.
};

struct WhirlpoolTickArray {
    Pubkey address;
    std::int32_t start = 0;
    bool is_possible = false;  // Has ticks inside the price range: the program may have it.
    bool is_seen = false;      // Its account is known, or known to be missing: no ticks.
    // Of its lowest tick, and of the last tick before the next array; limited to the price range.
    u128 sqrt_price_low = 0, sqrt_price_high = 0;
};

// Of the oracle account: how the fee follows volatility.
struct WhirlpoolAdaptiveFee {
    std::uint16_t filter_period = 0, decay_period = 0;  // Seconds.
    std::uint16_t reduction_factor = 0;                 // Parts of 10,000.
    std::uint16_t tick_group_size = 1;
    std::uint32_t control_factor = 0;
    std::uint32_t volatility_max = 0;
    std::uint64_t reference_updated_at = 0, major_swap_at = 0;  // Unix seconds.
    std::uint32_t volatility_reference = 0, volatility = 0;
    std::int32_t tick_group_reference = 0;
    std::uint64_t trade_enabled_at = 0;  // Unix seconds.
};

// Everything of a Whirlpool that pricing and swapping need (amm-orca section 1).
struct OrcaWhirlpoolPool {
    static constexpr VenueId kVenue = VenueId::OrcaWhirlpool;
    static constexpr bool kIsPricedByVaults = false;
    static constexpr bool kAreNeedsMoving = true;
    Pubkey id, config, mint_a, mint_b, vault_a, vault_b;
    // From the mints' accounts, which tell their token program: all zero until seen.
    Pubkey program_a, program_b;
    std::uint8_t decimals_a = 0, decimals_b = 0;
    bool is_disabled = false;
    std::uint16_t tick_spacing = 1;
    std::uint16_t fee_tier_index = 0;     // Not the tick spacing: the pool has an oracle.
    std::uint16_t fee_rate = 0;           // Parts per million.
    std::uint16_t protocol_fee_rate = 0;  // Parts of 10,000 of the fee.
    std::int32_t tick_current = 0;
    u128 liquidity = 0;
    u128 sqrt_price = 0;  // Q64.64: square root of base units of B for one of A.
    // The oracle's account: seen, and what it says; nothing when there is none.
    bool is_oracle_seen = false;
    std::optional<WhirlpoolAdaptiveFee> adaptive_fee;
    // Derived when the first account is applied, and kept: that costs as much as many quotes.
    bool has_addresses = false;
    Pubkey oracle;
    std::array<WhirlpoolTickArray, kWhirlpoolArrays> arrays;  // Around the price, lowest first.
    std::vector<WhirlpoolTick> ticks;                         // Of the arrays seen, lowest first.
    // Worked out whenever one of these changes: the position of the first tick above the current
    // one, and what the ticks seen let a swap take out.
    std::size_t first_above = 0;
    std::vector<WhirlpoolSegment> segments;  // At each tick: the way from it to the next one.
    TokenAmount payable_a, payable_b;

    [[nodiscard]] bool has_oracle() const { return fee_tier_index != tick_spacing; }
};

// The tick array, as far as pricing needs it.
struct WhirlpoolTicks {
    Pubkey pool;
    std::int32_t start = 0;
    struct Tick {
        std::uint8_t offset = 0;
        i128 liquidity_net = 0;
        u128 liquidity_gross = 0;
    };
    std::vector<Tick> initialised;  // By offset.
};
// Either kind of account.
[[nodiscard]] Result<WhirlpoolTicks> decode_whirlpool_ticks(const Pubkey& id, BytesView data);
[[nodiscard]] Result<WhirlpoolAdaptiveFee> decode_whirlpool_oracle(const Pubkey& id,
                                                                   const Pubkey& pool,
                                                                   BytesView data);

[[nodiscard]] Pubkey whirlpool_tick_array_address(const Pubkey& pool, std::int32_t start);
[[nodiscard]] Pubkey whirlpool_oracle_address(const Pubkey& pool);

[[nodiscard]] bool is_orca_whirlpool_pool(BytesView data);
[[nodiscard]] Result<OrcaWhirlpoolPool> decode_orca_whirlpool_pool(const Pubkey& id,
                                                                   BytesView data);

// Tick arrays around the price, the oracle where the pool has one, the mints (but wSOL, which is
// known).
[[nodiscard]] std::vector<Pubkey> accounts_needed(const OrcaWhirlpoolPool& pool);
[[nodiscard]] std::vector<Pubkey> accounts_shared(const OrcaWhirlpoolPool& pool);
[[nodiscard]] Result<bool> apply_account(OrcaWhirlpoolPool& pool, const AccountUpdate& update);
void forget_account(OrcaWhirlpoolPool& pool, const Pubkey& account);
// The arrays that a swap in either direction may use have been seen, the oracle and the mints.
[[nodiscard]] bool is_complete(const OrcaWhirlpoolPool& pool);
[[nodiscard]] bool is_swap_enabled(const OrcaWhirlpoolPool& pool);
void disable(OrcaWhirlpoolPool& pool);
[[nodiscard]] bool is_same_identity(const OrcaWhirlpoolPool& pool, const OrcaWhirlpoolPool& other);
void carry_over(const OrcaWhirlpoolPool& from, OrcaWhirlpoolPool& to);

[[nodiscard]] TokenAmount reserve_a(const OrcaWhirlpoolPool& pool);
[[nodiscard]] TokenAmount reserve_b(const OrcaWhirlpoolPool& pool);
[[nodiscard]] MarginalPrice marginal_price(const OrcaWhirlpoolPool& pool);
// Within the three tick arrays that one swap may use; ExceedsReserve beyond them, PoolIncomplete
// where the way leads into an array that was not seen.
[[nodiscard]] QuoteResult quote_exact_in(const OrcaWhirlpoolPool& pool, Direction direction,
                                         TokenAmount amount_in, const QuoteContext& context);
[[nodiscard]] QuoteResult quote_exact_out(const OrcaWhirlpoolPool& pool, Direction direction,
                                          TokenAmount amount_out, const QuoteContext& context);
[[nodiscard]] bool has_exact_out(const OrcaWhirlpoolPool& pool, Direction direction);

// swap_v2 without a price limit.
[[nodiscard]] solana::Instruction swap_exact_in(const OrcaWhirlpoolPool& pool, Direction direction,
                                                TokenAmount amount_in, TokenAmount amount_out_min,
                                                const SwapAccounts& accounts);
[[nodiscard]] solana::Instruction swap_exact_out(const OrcaWhirlpoolPool& pool, Direction direction,
                                                 TokenAmount amount_in_max, TokenAmount amount_out,
                                                 const SwapAccounts& accounts);
[[nodiscard]] std::span<const InstructionShape> orca_whirlpool_instructions();

}  // namespace sniperforge::dex
