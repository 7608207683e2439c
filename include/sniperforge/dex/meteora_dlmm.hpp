// SPDX-License-Identifier: MIT
// Meteora DLMM (program LBUZKhRx…): liquidity in bins of one price each, limit orders in the same
// bins, a fee that follows volatility. Decode, exact quotes, swap instructions. Token A is the
// program's X, B its Y.
// Source: MeteoraAg/dlmm-sdk fb02e51 (commons, idls/dlmm.json); vectors meteora_dlmm_quotes.json,
// meteora_dlmm_ext_quotes.json.
#pragma once

#include <array>
#include <cstdint>
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

inline constexpr std::size_t kDlmmPoolBytes = 904;
inline constexpr std::size_t kDlmmBinArrayBytes = 10'136;
inline constexpr std::size_t kDlmmBitmapExtensionBytes = 1'576;
inline constexpr std::array<std::uint8_t, 8> kDlmmPoolDiscriminator{0x21, 0x0b, 0x31, 0x62,
                                                                    0xb5, 0x65, 0xb1, 0x0d};
inline constexpr std::array<std::uint8_t, 8> kDlmmBinArrayDiscriminator{0x5c, 0x8e, 0x5c, 0xdc,
                                                                        0x05, 0x94, 0x46, 0xb5};
inline constexpr std::array<std::uint8_t, 8> kDlmmBitmapExtensionDiscriminator{
    0x50, 0x6f, 0x7c, 0x71, 0x37, 0xed, 0x12, 0x05};

inline constexpr std::int32_t kDlmmBinsPerArray = 70;
// The program's range of bins. Array i holds the bins 70 * i to 70 * i + 69.
inline constexpr std::int32_t kDlmmBinMin = -443'636;
inline constexpr std::int32_t kDlmmBinMax = 443'636;
// Flagged bin arrays that are watched, and that one swap is quoted through, in each direction: the
// vendor's client names as many, because a swap through more runs out of compute units.
inline constexpr std::size_t kDlmmArraysPerDirection = 3;
inline constexpr std::size_t kDlmmArrays = 2 * kDlmmArraysPerDirection;

// A bin that holds something.
struct DlmmBin {
    // Q64.64: base units of Y for one of X. Zero: not even the program could work it out.
    u128 price = 0;
    std::uint64_t amount_x = 0, amount_y = 0;  // Of the providers, fees aside.
    // What limit orders still offer: those that are being filled, and those whose turn comes then.
    std::uint64_t processed_orders = 0, open_orders = 0;
    std::int32_t id = 0;
    bool is_ask = false;  // The orders offer X, otherwise Y.

    [[nodiscard]] bool operator==(const DlmmBin&) const = default;
};

struct DlmmArray {
    Pubkey address;  // Zero until it was derived.
    std::int32_t index = 0;
    bool is_seen = false;
    bool is_missing = false;  // Flagged, and yet there is none: the program would fail there.
};

// Bins of MeteoraDlmmPool::bins that a swap in one direction meets before an array not seen.
struct DlmmReach {
    std::uint32_t begin = 0, end = 0;
    bool is_blind = false;  // An account that was not seen could tell of more.
};

// How the fee follows volatility; the base fee and the variable one are 1e-9 of the amount.
struct DlmmFee {
    std::uint32_t base = 0;                             // At most the limit of all fees, 10 %.
    std::uint16_t filter_period = 0, decay_period = 0;  // Seconds.
    std::uint16_t reduction_factor = 0;                 // Parts of 10,000.
    std::uint32_t control_factor = 0;
    std::uint32_t volatility_max = 0;
    std::uint32_t volatility = 0, volatility_reference = 0;
    std::int32_t index_reference = 0;
    std::int64_t updated_at = 0;  // Unix seconds.
};

