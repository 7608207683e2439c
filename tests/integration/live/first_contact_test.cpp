// SPDX-License-Identifier: MIT
// The first contact with a chain: `doctor --live`, which reads, and `test mainnet-real-trading`,
// which buys once and sells that again.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "integration/live/live_fixture.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge {
namespace {

[[nodiscard]] bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

class FirstContact : public test::LiveMode {
 protected:
    // A chain whose blocks are final after two seconds, and that loses nothing: what is tested here
    // is not how orders die.
    [[nodiscard]] sim::ClusterOptions cluster_options() const override {
        sim::ClusterOptions cluster = LiveMode::cluster_options();
        cluster.chain.slot_duration = std::chrono::milliseconds{60};
        cluster.scenario.drop_probability = 0;
        cluster.scenario.landing_miss_probability = 0;
        cluster.scenario.slot_skip_probability = 0;
        cluster.nodes = 2;
        return cluster;
    }
    void SetUp() override {
        LiveMode::SetUp();
        doctor_.config = settings_file();
        doctor_.state_dir = arguments_.state_dir;
        doctor_.is_live = true;
        doctor_.patience_s = 60;
        trip_.run = arguments_;
        trip_.run.duration_s = 300;
        trip_.trade_max = "1";
    }
    [[nodiscard]] std::vector<Pubkey> pools_of(VenueId venue) const {
        test::NodeClient node{urls_.nodes.at(0).rpc};
        std::vector<Pubkey> pools;
        node.rpc.get_program_accounts(dex::program_of(venue), {dex::pool_bytes(venue), {}},
                                      Commitment::Processed,
                                      [&](rpc::RpcResult<rpc::KeyedAccounts> found) {
                                          for (const auto& each : found->accounts) {
                                              pools.push_back(each.pubkey);
                                          }
                                          node.reactor->stop();
                                      });
        node.reactor->run();
        return pools;
    }
    // Of the market's own: it has SOL, and tokens in its associated accounts.
    [[nodiscard]] std::string trader() const {
        test::NodeClient node{urls_.nodes.at(0).rpc};
        std::string owner;
        const auto usdc = solana::kUsdcMint.to_string();
        node.rpc.call("getTokenLargestAccounts", "[\"" + usdc + "\"]",
                      [&](rpc::RpcResult<std::string> found) {
                          constexpr std::string_view kAddress = R"("address":")";
                          const auto at = found->find(kAddress) + kAddress.size();
                          const auto key = Pubkey::parse(
                              std::string_view{*found}.substr(at, found->find('"', at) - at));
                          node.rpc.get_multiple_accounts(
                              std::array{*key}, Commitment::Processed,
                              [&](rpc::RpcResult<rpc::MultipleAccounts> read) {
                                  owner = solana::decode_token_account(read->accounts[0]->data)
                                              ->owner.to_string();
                                  node.reactor->stop();
                              });
                      });
        node.reactor->run();
        return owner;
    }
    // Purchase and sale of what it yields: each as we quote it.
    [[nodiscard]] static bool is_equal_both_ways(const std::string& out, std::string_view pool) {
        const auto is_equal = [&](std::string_view way) {
            const auto at = out.find(fmt::format("ok    pool {}: {}: ", pool, way));
            return at != std::string::npos &&
                   has(out.substr(at, out.find('\n', at) - at), "difference 0;");
        };
        return is_equal("SOL to token") && is_equal("token to SOL, behind a purchase");
    }
    [[nodiscard]] Told ask_doctor() const {
        return hear([&] { return app::doctor_command(doctor_); });
    }
    [[nodiscard]] Told trade() const {
        return hear([&] { return app::round_trip_command(trip_); });
    }

    app::DoctorArguments doctor_;
    app::RoundTripArguments trip_;
};

