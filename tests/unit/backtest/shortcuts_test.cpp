// SPDX-License-Identifier: MIT
// What a backtest leaves out to be quick changes no decision.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "sniperforge/backtest/backtest.hpp"
#include "sniperforge/backtest/cut.hpp"
#include "support/data.hpp"
#include "unit/backtest/tapes.hpp"

namespace sniperforge::backtest {
namespace {

using test::kTapeBegin;

// With the landings of a few seeds, some of which fail. `trades_min`: there was something to
// decide.
void expect_equal(const Tape& tape, const config::Settings& settings, std::size_t trades_min = 1) {
    std::size_t trades = 0;
    std::uint64_t submitted = 0;
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        BacktestOptions quick, thorough;
        quick.competition_percent = thorough.competition_percent = 20;
        quick.seed = thorough.seed = seed;
        thorough.is_thorough = true;
        const auto one = run_backtest(tape, settings, quick);
        const auto other = run_backtest(tape, settings, thorough);
        ASSERT_TRUE(one && other) << tape.name;
        trades += one->trades.size();
        submitted += one->orders.submitted;
        EXPECT_EQ(one->trades.size(), other->trades.size()) << tape.name;
        EXPECT_EQ(one->pnl_realized, other->pnl_realized) << tape.name;
        EXPECT_EQ(one->decision_sha256, other->decision_sha256) << tape.name;
    }
    EXPECT_GE(trades, trades_min) << tape.name << " submitted " << submitted;
}

[[nodiscard]] config::Settings with(bool arbitrage, bool sniper, bool momentum) {
    config::Settings settings = test::eager();
    settings.arbitrage.is_enabled = arbitrage;
    settings.sniper.is_enabled = sniper;
    settings.momentum.is_enabled = momentum;
    settings.sniper.liquidity_min = Lamports{1};
    settings.paper.landed_after_1_percent = 60;
    settings.paper.landed_after_2_percent = 20;
    settings.sniper.slippage = BasisPoints{1'000};
    settings.risk.slippage_max = BasisPoints{1'000};
    settings.risk.liquidity_min = {};
    settings.risk.liquidity_per_trade = 0;
    settings.risk.kelly_trades_min = 0;
    settings.risk.losing_streak_max = 1'000;
    return settings;
}

[[nodiscard]] config::Settings with_parts(config::Settings settings) {
    config::SniperRecipe recipe;
    recipe.name = "in parts";
    recipe.liquidity_min = Lamports{1};
    recipe.slippage = BasisPoints{1'000};
    recipe.amount = Lamports{300'000'000};
    recipe.stages = {{50, {}, 0}, {50, BasisPoints{100}, 5}};
    settings.sniper.recipes = {recipe};
    return settings;
}

// Five-minute bars that rise for an hour and fall for an hour.
[[nodiscard]] Tape bars() {
    dataset::Reading<dataset::Candle> reading;
    double price = 2;
    for (std::int64_t i = 0; i < 96; ++i) {
        dataset::Candle bar;
        bar.opened_at = kTapeBegin + std::chrono::minutes{5} * i;
        bar.open = price;
        bar.close = price * (i / 12 % 2 == 0 ? 1.01 : 1 / 1.01);
        bar.low = std::min(bar.open, bar.close);
        bar.high = std::max(bar.open, bar.close);
        price = bar.close;
        reading.rows.push_back(bar);
    }
    Tape tape = tape_of(reading, std::chrono::minutes{5}, SolPrices{150.0},
                        Lamports{1'000 * kLamportsPerSol}, "bars");
    EXPECT_TRUE(add_sol_price(tape, SolPrices{150.0}));
    return tape;
}

// Launches, a minute apart, that are bought for 40 slots and sold for 40.
[[nodiscard]] Tape curves() {
    Tape tape;
    tape.name = "curves";
    for (std::uint8_t coin = 0; coin < 6; ++coin) {
        Pubkey mint;
        mint.bytes.fill(static_cast<std::uint8_t>(20 + coin));
        const dex::Pool pool = recorded_curve(mint, 95, 30);
        tape.pools.push_back(pool);
        PriceReserves now = price_reserves(pool);
        for (std::uint64_t i = 0; i <= 80; ++i) {
            const std::uint64_t slot = coin * 150U + i;
            const WallTime at = kTapeBegin + kSlotNominal * static_cast<std::int64_t>(slot);
            if (i > 0) {
                const std::uint64_t sol = i <= 40 ? now.b + 100'000'000 : now.b - 100'000'000;
                now = {mul_div_floor(now.a, now.b, sol).value() + 1, sol};
            }
            tape.events.push_back({at, Slot{slot + 1}, i > 0 ? now.a : 0, i > 0 ? now.b : 0, coin,
                                   Direction::AToB,
                                   i > 0 ? TapeEventKind::Move : TapeEventKind::Appear});
        }
    }
    EXPECT_TRUE(add_sol_price(tape, SolPrices{150.0}));
    return tape;
}

// Two pools of SOL whose prices are apart, and apart the other way, every hundred slots.
[[nodiscard]] Tape pair() {
    dataset::Reading<dataset::PoolPair> reading;
    Pubkey one, two;
    one.bytes.fill(1);
    two.bytes.fill(2);
    for (std::uint64_t i = 0; i < 20; ++i) {
        dataset::PoolPair seen;
        seen.slot = Slot{262'000'000 + 100 * i};
        seen.buy = {VenueId::RaydiumAmmV4,
                    dataset::QuoteToken::Usdc,
                    i % 2 == 0 ? one : two,
                    Lamports{1'000 * kLamportsPerSol},
                    TokenAmount{150'000'000'000 + i},
                    seen.slot};
        seen.sell = seen.buy;
        seen.sell.pool = i % 2 == 0 ? two : one;
        seen.sell.quote = TokenAmount{165'000'000'000 + i};
        reading.rows.push_back(seen);
    }
    Tape tape = tapes_of(reading, "pair").at(0);
    EXPECT_TRUE(add_sol_price(tape, SolPrices{150.0}));
    return tape;
}

TEST(Shortcuts, MomentumDecidesTheSameWithoutThem) {
    // Where no tokens go round arbitrage is not asked, though it is enabled.
    for (const bool has_arbitrage : {false, true}) {
        expect_equal(bars(), with(has_arbitrage, false, true));
        expect_equal(test::up_and_down(200, 90, 200'000'000), with(has_arbitrage, false, true));
    }
}

TEST(Shortcuts, TheSniperDecidesTheSameWithoutThemAtOnceAndInParts) {
    config::Settings at_once = with_parts(with(false, true, false));
    at_once.sniper.recipes[0].stages.clear();
    at_once.sniper.recipes[0].amount = Lamports{100'000'000};
    at_once.paper.landed_after_1_percent = 95;
    at_once.paper.landed_after_2_percent = 0;
    expect_equal(curves(), at_once);
    expect_equal(curves(), with_parts(with(false, true, false)));
    expect_equal(curves(), with_parts(with(true, true, true)));
}

TEST(Shortcuts, ArbitrageDecidesTheSameWithoutThem) {
    expect_equal(pair(), with(true, false, false));
    expect_equal(pair(), with(true, true, true));
}

TEST(Shortcuts, DecideTheSameOnRecordedMarkets) {
    SF_REQUIRE_DATA(data);
    const auto first_hours = [&](const char* file, std::int64_t hours) {
        const auto tapes = read_tapes((data / "marketdata" / file).string(), SolPrices{150.0}, {});
        EXPECT_TRUE(tapes) << file;
        const Tape& tape = *std::ranges::max_element(
            *tapes, {}, [](const Tape& one) { return one.events.size(); });
        const WallTime begin = tape.events.front().at;
        return cut(tape, {begin, begin + std::chrono::hours{hours}});
    };
    expect_equal(first_hours("candles/binance_spot_BOMEUSDT_5m.csv.gz", 24),
                 with(true, false, true));
    expect_equal(first_hours("onchain/pump_curve_trades_cryptorsi.csv.gz", 2),
                 with(true, true, false), 0);
    expect_equal(first_hours("arb/solana_lp_arbs_montchik_ep630_raydium.csv.gz", 24),
                 with(true, false, false), 0);
}

}  // namespace
}  // namespace sniperforge::backtest
