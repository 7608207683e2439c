// SPDX-License-Identifier: MIT
#include "sniperforge/backtest/adapters.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "sniperforge/backtest/recorded_pools.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "support/data.hpp"

namespace sniperforge::backtest {
namespace {

constexpr WallTime kBegin{1'750'000'200'000'000'000};

[[nodiscard]] Pubkey mint_of(std::uint8_t number) {
    Pubkey mint;
    mint.bytes.fill(number);
    return mint;
}

[[nodiscard]] dataset::Candle bar(std::int64_t minute, double open, double low, double high,
                                  double close) {
    return {kBegin + std::chrono::minutes{minute}, open, high, low, close, 1};
}

TEST(SolPrices, AreThoseOfTheBarThatBeganLastAndNoneOfAnHourBefore) {
    const SolPrices prices{{bar(0, 100, 99, 101, 100), bar(5, 110, 99, 111, 100)},
                           std::chrono::minutes{5}};
    EXPECT_EQ(prices.at(WallTime{kBegin.ns - 1}), std::nullopt);
    EXPECT_EQ(prices.at(kBegin), 100.0);
    EXPECT_EQ(prices.at(WallTime{(kBegin + std::chrono::minutes{5}).ns - 1}), 100.0);
    EXPECT_EQ(prices.at(kBegin + std::chrono::minutes{65}), 110.0);
    EXPECT_EQ(prices.at(WallTime{(kBegin + std::chrono::minutes{65}).ns + 1}), std::nullopt);
    EXPECT_EQ(SolPrices{150.0}.at(kBegin), 150.0);
}

TEST(Adapters, ATradeOfTheCurveIsTheReservesThatItLeft) {
    dataset::Reading<dataset::CurveTrade> reading;
    dataset::CurveTrade trade;
    trade.at = kBegin;
    trade.slot = Slot{366'586'929};
    trade.mint = mint_of(1);
    trade.is_buy = true;
    trade.sol = Lamports{380'000'069};
    trade.tokens = TokenAmount{13'421'332'211'323};
    trade.virtual_sol = Lamports{30'380'000'069};
    trade.virtual_tokens = TokenAmount{1'059'578'667'788'677};
    trade.fee_rate = BasisPoints{95};
    trade.creator_fee_rate = BasisPoints{30};
    reading.rows.push_back(trade);
    const Tape tape = tape_of(reading, "trades");
    ASSERT_EQ(tape.pools.size(), 1U);
    const PriceReserves before = price_reserves(tape.pools[0]);
    EXPECT_EQ(before.b, 30'000'000'000U);
    EXPECT_EQ(before.a, 1'073'000'000'000'000U);
    ASSERT_EQ(tape.events.size(), 2U);
    EXPECT_EQ(tape.events[1].kind, TapeEventKind::Move);
    EXPECT_EQ(tape.events[1].in, trade.virtual_tokens.raw());
    EXPECT_EQ(tape.events[1].out, trade.virtual_sol.raw());
    // And the pool would have given the buyer what it gave.
    const auto quote = dex::quote_exact_in(tape.pools[0], Direction::BToA,
                                           TokenAmount{380'000'069 + 3'610'001 + 1'140'001}, {});
    ASSERT_TRUE(quote);
    EXPECT_NEAR(static_cast<double>(quote->amount_out.raw()), 13'421'332'211'323.0, 2.0e6);
}

TEST(Adapters, LooksAtACurveAreMovesOnlyWhereItMoved) {
    dataset::Reading<dataset::CurvePoll> reading;
    for (const std::uint64_t sol : {30'100'000'000U, 30'100'000'000U, 31'000'000'000U}) {
        dataset::CurvePoll poll;
        poll.at = kBegin + std::chrono::seconds{static_cast<std::int64_t>(reading.rows.size()) * 5};
        poll.mint = mint_of(1);
        poll.virtual_sol = Lamports{sol};
        reading.rows.push_back(poll);
    }
    const Tape tape = tape_of(reading, "polls");
    ASSERT_EQ(tape.events.size(), 2U);
    EXPECT_EQ(tape.events[0].kind, TapeEventKind::Appear);
    EXPECT_EQ(tape.events[1].out, 31'000'000'000U);
    EXPECT_EQ(tape.events[1].slot, Slot{1 + 25}) << "ten seconds of 400 ms";
    EXPECT_FALSE(tape.assumptions.empty());
}

constexpr Duration kFiveMinutes = std::chrono::minutes{5};

[[nodiscard]] Tape tape_of_bars(std::vector<dataset::Candle> rows, const SolPrices& sol,
                                Duration interval = kFiveMinutes) {
    dataset::Reading<dataset::Candle> reading;
    reading.rows = std::move(rows);
    return tape_of(reading, interval, sol, Lamports{1'000 * kLamportsPerSol}, "bars");
}
// In USD, where a SOL is worth a hundred.
[[nodiscard]] double usd_of(const TapeEvent& event) {
    return static_cast<double>(event.out) / static_cast<double>(event.in) / 1'000 * 100;
}

// While it lasts a bar is its open, and nothing else; in the slot that it ends in all of it is
// told.
TEST(Adapters, ABarIsToldWhenItIsOverAndInOneSlot) {
    const Tape tape =
        tape_of_bars({bar(0, 2.0, 1.8, 2.2, 2.1), bar(5, 2.1, 1.9, 2.3, 2.0)}, SolPrices{100.0});
    ASSERT_EQ(tape.events.size(), 1U + 8U);
    EXPECT_EQ(tape.events[1].at, kBegin);
    EXPECT_NEAR(usd_of(tape.events[1]), 2.0, 1e-6);
    EXPECT_EQ(tape.events[1].out, 1'000 * kLamportsPerSol);
    for (std::size_t i = 2; i <= 5; ++i) {
        EXPECT_EQ(tape.events[i].at, kBegin + kFiveMinutes);
        EXPECT_EQ(tape.events[i].slot, Slot{1 + 750}) << "of 400 ms";
    }
    const auto [low, high] = std::minmax(usd_of(tape.events[2]), usd_of(tape.events[3]));
    EXPECT_NEAR(low, 1.8, 1e-6);
    EXPECT_NEAR(high, 2.2, 1e-6);
    EXPECT_NEAR(usd_of(tape.events[4]), 2.1, 1e-6) << "the close";
    EXPECT_NEAR(usd_of(tape.events[5]), 2.1, 1e-6) << "the next open";
    EXPECT_NEAR(usd_of(tape.events[8]), 2.0, 1e-6);
    EXPECT_EQ(tape.events[8].at, kBegin + 2 * kFiveMinutes);
}

TEST(Adapters, WhetherTheLowIsToldFirstIsDrawnAndTheCloseDoesNotDecideIt) {
    std::size_t low_first = 0, bars = 0;
    std::vector<dataset::Candle> up, down;
    for (std::int64_t i = 0; i < 400; ++i) {
        up.push_back(bar(5 * i, 2.0, 1.8, 2.2, 2.1));
        down.push_back(bar(5 * i, 2.0, 1.8, 2.2, 1.9));
    }
    const Tape rising = tape_of_bars(up, SolPrices{100.0});
    const Tape falling = tape_of_bars(down, SolPrices{100.0});
    for (std::size_t i = 1; i + 3 < rising.events.size(); i += 4, ++bars) {
        const bool is_low = usd_of(rising.events[i + 1]) < 2.0;
        EXPECT_EQ(is_low, usd_of(falling.events[i + 1]) < 2.0);
        low_first += is_low ? 1 : 0;
    }
    ASSERT_EQ(bars, 400U);
    EXPECT_GT(low_first, 170U);  // Three deviations of a fair coin.
    EXPECT_LT(low_first, 230U);
}

// Between two prices of SOL nobody knows which part of a move was the token's.
TEST(Adapters, BarsShorterThanThoseOfSolArePutTogether) {
    const SolPrices sol{{bar(0, 100, 100, 100, 100), bar(5, 100, 100, 100, 100)}, kFiveMinutes};
    std::vector<dataset::Candle> minutes;
    for (std::int64_t i = 0; i < 9; ++i) {
        minutes.push_back(bar(i, 2.0, i == 3 ? 1.5 : 1.9, i == 4 ? 2.5 : 2.1, 2.05));
    }
    const Tape tape = tape_of_bars(minutes, sol, std::chrono::minutes{1});
    ASSERT_EQ(tape.events.size(), 1U + 8U);
    const auto [low, high] = std::minmax(usd_of(tape.events[2]), usd_of(tape.events[3]));
    EXPECT_NEAR(low, 1.5, 1e-6);
    EXPECT_NEAR(high, 2.5, 1e-6);
    EXPECT_NE(tape.assumptions[1].find("bars of 60 s are put together to those of SOL, 300 s"),
              std::string::npos);
    // One whose begin is missing is none.
    minutes.erase(minutes.begin() + 5);
    const Tape first = tape_of_bars(minutes, sol, std::chrono::minutes{1});
    EXPECT_EQ(first.events.size(), 1U + 4U);
    EXPECT_EQ(first.assumptions[2].substr(0, 20), "3 bars are left out:");
    // Longer ones stay as they are.
    EXPECT_EQ(tape_of_bars({bar(0, 2, 1, 3, 2)}, sol, std::chrono::minutes{10}).events.size(), 5U);
}

TEST(Adapters, LeavesOutBarsOfPricesThatNoPoolHolds) {
    dataset::Reading<dataset::Candle> reading;
    reading.rows = {bar(0, 2.0, 1.8, 2.2, 2.1), bar(5, 2.1, 1e-300, 2.3, 2.0),
                    bar(10, 2.0, 1.9, 1e300, 2.1), bar(15, 2.1, 2.0, 2.2, 2.1)};
    const Tape tape = tape_of(reading, std::chrono::minutes{5}, SolPrices{100.0},
                              Lamports{1'000 * kLamportsPerSol}, "bars");
    EXPECT_EQ(tape.events.size(), 1U + 8U);
    ASSERT_EQ(tape.assumptions.size(), 3U);
    EXPECT_EQ(tape.assumptions[1].substr(0, 20), "2 bars are left out:");
}

// A token that keeps its price in SOL does not move, whatever SOL does against the dollar.
TEST(Adapters, WhatTheTokenAndSolDoAlikeIsNoMove) {
    const SolPrices sol{{bar(0, 100, 90, 121, 120), bar(5, 110, 99, 121, 100)}, kFiveMinutes};
    const Tape tape =
        tape_of_bars({bar(0, 2.0, 1.8, 2.42, 2.2), bar(5, 2.2, 1.98, 2.42, 2.0)}, sol);
    ASSERT_EQ(tape.events.size(), 1U + 8U);
    for (std::size_t i = 2; i < tape.events.size(); ++i) {
        EXPECT_NEAR(static_cast<double>(tape.events[i].in), static_cast<double>(tape.events[1].in),
                    2.0)
            << i;
    }
}

// What SOL is worth later than an event shows nowhere in it.
TEST(Adapters, NoEventKnowsWhatSolIsWorthLater) {
    const std::vector<dataset::Candle> token{bar(0, 2.0, 1.8, 2.2, 2.1),
                                             bar(5, 2.1, 1.9, 2.3, 2.0)};
    const Tape one = tape_of_bars(
        token, SolPrices{{bar(0, 100, 99, 101, 100), bar(5, 100, 99, 101, 100)}, kFiveMinutes});
    const Tape other = tape_of_bars(
        token, SolPrices{{bar(0, 100, 99, 101, 100), bar(5, 100, 50, 201, 200)}, kFiveMinutes});
    ASSERT_EQ(one.events.size(), 9U);
    ASSERT_EQ(other.events.size(), 9U);
    for (std::size_t i = 0; i <= 5; ++i) {
        EXPECT_EQ(one.events[i].in, other.events[i].in) << i;
    }
    EXPECT_NE(one.events[8].in, other.events[8].in);
}

TEST(SolPrices, AreFreshWithinABarAndAtItsEndAndExtremesAreOfBarsThatAreOver) {
    const SolPrices prices{{bar(0, 100, 99, 101, 100.5), bar(5, 110, 98, 111, 109)}, kFiveMinutes};
    const WallTime begin = kBegin, second = kBegin + kFiveMinutes, end = second + kFiveMinutes;
    EXPECT_EQ(prices.fresh(WallTime{begin.ns - 1}), std::nullopt);
    EXPECT_EQ(prices.fresh(begin), 100.0);
    EXPECT_EQ(prices.fresh(WallTime{second.ns - 1}), 100.0);
    EXPECT_EQ(prices.fresh(second), 110.0) << "not the close of the first: this is newer";
    EXPECT_EQ(prices.fresh(end), 109.0);
    EXPECT_EQ(prices.fresh(WallTime{end.ns + 1}), std::nullopt);
    EXPECT_EQ(prices.extremes(begin, WallTime{second.ns - 1}), std::nullopt);
    ASSERT_TRUE(prices.extremes(begin, second));
    EXPECT_EQ(prices.extremes(begin, second)->low, 99);
    ASSERT_TRUE(prices.extremes(begin, end));
    EXPECT_EQ(prices.extremes(begin, end)->low, 98);
    EXPECT_EQ(prices.extremes(begin, end)->high, 111);
    EXPECT_EQ(prices.extremes(WallTime{begin.ns + 1}, second), std::nullopt);
}

TEST(SolPrices, AreFromACentToAHundredThousandDollars) {
    EXPECT_FALSE(is_sol_price(0.0099));
    EXPECT_TRUE(is_sol_price(0.01));
    EXPECT_TRUE(is_sol_price(100'000));
    EXPECT_FALSE(is_sol_price(100'000.01));
}

TEST(Adapters, APairOfPoolsIsSeenTogether) {
    dataset::Reading<dataset::PoolPair> reading;
    dataset::PoolPair pair;
    pair.slot = Slot{262'000'000};
    pair.buy = {VenueId::RaydiumAmmV4,
                dataset::QuoteToken::Usdc,
                mint_of(1),
                Lamports{1'000 * kLamportsPerSol},
                TokenAmount{150'000'000'000},
                Slot{262'000'000}};
    pair.sell = pair.buy;
    pair.sell.pool = mint_of(2);
    pair.sell.quote = TokenAmount{160'000'000'000};
    dataset::PoolPair other = pair;
    other.sell.quote_token = dataset::QuoteToken::Usdt;
    reading.rows = {pair, other};
    const auto tapes = tapes_of(reading, "pairs");
    ASSERT_EQ(tapes.size(), 1U);
    EXPECT_TRUE(tapes[0].is_competition_unrecorded);
    ASSERT_EQ(tapes[0].events.size(), 4U);
    EXPECT_EQ(tapes[0].events[2].kind, TapeEventKind::Quiet);
    EXPECT_EQ(tapes[0].events[3].kind, TapeEventKind::State);
    EXPECT_NE(tapes[0].assumptions[0].find("1 pairs of 2"), std::string::npos);
}

TEST(Adapters, SayWhyAKindThatIsKnownCannotBePlayed) {
    const std::filesystem::path path =
        std::filesystem::path{::testing::TempDir()} / "sf_unplayable.csv";
    const auto error_of = [&](const std::string& text) {
        std::ofstream{path, std::ios::binary | std::ios::trunc} << text;
        const auto tapes = read_tapes(path.string(), SolPrices{150.0}, {});
        std::filesystem::remove(path);
        return tapes ? std::string{} : tapes.error().text;
    };
    EXPECT_NE(error_of("mint,graduated,final_progress,final_sol\n")
                  .find("sf_unplayable.csv: no tape can be made of outcomes of bonding curves: it "
                        "has one row for each coin"),
              std::string::npos);
    // Without one of its columns it is of no kind at all.
    EXPECT_NE(error_of("mint,graduated,final_progress\n").find("of no kind"), std::string::npos);
    EXPECT_NE(error_of("1723161256172216566 {\"stream\":\"btcusd_perp@depth@0ms\"}\n")
                  .find("books and trades of an exchange"),
              std::string::npos);
    EXPECT_NE(error_of("\x28\xb5\x2f\xfd and more").find("unpack bars with `zstd -d`"),
              std::string::npos);
}

// Every recording is either played, or refused with its reason.
TEST(Adapters, KnowEveryRecordedFile) {
    SF_REQUIRE_DATA(data);
    std::size_t played = 0, refused = 0;
    for (const char* directory : {"onchain", "arb", "ticks"}) {
        for (const auto& file :
             std::filesystem::directory_iterator{data / "marketdata" / directory}) {
            const auto tapes = read_tapes(file.path().string(), SolPrices{150.0}, {});
            if (tapes) {
                EXPECT_FALSE(tapes->front().is_empty()) << file.path();
                ++played;
                continue;
            }
            EXPECT_NE(tapes.error().text.find("no tape can be made of"), std::string::npos)
                << tapes.error().text;
            ++refused;
        }
    }
    EXPECT_EQ(played, 4U + 4U);
    EXPECT_EQ(refused, 8U + 3U + 6U);
}

TEST(Adapters, NamesAFileThatIsOfNoKindAndOneThatIsNotThere) {
    const std::filesystem::path path =
        std::filesystem::path{::testing::TempDir()} / "sf_of_no_kind.csv";
    std::ofstream{path} << "foo,bar\n1,2\n";
    const auto unknown = read_tapes(path.string(), SolPrices{150.0}, {});
    std::filesystem::remove(path);
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().text.find("of no kind"), std::string::npos);
    EXPECT_NE(unknown.error().text.find("foo,bar"), std::string::npos);
    const auto missing = read_tapes("/no/such/file.csv", SolPrices{150.0}, {});
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().text.find("/no/such/file.csv"), std::string::npos);
}

}  // namespace
}  // namespace sniperforge::backtest
