// SPDX-License-Identifier: MIT
// Raydium AMM v4 (program 675kPX9M…): decode, exact quotes, swap instructions (the 8-account V2
// form). Source: raydium-amm 27f461d; vectors raydium_amm_v4_quotes.json, recorded ray_logs.
#pragma once

#include <span>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/dex/instruction_shape.hpp"
#include "sniperforge/dex/quote.hpp"
#include "sniperforge/dex/raw_accounts.hpp"
#include "sniperforge/model/chain_update.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/solana/instruction.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {

inline constexpr std::size_t kAmmV4PoolBytes = 752;

// Values of the status field that allow swaps; the others forbid them. Waiting pools open at
// open_time.
inline constexpr std::uint64_t kAmmV4StatusInitialized = 1;
inline constexpr std::uint64_t kAmmV4StatusDisabled = 2;
inline constexpr std::uint64_t kAmmV4StatusSwapOnly = 6;
inline constexpr std::uint64_t kAmmV4StatusWaitingTrade = 7;

// What a pool is quoted by: a few numbers of its account, and what its vaults hold.
struct AmmV4Numbers {
    std::uint64_t status = 0;
    std::uint64_t swap_fee_numerator = 25, swap_fee_denominator = 10'000;
    std::uint64_t need_take_pnl_a = 0, need_take_pnl_b = 0;
    std::int64_t open_time = 0;
    // From the vaults; absent until seen.
    std::uint64_t vault_amount_a = 0, vault_amount_b = 0;
    bool has_vault_a = false, has_vault_b = false;
    [[nodiscard]] bool has_vaults() const { return has_vault_a && has_vault_b; }
    [[nodiscard]] bool operator==(const AmmV4Numbers&) const = default;
};

// Everything of a Raydium AMM v4 pool that pricing and swapping need (amm-raydium section 1).
struct RaydiumAmmV4Pool : AmmV4Numbers {
    static constexpr VenueId kVenue = VenueId::RaydiumAmmV4;
    static constexpr bool kIsPricedByVaults = true;
    static constexpr bool kAreNeedsMoving = false;
    static constexpr Pubkey program_a = solana::kTokenProgram, program_b = solana::kTokenProgram;
    Pubkey id, vault_a, vault_b, mint_a, mint_b, lp_mint, open_orders, market, market_program;
    Pubkey target_orders;
    std::uint8_t decimals_a = 0, decimals_b = 0;
    std::uint64_t lp_supply = 0;
    [[nodiscard]] bool operator==(const RaydiumAmmV4Pool&) const = default;
};

[[nodiscard]] bool is_amm_v4_pool(BytesView data);
[[nodiscard]] Result<RaydiumAmmV4Pool> decode_amm_v4_pool(const Pubkey& id, BytesView data);
// A newer version of the pool's own account, read in place: as decoding it and carrying over what
// the vaults told, at a fraction of the cost. False if it has other vaults or mints. On an error,
// and then, the pool is as before.
[[nodiscard]] Result<bool> renew(RaydiumAmmV4Pool& pool, BytesView data);
// What decoding the pool and applying its vaults would leave to quote by; false, and nothing is
// written, if it would not decode. A vault that would be refused counts as not seen.
[[nodiscard]] bool read_numbers(const RawAccounts& accounts, AmmV4Numbers& numbers);
// Asks the caches for what reading the numbers will touch.
void prefetch_amm_v4(const RawAccounts& accounts);

[[nodiscard]] QuoteResult quote_exact_in(const AmmV4Numbers& pool, Direction direction,
                                         TokenAmount amount_in, const QuoteContext& context);
[[nodiscard]] QuoteResult quote_exact_out(const AmmV4Numbers& pool, Direction direction,
                                          TokenAmount amount_out, const QuoteContext& context);
[[nodiscard]] TokenAmount reserve_a(const AmmV4Numbers& pool);
[[nodiscard]] TokenAmount reserve_b(const AmmV4Numbers& pool);
[[nodiscard]] MarginalPrice marginal_price(const AmmV4Numbers& pool);
[[nodiscard]] std::vector<Pubkey> accounts_needed(const RaydiumAmmV4Pool& pool);
[[nodiscard]] std::vector<Pubkey> accounts_shared(const RaydiumAmmV4Pool& pool);
[[nodiscard]] Result<bool> apply_account(RaydiumAmmV4Pool& pool, const AccountUpdate& update);
void forget_account(RaydiumAmmV4Pool& pool, const Pubkey& account);
[[nodiscard]] bool is_complete(const AmmV4Numbers& pool);
[[nodiscard]] bool is_swap_enabled(const AmmV4Numbers& pool);
void disable(AmmV4Numbers& pool);
[[nodiscard]] bool is_same_identity(const RaydiumAmmV4Pool& a, const RaydiumAmmV4Pool& b);
void carry_over(const RaydiumAmmV4Pool& from, RaydiumAmmV4Pool& to);
[[nodiscard]] constexpr bool has_exact_out(const RaydiumAmmV4Pool& /*pool*/,
                                           Direction /*direction*/) {
    return true;
}
[[nodiscard]] std::span<const InstructionShape> raydium_amm_v4_instructions();
[[nodiscard]] solana::Instruction swap_exact_in(const RaydiumAmmV4Pool& pool, Direction direction,
                                                TokenAmount amount_in, TokenAmount amount_out_min,
                                                const SwapAccounts& accounts);
[[nodiscard]] solana::Instruction swap_exact_out(const RaydiumAmmV4Pool& pool, Direction direction,
                                                 TokenAmount amount_in_max, TokenAmount amount_out,
                                                 const SwapAccounts& accounts);

}  // namespace sniperforge::dex
