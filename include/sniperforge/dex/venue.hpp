// SPDX-License-Identifier: MIT
// Any pool, whatever its venue: the same questions, dispatched to the venue's own functions.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "sniperforge/dex/pool.hpp"

namespace sniperforge::dex {

[[nodiscard]] VenueId venue_of(const Pool& pool);
[[nodiscard]] const Pubkey& id_of(const Pool& pool);
[[nodiscard]] const Pubkey& mint_a(const Pool& pool);
[[nodiscard]] const Pubkey& mint_b(const Pool& pool);
[[nodiscard]] const Pubkey& token_program_a(const Pool& pool);
[[nodiscard]] const Pubkey& token_program_b(const Pool& pool);
[[nodiscard]] std::uint8_t decimals_a(const Pool& pool);
[[nodiscard]] std::uint8_t decimals_b(const Pool& pool);
[[nodiscard]] TokenAmount reserve_a(const Pool& pool);
[[nodiscard]] TokenAmount reserve_b(const Pool& pool);
[[nodiscard]] MarginalPrice marginal_price(const Pool& pool);
struct PoolReserves {
    TokenAmount a, b;
};
[[nodiscard]] PoolReserves reserves(const Pool& pool);
// What is asked after each change, in one question: each costs the way to the venue.
struct PoolLook {
    PoolReserves reserves;
    MarginalPrice price;
    bool is_complete = false;
};
[[nodiscard]] PoolLook look_at(const Pool& pool);
// Every account that a quote needs has been seen, and none of them makes exact quotes impossible.
[[nodiscard]] bool is_complete(const Pool& pool);
[[nodiscard]] std::vector<Pubkey> accounts_needed(const Pool& pool);
// The venue has an instruction that yields exactly what was asked.
[[nodiscard]] bool has_exact_out(const Pool& pool, Direction direction);
// The program that owns pools of this venue, how long their accounts are (0: it varies), what they
// begin with (empty: nothing that tells them from others), and what its instructions look like.
[[nodiscard]] const Pubkey& program_of(VenueId venue);
[[nodiscard]] std::optional<VenueId> venue_of_program(const Pubkey& program);
[[nodiscard]] std::size_t pool_bytes(VenueId venue);
[[nodiscard]] BytesView pool_discriminator(VenueId venue);
[[nodiscard]] std::span<const InstructionShape> instructions_of(VenueId venue);

[[nodiscard]] QuoteResult quote_exact_in(const Pool& pool, Direction direction,
                                         TokenAmount amount_in, const QuoteContext& context);
[[nodiscard]] QuoteResult quote_exact_out(const Pool& pool, Direction direction,
                                          TokenAmount amount_out, const QuoteContext& context);
[[nodiscard]] solana::Instruction swap_exact_in(const Pool& pool, Direction direction,
                                                TokenAmount amount_in, TokenAmount amount_out_min,
                                                const SwapAccounts& accounts);
[[nodiscard]] solana::Instruction swap_exact_out(const Pool& pool, Direction direction,
                                                 TokenAmount amount_in_max, TokenAmount amount_out,
                                                 const SwapAccounts& accounts);

// The pool's own status allows swaps, its open time apart.
[[nodiscard]] bool is_swap_enabled(const Pool& pool);
// A curve that is sold out: it trades no more, and what it raised is on its way to another pool.
[[nodiscard]] bool is_migrating(const Pool& pool);
// The pool that such a curve moved to. Derives an address, 10 to 30 us, where it may be one.
[[nodiscard]] bool is_migrated(const Pool& pool);
// Where what was bought on a curve trades when the curve trades no more; nothing while it does, and
// of other pools. Derives two addresses, 20 to 60 us.
[[nodiscard]] std::optional<Pubkey> successor_of(const Pool& pool, const Pubkey& mint);
// What a curve has sold of all that it ever had to sell, rounded down. Nothing: it is no curve, or
// does not say.
[[nodiscard]] std::optional<BasisPoints> curve_progress(const Pool& pool);
// Who launched what the pool trades, as far as its own account says. Zero: it does not, as those of
// AMM v4, CLMM, Whirlpool and DLMM.
[[nodiscard]] Pubkey creator_of(const Pool& pool);

// How far the swap's average price is below the pool's marginal price, every fee excluded, rounded
// up; 10,000 when there is no price.
[[nodiscard]] BasisPoints price_impact(const Pool& pool, Direction direction,
                                       const SwapQuote& quote);

// Which direction spends `mint` (and receives the other one), if the pool has it.
[[nodiscard]] std::optional<Direction> direction_spending(const Pool& pool, const Pubkey& mint);

// What a swap in this direction pays out.
[[nodiscard]] inline const Pubkey& mint_bought(const Pool& pool, Direction direction) {
    return direction == Direction::AToB ? mint_b(pool) : mint_a(pool);
}

// Is this account a pool of a venue we know? Decides on (owner, discriminator, length).
[[nodiscard]] std::optional<VenueId> recognise_pool(const Pubkey& owner, BytesView data);
// Decodes a recognised pool account. Vaults and config are still to be applied.
[[nodiscard]] Result<Pool> decode_pool(VenueId venue, const Pubkey& id, BytesView data);

}  // namespace sniperforge::dex
