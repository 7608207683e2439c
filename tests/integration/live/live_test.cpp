// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "integration/live/live_fixture.hpp"

namespace sniperforge {
namespace {

using test::LiveMode;
using test::write_private;

// Through a node and a lane: the books of both runs hold what was paid to either.
TEST_F(LiveMode, TradesFromASettingsFileAndGoesOnWithItsBooks) {
    std::ofstream{settings_file(), std::ios::app}
        << "execution:\n  priority_fee: market\n  lanes:\n    - name: staked\n"
           "      kind: sender\n      tip_floor_sol: \"0.0002\"\n"
           "      requests_per_second: 15\n      url: "
        << urls_.jupiter << "/fast\n";
    certify();
    fund();
    const Told first = run();
    ASSERT_EQ(first.code, 0) << first.err;
    EXPECT_NE(first.err.find("[test] wallet " + address_.to_string()), std::string::npos);
    EXPECT_NE(first.out.find(R"("provenance":"test")"), std::string::npos) << first.out;
    EXPECT_NE(first.out.find(R"("mismatch_lamports":0,"mismatch_tokens":0)"), std::string::npos)
        << first.out;
    EXPECT_EQ(first.out.find(R"("orders":{"submitted":0,)"), std::string::npos) << first.out;
    EXPECT_EQ(first.out.find(R"("tip":0,)"), std::string::npos) << first.out;
    // Long enough for the last fills of the first to become final.
    arguments_.duration_s = 30;
    // A reading that fails is tried again ten seconds later. A run that sells and ends before that
    // is no success.
    constexpr std::string_view kEqual =
        "after the restart the ledger equals the chain's finalized balances";
    Told second = run();
    for (int i = 0; i < 4 && has_ended_unproven(second, kEqual); ++i) {
        second = run();
    }
    ASSERT_EQ(second.code, 0) << second.err;
    EXPECT_NE(second.err.find("resuming after "), std::string::npos) << second.err;
    EXPECT_NE(second.err.find(kEqual), std::string::npos) << second.err;
    EXPECT_NE(second.out.find(R"("mismatch_lamports":0,"mismatch_tokens":0)"), std::string::npos)
        << second.out;
}

TEST_F(LiveMode, ARescueSellsWhatADeadRunHeldAndNeedsNoCertificate) {
    buy_and_hold();
    std::filesystem::remove(arguments_.state_dir + "/readiness.json");
    arguments_.duration_s = 600;
    const Told rescued = run(app::rescue_flatten_command);
    ASSERT_EQ(rescued.code, 0) << rescued.err;
    EXPECT_NE(rescued.out.find(R"("open":0,)"), std::string::npos) << rescued.out;
    EXPECT_NE(rescued.out.find(R"("mismatch_lamports":0,"mismatch_tokens":0)"), std::string::npos)
        << rescued.out;
    // Once more: nothing is left to be done, and that is a success.
    EXPECT_EQ(run(app::rescue_flatten_command).code, 0);
}

// No pool of SOL/USDC is watched: nothing could be bought, and what is held must be sold.
TEST_F(LiveMode, ARescueNeedsNoPriceOfSol) {
    buy_and_hold();
    const auto nowhere = solana::Keypair::generate();
    ASSERT_TRUE(nowhere);
    std::ofstream{settings_file(), std::ios::app} << fmt::format(
        "feed:\n  watch_new_pools: false\n  pools:\n    - {}\n", nowhere->public_key().to_string());
    arguments_.duration_s = 600;
    const Told rescued = run(app::rescue_flatten_command);
    ASSERT_EQ(rescued.code, 0) << rescued.err;
    EXPECT_NE(rescued.out.find(R"("open":0,)"), std::string::npos) << rescued.out;
}

// The state directory may be what was lost.
TEST_F(LiveMode, ARescueWithoutBooksAsksTheChainAndEndsWhereThereIsNothing) {
    fund();
    const Told told = run(app::rescue_flatten_command);
    EXPECT_EQ(told.code, 0) << told.err;
    EXPECT_NE(told.out.find(R"("open":0,)"), std::string::npos) << told.out;
}

TEST_F(LiveMode, WithoutACertificateNothingIsOpened) {
    fund();
    const Told told = run();
    EXPECT_EQ(told.code, 3);
    EXPECT_NE(told.err.find("sniperforge drill"), std::string::npos) << told.err;
    EXPECT_EQ(told.err.find(address_.to_string()), std::string::npos);
    EXPECT_TRUE(told.out.empty());
}

// Also where no node answers: what is wrong at home is told before anybody is waited for.
TEST_F(LiveMode, AKeyFileThatOthersMayReadIsRefusedAtOnce) {
    write_settings("http://127.0.0.1:1", "ws://127.0.0.1:1");
    certify();
    ASSERT_EQ(::chmod((directory_ + "/id.json").c_str(), S_IRUSR | S_IWUSR | S_IRGRP), 0);
    const Told told = run();
    EXPECT_EQ(told.code, 3);
    EXPECT_NE(told.err.find("chmod 600"), std::string::npos) << told.err;
    EXPECT_EQ(told.err.find("genesis"), std::string::npos) << told.err;
}

TEST_F(LiveMode, AChangedLimitNeedsACertificateOfItsOwn) {
    certify();
    std::ofstream{settings_file(), std::ios::app} << "risk:\n  trade_max_usd: \"99\"\n";
    const Told told = run();
    EXPECT_EQ(told.code, 3);
    EXPECT_NE(told.err.find("settings"), std::string::npos) << told.err;
}

TEST_F(LiveMode, BooksOfAnotherWalletAreNotTouched) {
    certify();
    fund();
    arguments_.duration_s = 1;
    ASSERT_EQ(run().code, 0);
    const auto other = solana::Keypair::generate();
    ASSERT_TRUE(other);
    std::filesystem::remove(directory_ + "/id.json");
    const auto key = solana::export_keygen_json(*other);
    ASSERT_TRUE(key);
    write_private(directory_ + "/id.json", key->text());
    const Told told = run();
    EXPECT_EQ(told.code, 3);
    EXPECT_NE(told.err.find("has the books of wallet " + address_.to_string()), std::string::npos)
        << told.err;
    EXPECT_TRUE(std::filesystem::exists(arguments_.state_dir + "/journal-000001.sfj"));
}

// Books that are opened need two endpoints; books that are there go on with one.
TEST_F(LiveMode, AnEndpointOfTwoThatCannotBeReachedStopsNeitherARunNorARescue) {
    certify();
    fund();
    arguments_.duration_s = 3;
    const Told first = run();
    ASSERT_EQ(first.code, 0) << first.err;
    add_dead_endpoint();
    certify();
    const Told second = run();
    arguments_.duration_s = 600;
    for (const Told& told : {second, run(app::rescue_flatten_command)}) {
        EXPECT_EQ(told.code, 0) << told.err;
        EXPECT_NE(told.err.find("endpoint dead is not used: it has not told its genesis hash"),
                  std::string::npos)
            << told.err;
    }
}

TEST_F(LiveMode, AnEmptyWalletIsSaidAndNotFilledByAFaucet) {
    certify();
    const Told told = run();
    EXPECT_EQ(told.code, 3);
    EXPECT_NE(told.err.find("the wallet holds 0 lamports"), std::string::npos) << told.err;
}

}  // namespace
}  // namespace sniperforge
