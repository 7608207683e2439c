// SPDX-License-Identifier: MIT
// Launches on the pump.fun curve, and whirlpools among the markets.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "sim/market.hpp"
#include "sniperforge/solana/token_extensions.hpp"
#include "unit/sim/chain_fixture.hpp"
#include "unit/sim/market_fixture.hpp"

namespace sniperforge::sim {
namespace {

Scenario on_the_curve(std::string_view base = "demo") {
    Scenario scenario = named_scenario(base).value();
    scenario.launch_venue = LaunchVenue::Pump;
    scenario.trades_per_minute = 0;
    scenario.tokens.resize(1);  // The other markets are not looked at.
    return scenario;
}

const Pubkey kCurveProgram = pubkey_constant("6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P");
const Pubkey kPoolProgram = pubkey_constant("pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA");

// Every account of the programs besides their settings: curves of 125 bytes, pools of 301.
std::vector<Account> accounts_of(const Chain& chain, const Pubkey& program, std::size_t bytes) {
    std::vector<Account> found;
    for (const Pubkey& key : chain.accounts_owned_by(program)) {
        if (chain.account(key)->data.size() == bytes) {
            found.push_back(*chain.account(key));
        }
    }
    return found;
}

TEST(PumpLaunches, LiveOnTheCurveAndMoveToAPoolWhenItIsSoldOut) {
    Simulation simulation{on_the_curve()};
    simulation.slots(2 * kMinuteSlots);
    EXPECT_GT(simulation.statistics.launches, 25U);
    EXPECT_GT(simulation.statistics.migrations, 0U);
    EXPECT_LT(simulation.statistics.migrations, simulation.statistics.launches / 2);
    EXPECT_GT(simulation.statistics.rugs, 0U);
    EXPECT_GT(simulation.statistics.market_trades, 250U);
    const auto curves = accounts_of(simulation.chain, kCurveProgram, 125);
    EXPECT_EQ(curves.size(), simulation.market.launches_alive());
    std::size_t empty = 0;
    for (const Account& curve : curves) {
        const auto real_quote = read_le<std::uint64_t>(curve.data, 32);
        // The curve's SOL is really there, whatever was traded.
        EXPECT_EQ(curve.lamports.raw(), simulation.chain.rent_exempt_minimum(125) + real_quote);
        empty += read_le<std::uint64_t>(curve.data, 8) == 0 ? 1 : 0;
    }
    EXPECT_EQ(accounts_of(simulation.chain, kPoolProgram, 301).size(), empty);
    EXPECT_TRUE(accounts_of(simulation.chain, solana::kRaydiumCpmmProgram, 637).size() ==
                simulation.scenario.tokens.size() + 1);  // None was launched there.
}

// The names and URIs of all coins, by mint.
std::map<Pubkey, std::pair<std::string, std::string>> stories_of(const Chain& chain) {
    std::map<Pubkey, std::pair<std::string, std::string>> stories;
    for (const Pubkey& key : chain.accounts_owned_by(solana::kToken2022Program)) {
        const auto extensions = solana::decode_mint_extensions(chain.account(key)->data);
        if (extensions && extensions->token_metadata) {
            stories[key] = {extensions->token_metadata->name, extensions->token_metadata->uri};
        }
    }
    return stories;
}

TEST(PumpLaunches, TellTheLastStoryAgainAsOftenAsTheScenarioSays) {
    const auto run = [](double probability) {
        Scenario scenario = on_the_curve();
        scenario.launch_copy_probability = probability;
        Simulation simulation{scenario, 4};
        simulation.slots(kMinuteSlots / 2);
        return stories_of(simulation.chain);
    };
    const auto distinct = [](const auto& stories) {
        std::set<std::string> names, uris;
        for (const auto& [mint, story] : stories) {
            names.insert(story.first);
            uris.insert(story.second);
        }
        EXPECT_EQ(names.size(), uris.size()) << "a copy has both";
        return names.size();
    };
    const auto none = run(0), some = run(0.5), all = run(1);
    ASSERT_GT(none.size(), 8U);
    EXPECT_EQ(distinct(none), none.size());
    ASSERT_GT(some.size(), 8U);
    EXPECT_LT(distinct(some), some.size());
    EXPECT_GT(distinct(some), 1U);
    ASSERT_GT(all.size(), 8U);
    EXPECT_EQ(distinct(all), 1U);
}

TEST(PumpLaunches, GoTheSameWayForTheSameSeed) {
    const auto run = [](std::uint64_t seed) {
        Simulation simulation{on_the_curve(), seed};
        simulation.slots(kMinuteSlots / 2);
        return std::pair{simulation.chain.latest_blockhash(0), simulation.statistics.market_trades};
    };
    EXPECT_EQ(run(5), run(5));
    EXPECT_NE(run(5).first, run(6).first);
}

// CALIBRATION "peak": at most .6 % of launches graduate when nothing is known of them. The draw of
// the first purchases gives about 1 % of those with buyers, that of the peaks a little more.
TEST(PumpLaunches, RarelyGraduateAtTheRecordedRates) {
    Scenario scenario = on_the_curve("calibrated");
    scenario.time_compression = 60;
    scenario.launches_per_day = 20'000;
    scenario.launch_life_minutes = 8;
    scenario.launch_trades_per_slot_max = 1;
    Simulation simulation{scenario, 3};
    simulation.slots(kMinuteSlots / 2);
    EXPECT_GT(simulation.statistics.launches, 200U);
    EXPECT_LT(simulation.statistics.migrations * 100, simulation.statistics.launches * 4);
}

TEST(PumpLaunches, AreForgottenSoThatTheChainStaysBounded) {
    Scenario scenario = on_the_curve();
    scenario.launches_per_day = 10'000;
    scenario.launch_pools_max = 40;
    Simulation simulation{scenario, 2};
    std::size_t most = 0;
    for (int i = 0; i < 10; ++i) {
        simulation.slots(kMinuteSlots / 5);
        most = std::max(most, simulation.chain.account_count());
        ASSERT_LE(simulation.market.launches_alive(), 40U);
    }
    EXPECT_GT(simulation.statistics.launches, 100U);
    EXPECT_LT(most, 40 * 19 + 300U);
}

// Where a creator's past begins is who paid for his key; some pay for several.
TEST(PumpLaunches, CreatorsBeginWithATransferFromWhoPaidForThem) {
    Scenario scenario = on_the_curve();
    scenario.launches_per_day = 4'000;
    scenario.launch_no_buyer_probability = 1;  // So that no trades push the receipts out.
    scenario.launch_funder_again_probability = 0.5;
    Simulation simulation{scenario};
    simulation.slots(kMinuteSlots / 2);
    std::map<Pubkey, std::size_t> paid;
    const auto curves = accounts_of(simulation.chain, kCurveProgram, 125);
    for (const Account& curve : curves) {
        const Pubkey creator = Pubkey::from(BytesView{curve.data}.subspan(49));
        const auto past = simulation.chain.receipts_of(creator, kU64Max);
        ASSERT_FALSE(past.empty());
        const Receipt* oldest = simulation.chain.receipt(past.back()->signature);
        const auto& keys = oldest->account_keys;
        const auto at = static_cast<std::size_t>(std::ranges::find(keys, creator) - keys.begin());
        EXPECT_EQ(oldest->pre_balances.at(at), 0U);
        EXPECT_GT(oldest->post_balances.at(at), 0U);
        ++paid[keys[0]];
    }
    EXPECT_GT(curves.size(), 30U);
    EXPECT_FALSE(paid.contains(Pubkey{}));
    const auto most =
        std::ranges::max_element(paid, {}, [](const auto& funder) { return funder.second; });
    EXPECT_GT(most->second, 2U);
    EXPECT_GT(paid.size(), curves.size() / 4);
    EXPECT_LT(paid.size(), curves.size() * 3 / 4);
}

TEST(PumpLaunches, StayWhileSomebodyElseHoldsTheToken) {
    Scenario scenario = on_the_curve();
    scenario.launches_per_day = 5'000;
    scenario.launch_pools_max = 4;
    Simulation simulation{scenario, 2};
    while (simulation.statistics.launches == 0) {
        simulation.slots(1);
    }
    Pubkey mint;
    for (const Pubkey& key : simulation.chain.accounts_owned_by(solana::kToken2022Program)) {
        if (simulation.chain.account(key)->data.size() > 234) {
            mint = key;
        }
    }
    create_wallet(simulation.chain, test_key(3), Lamports{kLamportsPerSol});
    const Pubkey held = create_token_account(simulation.chain, test_key(3), mint, TokenAmount{1});
    simulation.slots(5 * kMinuteSlots);
    EXPECT_NE(simulation.chain.account(mint), nullptr);
    simulation.chain.erase_account(held);
    simulation.slots(kMinuteSlots);
    EXPECT_EQ(simulation.chain.account(mint), nullptr);
}

// Whirlpools are kept near the fair price and quoted exactly like the other pools.
TEST(Whirlpools, AreMarketsLikeTheOthers) {
    Scenario scenario = named_scenario("calibrated").value();
    scenario.whirlpool_pools = 2;
    scenario.launches_per_day = 0;
    scenario.tokens.resize(2);
    Simulation simulation{scenario, 4};
    simulation.slots(kMinuteSlots);
    std::size_t seen = 0;
    const auto pools = simulation.market.liquid_pools();
    for (std::size_t i = 0; i + 3 < pools.size(); i += 4) {
        const auto first = read_pool(simulation.chain, pools[i]).value();
        for (const std::size_t other : {i + 2, i + 3}) {
            const auto orca = read_pool(simulation.chain, pools[other]).value();
            ASSERT_EQ(orca.label(), "Whirlpool");
            const double price = orca.mint_a == first.mint_a ? orca.price() : 1.0 / orca.price();
            EXPECT_LT(std::abs(std::log(price / first.price())),
                      1.7 * std::max(orca.fee(), first.fee()) + 0.01);
            // What the view quotes is what the program pays.
            const std::uint64_t amount = orca.reserve_a / 1'000;
            const auto quoted = quote_in(orca, true, amount);
            ASSERT_TRUE(quoted.has_value());
            const Pubkey user = test_key(9);
            create_wallet(simulation.chain, user, Lamports{kLamportsPerSol});
            const SwapParties parties{
                user,
                create_token_account(simulation.chain, user, orca.mint_a, TokenAmount{amount}),
                create_token_account(simulation.chain, user, orca.mint_b, TokenAmount{})};
            const auto done = simulation.chain.execute_unsigned(
                user, {swap_in(orca, true, amount, *quoted, parties)});
            ASSERT_TRUE(done.has_value()) << done.error().text;
            EXPECT_EQ(
                read_le<std::uint64_t>(simulation.chain.account(parties.destination)->data, 64),
                *quoted);
            ++seen;
        }
    }
    EXPECT_EQ(seen, 2 * (scenario.tokens.size() + 1));
}

}  // namespace
}  // namespace sniperforge::sim
