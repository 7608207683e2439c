// SPDX-License-Identifier: MIT
#include "sim/market.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "unit/sim/chain_fixture.hpp"
#include "unit/sim/market_fixture.hpp"

namespace sniperforge::sim {
namespace {

using MintPair = std::pair<Pubkey, Pubkey>;

// For each pair of mints the largest gap between two of its pools beyond both fees, basis points.
// From accounts alone: what a daemon could compute.
std::map<MintPair, double> gaps(const Simulation& simulation) {
    std::map<MintPair, std::vector<PoolView>> pairs;
    for (const Pubkey& key : simulation.market.liquid_pools()) {
        const auto pool = read_pool(simulation.chain, key);
        EXPECT_TRUE(pool.has_value());
        pairs[std::minmax(pool->mint_a, pool->mint_b)].push_back(*pool);
    }
    std::map<MintPair, double> found;
    for (const auto& [mints, pools] : pairs) {
        const auto price = [&low = mints.first](const PoolView& pool) {
            return pool.mint_a == low ? pool.price() : 1.0 / pool.price();
        };
        double best = -1e9;
        for (const PoolView& a : pools) {
            for (const PoolView& b : pools) {
                best = std::max(best, std::log(price(a) / price(b)) + std::log(1 - a.fee()) +
                                          std::log(1 - b.fee()));
            }
        }
        found[mints] = best * 1e4;
    }
    return found;
}

// Rising runs as a momentum strategy sees them: three bars of eight trades, each above the last,
// at least 60 basis points in all, with 65 % buys.
class TrendCounter {
 public:
    void watch(Simulation& simulation) {
        simulation.market.set_trade_listener([this, &simulation](const RetailTrade& trade) {
            const auto key = simulation.market.liquid_pools().at(trade.asset * 2 + trade.pool);
            const auto pool = read_pool(simulation.chain, key).value();
            const bool is_base_a = pool.mint_b == solana::kWrappedSolMint;
            add(trades_[key], is_base_a ? pool.price() : 1.0 / pool.price(), trade.is_buy);
        });
    }
    [[nodiscard]] int trends() const { return trends_; }

 private:
    struct Trade {
        double price = 0;
        bool is_buy = false;
    };
    void add(std::vector<Trade>& trades, double price, bool is_buy) {
        trades.push_back({price, is_buy});
        if (trades.size() < 32) {
            return;
        }
        const double first = trades[7].price;
        const bool rises = trades[15].price > first && trades[23].price > trades[15].price &&
                           trades[31].price > trades[23].price;
        const auto buys = std::count_if(trades.begin() + 8, trades.end(),
                                        [](const Trade& trade) { return trade.is_buy; });
        if (rises && trades.back().price / first > 1.006 && buys >= 16) {
            ++trends_;
            trades.clear();
        } else {
            trades.erase(trades.begin());
        }
    }
    std::map<Pubkey, std::vector<Trade>> trades_;
    int trends_ = 0;
};

// Launches that a careful sniper may buy: coins of the curve, whose mints nobody can inflate or
// freeze, with at least two purchases behind the creator's.
class SafeLaunchCounter final : public ChainObserver {
 public:
    explicit SafeLaunchCounter(Chain& chain) : chain_{chain} { chain.set_observer(this); }
    ~SafeLaunchCounter() override { chain_.set_observer(nullptr); }
    void on_account(const Pubkey&, const Account&, Slot) override {}
    void on_slot(Slot, Slot, Slot) override {}
    void on_transaction(const Receipt& receipt) override {
        const bool is_creation = has_line(receipt.logs, "Instruction: CreateV2");
        const bool is_purchase = has_line(receipt.logs, "Instruction: BuyExactSolIn");
        std::set<Pubkey> mints;
        for (const TokenBalance& balance : receipt.post_token_balances) {
            mints.insert(balance.mint);
        }
        for (const Pubkey& key : mints) {
            const Account* mint = chain_.account(key);
            if (is_creation && mint != nullptr && read_le<std::uint32_t>(mint->data, 0) == 0 &&
                read_le<std::uint32_t>(mint->data, 46) == 0) {
                safe_.insert(key);
            } else if (is_purchase && safe_.contains(key)) {
                ++purchases_[key];
            }
        }
    }
    [[nodiscard]] std::size_t bought() const {
        return static_cast<std::size_t>(
            std::ranges::count_if(purchases_, [](const auto& entry) { return entry.second >= 2; }));
    }

