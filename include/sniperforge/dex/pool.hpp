// SPDX-License-Identifier: MIT
// A pool as the mathematics sees it: identity, reserves, fees. One state struct per venue; the
// Venue concept says what each of them can do.
#pragma once

#include <concepts>
#include <cstdint>
#include <variant>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/dex/quote.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/solana/instruction.hpp"

namespace sniperforge::dex {

// Everything of a Raydium CPMM pool that pricing and swapping need (amm-raydium section 2).
struct RaydiumCpmmPool {
    static constexpr VenueId kVenue = VenueId::RaydiumCpmm;
    Pubkey id, amm_config, vault_a, vault_b, mint_a, mint_b, program_a, program_b, observation;
    Pubkey creator, lp_mint;
    std::uint8_t decimals_a = 0, decimals_b = 0, status = 0;
    std::uint8_t creator_fee_on = 0;  // 0 the input, 1 only token A, 2 only token B.
    bool is_creator_fee_enabled = false;
    std::int64_t open_time = 0;  // Unix seconds.
    std::uint64_t lp_supply = 0;
    // Accrued fees that sit in the vaults and do not belong to the reserves.
    std::uint64_t protocol_fees_a = 0, protocol_fees_b = 0, fund_fees_a = 0, fund_fees_b = 0;
    std::uint64_t creator_fees_a = 0, creator_fees_b = 0;
    // From the vaults and the config account; absent until seen.
    bool has_vaults = false, has_config = false;
    // A transfer of the mint delivers exactly its amount. SPL Token mints always do; a Token-2022
    // mint may charge a fee or call a hook, so it is false until the mint's account was seen.
    bool is_transfer_fee_free_a = true, is_transfer_fee_free_b = true;
    std::uint64_t vault_amount_a = 0, vault_amount_b = 0;
    // Parts per million.
    std::uint64_t trade_fee_rate = 0, protocol_fee_rate = 0, fund_fee_rate = 0,
                  creator_fee_rate = 0;
};

// Everything of a Raydium AMM v4 pool that pricing and swapping need (amm-raydium section 1).
struct RaydiumAmmV4Pool {
    static constexpr VenueId kVenue = VenueId::RaydiumAmmV4;
    Pubkey id, vault_a, vault_b, mint_a, mint_b, lp_mint, open_orders, market, market_program;
    Pubkey target_orders;
    std::uint64_t status = 0;
    std::uint8_t decimals_a = 0, decimals_b = 0;
    std::uint64_t swap_fee_numerator = 25, swap_fee_denominator = 10'000;
    std::uint64_t need_take_pnl_a = 0, need_take_pnl_b = 0;
    std::int64_t open_time = 0;
    std::uint64_t lp_supply = 0;
    bool has_vaults = false;
    std::uint64_t vault_amount_a = 0, vault_amount_b = 0;
};

// What every venue's state can do. Reserves are net of fees owed.
template <typename Pool>
concept Venue = requires(const Pool& pool, Direction direction, TokenAmount amount,
                         const QuoteContext& context, const SwapAccounts& accounts) {
    { Pool::kVenue } -> std::convertible_to<VenueId>;
    { quote_exact_in(pool, direction, amount, context) } -> std::same_as<QuoteResult>;
    { quote_exact_out(pool, direction, amount, context) } -> std::same_as<QuoteResult>;
    { reserve_a(pool) } -> std::same_as<TokenAmount>;
    { reserve_b(pool) } -> std::same_as<TokenAmount>;
    // The accounts besides the pool's own whose data a quote needs, to subscribe to and to read.
    { accounts_needed(pool) } -> std::same_as<std::vector<Pubkey>>;
    {
        swap_exact_in(pool, direction, amount, amount, accounts)
    } -> std::same_as<solana::Instruction>;
    {
        swap_exact_out(pool, direction, amount, amount, accounts)
    } -> std::same_as<solana::Instruction>;
};

using Pool = std::variant<RaydiumAmmV4Pool, RaydiumCpmmPool>;

}  // namespace sniperforge::dex
