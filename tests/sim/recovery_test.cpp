// SPDX-License-Identifier: MIT
// The daemon is killed again and again while it trades, and started on what it left. A kill is what
// it leaves: the files as they are at that moment, whatever was only in memory lost. Nothing is
// bought twice, nothing is forgotten, and in the end the ledger equals the chain.
#include <gtest/gtest.h>

#include <map>

#include "sim/lives.hpp"

namespace sniperforge {
namespace {

using test::Lives;

// What was taken over from the chain because no order of ours explained it. Books that were never
// opened have nothing, and all of the wallet is news to them.
[[nodiscard]] std::vector<std::string> unexplained(const std::string& journal) {
    std::vector<std::string> notes;
    const auto read = journal::read_journal(journal, [&](const journal::Record& record) {
        if (record.kind == journal::RecordKind::Note &&
            record.body.find("is taken over") != std::string::npos &&
            record.body.find("wallet: the books of earlier runs have 0,") == std::string::npos) {
            notes.push_back(record.body);
        }
    });
    SF_ASSERT(read && read->problem.empty());
    return notes;
}

[[nodiscard]] int doubts(const std::string& journal) {
    int count = 0;
    const auto read = journal::read_journal(journal, [&](const journal::Record& record) {
        count += record.body.find("no order of ours explains it") == std::string::npos ? 0 : 1;
    });
    SF_ASSERT(read && read->problem.empty());
    return count;
}

struct Fate {
    int approved = 0, is_signed = 0, ended = 0;
};

// What the journal of all lives tells of each order.
[[nodiscard]] std::map<std::uint64_t, Fate> fates(const std::string& journal) {
    std::map<std::uint64_t, Fate> fates;
    const auto read = journal::read_journal(journal, [&](const journal::Record& record) {
        const auto at = record.body.find("\"intent\":");
        if (at == std::string::npos) {
            return;
        }
        Fate& fate = fates[std::stoull(record.body.substr(at + 9))];
        fate.approved += record.kind == journal::RecordKind::Approval ? 1 : 0;
        fate.is_signed += record.kind == journal::RecordKind::Signed ? 1 : 0;
        fate.ended += record.kind == journal::RecordKind::Report &&
                              record.body.find("\"outcome\":\"unknown\"") == std::string::npos
                          ? 1
                          : 0;
    });
    SF_ASSERT(read && read->problem.empty());
    return fates;
}

class Recovery : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(Recovery, LosesNoOrderAndDoublesNoneHoweverOftenItIsKilled) {
    Lives lives{GetParam()};
    for (int kill = 0; kill < 4; ++kill) {
        lives.live_and_die(std::chrono::milliseconds{500 + lives.rng().below(15'000)});
    }
    // What was signed and not sent, or dropped, takes 182 blocks of 0.4 s to expire: 73 s.
    const auto result = lives.live(std::chrono::seconds{110});
    ASSERT_EQ(result.error, "");
    EXPECT_EQ(result.report.mismatch_lamports, 0U);
    EXPECT_EQ(result.report.mismatch_tokens, 0U);
    EXPECT_EQ(result.report.orders_in_flight, 0U);
    // It traded again after the last restart.
    EXPECT_GT(result.report.orders.submitted, 0U);
    for (const auto& [intent, fate] : fates(lives.journal())) {
        EXPECT_LE(fate.approved, 1) << intent;
        EXPECT_LE(fate.is_signed, fate.approved) << intent;
        EXPECT_EQ(fate.ended, fate.approved) << intent;
    }
    EXPECT_EQ(unexplained(lives.journal()), std::vector<std::string>{});
    // What is open in the end is what the books say when they are kept again.
    EXPECT_EQ(lives.history().portfolio.positions().size(), result.report.positions_open);
    EXPECT_TRUE(lives.history().is_stopped);
}

TEST_P(Recovery, BuysNothingAfterAPowerCutBeforeEveryLostOrderHasExpired) {
    Lives lives{GetParam()};
    lives.live_and_die(std::chrono::milliseconds{8'000 + lives.rng().below(8'000)});
    lives.lose_power();
    EXPECT_TRUE(lives.history().are_orders_lost);
    // 182 blocks of 0.4 s: 73 s.
    const auto waiting = lives.live(std::chrono::seconds{60});
    ASSERT_EQ(waiting.error, "");
    EXPECT_EQ(waiting.report.fills[static_cast<std::size_t>(StrategyId::Arbitrage)], 0U);
    EXPECT_EQ(waiting.report.positions_opened, 0U);
}

TEST_P(Recovery, GoesOnAfterAPowerCutWithTheBalancesOfTheChain) {
    Lives lives{GetParam()};
    lives.live_and_die(std::chrono::milliseconds{8'000 + lives.rng().below(8'000)});
    lives.lose_power();
    const auto result = lives.live(std::chrono::seconds{130});
    ASSERT_EQ(result.error, "");
    EXPECT_EQ(result.report.mismatch_lamports, 0U);
    EXPECT_EQ(result.report.mismatch_tokens, 0U);
    EXPECT_GT(result.report.orders.submitted, 0U);
}

// Both take 73 s, from the same moment: of one after the other an operator would wait for two
// minutes and a half.
TEST_P(Recovery, WaitsForWhatTheCutMayHaveLostWhileAKnownOrderComesToItsEnd) {
    Lives lives{GetParam()};
    const MonoTime lost_from = lives.reactor().now() + std::chrono::seconds{6};
    lives.reactor().schedule_at(lost_from, [&lives] {
        sim::NodeFaults faults;
        faults.lost_probability = 1;
        lives.cluster().set_faults(0, faults);
    });
    lives.live_and_die(std::chrono::seconds{12});
    lives.lose_power(Lives::Ring::WrittenBack);
    lives.cluster().set_faults(0, {});
    ASSERT_TRUE(lives.history().are_orders_lost);
    ASSERT_FALSE(lives.history().orders_open.empty());
    const auto result = lives.live(std::chrono::seconds{120});
    ASSERT_EQ(result.error, "");
    EXPECT_GT(result.report.orders.submitted, 0U);
}

// It is sent no more, since its bytes were not kept. The files have it, and the chain's balances
// show that it has done nothing yet: entries need not wait for the 73 s in which it may.
TEST_P(Recovery, BuysAgainAfterAKillWhileAnOrderThatNeverLandsIsOnItsWay) {
    Lives lives{GetParam()};
    lives.reactor().schedule_at(lives.reactor().now() + std::chrono::seconds{6}, [&lives] {
        sim::NodeFaults faults;
        faults.lost_probability = 1;
        lives.cluster().set_faults(0, faults);
    });
    lives.live_and_die(std::chrono::seconds{12});
    lives.cluster().set_faults(0, {});
    const auto open = lives.history().orders_open;
    ASSERT_FALSE(open.empty());
    ASSERT_FALSE(lives.history().are_orders_lost);
    const auto early = lives.live(std::chrono::seconds{40});
    ASSERT_EQ(early.error, "");
    EXPECT_FALSE(early.is_unproven);
    EXPECT_GT(early.report.orders.submitted, 0U);
    const auto result = lives.live(std::chrono::seconds{110});
    ASSERT_EQ(result.error, "");
    EXPECT_EQ(result.report.mismatch_lamports, 0U);
    EXPECT_EQ(result.report.mismatch_tokens, 0U);
    EXPECT_EQ(result.report.orders_in_flight, 0U);
    EXPECT_EQ(unexplained(lives.journal()), std::vector<std::string>{});
}

// The money came a moment before the books were opened. What is final then does not have it yet.
TEST(RecoveryOfYoungBooks, HoldsThemAgainstNoBalanceFromBeforeTheyWereOpened) {
    Lives lives{7, true};
    lives.live_and_die(std::chrono::milliseconds{900});
    ASSERT_TRUE(lives.history().has_books());
    const auto result = lives.live(std::chrono::seconds{30});
    ASSERT_EQ(result.error, "");
    EXPECT_EQ(result.report.mismatch_lamports, 0U);
    EXPECT_GT(result.report.orders.submitted, 0U);
    EXPECT_EQ(doubts(lives.journal()), 0);
}

// The faucet was asked, and what it gives is not confirmed yet when the process is killed.
TEST(RecoveryOfYoungBooks, AsksForTheMoneyOfASimulatedRunOnce) {
    for (const int life_ms : {50, 200, 400, 800}) {
        SCOPED_TRACE(life_ms);
        Lives lives{7, true};
        lives.live_and_die(std::chrono::milliseconds{life_ms});
        ASSERT_EQ(lives.live(std::chrono::seconds{5}).error, "");
        const sim::Account* wallet = lives.chain().account(lives.wallet());
        ASSERT_NE(wallet, nullptr);
        EXPECT_LT(wallet->lamports.raw(), 60 * kLamportsPerSol) << "40 SOL are asked for";
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Recovery, ::testing::Values(1, 7, 42));

}  // namespace
}  // namespace sniperforge