// Everything of an LbPair that pricing and swapping need (amm-meteora section 1).
struct MeteoraDlmmPool {
    static constexpr VenueId kVenue = VenueId::MeteoraDlmm;
    static constexpr bool kIsPricedByVaults = false;
    static constexpr bool kAreNeedsMoving = true;
    Pubkey id, mint_a, mint_b, vault_a, vault_b, oracle;
    Pubkey program_a, program_b;
    // From the mints' accounts: zero until seen.
    std::uint8_t decimals_a = 0, decimals_b = 0;
    bool has_mint_a = false, has_mint_b = false;
    std::uint8_t status = 0;            // 0 enabled, 1 disabled.
    std::uint8_t pair_type = 0;         // 1 and 2 open at the activation point.
    std::uint8_t activation_type = 0;   // 0 slot, 1 unix time.
    std::uint8_t function_type = 0;     // 0 undetermined, 1 liquidity mining, 2 limit orders.
    std::uint8_t collect_fee_mode = 0;  // 0 from the input, 1 always in Y.
    std::uint8_t version = 0;           // 0: from before there were limit orders.
    bool has_rewards = false;
    std::uint16_t bin_step = 1;        // Parts of 10,000 from one bin's price to the next.
    std::uint16_t protocol_share = 0;  // Parts of 10,000 of the fee.
    std::int32_t active_id = 0;
    std::int32_t bin_min = 0, bin_max = 0;  // Where this pool may have liquidity.
    std::uint64_t activation_point = 0;
    u128 active_price = 0;  // Of the active bin; zero: not even the program could work it out.
    DlmmFee fee;
    // Bit (index + 512): the array holds something. Indices from -512 to 511.
    std::array<std::uint64_t, 16> array_bitmap{};
    // From the bitmap extension: the flagged indices outside that range, ascending.
    bool is_extension_seen = false;
    bool has_extension = false;  // It exists.
    Pubkey extension;            // Its address; zero until it was derived.
    std::vector<std::int16_t> arrays_beyond;
    // The flagged arrays nearest to the price, ascending, and their bins by id.
    std::array<DlmmArray, kDlmmArrays> arrays;
    std::size_t array_count = 0;
    std::vector<DlmmBin> bins;
    // The bin of the price belongs to both directions.
    DlmmReach down, up;
};

[[nodiscard]] Pubkey dlmm_bin_array_address(const Pubkey& pool, std::int32_t index);
[[nodiscard]] Pubkey dlmm_bitmap_extension_address(const Pubkey& pool);

// Discriminator and length; the owner is the caller's to check.
[[nodiscard]] bool is_meteora_dlmm_pool(BytesView data);
[[nodiscard]] Result<MeteoraDlmmPool> decode_meteora_dlmm_pool(const Pubkey& id, BytesView data);

// Bin arrays around the price, the bitmap extension where the search for them leaves the pool's own
// bitmap, the mints (but wSOL, which is known).
[[nodiscard]] std::vector<Pubkey> accounts_needed(const MeteoraDlmmPool& pool);
[[nodiscard]] std::vector<Pubkey> accounts_shared(const MeteoraDlmmPool& pool);
[[nodiscard]] Result<bool> apply_account(MeteoraDlmmPool& pool, const AccountUpdate& update);
void forget_account(MeteoraDlmmPool& pool, const Pubkey& account);
// Everything was seen but for arrays beyond the nearest one of each direction: those only limit how
// much can be quoted, and a pool does not go blind when its price moves.
[[nodiscard]] bool is_complete(const MeteoraDlmmPool& pool);
[[nodiscard]] bool is_swap_enabled(const MeteoraDlmmPool& pool);
void disable(MeteoraDlmmPool& pool);
[[nodiscard]] bool is_same_identity(const MeteoraDlmmPool& pool, const MeteoraDlmmPool& other);
// Arrays that the new price does not need are left behind: nobody would keep them fresh.
void carry_over(const MeteoraDlmmPool& from, MeteoraDlmmPool& to);

// What swaps through all arrays seen would pay out, a fee on the output not deducted.
[[nodiscard]] TokenAmount reserve_a(const MeteoraDlmmPool& pool);
[[nodiscard]] TokenAmount reserve_b(const MeteoraDlmmPool& pool);
// The active bin's.
[[nodiscard]] MarginalPrice marginal_price(const MeteoraDlmmPool& pool);
// Within the arrays seen: ExceedsReserve beyond them, PoolIncomplete where the way leads into an
// array that was not seen. At most 210 bins.
[[nodiscard]] QuoteResult quote_exact_in(const MeteoraDlmmPool& pool, Direction direction,
                                         TokenAmount amount_in, const QuoteContext& context);
[[nodiscard]] QuoteResult quote_exact_out(const MeteoraDlmmPool& pool, Direction direction,
                                          TokenAmount amount_out, const QuoteContext& context);
[[nodiscard]] bool has_exact_out(const MeteoraDlmmPool& pool, Direction direction);

// swap2 and swap_exact_out2, without a host. They name the bin arrays that the swap walks through
// now, and one more for a price that moves meanwhile.
[[nodiscard]] solana::Instruction swap_exact_in(const MeteoraDlmmPool& pool, Direction direction,
                                                TokenAmount amount_in, TokenAmount amount_out_min,
                                                const SwapAccounts& accounts);
[[nodiscard]] solana::Instruction swap_exact_out(const MeteoraDlmmPool& pool, Direction direction,
                                                 TokenAmount amount_in_max, TokenAmount amount_out,
                                                 const SwapAccounts& accounts);
[[nodiscard]] std::span<const InstructionShape> meteora_dlmm_instructions();

}  // namespace sniperforge::dex
