// SPDX-License-Identifier: MIT
// What the gate is told while a part of the feed is blind: entries and cycles that touch a pool
// that may have changed unheard are denied, and nothing else is.
#include <gtest/gtest.h>

#include <array>

#include "unit/dex/book_support.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::engine {
namespace {

using dex::test::config_account;
using dex::test::key_of;
using dex::test::TestPool;

const TestPool kFirst{.number = 1, .mint_b = key_of(7)};
const TestPool kSecond{.number = 2, .mint_b = key_of(7), .config = key_of(8)};
const TestPool kThird{.number = 3, .mint_b = key_of(9), .config = key_of(10)};

class PipelineBlindTest : public test::PipelineTest {
 protected:
    PipelineBlindTest() {
        for (const TestPool& pool : {kFirst, kSecond, kThird}) {
            for (const auto& account : {pool.account(), config_account(pool.config),
                                        pool.account_a(100), pool.account_b(100)}) {
                tell(account.at(5));
            }
        }
    }
    [[nodiscard]] PoolIndex index_of(const TestPool& pool) const {
        return pipeline->book().find(pool.id()).value();
    }
    [[nodiscard]] bool is_blind_for(const OrderIntent& intent) {
        const auto denial = pipeline->recheck(intent);
        return denial && denial->reason == DenialReason::FeedBlind;
    }
    [[nodiscard]] OrderIntent entry(const TestPool& pool) const {
        OrderIntent intent;
        intent.kind = OrderKind::Entry;
        intent.pool = index_of(pool);
        return intent;
    }
    [[nodiscard]] OrderIntent cycle(const TestPool& there, const TestPool& back) const {
        OrderIntent intent;
        intent.kind = OrderKind::Cycle;
        intent.pool = index_of(there);
        intent.legs[0].pool = index_of(there);
        intent.legs[1].pool = index_of(back);
        intent.leg_count = 2;
        return intent;
    }
};

TEST_F(PipelineBlindTest, DeniesEveryEntryUntilTheFeedSeesAndWhileItIsLost) {
    EXPECT_TRUE(is_blind_for(entry(kFirst)));
    tell(FeedRestored{"a"});
    EXPECT_FALSE(is_blind_for(entry(kFirst)));
    tell(FeedLost{"a", "silent"});
    EXPECT_TRUE(is_blind_for(entry(kFirst)));
}

TEST_F(PipelineBlindTest, DeniesWhatTouchesABlindPoolAndNothingElse) {
    tell(FeedRestored{"a"});
    const std::array lost{kSecond.vault_b()};
    tell(AccountsLost{lost, "a socket is gone"});
    EXPECT_TRUE(is_blind_for(entry(kSecond)));
    EXPECT_FALSE(is_blind_for(entry(kFirst)));
    EXPECT_TRUE(is_blind_for(cycle(kFirst, kSecond))) << "its second leg";
    EXPECT_TRUE(is_blind_for(cycle(kSecond, kFirst))) << "its first leg";
    EXPECT_FALSE(is_blind_for(cycle(kFirst, kThird)));
    tell(AccountsRestored{lost});
    EXPECT_FALSE(is_blind_for(entry(kSecond)));
    EXPECT_FALSE(is_blind_for(cycle(kFirst, kSecond)));
}

TEST_F(PipelineBlindTest, LetsExitsOutOfABlindPool) {
    tell(FeedRestored{"a"});
    const std::array lost{kFirst.vault_a()};
    tell(AccountsLost{lost, "a socket is gone"});
    OrderIntent exit = entry(kFirst);
    exit.kind = OrderKind::Exit;
    EXPECT_FALSE(is_blind_for(exit));
    tell(FeedLost{"a", "silent"});
    EXPECT_FALSE(is_blind_for(exit));
}

TEST_F(PipelineBlindTest, CountsTheMintOfAPoolAsAPartOfIt) {
    tell(FeedRestored{"a"});
    const std::array lost{key_of(7)};
    tell(AccountsLost{lost, "a socket is gone"});
    EXPECT_TRUE(is_blind_for(entry(kFirst)) && is_blind_for(entry(kSecond)));
    EXPECT_FALSE(is_blind_for(entry(kThird)));
}

}  // namespace
}  // namespace sniperforge::engine
