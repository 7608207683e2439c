// SPDX-License-Identifier: MIT
// A chain with one pool and a trader who holds plenty of both tokens: dex's quote and dex's
// instruction, executed by the simulated program.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "sniperforge/core/rng.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/sim/genesis.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::test {

struct SwapWorld {
    static constexpr std::uint64_t kPlenty = 4'000'000'000'000'000'000;

    explicit SwapWorld(std::uint64_t seed) : rng{seed}, chain{{.seed = seed}} {
        trader = key();
        sim::create_wallet(chain, trader, Lamports{kPlenty});
    }

    [[nodiscard]] Pubkey key() {
        Pubkey random;
        rng.fill(random.bytes);
        return random;
    }
    // Log-uniform between 10^low and 10^high.
    [[nodiscard]] std::uint64_t amount(double low, double high) {
        return static_cast<std::uint64_t>(std::pow(10.0, low + (high - low) * rng.uniform()));
    }
    Pubkey add_mint(const Pubkey& program, TokenAmount held) {
        const Pubkey mint = key();
        sim::create_mint(chain, mint,
                         {.decimals = 6, .supply = TokenAmount{kPlenty}, .program = program});
        sim::create_token_account(chain, trader, mint, held);
        return mint;
    }

    // The book as a feed would have filled it.
    [[nodiscard]] dex::PoolBook book() const {
        dex::PoolBook result;
        std::vector<dex::BookChange> changes;
        const auto apply = [&](const Pubkey& at) {
            const sim::Account* account = chain.account(at);
            const sim::Account none;
            const sim::Account& seen = account == nullptr ? none : *account;
            EXPECT_TRUE(result.apply({Slot{1}, at, seen.owner, seen.lamports, seen.data}, changes));
        };
        if (!coin.is_zero()) {
            result.name_mint(coin, changes);
        }
        apply(pool_id);
        for (auto wanted = result.take_accounts_wanted(); !wanted.empty();
             wanted = result.take_accounts_wanted()) {
            for (const Pubkey& needed : wanted) {
                apply(needed);
            }
        }
        return result;
    }

    [[nodiscard]] Pubkey account_of(const Pubkey& mint, const Pubkey& program) const {
        return solana::associated_token_address(trader, mint, program);
    }
    // What the trader has of a mint; of SOL his lamports, where the pool moves those.
    [[nodiscard]] std::uint64_t balance(const Pubkey& mint, const Pubkey& program) const {
        if (is_sol_native && mint == solana::kWrappedSolMint) {
            return chain.account(trader)->lamports.raw();
        }
        return solana::token_account_amount(chain.account(account_of(mint, program))->data)->raw();
    }

    Rng rng;
    sim::Chain chain;
    Pubkey trader, pool_id;
    Pubkey coin{};  // Of a curve, whose account does not name it.
    bool is_sol_native = false;
    // The program executes swaps too small to yield anything; dex refuses them.
    bool takes_for_nothing = false;
    // A purchase for a budget may leave so much of it: both fees are rounded up of what is left
    // for the coin.
    std::uint64_t unspent_max = 0;
};

// One swap, of at most these inputs or outputs: what dex promised is what the chain did.
struct SwapLimits {
    std::uint64_t in = 0, out = 0;
};
inline void expect_swap_as_quoted(SwapWorld& world, bool is_exact_out, Direction direction,
                                  const SwapLimits& limits) {
    const dex::PoolBook book = world.book();
    const dex::Pool& pool = book.pool(*book.find(world.pool_id));
    ASSERT_TRUE(dex::is_complete(pool));
    const bool is_a_in = direction == Direction::AToB;
    const Pubkey mint_in = is_a_in ? dex::mint_a(pool) : dex::mint_b(pool);
    const Pubkey mint_out = is_a_in ? dex::mint_b(pool) : dex::mint_a(pool);
    const Pubkey program_in = is_a_in ? dex::token_program_a(pool) : dex::token_program_b(pool);
    const Pubkey program_out = is_a_in ? dex::token_program_b(pool) : dex::token_program_a(pool);
    const dex::QuoteContext context{world.chain.slot_time().seconds(), world.chain.epoch(),
                                    world.chain.slot().value};
    const TokenAmount amount{1 + world.rng.below(is_exact_out ? limits.out : limits.in)};
    const auto quote = is_exact_out ? dex::quote_exact_out(pool, direction, amount, context)
                                    : dex::quote_exact_in(pool, direction, amount, context);
    const dex::SwapAccounts accounts{world.trader, world.account_of(mint_in, program_in),
                                     world.account_of(mint_out, program_out)};
    if (!quote && quote.error() == dex::QuoteError::AmountZero && world.takes_for_nothing) {
        return;
    }
    if (!quote) {
        // What dex refuses, the program refuses too, whatever bounds one would accept.
        const auto instruction =
            is_exact_out ? dex::swap_exact_out(pool, direction, TokenAmount{SwapWorld::kPlenty},
                                               amount, accounts)
                         : dex::swap_exact_in(pool, direction, amount, TokenAmount{0}, accounts);
        EXPECT_FALSE(world.chain.execute_unsigned(world.trader, {instruction}))
            << dex::to_string(quote.error()) << " for " << amount.raw();
        return;
    }
    const auto instruction =
        is_exact_out ? dex::swap_exact_out(pool, direction, quote->amount_in, amount, accounts)
                     : dex::swap_exact_in(pool, direction, amount, quote->amount_out, accounts);
    const std::uint64_t before_in = world.balance(mint_in, program_in);
    const std::uint64_t before_out = world.balance(mint_out, program_out);
    const auto executed = world.chain.execute_unsigned(world.trader, {instruction});
    ASSERT_TRUE(executed) << executed.error().text << " for " << amount.raw();
    const std::uint64_t spent = before_in - world.balance(mint_in, program_in);
    EXPECT_EQ(world.balance(mint_out, program_out) - before_out, quote->amount_out.raw());
    if (is_exact_out || is_a_in) {
        EXPECT_EQ(spent, quote->amount_in.raw());
    } else {
        EXPECT_LE(spent, quote->amount_in.raw());
        EXPECT_GE(spent + world.unspent_max, quote->amount_in.raw());
    }
}

}  // namespace sniperforge::test
