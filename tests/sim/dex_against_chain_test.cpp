// SPDX-License-Identifier: MIT
// dex and the simulated programs were written apart from the same documents. Here they are held
// against each other: random pools, dex's quote, dex's instruction, executed by the chain. A
// rounding error of one unit on either side fails.
#include <gtest/gtest.h>

#include <map>

#include "sim/program_pump_layout.hpp"
#include "sim/program_whirlpool_math.hpp"
#include "sim/swap_world.hpp"
#include "sniperforge/sim/genesis_pump.hpp"
#include "sniperforge/sim/whirlpool.hpp"

namespace sniperforge {
namespace {

using test::expect_swap_as_quoted;
using test::SwapLimits;
using test::SwapWorld;

constexpr TokenAmount kPlenty{SwapWorld::kPlenty};

// ---- One pool of each venue, with random reserves, fees and flags ----

void make_raydium(SwapWorld& world, VenueId venue) {
    Rng& rng = world.rng;
    const Pubkey mint_1 = world.add_mint(solana::kTokenProgram, kPlenty);
    const Pubkey mint_2 = world.add_mint(solana::kTokenProgram, kPlenty);
    // Dust pools and deep ones alike.
    const TokenAmount amount_1{world.amount(3, 15)};
    const TokenAmount amount_2{world.amount(3, 15)};
    if (venue == VenueId::RaydiumCpmm) {
        const Pubkey config =
            sim::create_cpmm_config(world.chain, {.index = 3,
                                                  .trade_fee_rate = rng.below(30'000),
                                                  .creator_fee_rate = rng.below(5'000)});
        world.pool_id = sim::create_cpmm_pool(
                            world.chain, {.amm_config = config,
                                          .mint_a = mint_1,
                                          .mint_b = mint_2,
                                          .amount_a = amount_1,
                                          .amount_b = amount_2,
                                          .creator = world.trader,
                                          .creator_fee_on = static_cast<std::uint8_t>(rng.below(3)),
                                          .is_creator_fee_enabled = rng.chance(0.5)})
                            .pool;
    } else {
        world.pool_id = sim::create_amm_v4_pool(
                            world.chain,
                            {.market = world.key(),
                             .coin_mint = mint_1,
                             .pc_mint = mint_2,
                             .coin_amount = amount_1,
                             .pc_amount = amount_2,
                             .need_take_pnl_coin = TokenAmount{rng.below(amount_1.raw() / 10 + 1)}})
                            .pool;
    }
}

const Pubkey& either_token_program(SwapWorld& world) {
    return world.rng.chance(0.5) ? solana::kTokenProgram : solana::kToken2022Program;
}

// Rates of a trade, basis points, and who gets them.
sim::PumpOptions random_pump(Rng& rng) {
    sim::PumpOptions options;
    options.curve_tiers = {{0, 0, rng.below(200), rng.below(100)}};
    if (rng.chance(0.5)) {
        options.swap_tiers = {{0, rng.below(60), rng.below(100), rng.below(100)}};
    }
    return options;
}

void make_pump_curve(SwapWorld& world) {
    Rng& rng = world.rng;
    sim::create_wrapped_sol_mint(world.chain);
    sim::create_pump(world.chain, random_pump(rng));
    world.coin = world.add_mint(either_token_program(world), kPlenty);
    world.is_sol_native = true;
    world.unspent_max = 3;
    // Anywhere on the curve of 30 SOL × 1.073e15, and not exactly on it.
    constexpr std::uint64_t kQuote = 30'000'000'000, kToken = 1'073'000'000'000'000,
                            kNotForSale = 279'900'000'000'000;
    sim::PumpCurveOptions options;
    options.mint = world.coin;
    options.creator = rng.chance(0.8) ? world.key() : Pubkey{};
    options.real_quote = rng.below(85'000'000'000);
    options.virtual_quote = kQuote + options.real_quote;
    options.virtual_token =
        static_cast<std::uint64_t>(static_cast<u128>(kQuote) * kToken / options.virtual_quote) +
        rng.below(1'000);
    options.real_token = options.virtual_token - kNotForSale;
    options.is_cashback = rng.chance(0.3);
    world.pool_id = sim::create_pump_curve(world.chain, options).curve;
}

void make_pump_swap(SwapWorld& world) {
    Rng& rng = world.rng;
    sim::create_wrapped_sol_mint(world.chain);
    sim::create_pump(world.chain, random_pump(rng));
    sim::create_token_account(world.chain, world.trader, solana::kWrappedSolMint, kPlenty);
    sim::PumpPoolOptions options;
    options.name.base_mint = world.add_mint(either_token_program(world), kPlenty);
    // Of a migration, or somebody's own.
    options.name.creator =
        rng.chance(0.6) ? sim::pump_canonical_pool(world.chain, options.name.base_mint).creator
                        : world.key();
    options.base = TokenAmount{world.amount(3, 15)};
    options.quote = TokenAmount{world.amount(3, 13)};
    const auto boost_max = static_cast<std::int64_t>(options.quote.raw() / 2);
    options.virtual_quote = static_cast<std::int64_t>(rng.below(options.quote.raw())) -
                            (rng.chance(0.3) ? boost_max : 0);
    options.coin_creator = rng.chance(0.8) ? world.key() : Pubkey{};
    options.is_cashback = rng.chance(0.3);
    world.unspent_max = 4;
    // Where cashback goes, once it was opened.
    sim::create_token_account(
        world.chain, sim::pump::user_volume_accumulator(world.trader, solana::kPumpSwapProgram),
        solana::kWrappedSolMint, TokenAmount{});
    world.pool_id = sim::create_pump_pool(world.chain, options).pool;
}

// Positions around the price and one over all prices; fixed and dynamic arrays, fees that follow
// volatility in every third pool.
void make_whirlpool(SwapWorld& world) {
    namespace whirlpool = sim::whirlpool;
    Rng& rng = world.rng;
    const Pubkey mints[] = {world.add_mint(either_token_program(world), kPlenty),
                            world.add_mint(either_token_program(world), kPlenty)};
    sim::WhirlpoolOptions options;
    options.mint_a = std::min(mints[0], mints[1]);
    options.mint_b = std::max(mints[0], mints[1]);
    constexpr std::uint16_t kSpacings[] = {1, 8, 64, 128};
    options.tick_spacing = kSpacings[rng.below(std::size(kSpacings))];
    options.fee_rate = static_cast<std::uint16_t>(rng.below(20'000));
    options.are_arrays_dynamic = rng.chance(0.5);
    options.amount_a = options.amount_b = kPlenty;
    const auto tick = static_cast<std::int32_t>(rng.below(40'000)) - 20'000;
    const u128 low = whirlpool::sqrt_price_of(tick);
    options.sqrt_price =
        low + static_cast<u128>(rng.uniform() *
                                static_cast<double>(whirlpool::sqrt_price_of(tick + 1) - low));
    const std::int32_t spacing = options.tick_spacing;
    const auto aligned = [&](std::int32_t index) {
        return whirlpool::floor_div(index, spacing) * spacing;
    };
    std::map<std::int32_t, i128> net;
    const auto add = [&](std::int32_t lower, std::int32_t upper, std::uint64_t liquidity) {
        net[lower] += liquidity;
        net[upper] -= liquidity;
        options.liquidity += lower <= tick && tick < upper ? liquidity : 0;
    };
    const std::int32_t all = aligned(whirlpool::kTickMax);
    add(-all, all, world.amount(6, 11));
    for (int position = 0; position < 4; ++position) {
        const auto reach = [&] { return static_cast<std::int32_t>(rng.below(60)) * spacing; };
        const std::int32_t lower = aligned(tick) - reach();
        add(lower, lower + reach() + spacing, world.amount(6, 12));
    }
    for (const auto& [index, liquidity] : net) {
        if (liquidity != 0) {
            options.ticks.push_back({index, liquidity});
        }
    }
    if (rng.chance(0.33)) {
        sim::WhirlpoolOracle oracle;
        oracle.control_factor = static_cast<std::uint32_t>(rng.below(20'000));
        oracle.tick_group_size = options.tick_spacing;
        oracle.major_swap_ticks = options.tick_spacing;
        options.oracle = oracle;
    }
    world.takes_for_nothing = true;
    world.pool_id = sim::create_whirlpool(world.chain, options).pool;
}

// ---- Swaps of random size one after the other ----

template <typename Make, typename Limits>
void expect_sequences_as_quoted(std::uint64_t seeds, Make make, Limits limits) {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        SwapWorld world{seed};
        make(world);
        for (int swap = 0; swap < 8; ++swap) {
            SCOPED_TRACE(::testing::Message() << "seed " << seed << " swap " << swap);
            const Direction direction = world.rng.chance(0.5) ? Direction::AToB : Direction::BToA;
            expect_swap_as_quoted(world, swap % 2 == 1, direction, limits(world, direction));
            if (::testing::Test::HasFailure()) {
                return;  // The first one says it.
            }
            // Fees that follow volatility forget with time.
            for (auto slots = world.rng.below(60); swap % 3 == 2 && slots > 0; --slots) {
                world.chain.advance_slot();
            }
        }
    }
}

// Twice what goes in and all that comes out.
SwapLimits by_reserves(SwapWorld& world, Direction direction) {
    const dex::PoolBook book = world.book();
    const dex::Pool& pool = book.pool(*book.find(world.pool_id));
    const std::uint64_t a = dex::reserve_a(pool).raw(), b = dex::reserve_b(pool).raw();
    return direction == Direction::AToB ? SwapLimits{2 * a, b} : SwapLimits{2 * b, a};
}

TEST(DexAgainstChain, CpmmQuotesAreWhatTheProgramDoesToTheUnit) {
    expect_sequences_as_quoted(
        150, [](SwapWorld& world) { make_raydium(world, VenueId::RaydiumCpmm); }, by_reserves);
}

TEST(DexAgainstChain, AmmV4QuotesAreWhatTheProgramDoesToTheUnit) {
    expect_sequences_as_quoted(
        150, [](SwapWorld& world) { make_raydium(world, VenueId::RaydiumAmmV4); }, by_reserves);
}

// Purchases stay below what is left for sale: what a larger one does is not recorded, and dex
// refuses it.
TEST(DexAgainstChain, PumpCurveQuotesAreWhatTheProgramDoesToTheUnit) {
    expect_sequences_as_quoted(25, make_pump_curve, [](SwapWorld& world, Direction direction) {
        const dex::PoolBook book = world.book();
        const dex::Pool& pool = book.pool(*book.find(world.pool_id));
        if (direction == Direction::AToB) {
            return SwapLimits{1'000'000'000'000'000, dex::reserve_b(pool).raw() + 1};
        }
        const double left = static_cast<double>(dex::reserve_a(pool).raw());
        const double price = static_cast<double>(dex::marginal_price(pool).numerator) /
                             static_cast<double>(dex::marginal_price(pool).denominator);
        return SwapLimits{static_cast<std::uint64_t>(0.9 * left * price) + 1,
                          std::max<std::uint64_t>(dex::reserve_a(pool).raw(), 1)};
    });
}

TEST(DexAgainstChain, PumpSwapQuotesAreWhatTheProgramDoesToTheUnit) {
    expect_sequences_as_quoted(25, make_pump_swap, by_reserves);
}

TEST(DexAgainstChain, WhirlpoolQuotesAreWhatTheProgramDoesToTheUnit) {
    expect_sequences_as_quoted(25, make_whirlpool, [](SwapWorld& world, Direction) {
        return SwapLimits{world.amount(1, 12), world.amount(1, 12)};
    });
}

}  // namespace
}  // namespace sniperforge
