// SPDX-License-Identifier: MIT
// The pump.fun bonding curve (program 6EF8rrec…): decode, exact quotes, swap instructions. Token A
// is the coin, token B what it is bought with.
// Source: amm-pump sections 1 to 5; pump-public-docs 2293f9a (October 2026); vectors
// pump_curve_quotes.json, swap_instructions.json; recorded TradeEvents.
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

// The accounts of 2024 end here. They grew to 166 bytes; what one is too short for is zero.
inline constexpr std::size_t kPumpCurveBytesMin = 49;
inline constexpr std::array<std::uint8_t, 8> kPumpCurveDiscriminator{0x17, 0xb7, 0xf8, 0x37,
                                                                     0x60, 0xd8, 0xac, 0x60};

// Derived addresses of one curve, about 28 us each: kept, and derived again only when what they
// rest on has changed.
struct PumpCurveDerived {
    Pubkey sharing_config;
    Pubkey creator;  // Whose vault this is.
    Pubkey creator_vault, creator_vault_quote;
    PumpRecipients recipients;  // Whose token accounts these are.
    Pubkey fee_recipient_quote, buyback_recipient_quote;
};

struct PumpCurvePool {
    static constexpr VenueId kVenue = VenueId::PumpCurve;
    static constexpr bool kIsPricedByVaults = false;
    static constexpr bool kAreNeedsMoving = false;

    Pubkey id;
    // The account does not say which coin it sells: zero until set_coin_mint.
    Pubkey mint_a;
    Pubkey mint_b;                // wSOL where the curve moves lamports.
    Pubkey program_a, program_b;  // Zero until the mints were seen; wSOL and USDC need not be.
    std::uint8_t decimals_a = 0, decimals_b = 0;
    // The curve's token accounts. Prices do not depend on their balances. Zero until both token
    // programs are known; against SOL the second one is an address only.
    Pubkey vault_a, vault_b;

    std::uint64_t virtual_a = 0, virtual_b = 0;  // What prices are made of.
    std::uint64_t real_a = 0, real_b = 0;        // Still to be sold, and raised so far.
    std::uint64_t supply = 0;
    bool is_finished = false;  // All sold, or moved to PumpSwap.
    Pubkey creator;            // Zero: no creator fee.
    bool is_mayhem = false;    // Another program moves the virtual reserves between trades.
    bool is_cashback = false, is_holder_reward = false;  // Who gets the creator fee: same amount.
    std::uint64_t creator_fee_rate = 0;  // Basis points of this coin's own. Zero: by the schedule.
    bool is_disabled = false;            // The account was closed.

    // From Global and FeeConfig; absent until seen.
    bool has_global = false, has_fee_config = false;
    bool is_creator_fee_configurable = false;
    PumpRecipients recipients;
    // Shared by the versions of a pool: every update copies the pool, and must not touch the heap.
    std::shared_ptr<const PumpFeeTiers> fee_tiers;
    PumpCurveDerived derived;
};

[[nodiscard]] Result<PumpCurvePool> decode_pump_curve_pool(const Pubkey& id, BytesView data);
[[nodiscard]] bool is_pump_curve_pool(BytesView data);

// The address of a coin's curve.
[[nodiscard]] Pubkey pump_curve_address(const Pubkey& mint);
// Tells the pool which coin it sells, as its creation or any trade shows. Fails, and changes
// nothing, when the coin's curve is another account.
[[nodiscard]] Result<void> set_coin_mint(PumpCurvePool& pool, const Pubkey& mint);

// The curve pays and is paid in lamports of the user's own account, and not in wSOL: no token
// account of wSOL is needed, read or written. SwapAccounts still name its address, since the
// instruction lists it: of user_source and user_destination, the one for token B is the user's
// associated token address for wSOL, which need not exist. The one for the coin must exist before a
// buy. Against any other mint both must exist. All four must be associated token accounts of the
// user.
[[nodiscard]] bool is_native_sol_quote(const PumpCurvePool& pool);

[[nodiscard]] std::vector<Pubkey> accounts_needed(const PumpCurvePool& pool);
[[nodiscard]] std::vector<Pubkey> accounts_shared(const PumpCurvePool& pool);
[[nodiscard]] Result<bool> apply_account(PumpCurvePool& pool, const AccountUpdate& update);
void forget_account(PumpCurvePool& pool, const Pubkey& account);
[[nodiscard]] bool is_complete(const PumpCurvePool& pool);
[[nodiscard]] bool is_swap_enabled(const PumpCurvePool& pool);
void disable(PumpCurvePool& pool);
[[nodiscard]] bool is_same_identity(const PumpCurvePool& a, const PumpCurvePool& b);
void carry_over(const PumpCurvePool& from, PumpCurvePool& to);

[[nodiscard]] TokenAmount reserve_a(const PumpCurvePool& pool);
[[nodiscard]] TokenAmount reserve_b(const PumpCurvePool& pool);
[[nodiscard]] MarginalPrice marginal_price(const PumpCurvePool& pool);
// The rates that a trade pays now. The pool is complete and not empty.
[[nodiscard]] PumpFees current_fees(const PumpCurvePool& pool);

// Sells are exact in the coin, buys exact in either. A buy of more than the curve has left fails on
// the chain, and so does the quote. Mayhem coins are Unsupported: one snapshot does not price them.
[[nodiscard]] QuoteResult quote_exact_in(const PumpCurvePool& pool, Direction direction,
                                         TokenAmount amount_in, const QuoteContext& context);
[[nodiscard]] QuoteResult quote_exact_out(const PumpCurvePool& pool, Direction direction,
                                          TokenAmount amount_out, const QuoteContext& context);
[[nodiscard]] bool has_exact_out(const PumpCurvePool& pool, Direction direction);
// buy_exact_quote_in_v2 or sell_v2.
[[nodiscard]] solana::Instruction swap_exact_in(const PumpCurvePool& pool, Direction direction,
                                                TokenAmount amount_in, TokenAmount amount_out_min,
                                                const SwapAccounts& accounts);
// buy_v2; sells spend the whole `amount_in_max` and fail on chain below `amount_out`.
[[nodiscard]] solana::Instruction swap_exact_out(const PumpCurvePool& pool, Direction direction,
                                                 TokenAmount amount_in_max, TokenAmount amount_out,
                                                 const SwapAccounts& accounts);
[[nodiscard]] std::span<const InstructionShape> pump_curve_instructions();

}  // namespace sniperforge::dex
