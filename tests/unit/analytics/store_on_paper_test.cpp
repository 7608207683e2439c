// SPDX-License-Identifier: MIT
// What the store keeps of orders beside paper.
#include <gtest/gtest.h>

#include <filesystem>

#include "analytics/sqlite.hpp"
#include "sniperforge/analytics/store.hpp"
#include "support/keys.hpp"
#include "unit/analytics/store_downgrade.hpp"

namespace sniperforge::analytics {
namespace {

class StoreOnPaperTest : public ::testing::Test {
 protected:
    void SetUp() override {
        directory = std::filesystem::path{::testing::TempDir()} /
                    (std::string{"store_on_paper_"} +
                     ::testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::remove_all(directory);
        std::filesystem::create_directories(directory);
        path = directory / "trades.db";
    }
    void TearDown() override { std::filesystem::remove_all(directory); }

    [[nodiscard]] std::unique_ptr<Store> open() const { return std::move(*Store::open(path)); }
    [[nodiscard]] std::unique_ptr<Store> open_with_orders(std::uint64_t count) const {
        auto store = open();
        RunInfo run;
        run.run_id = "r1";
        EXPECT_TRUE(store->begin_run(run));
        for (std::uint64_t i = 1; i <= count; ++i) {
            ExecutionReport report;
            report.intent_id = IntentId{i};
            report.strategy = StrategyId::Momentum;
            report.outcome = Outcome::Landed;
            store->add_report(report, static_cast<std::int64_t>(i) * 10);
        }
        EXPECT_TRUE(store->commit());
        return store;
    }

    std::filesystem::path directory, path;
};

// Each member another value, so that none is read for its neighbour.
OrderOnPaper different(std::uint64_t intent) {
    OrderOnPaper order;
    order.intent_id = IntentId{intent};
    order.paper = {Outcome::Reverted,
                   2,
                   {LamportsDelta{-11}, Lamports{12}},
                   Lamports{13},
                   Lamports{14},
                   Lamports{15},
                   LamportsDelta{-16}};
    order.live = {Outcome::Landed,  150,          {LamportsDelta{21}, Lamports{22}},
                  Lamports{23},     Lamports{24}, Lamports{25},
                  LamportsDelta{26}};
    order.decided = {LamportsDelta{31}, Lamports{32}};
    order.before = SwapWorth{LamportsDelta{-41}, Lamports{42}};
    order.is_cut_short = true;
    return order;
}

TEST_F(StoreOnPaperTest, KeepsEveryFigureAndWhatIsNotKnown) {
    const auto store = open_with_orders(3);
    const OrderOnPaper full = different(1);
    OrderOnPaper sparse = different(2);
    sparse.before.reset();
    sparse.paper.slots.reset();
    sparse.paper.swap.venue_fees.reset();
    sparse.live.slots = 0;
    sparse.decided.venue_fees = Lamports{0};
    sparse.is_cut_short = false;
    sparse.is_own_route = true;
    store->add_on_paper(full);
    store->add_on_paper(sparse);
    ASSERT_TRUE(store->commit());
    const auto rows = store->orders_on_paper("r1");
    ASSERT_TRUE(rows) << rows.error().text;
    ASSERT_EQ(rows->size(), 3U);
    EXPECT_EQ((*rows)[0].strategy, StrategyId::Momentum);
    EXPECT_EQ((*rows)[0].outcome, Outcome::Landed);
    EXPECT_EQ((*rows)[0].at, WallTime{10});
    EXPECT_EQ((*rows)[0].on_paper, full);
    EXPECT_EQ((*rows)[1].on_paper, sparse);
    EXPECT_FALSE((*rows)[2].on_paper) << "nobody followed it";
    EXPECT_TRUE(store->orders_on_paper("another run")->empty());
}

TEST_F(StoreOnPaperTest, ALaterOneOfTheSameIntentReplacesTheEarlier) {
    const auto store = open_with_orders(1);
    store->add_on_paper(different(1));
    OrderOnPaper reversed;
    reversed.intent_id = IntentId{1};
    reversed.lack = PaperLack::Reversed;
    store->add_on_paper(reversed);
    ASSERT_TRUE(store->commit());
    EXPECT_EQ((*store->orders_on_paper("r1"))[0].on_paper, reversed);
}

TEST_F(StoreOnPaperTest, AStoreOfBeforeKeepsItsOrdersAndFollowsNew) {
    (void)open_with_orders(1);
    test::downgrade_store(path, 2);
    const auto store = open();
    auto rows = store->orders_on_paper("r1");
    ASSERT_TRUE(rows) << rows.error().text;
    ASSERT_EQ(rows->size(), 1U);
    EXPECT_FALSE((*rows)[0].on_paper);
    EXPECT_EQ((*Database::open(path))->query_integer("PRAGMA user_version"), 5);
}

}  // namespace
}  // namespace sniperforge::analytics
