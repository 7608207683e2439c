// SPDX-License-Identifier: MIT
#include "app/trendless_market.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

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

class SimulatedMarket : public testing::Test {
 protected:
    // Made once: it takes the simulated chain a second.
    static void SetUpTestSuite() {
        market_ = new TrendlessMarket{"the simulated market", {*trendless_tape(7, kHours)}};
    }
    static void TearDownTestSuite() { delete market_; }
    static const TrendlessMarket& market() { return *market_; }
    static const backtest::Tape& tape() { return market_->tapes.front(); }

 private:
    static inline TrendlessMarket* market_ = nullptr;
};

TEST_F(SimulatedMarket, IsAsLongAsAskedAndTheSameForTheSameSeed) {
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

TEST_F(SimulatedMarket, MomentumEarnsNothingOnIt) {
    const auto check = check_leakage(market(), eager_momentum(), {});
    ASSERT_TRUE(check) << check.error().text;
    EXPECT_GE(check->trades, analytics::kTradesMin);
    EXPECT_EQ(check->leakage, analytics::Leakage::NotFound) << analytics::leakage_text(*check);
    ASSERT_TRUE(check->net_bps && check->net_bps->ci95);
    EXPECT_LT(check->net_bps->value, 0) << "the fees of both ways are lost";
}

// The check is seen failing: the same tape, exits, gate and fills, and a rule that knows what
// comes.
TEST_F(SimulatedMarket, ARuleThatPeeksFailsTheCheck) {
    config::Settings settings = eager_momentum();
    config::sell_by_time_alone(settings.exits, std::chrono::minutes{5});
    Peeking peeking{std::chrono::minutes{5}};
    const auto check = check_leakage(market(), settings, {.rule = &peeking});
    ASSERT_TRUE(check) << check.error().text;
    EXPECT_EQ(check->leakage, analytics::Leakage::Found) << analytics::leakage_text(*check);
}

TEST_F(SimulatedMarket, TooShortAMarketDecidesNothing) {
    const auto tape_of_an_hour = trendless_tape(7, 1);
    ASSERT_TRUE(tape_of_an_hour);
    const auto check = check_leakage({"an hour", {*tape_of_an_hour}}, eager_momentum(), {});
    ASSERT_TRUE(check) << check.error().text;
    EXPECT_EQ(check->leakage, analytics::Leakage::Undecided);
}

// Buys what has just risen and sells it within the same bar: whoever is shown on the way where the
// bar ends earns by it.
[[nodiscard]] config::Settings quick_momentum() {
    config::Settings settings = eager_momentum();
    settings.momentum.bar_trades = 1;
    settings.momentum.bars = 1;
    settings.momentum.rise_min = BasisPoints{40};
    settings.momentum.cooldown_slots = 0;
    config::sell_by_time_alone(settings.exits, std::chrono::seconds{200});
    return settings;
}

TEST(TrendlessBars, MomentumEarnsNothingOnThemHoweverQuickItIs) {
    for (const config::Settings& settings : {quick_momentum(), eager_momentum()}) {
        for (const TrendlessMarket& market : trendless_bar_markets(1, 48)) {
            const auto check = check_leakage(market, settings, {});
            ASSERT_TRUE(check) << check.error().text;
            EXPECT_GE(check->trades, analytics::kTradesMin);
            EXPECT_EQ(check->leakage, analytics::Leakage::NotFound)
                << analytics::leakage_text(*check);
            ASSERT_TRUE(check->net_bps && check->net_bps->ci95);
            EXPECT_LT(check->net_bps->value, 0) << "the fees of both ways are lost";
        }
    }
}

// The check is seen failing on bars, too: prices on their way from one bar's open to the next
// one's.
TEST(TrendlessBars, ATapeThatLeadsToTheNextOpenFailsTheCheck) {
    TrendlessMarket market = trendless_bar_markets(1, 48).front();
    for (backtest::Tape& tape : market.tapes) {
        backtest::Tape leading = tape;
        leading.events.clear();
        const backtest::TapeEvent* last = nullptr;
        for (std::size_t i = 0; i < tape.events.size(); ++i) {
            const backtest::TapeEvent& event = tape.events[i];
            const bool is_open = event.pool == 0 && event.kind == backtest::TapeEventKind::Move &&
                                 (i + 1 == tape.events.size() || tape.events[i + 1].at > event.at);
            if (is_open && last != nullptr) {
                for (const std::int64_t quarter : {1, 2, 3}) {
                    const auto between = [&](auto from, auto to) {
                        return from + (to - from) / 4 * static_cast<decltype(to)>(quarter);
                    };
                    backtest::TapeEvent& on_the_way = leading.events.emplace_back(event);
                    on_the_way.at.ns = between(last->at.ns, event.at.ns);
                    on_the_way.slot.value = between(last->slot.value, event.slot.value);
                    // Amounts that fall are no unsigned difference.
                    const auto amount = [&](std::uint64_t from, std::uint64_t to) {
                        return static_cast<std::uint64_t>(between(static_cast<std::int64_t>(from),
                                                                  static_cast<std::int64_t>(to)));
                    };
                    on_the_way.in = amount(last->in, event.in);
                    on_the_way.out = amount(last->out, event.out);
                }
            }
            if (is_open || event.pool != 0 || event.kind == backtest::TapeEventKind::Appear) {
                leading.events.push_back(event);
            }
            last = is_open ? &event : last;
        }
        std::ranges::stable_sort(leading.events, {}, &backtest::TapeEvent::slot);
        tape = std::move(leading);
    }
    const auto check = check_leakage(market, quick_momentum(), {});
    ASSERT_TRUE(check) << check.error().text;
    EXPECT_EQ(check->leakage, analytics::Leakage::Found) << analytics::leakage_text(*check);
}

}  // namespace
}  // namespace sniperforge::app
