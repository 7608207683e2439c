// SPDX-License-Identifier: MIT
#include "app/trendless_market.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::app {
namespace {

constexpr std::uint64_t kHours = 24;

// What it takes to see momentum trade where there is none: weak signals, and a loss limit by time.
[[nodiscard]] config::Settings eager_momentum() {
    config::Settings settings;
    settings.momentum.bar_trades = 4;
    settings.momentum.bars = 2;
    settings.momentum.rise_min = BasisPoints{1};
    settings.momentum.flow_imbalance_min = {};
    settings.risk.volatility_loss_max = {};
    settings.paper.balance = Lamports{1'000 * kLamportsPerSol};
    return settings;
}

// Looks at where the price will be when the time limit has passed: no one can.
class Peeking final : public backtest::EntryRule {
 public:
    explicit Peeking(Duration ahead) : ahead_{ahead} {}

    [[nodiscard]] bool is_entering(const backtest::Tape& tape, std::size_t event) override {
        const backtest::TapeEvent& now = tape.events[event];
        if (now.kind != backtest::TapeEventKind::Move ||
            dex::mint_b(tape.pools[now.pool]) == solana::kUsdcMint) {
            return false;
        }
        double later = price(now);
        for (std::size_t i = event + 1; i < tape.events.size(); ++i) {
            if (tape.events[i].at.ns - now.at.ns > ahead_.count()) {
                break;
            }
            if (tape.events[i].pool == now.pool) {
                later = price(tape.events[i]);
            }
        }
        constexpr double kRise = 0.015;  // Three round trips of fees.
        return later > price(now) * (1 + kRise);
    }

 private:
    // Raydium's pool has SOL on either side; of these the token is A.
    [[nodiscard]] static double price(const backtest::TapeEvent& event) {
        return static_cast<double>(event.out) / static_cast<double>(event.in);
    }
    Duration ahead_;
};

class TrendlessMarket : public testing::Test {
 protected:
    // Made once: it takes the simulated chain a second.
    static void SetUpTestSuite() { tape_ = new backtest::Tape{*trendless_tape(7, kHours)}; }
    static void TearDownTestSuite() { delete tape_; }
    static const backtest::Tape& tape() { return *tape_; }

 private:
    static inline backtest::Tape* tape_ = nullptr;
};

TEST_F(TrendlessMarket, IsAsLongAsAskedAndTheSameForTheSameSeed) {
    const Duration length{tape().events.back().at.ns - tape().events.front().at.ns};
    EXPECT_GT(length, std::chrono::hours{kHours - 1});
    EXPECT_LE(length, std::chrono::hours{kHours});
    const auto one = trendless_tape(3, 1);
    const auto again = trendless_tape(3, 1);
    const auto other = trendless_tape(4, 1);
    ASSERT_TRUE(one && again && other);
    const auto last = [](const backtest::Tape& of) { return of.events.back().out; };
    EXPECT_EQ(one->events.size(), again->events.size());
    EXPECT_EQ(last(*one), last(*again));
    EXPECT_NE(last(*one), last(*other));
}

TEST_F(TrendlessMarket, MomentumEarnsNothingOnIt) {
    const auto check = check_leakage(tape(), eager_momentum(), {});
    ASSERT_TRUE(check) << check.error().text;
    EXPECT_GE(check->trades, analytics::kTradesMin);
    EXPECT_EQ(check->leakage, analytics::Leakage::NotFound) << analytics::leakage_text(*check);
    ASSERT_TRUE(check->net_bps && check->net_bps->ci95);
    EXPECT_LT(check->net_bps->value, 0) << "the fees of both ways are lost";
}

// The check is seen failing: the same tape, exits, gate and fills, and a rule that knows what
// comes.
TEST_F(TrendlessMarket, ARuleThatPeeksFailsTheCheck) {
    config::Settings settings = eager_momentum();
    config::sell_by_time_alone(settings.exits, std::chrono::minutes{5});
    Peeking peeking{std::chrono::minutes{5}};
    const auto check = check_leakage(tape(), settings, {.rule = &peeking});
    ASSERT_TRUE(check) << check.error().text;
    EXPECT_EQ(check->leakage, analytics::Leakage::Found) << analytics::leakage_text(*check);
}

TEST_F(TrendlessMarket, TooShortAMarketDecidesNothing) {
    const auto tape_of_an_hour = trendless_tape(7, 1);
    ASSERT_TRUE(tape_of_an_hour);
    const auto check = check_leakage(*tape_of_an_hour, eager_momentum(), {});
    ASSERT_TRUE(check) << check.error().text;
    EXPECT_EQ(check->leakage, analytics::Leakage::Undecided);
}

}  // namespace
}  // namespace sniperforge::app