TEST_F(FirstContact, TheDoctorSimulatesEachSwapBesideOurQuoteAndFindsThemEqual) {
    fund();
    add_endpoint("other", urls_.nodes.at(1).rpc, urls_.nodes.at(1).pubsub);
    const auto cpmm = pools_of(VenueId::RaydiumCpmm);
    const auto amm = pools_of(VenueId::RaydiumAmmV4);
    ASSERT_FALSE(cpmm.empty());
    ASSERT_FALSE(amm.empty());
    doctor_.pools = {cpmm[0].to_string(), amm[0].to_string()};
    const Told told = ask_doctor();
    EXPECT_EQ(told.code, 0) << told.out << told.err;
    for (const char* line :
         {"ok    nodes: one chain: 2 of 2 nodes tell the same; a run on it is `test`",
          "ok    node node: getTransaction: served",
          "ok    node other: slotSubscribe: ", "ok    node other: sendTransaction: served",
          "ok    jupiter: quote: ", "warn  venue meteora_dlmm: swaps: no pool of it"}) {
        EXPECT_TRUE(has(told.out, line)) << line << "\n" << told.out;
    }
    for (const std::string& pool : doctor_.pools) {
        const auto at = told.out.find(fmt::format("ok    pool {}: SOL to token: ", pool));
        ASSERT_NE(at, std::string::npos) << told.out;
        const std::string bought = told.out.substr(at, told.out.find('\n', at) - at);
        EXPECT_TRUE(has(bought, "difference 0;")) << told.out;
        // Of a wallet that has no token: what it buys in the same transaction is sold.
        EXPECT_TRUE(is_equal_both_ways(told.out, pool)) << told.out;
    }
    // Nothing was bought: the wallet has what it was given.
    EXPECT_TRUE(has(told.out, "balance: 40 SOL")) << told.out;
}

// The other way round needs something to sell: whoever holds it is named, and signs nothing.
TEST_F(FirstContact, TheDoctorSimulatesSalesOfWhatTheWalletHolds) {
    const auto pools = pools_of(VenueId::RaydiumCpmm);
    ASSERT_FALSE(pools.empty());
    doctor_.pools = {pools[0].to_string()};
    doctor_.wallet = trader();
    const Told told = ask_doctor();
    EXPECT_EQ(told.code, 0) << told.out << told.err;
    const auto at = told.out.find("token to SOL: ");
    ASSERT_NE(at, std::string::npos) << told.out;
    EXPECT_TRUE(has(told.out.substr(at, told.out.find('\n', at) - at), "difference 0;"))
        << told.out;
}

// A market with Orca's pools too, which has been traded in for a while: a daemon that names no pool
// there trades all the same.
class FirstContactUnnamed : public FirstContact {
 protected:
    [[nodiscard]] sim::ClusterOptions cluster_options() const override {
        sim::ClusterOptions cluster = FirstContact::cluster_options();
        cluster.scenario.whirlpool_pools = 1;
        // Coins that are bought so much that some move on to PumpSwap soon, and some do not.
        cluster.scenario.launches_per_day = 2'400;
        cluster.scenario.launch_no_buyer_probability = 0;
        cluster.scenario.launch_seed_log_mean = 4.2;
        cluster.scenario.launch_rise_seconds = 120;
        return cluster;
    }
    // Its newest transactions that succeeded.
    [[nodiscard]] std::size_t swaps_of(VenueId venue) const {
        test::NodeClient node{urls_.nodes.at(0).rpc};
        std::size_t count = 0;
        node.rpc.get_signatures_for_address(
            dex::program_of(venue), 100, {},
            [&](rpc::RpcResult<std::vector<rpc::SignatureRecord>> listed) {
                count = static_cast<std::size_t>(
                    std::ranges::count(*listed, false, &rpc::SignatureRecord::is_failed));
                node.reactor->schedule_after(std::chrono::milliseconds{100},
                                             [&] { node.reactor->stop(); });
            });
        node.reactor->run();
        return count;
    }
    void await_swaps(VenueId venue, std::size_t least) const {
        std::size_t seen = 0;
        for (int look = 0; look < 1'200 && seen < least; ++look) {
            seen = swaps_of(venue);
        }
        ASSERT_GE(seen, least) << to_string(venue) << ", after 1,200 looks 100 ms apart";
    }
};