 private:
    Chain& chain_;
    std::set<Pubkey> safe_;
    std::map<Pubkey, int> purchases_;
};

class DemoPromises : public testing::TestWithParam<std::uint64_t> {};

TEST_P(DemoPromises, AreKeptWithinAMinute) {
    Simulation simulation{*named_scenario("demo"), GetParam()};
    TrendCounter trends;
    trends.watch(simulation);
    SafeLaunchCounter launches{simulation.chain};
    std::map<MintPair, int> open_slots;
    int lasting = 0;
    for (int i = 0; i < kMinuteSlots; ++i) {
        simulation.slot();
        for (const auto& [mints, net_bp] : gaps(simulation)) {
            int& slots = open_slots[mints];
            slots = net_bp > 10 ? slots + 1 : 0;
            lasting += slots == 2 ? 1 : 0;
        }
    }
    RecordProperty("lasting", lasting);
    RecordProperty("trends", trends.trends());
    std::printf(
        "seed %lu: lasting %d of %lu, trends %d, launches %lu (%zu safe and bought), rugs "
        "%lu, trades %lu\n",
        GetParam(), lasting, simulation.statistics.dislocations, trends.trends(),
        simulation.statistics.launches, launches.bought(), simulation.statistics.rugs,
        simulation.statistics.market_trades);
    EXPECT_GE(lasting, 3);
    EXPECT_GE(trends.trends(), 3);
    EXPECT_GE(simulation.statistics.launches, 6U);
    EXPECT_GE(launches.bought(), 2U);
    EXPECT_GE(simulation.statistics.rugs, 1U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, DemoPromises, testing::Values(1, 2, 3, 4, 5));

TEST(CalibratedMarket, HasNoProfitableGapOutsideOfItsSeededDislocations) {
    Scenario scenario = named_scenario("calibrated").value();
    scenario.dislocations_per_hour = 0;
    scenario.dislocation_cluster_per_hour = 0;
    scenario.launches_per_day = 0;
    scenario.time_compression = 20;  // Twenty minutes' worth of moves in one.
    Simulation simulation{scenario, 3};
    for (int i = 0; i < 3 * kMinuteSlots; ++i) {
        simulation.slot();
        for (const auto& [mints, net_bp] : gaps(simulation)) {
            ASSERT_LT(net_bp, 0) << "slot " << i;
        }
    }
    EXPECT_GT(simulation.statistics.market_trades, 100U);
    EXPECT_EQ(simulation.statistics.dislocations, 0U);
}

TEST(CalibratedMarket, HasFourDislocationsAnHourOnAverage) {
    Scenario scenario = named_scenario("calibrated").value();
    scenario.launches_per_day = 0;
    scenario.trades_per_minute = 0;
    scenario.time_compression = 10;  // A slot is still much shorter than anything that is drawn.
    // 40 hours: 160 expected; clusters make the deviation a few times a Poisson's.
    Simulation simulation{scenario, 5};
    simulation.slots(40 * 60 * kMinuteSlots / 10);
    EXPECT_GT(simulation.statistics.dislocations, 90U);
    EXPECT_LT(simulation.statistics.dislocations, 250U);
}

TEST(CalibratedMarket, RetailFlowHasNoMemoryAndTheDemosHas) {
    const auto autocorrelation = [](double configured) {
        Scenario scenario = named_scenario("calibrated").value();
        scenario.flow_sign_autocorrelation = configured;
        scenario.launches_per_day = 0;
        scenario.time_compression = 10;
        Simulation simulation{scenario, 9};
        std::map<std::pair<std::size_t, std::size_t>, double> last;
        double sum = 0;
        double square = 0;
        int count = 0;
        simulation.market.set_trade_listener([&](const RetailTrade& trade) {
            const double sign = trade.is_buy ? 1 : -1;
            double& previous = last[{trade.asset, trade.pool}];
            sum += sign * previous;
            square += previous * previous;
            ++count;
            previous = sign;
        });
        simulation.slots(10 * kMinuteSlots);
        EXPECT_GT(count, 5'000);
        return sum / square;
    };
    // Three standard errors of 9,600 signs are 0.031.
    EXPECT_NEAR(autocorrelation(0.0), 0.0, 0.035);
    EXPECT_NEAR(autocorrelation(0.5), 0.5, 0.035);
}

TEST(CalibratedMarket, SolMovesWithTheRecordedVolatility) {
    const Scenario scenario = named_scenario("calibrated").value();
    PriceModel model{scenario, {}, Rng{4}};
    double sum_square = 0;
    double lagged = 0;
    double previous = 0;
    constexpr int kMinutes = 60 * 24 * 30;
    for (int i = 0; i < kMinutes; ++i) {
        const double before = model.sol_usd();
        for (int step = 0; step < 5; ++step) {
            model.advance(0.2);
        }
        const double change = std::log(model.sol_usd() / before);
        sum_square += change * change;
        lagged += change * previous;
        previous = change;
    }
    const double deviation_bp = std::sqrt(sum_square / kMinutes) * 1e4;
    EXPECT_GT(deviation_bp, 7.0);  // Recorded 7.8 to 9.8, jumps apart; heavy tails make it wander.
    EXPECT_LT(deviation_bp, 13.0);
    EXPECT_NEAR(lagged / sum_square, 0.0, 0.05);  // No momentum built in.
}

TEST(RecordedBars, DriveSolAndTheModelTakesOverBehindThem) {
    const std::vector<PriceBar> bars{{0, 100, 110, 95, 105}, {60'000, 105, 106, 104, 104.5}};
    const Scenario scenario = named_scenario("calibrated").value();
    PriceModel model{scenario, bars, Rng{1}};
    EXPECT_EQ(model.sol_usd(), 100);
    model.advance(1.0 / 3);  // The nearer extreme first.
    EXPECT_NEAR(model.sol_usd(), 95, 1e-6);
    model.advance(1.0 / 3);
    EXPECT_NEAR(model.sol_usd(), 110, 1e-6);
    model.advance(1.0 / 3 + 1e-9);
    EXPECT_NEAR(model.sol_usd(), 105, 1e-3);
    model.advance(0.999);
    EXPECT_NEAR(model.sol_usd(), 104.5, 0.01);
    model.advance(1);
    EXPECT_NE(model.sol_usd(), 104.5);
    EXPECT_NEAR(model.sol_usd(), 104.5, 5);
}

TEST(Launches, AreForgottenSoThatTheChainStaysBounded) {
    Scenario scenario = named_scenario("demo").value();
    scenario.launch_venue = LaunchVenue::Cpmm;
    scenario.launches_per_day = 10'000;  // Seven a real second.
    scenario.trades_per_minute = 0;
    scenario.launch_pools_max = 60;
    Simulation simulation{scenario, 2};
    std::size_t most = 0;
    for (int i = 0; i < 10 * kMinuteSlots; ++i) {
        simulation.slot();
        most = std::max(most, simulation.chain.account_count());
        ASSERT_LE(simulation.market.launches_alive(), 60U);
    }
    EXPECT_GT(simulation.statistics.launches, 300U);
    EXPECT_LT(most, 60 * 14 + 250U);
}

// A launch that is long over, and stays because somebody outside of the market holds its token.
struct HeldLaunch {
    HeldLaunch() : simulation{crowded(), 2} {
        Chain& chain = simulation.chain;
        const std::vector<Pubkey> before = chain.accounts_owned_by(solana::kRaydiumCpmmProgram);
        while (simulation.statistics.launches == 0) {
            simulation.slot();
        }
        for (const Pubkey& key : chain.accounts_owned_by(solana::kRaydiumCpmmProgram)) {
            if (!std::ranges::binary_search(before, key) && read_pool(chain, key)) {
                launched = key;
            }
        }
        const auto pool = read_pool(chain, launched).value();
        const Pubkey mint = pool.mint_a == solana::kWrappedSolMint ? pool.mint_b : pool.mint_a;
        create_wallet(chain, test_key(3), Lamports{kLamportsPerSol});
        held = create_token_account(chain, test_key(3), mint, TokenAmount{1});
        simulation.slots(5 * kMinuteSlots);
    }
    static Scenario crowded() {
        Scenario scenario = named_scenario("demo").value();
        scenario.launch_venue = LaunchVenue::Cpmm;
        scenario.launch_pools_max = 4;
        scenario.launches_per_day = 5'000;
        return scenario;
    }
    [[nodiscard]] bool is_there() const {
        return read_pool(simulation.chain, launched).has_value();
    }

    Simulation simulation;
    Pubkey launched, held;
};

TEST(Launches, StayWhileSomebodyElseHoldsTheToken) {
    HeldLaunch launch;
    EXPECT_TRUE(launch.is_there());
    launch.simulation.chain.erase_account(launch.held);
    launch.simulation.slots(kMinuteSlots);
    EXPECT_FALSE(launch.is_there());
}

// Whoever holds it nowhere on the branch may hold it again when that is abandoned, and an erased
// account does not come back.
TEST(Launches, StayWhileAForkLasts) {
    HeldLaunch launch;
    ASSERT_TRUE(launch.simulation.chain.fork({.slots = kForkSlotsMax}));
    launch.simulation.chain.erase_account(launch.held);
    for (std::uint32_t slots = 0; launch.simulation.chain.is_forked(); ++slots) {
        ASSERT_LE(slots, 2 * kForkSlotsMax);
        EXPECT_TRUE(launch.is_there()) << "after " << slots << " slots";
        launch.simulation.slot();
    }
    launch.simulation.slots(kMinuteSlots);
    EXPECT_FALSE(launch.is_there());
}

// What a pool promises is what the program pays, to the unit, for either program and direction.
TEST(MarketPool, QuotesEqualWhatTheChainExecutes) {
    Simulation simulation{*named_scenario("demo"), 6};
    simulation.slots(50);
    Chain& chain = simulation.chain;
    const Pubkey user = test_key(5);
    create_wallet(chain, user, Lamports{10 * kLamportsPerSol});
    Rng rng{8};
    int executed = 0;
    for (const Pubkey& key : simulation.market.liquid_pools()) {
        for (const bool is_a_to_b : {true, false}) {
            const auto pool = read_pool(chain, key).value();
            const Pubkey& paid = is_a_to_b ? pool.mint_a : pool.mint_b;
            const Pubkey& received = is_a_to_b ? pool.mint_b : pool.mint_a;
            const std::uint64_t in =
                1 + rng.below((is_a_to_b ? pool.reserve_a : pool.reserve_b) / 50);
            const auto quoted = quote_in(pool, is_a_to_b, in);
            const Pubkey source = create_token_account(chain, user, paid, TokenAmount{in});
            const Pubkey destination = create_token_account(chain, user, received, TokenAmount{});
            const auto done = chain.execute_unsigned(
                user, {swap_in(pool, is_a_to_b, in, 0,
                               {.user = user, .source = source, .destination = destination})});
            ASSERT_EQ(done.has_value(), quoted.has_value());
            if (quoted) {
                EXPECT_EQ(read_le<std::uint64_t>(chain.account(destination)->data, 64), *quoted);
                ++executed;
            }
        }
    }
    EXPECT_GT(executed, 28);
}

TEST(MarketPool, ExactOutIsTheSmallestInputThatGivesIt) {
    Simulation simulation{*named_scenario("calibrated"), 6};
    for (const Pubkey& key : simulation.market.liquid_pools()) {
        const auto pool = read_pool(simulation.chain, key).value();
        for (const std::uint64_t out : {1'000'000ULL, 123'456'789ULL}) {
            const auto in = quote_out(pool, true, out);
            ASSERT_TRUE(in.has_value());
            EXPECT_GE(quote_in(pool, true, *in).value(), out);
        }
        EXPECT_FALSE(quote_out(pool, true, 0).has_value());
        EXPECT_FALSE(quote_out(pool, true, pool.reserve_b).has_value());
    }
}

TEST(Poisson, HasItsMeanAndItsBound) {
    Rng rng{1};
    for (const double mean : {0.05, 1.0, 20.0, 200.0}) {
        double sum = 0;
        for (int i = 0; i < 4'000; ++i) {
            sum += poisson(rng, mean, 100'000);
        }
        EXPECT_NEAR(sum / 4'000, mean, 4 * std::sqrt(mean / 4'000)) << mean;
    }
    EXPECT_EQ(poisson(rng, 0, 10), 0U);
    for (int i = 0; i < 100; ++i) {
        EXPECT_LE(poisson(rng, 9, 3), 3U);
    }
}

}  // namespace
}  // namespace sniperforge::sim
