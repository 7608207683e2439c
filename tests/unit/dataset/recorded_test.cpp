// SPDX-License-Identifier: MIT
// The readers on the recordings that there are: every row is accounted for, and how many are bad is
// known (docs/recorded-data.md).
#include <gtest/gtest.h>

#include <charconv>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "sniperforge/dataset/candles.hpp"
#include "sniperforge/dataset/coin_history.hpp"
#include "sniperforge/dataset/pool_pairs.hpp"
#include "sniperforge/dataset/pool_swaps.hpp"
#include "sniperforge/dataset/pump_curve.hpp"
#include "sniperforge/dataset/text_file.hpp"
#include "support/data.hpp"

namespace sniperforge::dataset {
namespace {

// The file, and how many rows the manifest says it has.
struct Recording {
    std::string text;
    std::uint64_t rows = 0;
};
Recording recording_of(const std::filesystem::path& data, const std::string& name) {
    Recording recording;
    const auto text = read_text((data / "marketdata" / name).string());
    const auto manifest = read_text((data / "marketdata" / "MANIFEST.md").string());
    EXPECT_TRUE(text && manifest) << name;
    if (!text || !manifest) {
        return recording;
    }
    recording.text = *text;
    const std::string key = "| " + name + " | ";
    const std::size_t at = manifest->find(key);
    EXPECT_NE(at, std::string::npos) << name;
    if (at != std::string::npos) {
        const char* digits = manifest->data() + at + key.size();
        std::from_chars(digits, manifest->data() + manifest->size(), recording.rows);
    }
    return recording;
}

template <typename T>
void expect_accounted(const Result<Reading<T>>& reading, const Recording& recording,
                      std::uint64_t bad, std::uint64_t breaks, const std::string& name) {
    ASSERT_TRUE(reading) << name;
    const Tally& tally = reading->tally;
    EXPECT_EQ(tally.rows, recording.rows) << name;
    EXPECT_EQ(reading->rows.size() + tally.bad(), tally.rows) << name;
    EXPECT_EQ(tally.bad(), bad) << name << ": "
                                << (tally.examples.empty() ? "" : tally.examples.front().text);
    EXPECT_EQ(tally.breaks, breaks) << name;
}

TEST(Recorded, CandlesAreWhole) {
    SF_REQUIRE_DATA(data);
    const auto minutes = recording_of(data, "candles/binance_spot_SOLUSDT_1m.csv.gz");
    expect_accounted(read_candles(minutes.text, std::chrono::minutes{1}), minutes, 0, 0, "1m");
    const auto fives = recording_of(data, "candles/bybit_spot_SOLUSDT_5m.csv.gz");
    expect_accounted(read_candles(fives.text, std::chrono::minutes{5}), fives, 0, 0, "5m");
}

// One of the three coins runs backwards from its 250th trade on, which no replay can follow.
TEST(Recorded, CurveTradesAreUsableUntilTheyRunBackwards) {
    SF_REQUIRE_DATA(data);
    const auto recording = recording_of(data, "onchain/pump_curve_trades_cryptorsi.csv.gz");
    const auto reading = read_curve_trades(recording.text);
    expect_accounted(reading, recording, 254, 4, "trades");
    EXPECT_EQ(reading->tally.problems[static_cast<std::size_t>(RowProblem::OutOfOrder)], 253U);
}

TEST(Recorded, CurvePollsAndSnapshotsAreNearlyWhole) {
    SF_REQUIRE_DATA(data);
    const auto polls = recording_of(data, "onchain/pump_curve_polls_boluwatifee4.csv.gz");
    expect_accounted(read_curve_polls(polls.text), polls, 9, 0, "polls");
    const auto snapshots = recording_of(data, "onchain/pump_curve_snapshots_apex.csv.gz");
    expect_accounted(read_curve_snapshots(snapshots.text), snapshots, 70, 0, "snapshots");
}

TEST(Recorded, PoolSwapsAreWhole) {
    SF_REQUIRE_DATA(data);
    const auto swaps = recording_of(data, "onchain/postgrad_swaps_dacunha.csv.gz");
    expect_accounted(read_pool_swaps(swaps.text), swaps, 0, 0, "swaps");
}

TEST(Recorded, HistoriesOfCoinsAreWholeBesidesWhatNeverEnded) {
    SF_REQUIRE_DATA(data);
    const auto candles = recording_of(data, "onchain/postgrad_ohlcv_1h_dacunha.csv.gz");
    expect_accounted(read_coin_candles(candles.text), candles, 0, 4'656, "hours");
    const auto outcomes = recording_of(data, "onchain/pump_curve_outcomes_apex.csv.gz");
    expect_accounted(read_curve_outcomes(outcomes.text), outcomes, 0, 0, "outcomes");
    const auto trades = recording_of(data, "onchain/sim_sniper_trades_0xclarky.csv.gz");
    expect_accounted(read_sniper_trades(trades.text), trades, 6, 0, "sniper trades");
}

TEST(Recorded, PoolPairsAreWholeBesidesDuplicates) {
    SF_REQUIRE_DATA(data);
    const std::pair<const char*, std::uint64_t> parts[] = {
        {"ep606_617", 148}, {"ep630_all", 0}, {"ep630_raydium", 0}, {"ep630_raydium_25bps", 0}};
    for (const auto& [part, doubled] : parts) {
        const std::string name = std::string{"arb/solana_lp_arbs_montchik_"} + part + ".csv.gz";
        const auto pairs = recording_of(data, name);
        const auto reading = read_pool_pairs(pairs.text);
        expect_accounted(reading, pairs, doubled, 0, name);
        EXPECT_EQ(reading->tally.bad(),
                  reading->tally.problems[static_cast<std::size_t>(RowProblem::Duplicate)])
            << name;
    }
}

TEST(Recorded, AFileOfAnotherKindIsRefused) {
    SF_REQUIRE_DATA(data);
    const auto swaps = recording_of(data, "onchain/postgrad_swaps_dacunha.csv.gz");
    EXPECT_FALSE(read_curve_trades(swaps.text));
    EXPECT_FALSE(read_curve_polls(swaps.text));
    EXPECT_FALSE(read_curve_snapshots(swaps.text));
    EXPECT_FALSE(read_pool_pairs(swaps.text));
    EXPECT_FALSE(read_candles(swaps.text, std::chrono::minutes{1}));
}

}  // namespace
}  // namespace sniperforge::dataset
