// SPDX-License-Identifier: MIT
// Forks as the clients of a whole cluster see them.
#include "node_fixture.hpp"

namespace sniperforge::sim {
namespace {

constexpr std::uint64_t kSum = 5'000'000;

class ClusterForkTest : public NodeTest {
 protected:
    [[nodiscard]] std::uint64_t lamports(const Pubkey& key) const {
        const Account* account = cluster->chain().account(key);
        return account == nullptr ? 0 : account->lamports.raw();
    }
    // Between two slots, after the first of the fork has begun.
    void begin(const ForkOptions& fork) {
        run_slots(40);
        ASSERT_TRUE(cluster->chain().fork(fork));
        run_slots(1);
        run(milliseconds{50});
        ASSERT_TRUE(cluster->chain().is_on_fork());
    }
    void pay(const Pubkey& to, std::uint64_t amount) {
        ASSERT_TRUE(cluster->chain().execute_unsigned(
            payer, {solana::system_transfer({payer, to, Lamports{amount}})}));
    }
    const Pubkey payer = test_key(8);
    const Pubkey watched = test_key(9);
};

TEST_F(ClusterForkTest, MoneyGivenDuringAForkSurvivesItHoweverItEnds) {
    for (const bool is_requeued : {true, false}) {
        SCOPED_TRACE(is_requeued);
        start(1);
        begin({.slots = 4, .is_requeued = is_requeued});
        cluster->fund(watched, Lamports{kSum});
        EXPECT_EQ(lamports(watched), kSum);
        run_slots(6);
        EXPECT_FALSE(cluster->chain().is_on_fork());
        EXPECT_EQ(lamports(watched), kSum);
        // And once more on the chain that goes on.
        cluster->fund(watched, Lamports{kSum});
        run_slots(2);
        EXPECT_EQ(lamports(watched), 2 * kSum);
    }
}

TEST_F(ClusterForkTest, WhoWatchesAtConfirmedIsToldOfWhatWasConfirmedAndFellBack) {
    for (const bool is_confirmed : {true, false}) {
        SCOPED_TRACE(is_confirmed);
        start(1);
        put(payer, 10 * kSum);
        put(watched, kSum);
        const auto client = connect(0);
        client->send("accountSubscribe", account_params(watched, "confirmed"));
        client->send("accountSubscribe", account_params(watched, "finalized"));
        begin({.slots = 5, .is_requeued = false, .is_confirmed = is_confirmed});
        client->messages.clear();
        pay(watched, kSum);
        run_slots(4);
        const auto told = [&] { return client->notifications("accountNotification"); };
        if (is_confirmed) {
            ASSERT_EQ(told().size(), 1U);
            EXPECT_NE(told()[0].find("\"lamports\":10000000,"), std::string::npos) << told()[0];
        } else {
            EXPECT_TRUE(told().empty());
        }
        run_slots(5);
        if (is_confirmed) {
            ASSERT_EQ(told().size(), 2U);
            EXPECT_NE(told()[1].find("\"lamports\":5000000,"), std::string::npos) << told()[1];
        } else {
            EXPECT_TRUE(told().empty());
        }
        run_slots(40);
        EXPECT_EQ(told().size(), is_confirmed ? 2U : 0U);  // Nothing of it was ever final.
    }
}

TEST_F(ClusterForkTest, TheTimelineReadsAConfirmedForkAndRefusesOneThatIsTooShort) {
    const auto read = [](std::string_view slots) {
        const std::vector<ScenarioPair> lines{{"10.fork.is_confirmed", "true", 1},
                                              {"10.fork.slots", std::string{slots}, 2}};
        return fault_timeline(lines, 1);
    };
    const auto timeline = read("3");
    ASSERT_TRUE(timeline) << timeline.error().text;
    EXPECT_EQ(timeline->at(0).fork, (ForkOptions{.slots = 3, .is_confirmed = true}));
    const auto refused = read("2");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().text,
              "2: 10.fork.slots: fork that is confirmed of 2 slots: 3 to 28 are possible");
}

}  // namespace
}  // namespace sniperforge::sim
