// SPDX-License-Identifier: MIT
// PumpSwap (program pAMMBay6…): decode, exact quotes, swap instructions. Token A is the base, token
// B the quote; user-made pools may have wSOL as base. Source: amm-pump section 6; pump-public-docs
// 2293f9a (October 2026); vectors pumpswap_quotes.json; a recorded BuyEvent and a recorded buy.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/dex/instruction_shape.hpp"
#include "sniperforge/dex/pump_fees.hpp"
#include "sniperforge/dex/quote.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/solana/instruction.hpp"

namespace sniperforge::dex {

// The first pools end here. They grew to 287 bytes and are padded to 300 and more; what one is too
// short for is zero.
inline constexpr std::size_t kPumpSwapPoolBytesMin = 211;
// Meteora's DAMM v2 pools carry the same one: check the owner.
inline constexpr std::array<std::uint8_t, 8> kPumpSwapPoolDiscriminator{0xf1, 0x9a, 0x6d, 0x04,
                                                                        0x11, 0xb1, 0x6d, 0xbc};
// Bits of GlobalConfig.disable_flags: pool creation, deposits, withdrawals, buys, sells.
inline constexpr std::uint8_t kPumpSwapBuysDisabled = 1U << 3U;
inline constexpr std::uint8_t kPumpSwapSellsDisabled = 1U << 4U;
inline constexpr std::uint8_t kPumpSwapFlagsKnown = 0b11111;

// Derived addresses of one pool, about 28 us each: kept, and derived again only when what they rest
// on has changed.
struct PumpSwapDerived {
    Pubkey pool_v2;
    Pubkey coin_creator;  // Whose vault this is.
    Pubkey creator_vault_authority, creator_vault_quote;
    PumpRecipients recipients;  // Whose token accounts these are.
    Pubkey fee_recipient_quote, buyback_recipient_quote;
};

struct PumpSwapPool {
    static constexpr VenueId kVenue = VenueId::PumpSwap;
    static constexpr bool kIsPricedByVaults = true;
    static constexpr bool kAreNeedsMoving = false;

    Pubkey id, mint_a, mint_b, vault_a, vault_b, lp_mint;
    Pubkey program_a, program_b;                  // Zero until the vaults were seen: their owners.
    std::uint8_t decimals_a = 0, decimals_b = 0;  // Zero until the mints were seen.
    std::uint16_t index = 0;
    std::uint64_t lp_supply = 0;  // Issued; what was burnt of them counts.
    Pubkey creator;
    Pubkey coin_creator;  // Zero: no creator fee.
    bool is_mayhem = false;
    bool is_cashback = false, is_holder_reward = false;  // Who gets the creator fee: same amount.
    // Added to the balance of the quote vault for pricing: a boost, less the fees that are kept in
    // the vault until they are swept. May be negative.
    i128 virtual_b = 0;
    std::uint64_t protocol_fees = 0, creator_fees = 0;  // Those kept fees.
    std::uint64_t creator_fee_rate = 0;  // Basis points of this coin's own. Zero: by the schedule.
    std::uint32_t account_bytes = 0;
    bool is_disabled = false;  // The account was closed.

    // From the vaults, the base mint, GlobalConfig and FeeConfig; absent until seen.
    bool has_vault_a = false, has_vault_b = false, has_supply = false;
    bool has_global = false, has_fee_config = false;
    std::uint64_t vault_amount_a = 0, vault_amount_b = 0;
    std::uint64_t supply = 0;  // Of the base mint, burns subtracted: fee tiers depend on it.
    std::uint8_t disable_flags = 0;
    bool is_creator_fee_configurable = false;
    PumpRecipients recipients;
    // Shared by the versions of a pool: every update copies the pool, and must not touch the heap.
    std::shared_ptr<const PumpFeeTiers> fee_tiers;
    PumpSwapDerived derived;
};

[[nodiscard]] Result<PumpSwapPool> decode_pump_swap_pool(const Pubkey& id, BytesView data);
[[nodiscard]] bool is_pump_swap_pool(BytesView data);
// A pool that a curve migrated to: its fees go by market cap, those of all others are flat. Derives
// an address.
[[nodiscard]] bool is_canonical(const PumpSwapPool& pool);
// Where that of a coin is, or will be: nobody but the curve's program can open it. Derives two
// addresses.
[[nodiscard]] Pubkey canonical_pump_swap_pool(const Pubkey& mint, const Pubkey& quote_mint);
// Short accounts of 2025 must be extended before a swap is accepted; anybody may.
[[nodiscard]] bool needs_extension(const PumpSwapPool& pool);
[[nodiscard]] solana::Instruction extend_account(const PumpSwapPool& pool, const Pubkey& payer);

[[nodiscard]] std::vector<Pubkey> accounts_needed(const PumpSwapPool& pool);
[[nodiscard]] std::vector<Pubkey> accounts_shared(const PumpSwapPool& pool);
[[nodiscard]] Result<bool> apply_account(PumpSwapPool& pool, const AccountUpdate& update);
void forget_account(PumpSwapPool& pool, const Pubkey& account);
[[nodiscard]] bool is_complete(const PumpSwapPool& pool);
// Buys and sells both.
[[nodiscard]] bool is_swap_enabled(const PumpSwapPool& pool);
void disable(PumpSwapPool& pool);
[[nodiscard]] bool is_same_identity(const PumpSwapPool& a, const PumpSwapPool& b);
void carry_over(const PumpSwapPool& from, PumpSwapPool& to);

[[nodiscard]] TokenAmount reserve_a(const PumpSwapPool& pool);
// Without the boost, which cannot be paid out, and without kept fees.
[[nodiscard]] TokenAmount reserve_b(const PumpSwapPool& pool);
[[nodiscard]] MarginalPrice marginal_price(const PumpSwapPool& pool);
// The rates that a trade pays now. The pool is complete and not empty.
[[nodiscard]] PumpFees current_fees(const PumpSwapPool& pool);

// Sells are exact in the base, buys exact in either. Mayhem pools are Unsupported.
[[nodiscard]] QuoteResult quote_exact_in(const PumpSwapPool& pool, Direction direction,
                                         TokenAmount amount_in, const QuoteContext& context);
[[nodiscard]] QuoteResult quote_exact_out(const PumpSwapPool& pool, Direction direction,
                                          TokenAmount amount_out, const QuoteContext& context);
[[nodiscard]] bool has_exact_out(const PumpSwapPool& pool, Direction direction);
// buy_exact_quote_in or sell. Both sides are token accounts: SOL is wrapped before and unwrapped
// after.
[[nodiscard]] solana::Instruction swap_exact_in(const PumpSwapPool& pool, Direction direction,
                                                TokenAmount amount_in, TokenAmount amount_out_min,
                                                const SwapAccounts& accounts);
// buy; sells spend the whole `amount_in_max` and fail on chain below `amount_out`.
[[nodiscard]] solana::Instruction swap_exact_out(const PumpSwapPool& pool, Direction direction,
                                                 TokenAmount amount_in_max, TokenAmount amount_out,
                                                 const SwapAccounts& accounts);
[[nodiscard]] std::span<const InstructionShape> pump_swap_instructions();

}  // namespace sniperforge::dex
