// SPDX-License-Identifier: MIT
// What leaves the trade store and what stays, on real files: both sides of each boundary.
#include "sniperforge/analytics/store_retention.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "analytics/sqlite.hpp"
#include "sniperforge/analytics/store.hpp"
#include "support/keys.hpp"
#include "unit/analytics/store_downgrade.hpp"

namespace sniperforge::analytics {
namespace {

using sniperforge::test::key_of;

constexpr std::int64_t kDayNs = Duration{std::chrono::hours{24}}.count();
constexpr std::int64_t kNow = 20'000 * kDayNs;
constexpr std::uint64_t kNoLimit = std::uint64_t{1} << 40U;
constexpr Duration kPatience = std::chrono::milliseconds{1};

ExecutionReport order(std::uint64_t id, Outcome outcome = Outcome::Landed,
                      const Pubkey& mint = key_of(3)) {
    ExecutionReport report;
    report.intent_id = IntentId{id};
    report.strategy = StrategyId::Sniper;
    report.mint = mint;
    report.outcome = outcome;
    report.signature.bytes.fill(7);
    if (outcome == Outcome::Landed) {
        report.fill.wallet = LamportsDelta{-1'000};
        report.fill.base_fee = Lamports{5'000};
        report.fill.tokens = {{mint, TokenDelta{9}}};
    } else if (outcome == Outcome::Reverted) {
        report.fill.wallet = LamportsDelta{-5'000};
        report.fill.base_fee = Lamports{5'000};
    }
    return report;
}

OrderOnPaper on_paper(std::uint64_t id) {
    OrderOnPaper memo;
    memo.intent_id = IntentId{id};
    return memo;
}

class StoreRetentionTest : public ::testing::Test {
 protected:
    void SetUp() override {
        directory_ = std::filesystem::path{::testing::TempDir()} /
                     (std::string{"retention_"} +
                      ::testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::remove_all(directory_);
        std::filesystem::create_directories(directory_);
        path_ = (directory_ / "trades.sqlite").string();
        store_ = Store::open(path_).value();
    }
    void TearDown() override {
        store_.reset();
        std::filesystem::remove_all(directory_);
    }

    void begin_run(const std::string& id, std::int64_t started,
                   Provenance provenance = Provenance::Live) {
        RunInfo run;
        run.run_id = id;
        run.provenance = provenance;
        run.started_wall_ns = started;
        ASSERT_TRUE(store_->begin_run(run));
    }
    // Of one run, an hour's distance from each other, the first of them `from`.
    void fill(std::uint64_t count, std::int64_t from, Outcome outcome = Outcome::Landed) {
        for (std::uint64_t id = 1; id <= count; ++id) {
            store_->add_report(order(id, outcome),
                               from + static_cast<std::int64_t>(id) * (kDayNs / 24));
            store_->add_on_paper(on_paper(id));
        }
        ASSERT_TRUE(store_->commit());
    }
    [[nodiscard]] StoreSweep sweep(Duration age_max, std::uint64_t bytes_max = kNoLimit,
                                   const std::string& run = "now", std::int64_t now = kNow) const {
        auto retention = StoreRetention::open(path_, {age_max, bytes_max, run}, kPatience);
        EXPECT_TRUE(retention) << retention.error().text;
        for (int months = 0; months < 20; ++months) {
            EXPECT_TRUE((*retention)->begin(now)) << "the clock is believed a month at a time";
        }
        for (int steps = 0; (*retention)->is_sweeping(); ++steps) {
            const auto done = (*retention)->step();
            EXPECT_TRUE(done) << done.error().text;
            if (steps > 10'000) {
                ADD_FAILURE() << "it does not end";
                break;
            }
        }
        return (*retention)->swept();
    }
    [[nodiscard]] std::int64_t count(const std::string& table) const {
        return Database::open(path_)
            .value()
            ->query_integer(fmt::format("SELECT count(*) FROM {}", table))
            .value();
    }
    [[nodiscard]] std::uint64_t used() const { return use_of_store(path_).value().used; }

    std::filesystem::path directory_;
    std::string path_;
    std::unique_ptr<Store> store_;
};

constexpr Duration kAge = std::chrono::hours{24 * 30};

TEST_F(StoreRetentionTest, DeletesWhatIsOlderThanTheAgeAndNotWhatIsExactlyAsOld) {
    begin_run("old", kNow - 40 * kDayNs);
    const std::int64_t cutoff = kNow - kAge.count();
    store_->add_report(order(1), cutoff - 1);
    store_->add_report(order(2), cutoff);
    for (const std::uint64_t id : {1U, 2U}) {
        store_->add_on_paper(on_paper(id));
        OrderIntent intent;
        intent.intent_id = IntentId{id};
        store_->add_intent(intent);
    }
    ASSERT_TRUE(store_->commit());
    begin_run("now", kNow);

    const StoreSweep swept = sweep(kAge);
    EXPECT_EQ(swept.orders, 1U);
    EXPECT_EQ(count("intents"), 1);
    EXPECT_EQ(swept.runs, 0U);
    EXPECT_FALSE(swept.is_over);
    const auto left = store_->trades("old", 10).value();
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(left[0].intent_id, 2U);
    EXPECT_EQ(count("token_changes"), 1);
    EXPECT_EQ(count("paper_orders"), 1);

    EXPECT_EQ(sweep(kAge, kNoLimit, "now", kNow + 1).orders, 1U);
    EXPECT_EQ(count("orders"), 0);
}

TEST_F(StoreRetentionTest, KeepsTheOrdersOfATokenThatIsHeldUntilItsPositionIsClosedInAnyRun) {
    begin_run("old", kNow - 50 * kDayNs);
    const std::int64_t at = kNow - 45 * kDayNs;
    store_->add_report(order(1, Outcome::Landed, key_of(3)), at);  // A purchase names no position.
    store_->add_report(order(2, Outcome::Landed, key_of(4)), at);
    store_->add_position_opened(
        {PositionId{1}, StrategyId::Sniper, key_of(3), TokenAmount{9}, Lamports{1'000}}, at);
    ASSERT_TRUE(store_->commit());
    begin_run("now", kNow);

    EXPECT_EQ(sweep(kAge).orders, 1U) << "of the other token";
    EXPECT_EQ(store_->trades("old", 10).value()[0].intent_id, 1U);
    EXPECT_EQ(sweep(Duration{kDayNs}, 1).orders, 0U) << "above the budget neither";
    EXPECT_EQ(count("positions"), 1);

    // Closed by the run after, whose row tells so.
    store_->add_position_closed(
        {PositionId{1}, StrategyId::Sniper, key_of(3), LamportsDelta{5}, ExitReason::StopLoss},
        kNow - 31 * kDayNs);
    ASSERT_TRUE(store_->commit());
    const StoreSweep swept = sweep(kAge);
    EXPECT_EQ(swept.orders, 1U);
    EXPECT_EQ(swept.positions, 1U);
    EXPECT_EQ(swept.runs, 1U);
    EXPECT_EQ(count("positions"), 1) << "the run that closed it has begun just now";
}

// The row that closed it is in the run that is looked at first: without it the other one would
// pass for open for ever.
TEST_F(StoreRetentionTest, DeletesTheRowThatOpenedAPositionBeforeTheOneThatClosedIt) {
    begin_run("by another clock", kNow - 60 * kDayNs);
    store_->add_position_closed(
        {PositionId{1}, StrategyId::Sniper, key_of(3), LamportsDelta{5}, ExitReason::StopLoss},
        kNow - 40 * kDayNs);
    ASSERT_TRUE(store_->commit());
    begin_run("opened", kNow - 50 * kDayNs);
    store_->add_position_opened(
        {PositionId{1}, StrategyId::Sniper, key_of(3), TokenAmount{9}, Lamports{1'000}},
        kNow - 45 * kDayNs);
    ASSERT_TRUE(store_->commit());
    begin_run("now", kNow);
    EXPECT_EQ(sweep(kAge).positions, 1U);
    EXPECT_EQ(sweep(kAge).positions, 1U);
    EXPECT_EQ(count("positions"), 0);
}

// Evidence of half a position would be a gain out of nothing, or a loss of all.
TEST_F(StoreRetentionTest, APurchaseGoesWithTheLastSaleOfItsPosition) {
    begin_run("old", kNow - 60 * kDayNs);
    const auto put = [&](std::uint64_t id, OrderKind kind, std::int64_t at) {
        ExecutionReport each = order(id);
        each.kind = kind;
        store_->add_report(each, at);
    };
    const auto closed = [&](std::uint64_t id, std::int64_t at) {
        store_->add_position_closed(
            {PositionId{id}, StrategyId::Sniper, key_of(3), {}, ExitReason::StopLoss}, at);
    };
    put(1, OrderKind::Entry, kNow - 50 * kDayNs);  // Sold long ago.
    put(2, OrderKind::Exit, kNow - 49 * kDayNs);
    closed(1, kNow - 49 * kDayNs);
    put(3, OrderKind::Entry, kNow - 40 * kDayNs);  // The same token again, sold in two parts.
    store_->add_position_opened(
        {PositionId{2}, StrategyId::Sniper, key_of(3), TokenAmount{9}, Lamports{1'000}},
        kNow - 40 * kDayNs);
    put(4, OrderKind::Exit, kNow - 35 * kDayNs);
    ASSERT_TRUE(store_->commit());
    begin_run("now", kNow - 31 * kDayNs);
    put(5, OrderKind::Exit, kNow - kAge.count());
    closed(2, kNow - kAge.count());
    ASSERT_TRUE(store_->commit());
    const auto cut = [&] { return store_->recorded_trades(Provenance::Live)->deleted_until; };

    EXPECT_FALSE(cut());
    EXPECT_EQ(sweep(kAge).orders, 2U);
    EXPECT_EQ(cut(), WallTime{kNow - 49 * kDayNs});
    EXPECT_EQ(count("positions"), 2) << "what opened the second one, too";
    EXPECT_EQ(sweep(kAge, kNoLimit, "now", kNow + 1).orders, 3U) << "one nanosecond later";
    EXPECT_EQ(cut(), WallTime{kNow - kAge.count()});
}

// An idle run is a run of evidence, whose days count.
TEST_F(StoreRetentionTest, TheBeginOfADeletedRunIsKept) {
    begin_run("idle", kNow - 40 * kDayNs);
    begin_run("idle, too", kNow - 39 * kDayNs);
    begin_run("now", kNow);
    EXPECT_EQ(sweep(kAge).runs, 2U);
    const auto recorded = store_->recorded_trades(Provenance::Live).value();
    EXPECT_EQ(recorded.begun, WallTime{kNow - 40 * kDayNs});
    EXPECT_FALSE(recorded.deleted_until);
}

TEST_F(StoreRetentionTest, AboveTheBudgetDeletesTheOldestOfPaperAndStopsBelowIt) {
    begin_run("old", kNow - 400 * kDayNs, Provenance::Paper);
    fill(5'000, kNow - 300 * kDayNs);
    begin_run("now", kNow, Provenance::Paper);
    const std::uint64_t before = used();

    EXPECT_FALSE(sweep(10 * kAge * 10, before).has_deleted()) << "exactly the budget is allowed";
    EXPECT_EQ(count("orders"), 5'000);

    const std::uint64_t budget = before - 1;
    const StoreSweep swept = sweep(10 * kAge * 10, budget);
    EXPECT_GT(swept.orders, 0U);
    EXPECT_FALSE(swept.is_over);
    EXPECT_LE(swept.left.used, budget - budget / 16);
    EXPECT_GT(count("orders"), 3'000) << "and no more than that";
    const auto left = store_->trades("old", 10'000).value();
    EXPECT_EQ(left.back().intent_id, swept.orders + 1) << "the oldest";
    EXPECT_EQ(left.front().intent_id, 5'000U);
}

TEST_F(StoreRetentionTest, AboveTheBudgetKeepsTheLastDay) {
    begin_run("old", kNow - 400 * kDayNs, Provenance::Paper);
    store_->add_report(order(1), kNow - kDayNs - 1);
    store_->add_report(order(2), kNow - kDayNs);
    ASSERT_TRUE(store_->commit());
    begin_run("now", kNow, Provenance::Paper);
    const StoreSweep swept = sweep(10 * kAge, 1);
    EXPECT_EQ(swept.orders, 1U);
    EXPECT_TRUE(swept.is_over);
    EXPECT_EQ(store_->trades("old", 10).value()[0].intent_id, 2U);
}

TEST_F(StoreRetentionTest, AboveTheBudgetKeepsLiveOrdersThatMovedMoneyOrMayHave) {
    begin_run("old", kNow - 20 * kDayNs, Provenance::Live);
    const std::int64_t at = kNow - 10 * kDayNs;
    std::uint64_t id = 0;
    for (const Outcome outcome : {Outcome::Landed, Outcome::Reverted, Outcome::Rejected,
                                  Outcome::Expired, Outcome::Unknown}) {
        store_->add_report(order(++id, outcome), at);
        store_->add_on_paper(on_paper(id));
    }
    ExecutionReport paid = order(++id, Outcome::Expired);
    paid.fill.base_fee = Lamports{1};
    store_->add_report(paid, at);
    store_->add_position_closed(
        {PositionId{1}, StrategyId::Sniper, key_of(3), LamportsDelta{5}, ExitReason::StopLoss}, at);
    ASSERT_TRUE(store_->end_run(at, "{\"result\":1}"));
    begin_run("now", kNow, Provenance::Live);
    store_->add_report(order(1), at);
    store_->add_on_paper(on_paper(1));
    ASSERT_TRUE(store_->commit());

    const StoreSweep swept = sweep(kAge, 1);
    EXPECT_TRUE(swept.is_over) << "what must stay is told";
    EXPECT_EQ(swept.orders, 2U);
    std::string left;
    for (const auto& row : store_->trades("old", 10).value()) {
        left += row.outcome + " ";
    }
    EXPECT_EQ(left, "expired unknown reverted landed ");
    EXPECT_EQ(count("positions"), 1);
    EXPECT_EQ(count("runs"), 2);
    EXPECT_EQ(count("paper_orders"), 1) << "those of the run that a report shows";
    EXPECT_EQ(store_->orders_on_paper("now").value().size(), 1U);
}

TEST_F(StoreRetentionTest, AboveTheBudgetKeepsWhatPaperMadeOfTheLastDaysOrders) {
    begin_run("old", kNow - 20 * kDayNs, Provenance::Live);
    for (const std::uint64_t id : {1U, 2U}) {
        store_->add_report(order(id), kNow - kDayNs - 2 + static_cast<std::int64_t>(id));
        store_->add_on_paper(on_paper(id));
    }
    ASSERT_TRUE(store_->commit());
    begin_run("now", kNow, Provenance::Live);
    EXPECT_TRUE(sweep(kAge, 1).is_over);
    const auto compared = store_->orders_on_paper("old").value();
    ASSERT_EQ(compared.size(), 2U) << "the orders stay";
    EXPECT_FALSE(compared[0].on_paper);
    EXPECT_TRUE(compared[1].on_paper) << "exactly a day old";
}

TEST_F(StoreRetentionTest, DeletesEmptyRunsWithTheirDenialsAndNeitherTheNewestNorTheWrittenOne) {
    for (const char* const id : {"empty", "written"}) {
        begin_run(id, kNow - 40 * kDayNs);
        store_->add_denial(StrategyId::Sniper, DenialReason::FeedBlind, "blind", kNow);
        ASSERT_TRUE(store_->commit());
    }
    begin_run("newest", kNow - 39 * kDayNs);
    EXPECT_EQ(sweep(kAge, kNoLimit, "written").runs, 1U);
    EXPECT_EQ(count("denials"), 1);
    const auto runs = store_->runs(10).value();
    ASSERT_EQ(runs.size(), 2U);
    EXPECT_EQ(runs[0].run.run_id, "newest");
    EXPECT_EQ(runs[1].run.run_id, "written");
}

TEST_F(StoreRetentionTest, GivesTheRoomBackToTheDisk) {
    begin_run("old", kNow - 400 * kDayNs);
    fill(5'000, kNow - 300 * kDayNs);
    begin_run("now", kNow);
    store_.reset();  // The last one to close brings the -wal into the file.
    const auto before = std::filesystem::file_size(path_);
    const StoreSweep swept = sweep(kAge);
    EXPECT_EQ(swept.orders, 5'000U);
    EXPECT_EQ(swept.left.file, swept.left.used);
    EXPECT_GT(before, 1'000'000U);
    EXPECT_LT(std::filesystem::file_size(path_), 150'000U);
}

// As version 0.x made it: no pages given back, and the tables of schema 3.
TEST_F(StoreRetentionTest, MakesAStoreOfAnEarlierVersionShrinkableOnceAndKeepsItsRows) {
    begin_run("old", kNow - 400 * kDayNs);
    fill(5'000, kNow - 300 * kDayNs);
    store_.reset();
    test::downgrade_store(path_, 3);
    {
        const auto old = Database::open(path_).value();
        ASSERT_TRUE(old->execute("PRAGMA auto_vacuum = NONE; VACUUM"));
        ASSERT_EQ(old->query_integer("PRAGMA auto_vacuum"), 0);
    }
    store_ = Store::open(path_).value();
    begin_run("now", kNow);
    EXPECT_EQ(store_->trades("old", 10'000).value().size(), 5'000U);
    const auto made = make_store_shrinkable(path_);
    ASSERT_TRUE(made) << made.error().text;
    EXPECT_TRUE(*made);
    EXPECT_EQ(make_store_shrinkable(path_), false);
    EXPECT_EQ(store_->trades("old", 10'000).value().size(), 5'000U) << "also for who had it open";
    EXPECT_EQ(sweep(kAge).orders, 5'000U);
    store_.reset();
    EXPECT_LT(std::filesystem::file_size(path_), 150'000U);
}

TEST_F(StoreRetentionTest, BelievesAClockThatLeapsAMonthAtATime) {
    begin_run("old", kNow - 5 * kDayNs);
    store_->add_report(order(1), kNow - 4 * kDayNs);
    ASSERT_TRUE(store_->end_run(kNow, ""));
    const std::int64_t ahead = kNow + 5'000 * kDayNs;
    begin_run("now", ahead);
    const Duration age{36 *
                       kDayNs};  // The order is 35 days old a month behind the last known time.
    auto retention = StoreRetention::open(path_, {age, kNoLimit, "now"}, kPatience).value();
    for (int sweeps = 0; sweeps < 2; ++sweeps) {
        EXPECT_EQ(count("orders"), 1) << sweeps;
        ASSERT_TRUE(retention->begin(ahead));
        EXPECT_TRUE(retention->is_sweeping());
        while (retention->is_sweeping()) {
            ASSERT_TRUE(retention->step());
        }
    }
    EXPECT_EQ(count("orders"), 0) << "where it goes on saying so";
}

TEST_F(StoreRetentionTest, ALockEndsTheSweepAndDeletesNothing) {
    begin_run("old", kNow - 400 * kDayNs);
    fill(10, kNow - 300 * kDayNs);
    begin_run("now", kNow);
    auto retention = StoreRetention::open(path_, {kAge, kNoLimit, "now"}, kPatience).value();
    for (int months = 0; months < 20; ++months) {
        ASSERT_TRUE(retention->begin(kNow));
    }
    store_->add_finalized({});  // A transaction that is open.
    ASSERT_TRUE(retention->step()) << "which run, for which it needs no lock";
    EXPECT_FALSE(retention->step());
    EXPECT_FALSE(retention->is_sweeping());
    ASSERT_TRUE(store_->commit());
    EXPECT_EQ(count("orders"), 10);
    EXPECT_EQ(sweep(kAge).orders, 10U);
}

TEST_F(StoreRetentionTest, TellsHowFastTheStoreGrowsFromADayOfOrdersOn) {
    begin_run("now", kNow);
    EXPECT_EQ(use_of_store(path_).value().orders, 0U);
    store_->add_report(order(1), kNow);
    store_->add_report(order(2), kNow + kDayNs - 1);
    ASSERT_TRUE(store_->commit());
    EXPECT_EQ(use_of_store(path_).value().bytes_a_day, 0U);
    store_->add_report(order(3), kNow + kDayNs);
    ASSERT_TRUE(store_->commit());
    const StoreUse use = use_of_store(path_).value();
    EXPECT_EQ(use.orders, 3U);
    EXPECT_EQ(use.first.ns, kNow);
    EXPECT_EQ(use.last.ns, kNow + kDayNs);
    EXPECT_EQ(use.bytes_a_day, use.used);
    EXPECT_FALSE(use_of_store(path_ + "-not"));
}

}  // namespace
}  // namespace sniperforge::analytics
