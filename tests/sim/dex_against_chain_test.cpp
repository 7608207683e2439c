// SPDX-License-Identifier: MIT
// dex and the simulated programs were written apart from the same documents. Here they are held
// against each other: random pools, dex's quote, dex's instruction, executed by the chain. A
// rounding error of one unit on either side fails.
#include <gtest/gtest.h>

#include <cmath>

#include "sniperforge/core/rng.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/sim/genesis.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge {
namespace {

constexpr std::uint64_t kPlenty = 4'000'000'000'000'000'000;

[[nodiscard]] Pubkey random_key(Rng& rng) {
    Pubkey key;
    rng.fill(key.bytes);
    return key;
}

// Log-uniform between 1e3 and 1e15: dust pools and deep ones alike.
[[nodiscard]] std::uint64_t random_reserve(Rng& rng) {
    return static_cast<std::uint64_t>(std::pow(10.0, 3.0 + 12.0 * rng.uniform()));
}

// A chain with one pool and a trader who holds plenty of both tokens.
struct World {
    World(std::uint64_t seed, VenueId venue) : rng{seed}, chain{{.seed = seed}} {
        trader = random_key(rng);
        sim::create_wallet(chain, trader, Lamports{100 * kLamportsPerSol});
        for (Pubkey* mint : {&mint_1, &mint_2}) {
            *mint = random_key(rng);
            sim::create_mint(chain, *mint, {.decimals = 6, .supply = TokenAmount{kPlenty}});
            sim::create_token_account(chain, trader, *mint, TokenAmount{kPlenty});
        }
        const TokenAmount amount_1{random_reserve(rng)};
        const TokenAmount amount_2{random_reserve(rng)};
        if (venue == VenueId::RaydiumCpmm) {
            const Pubkey config =
                sim::create_cpmm_config(chain, {.index = 3,
                                                .trade_fee_rate = rng.below(30'000),
                                                .creator_fee_rate = rng.below(5'000)});
            pool_id = sim::create_cpmm_pool(
                          chain, {.amm_config = config,
                                  .mint_a = mint_1,
                                  .mint_b = mint_2,
                                  .amount_a = amount_1,
                                  .amount_b = amount_2,
                                  .creator = trader,
                                  .creator_fee_on = static_cast<std::uint8_t>(rng.below(3)),
                                  .is_creator_fee_enabled = rng.chance(0.5)})
                          .pool;
        } else {
            pool_id =
                sim::create_amm_v4_pool(
                    chain, {.market = random_key(rng),
                            .coin_mint = mint_1,
                            .pc_mint = mint_2,
                            .coin_amount = amount_1,
                            .pc_amount = amount_2,
                            .need_take_pnl_coin = TokenAmount{rng.below(amount_1.raw() / 10 + 1)}})
                    .pool;
        }
    }

    // The book as a feed would have filled it.
    [[nodiscard]] dex::PoolBook book() const {
        dex::PoolBook result;
        std::vector<dex::BookChange> changes;
        const auto apply = [&](const Pubkey& key) {
            const sim::Account* account = chain.account(key);
            SF_ASSERT(account != nullptr);
            EXPECT_TRUE(result.apply(
                {Slot{1}, key, account->owner, account->lamports, account->data}, changes));
        };
        apply(pool_id);
        for (const Pubkey& needed : result.take_accounts_wanted()) {
            apply(needed);
        }
        return result;
    }

    [[nodiscard]] std::uint64_t balance(const Pubkey& mint) const {
        const Pubkey account =
            solana::associated_token_address(trader, mint, solana::kTokenProgram);
        return solana::token_account_amount(chain.account(account)->data)->raw();
    }

    Rng rng;
    sim::Chain chain;
    Pubkey trader, mint_1, mint_2, pool_id;
};

// One swap: what dex promised is what the chain did, to the unit.
void expect_swap_as_quoted(World& world, bool is_exact_out) {
    const dex::PoolBook book = world.book();
    const dex::Pool& pool = book.pool(*book.find(world.pool_id));
    ASSERT_TRUE(dex::is_complete(pool));
    const Direction direction = world.rng.chance(0.5) ? Direction::AToB : Direction::BToA;
    const bool is_a_in = direction == Direction::AToB;
    const Pubkey mint_in = is_a_in ? dex::mint_a(pool) : dex::mint_b(pool);
    const Pubkey mint_out = is_a_in ? dex::mint_b(pool) : dex::mint_a(pool);
    const std::uint64_t reserve_in = (is_a_in ? dex::reserve_a(pool) : dex::reserve_b(pool)).raw();
    const std::uint64_t reserve_out = (is_a_in ? dex::reserve_b(pool) : dex::reserve_a(pool)).raw();
    const dex::QuoteContext context{world.chain.slot_time().seconds(), world.chain.epoch()};
    const TokenAmount amount{1 + world.rng.below(is_exact_out ? reserve_out : 2 * reserve_in)};
    const auto quote = is_exact_out ? dex::quote_exact_out(pool, direction, amount, context)
                                    : dex::quote_exact_in(pool, direction, amount, context);
    const dex::SwapAccounts accounts{
        world.trader,
        solana::associated_token_address(world.trader, mint_in, solana::kTokenProgram),
        solana::associated_token_address(world.trader, mint_out, solana::kTokenProgram)};
    if (!quote) {
        // What dex refuses, the program refuses too, whatever bounds one would accept.
        const auto instruction =
            is_exact_out
                ? dex::swap_exact_out(pool, direction, TokenAmount{kPlenty}, amount, accounts)
                : dex::swap_exact_in(pool, direction, amount, TokenAmount{0}, accounts);
        EXPECT_FALSE(world.chain.execute_unsigned(world.trader, {instruction}))
            << dex::to_string(quote.error()) << " for " << amount.raw();
        return;
    }
    const auto instruction =
        is_exact_out ? dex::swap_exact_out(pool, direction, quote->amount_in, amount, accounts)
                     : dex::swap_exact_in(pool, direction, amount, quote->amount_out, accounts);
    const std::uint64_t before_in = world.balance(mint_in);
    const std::uint64_t before_out = world.balance(mint_out);
    const auto executed = world.chain.execute_unsigned(world.trader, {instruction});
    ASSERT_TRUE(executed) << executed.error().text;
    EXPECT_EQ(before_in - world.balance(mint_in), quote->amount_in.raw());
    EXPECT_EQ(world.balance(mint_out) - before_out, quote->amount_out.raw());
}

void expect_sequence_as_quoted(VenueId venue) {
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        World world{seed, venue};
        for (int swap = 0; swap < 8; ++swap) {
            SCOPED_TRACE(::testing::Message() << "seed " << seed << " swap " << swap);
            expect_swap_as_quoted(world, swap % 2 == 1);
            if (::testing::Test::HasFatalFailure()) {
                return;
            }
        }
    }
}

TEST(DexAgainstChain, CpmmQuotesAreWhatTheProgramDoesToTheUnit) {
    expect_sequence_as_quoted(VenueId::RaydiumCpmm);
}

TEST(DexAgainstChain, AmmV4QuotesAreWhatTheProgramDoesToTheUnit) {
    expect_sequence_as_quoted(VenueId::RaydiumAmmV4);
}

}  // namespace
}  // namespace sniperforge