TEST_F(FirstContactUnnamed, TheDoctorFindsAPoolOfEachVenueThatIsWatchedAndNotNamed) {
    constexpr std::array kTraded{VenueId::RaydiumAmmV4, VenueId::RaydiumCpmm,
                                 VenueId::OrcaWhirlpool, VenueId::PumpCurve, VenueId::PumpSwap};
    fund();
    doctor_.patience_s = 1;  // Sockets are not what is looked at.
    for (const VenueId venue : kTraded) {
        await_swaps(venue, 3);
    }
    add_settings(
        "feed:\n  venues: [raydium_amm_v4, raydium_cpmm, orca_whirlpool, pump, pumpswap, "
        "meteora_damm_v2]\n");
    const auto found_line = [](VenueId venue) {
        return fmt::format("ok    venue {}: pool found: ", to_string(venue));
    };
    Told told = ask_doctor();
    // The few newest swaps of a launchpad may all be of a curve that has moved by now: ask again.
    for (int asked = 1;
         asked < 20 &&
         !std::ranges::all_of(
             kTraded, [&](VenueId venue) { return has(told.out, found_line(venue)); });
         ++asked) {
        told = ask_doctor();
    }
    EXPECT_EQ(told.code, 0) << told.out << told.err;
    for (const VenueId venue : kTraded) {
        const std::string line = found_line(venue);
        const auto at = told.out.find(line);
        ASSERT_NE(at, std::string::npos) << line << told.out;
        const std::string pool = told.out.substr(at + line.size(), 44)
                                     .substr(0, told.out.find(',', at) - at - line.size());
        EXPECT_TRUE(is_equal_both_ways(told.out, pool)) << to_string(venue) << "\n" << told.out;
    }
    EXPECT_TRUE(has(told.out,
                    "warn  venue meteora_damm_v2: swaps: no pool of it that trades SOL is named, "
                    "and none was found: 0 transactions of its program listed"))
        << told.out;
}

TEST_F(FirstContact, TheDoctorReportsEverythingThatIsWrongAndNotOnlyTheFirst) {
    app::ClusterThread elsewhere;
    sim::ClusterOptions other = cluster_options();
    other.seed = other.chain.seed = test::kSeed + 1;
    const auto urls = elsewhere.start(other);
    ASSERT_TRUE(urls);
    add_endpoint("foreign", urls->nodes.at(0).rpc, urls->nodes.at(0).pubsub);
    add_endpoint("dead", "http://127.0.0.1:9", "ws://127.0.0.1:9");
    std::filesystem::remove(directory_ + "/id.json");
    add_settings(fmt::format("execution:\n  lookup_tables:\n    - {}\n", address_.to_string()));
    const auto traded = pools_of(VenueId::RaydiumCpmm);
    ASSERT_FALSE(traded.empty());
    doctor_.pools = {traded[0].to_string(), solana::kTokenProgram.to_string(),
                     address_.to_string()};
    doctor_.is_json = true;
    doctor_.patience_s = 1;  // The other chain has no such pool.
    const Told told = ask_doctor();
    EXPECT_EQ(told.code, 3);
    EXPECT_TRUE(has(told.out, R"({"ok":false,"live":true,)")) << told.out;
    for (const char* failure :
         {R"("verdict":"FAIL","subject":"node dead","check":"genesis")",
          R"("verdict":"FAIL","subject":"nodes","check":"one chain","found":"the endpoints serve )"
          R"(different chains)",
          R"("verdict":"FAIL","subject":"wallet","check":"address")"}) {
        EXPECT_TRUE(has(told.out, failure)) << failure << "\n" << told.out;
    }
    EXPECT_TRUE(has(told.out, "is not a pool of a venue that is known here")) << told.out;
    EXPECT_TRUE(has(told.out, "there is no account " + address_.to_string())) << told.out;
    EXPECT_TRUE(
        has(told.out, R"("verdict":"warn","subject":"lookup table )" + address_.to_string()))
        << told.out;
}

