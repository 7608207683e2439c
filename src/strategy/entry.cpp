// SPDX-License-Identifier: MIT
#include "strategy/entry.hpp"

#include "sniperforge/dex/swap_needs.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::strategy {

std::optional<SolPool> sol_pool(const dex::Pool& pool) {
    const auto buying = dex::direction_spending(pool, solana::kWrappedSolMint);
    if (!buying) {
        return std::nullopt;
    }
    const TokenAmount a = dex::reserve_a(pool);
    const TokenAmount b = dex::reserve_b(pool);
    return *buying == Direction::AToB ? SolPool{dex::mint_b(pool), Lamports{a.raw()}, b, *buying}
                                      : SolPool{dex::mint_a(pool), Lamports{b.raw()}, a, *buying};
}

std::optional<OrderIntent> entry_into(PoolIndex pool, const EntryOptions& options,
                                      const View& view) {
    const dex::Pool& state = view.book.pool(pool);
    const auto sides = sol_pool(state);
    if (!sides) {
        return std::nullopt;
    }
    const TokenAmount amount{options.amount.raw()};
    const auto quote = dex::quote_exact_in(state, sides->buying, amount, view.quote);
    if (!quote) {
        return std::nullopt;
    }
    OrderIntent intent;
    intent.strategy = options.strategy;
    intent.kind = OrderKind::Entry;
    intent.mint_in = solana::kWrappedSolMint;
    intent.mint_out = sides->token;
    intent.amount_in = amount;
    intent.receive_min =
        part_floor(quote->amount_out, BasisPoints{kBasisPointsOne} - options.slippage);
    // The token account is created and kept; the wrapped SOL account comes and goes, but counts
    // until it has gone.
    const Lamports rents = view.costs.token_account_rent + view.costs.token_account_rent;
    // Of what is open already none is due; the transaction may create it all the same, and the
    // signer counts what it may take.
    intent.cost_expected = view.costs.entry_fee +
                           (options.is_token_account_open ? view.costs.token_account_rent : rents);
    intent.spend_max = options.amount + view.costs.entry_fee + rents +
                       venue_rent(state, sides->buying, view.costs);
    intent.slippage_max = options.slippage;
    intent.price_impact = dex::price_impact(state, sides->buying, *quote);
    intent.pool = pool;
    intent.pool_liquidity = sides->sol;
    intent.decided_at = view.book.updated_at(pool);
    intent.slots_valid = options.slots_valid;
    return intent;
}

Lamports venue_rent(const dex::Pool& pool, Direction direction, const Costs& costs) {
    const dex::SwapRents rents = dex::swap_rents(pool, direction);
    Lamports rent;
    for (int accounts = rents.of_user + rents.of_pool; accounts > 0; --accounts) {
        rent += costs.token_account_rent;
    }
    return rent;
}

}  // namespace sniperforge::strategy
