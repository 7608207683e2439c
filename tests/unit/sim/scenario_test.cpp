// SPDX-License-Identifier: MIT
#include "sniperforge/sim/scenario.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/data.hpp"

namespace sniperforge::sim {
namespace {

// `key: value  # note` lines as the config module reads them.
std::vector<ScenarioPair> pairs_of(const std::string& text) {
    std::vector<ScenarioPair> pairs;
    std::istringstream stream{text};
    std::string line;
    for (std::size_t number = 1; std::getline(stream, line); ++number) {
        line = line.substr(0, line.find("  #"));
        const std::size_t colon = line.find(": ");
        if (colon != std::string::npos) {
            pairs.push_back({line.substr(0, colon), line.substr(colon + 2), number});
        }
    }
    return pairs;
}

TEST(Scenario, LaunchesOnTheVenueThatTheFileNames) {
    EXPECT_EQ(named_scenario("demo")->launch_venue, LaunchVenue::Pump);
    const auto with = [](std::string venue) {
        const std::vector<ScenarioPair> pairs{{"launch_venue", std::move(venue), 1}};
        return scenario_from_pairs(pairs);
    };
    EXPECT_EQ(with("pump")->launch_venue, LaunchVenue::Pump);
    EXPECT_EQ(with("cpmm")->launch_venue, LaunchVenue::Cpmm);
    const auto refused = with("raydium");
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().text.find("write cpmm or pump"), std::string::npos);
    EXPECT_NE(describe(*with("pump")).find("launch_venue: pump"), std::string::npos);
}

TEST(Scenario, HasThreeNamesAndAnUnknownOneIsAnErrorThatListsThem) {
    for (const std::string_view name : {"demo", "calibrated", "stress"}) {
        const auto scenario = named_scenario(name);
        ASSERT_TRUE(scenario.has_value());
        EXPECT_EQ(scenario->name, name);
        EXPECT_EQ(scenario->tokens.size(), 7U);
    }
    const auto unknown = named_scenario("calm");
    ASSERT_FALSE(unknown.has_value());
    EXPECT_EQ(unknown.error().text,
              "there is no scenario 'calm': use demo, calibrated, stress or the path of a scenario "
              "file");
}

TEST(Scenario, CalibratedHasTheRecordedRatesAndNoMomentum) {
    const auto scenario = named_scenario("calibrated").value();
    EXPECT_EQ(scenario.time_compression, 1.0);
    EXPECT_EQ(scenario.dislocations_per_hour, 0.18);
    EXPECT_EQ(scenario.launches_per_day, 2'300);
    EXPECT_EQ(scenario.flow_sign_autocorrelation, 0.0);
    EXPECT_EQ(scenario.trends_per_hour, 0.0);
    // Calm and clustered rates over all eight pairs come to the recorded four an hour.
    const double share = scenario.dislocation_cluster_share;
    const double mean = 8 * ((1 - share) * scenario.dislocations_per_hour +
                             share * scenario.dislocation_cluster_per_hour);
    EXPECT_NEAR(mean, 4.0, 0.05);
}

TEST(Scenario, StressIsTheStressSet) {
    const auto calm = named_scenario("calibrated").value();
    const auto stress = named_scenario("stress").value();
    EXPECT_DOUBLE_EQ(stress.sol_sigma_bp_1m, 1.5 * calm.sol_sigma_bp_1m);
    EXPECT_EQ(stress.token_volatility_scale, 1.5);
    EXPECT_EQ(stress.garch_dof, 3U);
    EXPECT_EQ(stress.landing_delay_slots, 1U);
    EXPECT_EQ(stress.cpmm_fee_ppm, 3'750U);
    // Half the half-life: the chance to last a slot is the square.
    EXPECT_DOUBLE_EQ(1 - stress.dislocation_end_per_slot,
                     (1 - calm.dislocation_end_per_slot) * (1 - calm.dislocation_end_per_slot));
    EXPECT_GT(stress.drop_probability, calm.drop_probability);
}

TEST(Scenario, DescriptionListsEveryParameterAndReadsBackAsTheSameScenario) {
    for (const std::string_view name : {"demo", "calibrated", "stress"}) {
        const auto scenario = named_scenario(name).value();
        const std::string text = describe(scenario);
        const auto back = scenario_from_pairs(pairs_of(text));
        ASSERT_TRUE(back.has_value()) << back.error().text;
        EXPECT_EQ(*back, scenario);
    }
}

TEST(Scenario, FileChangesItsBaseWhereverTheBaseStands) {
    const std::vector<ScenarioPair> pairs{
        {"launches_per_day", "10", 1},    {"base", "demo", 2},      {"token.JUP.beta", "0.5", 3},
        {"token.NEW1.price_sol", "2", 4}, {"wallet_sol", "1.5", 5}, {"name", "mine", 6}};
    const auto scenario = scenario_from_pairs(pairs);
    ASSERT_TRUE(scenario.has_value()) << scenario.error().text;
    EXPECT_EQ(scenario->name, "mine");
    EXPECT_EQ(scenario->time_compression, 60);
    EXPECT_EQ(scenario->launches_per_day, 10);
    EXPECT_EQ(scenario->tokens.front().beta, 0.5);
    EXPECT_EQ(scenario->tokens.back().symbol, "NEW1");
    EXPECT_EQ(scenario->wallet_lamports, Lamports{1'500'000'000});
}

TEST(Scenario, TokensKeepsOnlyTheNamedOnesInTheirOrder) {
    const std::vector<ScenarioPair> pairs{{"tokens", "WIF, JUP", 1}};
    const auto scenario = scenario_from_pairs(pairs);
    ASSERT_TRUE(scenario.has_value()) << scenario.error().text;
    ASSERT_EQ(scenario->tokens.size(), 2U);
    EXPECT_EQ(scenario->tokens[0].symbol, "WIF");
    EXPECT_EQ(scenario->tokens[1].symbol, "JUP");
}

TEST(Scenario, EveryProblemOfAFileIsToldWithItsLine) {
    const std::vector<ScenarioPair> pairs{{"lunches_per_day", "10", 3}, {"garch_dof", "2", 4},
                                          {"garch_dof", "2.5", 5},      {"sol_price_usd", "0,5", 6},
                                          {"token.JUP.colour", "1", 7}, {"base", "calm", 8}};
    const auto scenario = scenario_from_pairs(pairs);
    ASSERT_FALSE(scenario.has_value());
    const std::string& text = scenario.error().text;
    EXPECT_NE(text.find("3: lunches_per_day: unknown key; the keys are base, name, tokens"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("launches_per_day"), std::string::npos);
    EXPECT_NE(text.find("4: garch_dof: '2' is not a number from 3 to 100"), std::string::npos);
    EXPECT_NE(text.find("5: garch_dof: stands in line 4 already"), std::string::npos);
    EXPECT_NE(text.find("6: sol_price_usd: '0,5' is not a number from 0.01 to 1000000"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("7: token.JUP.colour: unknown key"), std::string::npos);
    EXPECT_NE(text.find("8: base: there is no scenario 'calm'"), std::string::npos);
}

TEST(Scenario, BoundsAreInclusiveAndWholeNumbersMustBeWhole) {
    const auto read = [](std::string key, std::string value) {
        const std::vector<ScenarioPair> pairs{{std::move(key), std::move(value), 1}};
        return scenario_from_pairs(pairs).has_value();
    };
    EXPECT_TRUE(read("time_compression", "1"));
    EXPECT_FALSE(read("time_compression", "0.999"));
    EXPECT_TRUE(read("time_compression", "1000"));
    EXPECT_FALSE(read("time_compression", "1000.1"));
    EXPECT_TRUE(read("garch_dof", "3"));
    EXPECT_FALSE(read("garch_dof", "3.5"));
    EXPECT_FALSE(read("garch_beta", "0.96"));  // With alpha .05 the variance would have no mean.
    EXPECT_TRUE(read("garch_beta", "0.94"));
    EXPECT_FALSE(read("time_compression", "nan"));
    EXPECT_FALSE(read("launch_seed_min_sol", "401"));
}

class Candles : public testing::Test {
 protected:
    std::string write(const std::string& text) {
        path_ = (std::filesystem::temp_directory_path() /
                 ("sf_candles_" + std::to_string(::getpid()) + ".csv"))
                    .string();
        std::ofstream{path_} << text;
        return path_;
    }
    void TearDown() override { std::filesystem::remove(path_); }

 private:
    std::string path_;
};

TEST_F(Candles, AreReadWithOrWithoutHeaderAndVolume) {
    const auto bars = read_candles(
        write("ts_ms,open,high,low,close,volume\n1000,2,3,1.5,2.5,7\r\n61000,2.5,2.5,2.5,2.5\n"));
    ASSERT_TRUE(bars.has_value()) << bars.error().text;
    ASSERT_EQ(bars->size(), 2U);
    EXPECT_EQ(bars->front().time_ms, 1'000);
    EXPECT_EQ(bars->front().high, 3);
    EXPECT_EQ(bars->back().close, 2.5);
}

TEST_F(Candles, BadRowsAreErrorsWithTheirLine) {
    const std::string head = "ts_ms,open,high,low,close,volume\n1000,2,3,1,2,7\n";
    const auto error = [&](const std::string& row) {
        const auto bars = read_candles(write(head + row + "\n"));
        return bars ? std::string{"accepted"} : bars.error().text;
    };
    EXPECT_NE(error("2000,2,3,1").find(":3: has 4 columns"), std::string::npos);
    EXPECT_NE(error("2000,2,3,1,x").find(":3: price 'x' is not a positive number"),
              std::string::npos);
    EXPECT_NE(error("2000,2,3,1,0").find(":3: price '0' is not a positive number"),
              std::string::npos);
    EXPECT_NE(error("1000,2,3,1,2").find(":3: ts_ms 1000 does not come after 1000"),
              std::string::npos);
    EXPECT_NE(error("2000,2,3,2.5,2.6").find(":3: open 2"), std::string::npos);
    EXPECT_NE(error("2000,4,3,1,2").find(":3: open 4"), std::string::npos);
    EXPECT_EQ(error("2000,2,3,1,2"), "accepted");
}

TEST_F(Candles, MissingAndEmptyFilesAreErrors) {
    EXPECT_NE(read_candles("/nonexistent/a.csv").error().text.find("cannot open"),
              std::string::npos);
    EXPECT_NE(read_candles(write("")).error().text.find("holds no candle"), std::string::npos);
}

TEST(RecordedCandles, OfSolAreReadWhole) {
    SF_REQUIRE_DATA(data);
    const auto bars =
        read_candles((data / "marketdata/candles/binance_spot_SOLUSDT_1m.csv.gz").string());
    ASSERT_TRUE(bars.has_value()) << bars.error().text;
    EXPECT_EQ(bars->size(), 43'199U);  // MANIFEST.md.
    EXPECT_EQ(bars->front().time_ms, 1'774'267'740'000);
}

}  // namespace
}  // namespace sniperforge::sim