TEST_F(FirstContact, ARoundTripBuysSellsAndEqualsTheChainToTheLamport) {
    certify();
    fund();
    const Told told = trade();
    ASSERT_EQ(told.code, 0) << told.out << told.err;
    EXPECT_TRUE(has(told.out, R"({"provenance":"test","sold":true,)")) << told.out;
    // Each way once: ordered, signed with its bytes, sent, landed.
    for (const char* kind : {"entry", "exit"}) {
        for (const char* step : {"order", "signed", "sent", "outcome"}) {
            EXPECT_TRUE(has(told.out, fmt::format(R"("step":"{}","kind":"{}")", step, kind)))
                << step << " " << kind << "\n"
                << told.out;
        }
    }
    EXPECT_TRUE(has(told.out, R"("outcome":"landed")")) << told.out;
    EXPECT_TRUE(has(told.out, R"("mismatch_lamports":0,"mismatch_tokens":0)")) << told.out;
    EXPECT_TRUE(has(told.out, R"("submitted":2,)")) << told.out;
    EXPECT_TRUE(has(told.out, R"("reconciled_at":"finalized")")) << told.out;
}

// 0.5 USD are less than the fees and the rents, 1 USD is more.
TEST_F(FirstContact, ACeilingThatFeesAndRentsFillIsRefused) {
    certify();
    fund();
    trip_.trade_max = "0.5";
    const Told told = trade();
    EXPECT_EQ(told.code, 4) << told.err;
    EXPECT_TRUE(has(told.err, "nothing is left to buy with")) << told.err;
    EXPECT_TRUE(has(told.out, R"("submitted":0,)")) << told.out;
}

TEST_F(FirstContact, WhatTheRiskGateRefusesIsNotBoughtAndSaysWhy) {
    add_settings(fmt::format("risk:\n  deny_mints:\n    - {}\n", solana::kUsdcMint.to_string()));
    certify();
    fund();
    const Told told = trade();
    EXPECT_EQ(told.code, 4) << told.err;
    EXPECT_TRUE(has(told.err, "DENY_LISTED")) << told.err;
    EXPECT_TRUE(has(told.out, R"("step":"denied","kind":"entry")")) << told.out;
    EXPECT_FALSE(has(told.out, R"("step":"signed")")) << told.out;
}

TEST_F(FirstContact, APoolThatNobodyKnowsIsNotTradedIn) {
    certify();
    fund();
    trip_.pool = solana::kTokenProgram.to_string();
    const Told told = trade();
    EXPECT_EQ(told.code, 3) << told.err;
    EXPECT_TRUE(has(told.err, "was read as no pool")) << told.err;
}

TEST_F(FirstContact, ARoundTripDemandsWhatLiveModeDoes) {
    Told told = trade();
    EXPECT_EQ(told.code, 3);
    EXPECT_TRUE(has(told.err, "sniperforge drill")) << told.err;
    certify();
    trip_.run.is_confirmed_live = false;
    told = trade();
    EXPECT_EQ(told.code, 2);
    EXPECT_TRUE(has(told.err, "--live-mode")) << told.err;
}

// The settings' own limits hold, to the millionth of a dollar.
TEST_F(FirstContact, ItsCeilingsAreNeverAboveTheSettings) {
    trip_.trade_max = "100.000001";
    Told told = trade();
    EXPECT_EQ(told.code, 4);
    EXPECT_TRUE(has(told.err, "--max-trade 100.000001 USD > risk.trade_max_usd 100 USD"))
        << told.err;
    trip_.trade_max = "100";
    trip_.capital_max = "5000.000001";
    told = trade();
    EXPECT_EQ(told.code, 4);
    EXPECT_TRUE(has(told.err, "--max-capital 5000.000001 USD > risk.capital_max_usd 5000 USD"))
        << told.err;
    trip_.capital_max = "5000";
    EXPECT_EQ(trade().code, 3);  // What is missing now is the certificate.
    trip_.capital_max = "99";
    EXPECT_EQ(trade().code, 2);
    trip_.capital_max = "";
    for (const char* wrong : {"0", "0.0", "one", "-1", "0,5"}) {
        trip_.trade_max = wrong;
        told = trade();
        EXPECT_EQ(told.code, 2) << wrong;
        EXPECT_TRUE(has(told.err, "--max-trade")) << told.err;
    }
}

}  // namespace
}  // namespace sniperforge
