// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/store.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "analytics/sqlite.hpp"
#include "sniperforge/core/wide_int.hpp"
#include "support/keys.hpp"
#include "unit/analytics/store_downgrade.hpp"

namespace sniperforge::analytics {
namespace {

using sniperforge::test::key_of;

ExecutionReport landed(std::uint64_t intent_id) {
    ExecutionReport report;
    report.intent_id = IntentId{intent_id};
    report.strategy = StrategyId::Sniper;
    report.kind = OrderKind::Exit;
    report.exit_reason = ExitReason::StopLoss;
    report.mint = key_of(3);
    report.outcome = Outcome::Landed;
    report.signature.bytes.fill(7);
    report.fill.wallet = LamportsDelta{-1'000};
    report.fill.base_fee = Lamports{5'000};
    report.fill.priority_fee = Lamports{40};
    report.fill.tip = Lamports{2};
    report.fill.tokens = {{key_of(3), TokenDelta{-9}}, {key_of(4), TokenDelta{8}}};
    return report;
}

class StoreTest : public ::testing::Test {
 protected:
    void SetUp() override {
        directory_ = std::filesystem::path{::testing::TempDir()} /
                     (std::string{"store_"} +
                      ::testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::remove_all(directory_);
        std::filesystem::create_directories(directory_);
        path_ = directory_ / "trades.db";
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }

    std::unique_ptr<Store> open() const {
        auto store = Store::open(path_);
        EXPECT_TRUE(store) << store.error().text;
        return store ? std::move(*store) : nullptr;
    }
    std::unique_ptr<Store> open_with_run(const std::string& run_id = "r1",
                                         std::int64_t started = 100) const {
        auto store = open();
        RunInfo run;
        run.run_id = run_id;
        run.started_wall_ns = started;
        const auto begun = store->begin_run(run);
        EXPECT_TRUE(begun) << begun.error().text;
        return store;
    }

    std::filesystem::path directory_;
    std::filesystem::path path_;
};

TEST_F(StoreTest, KeepsRunsNewestFirstAndTellsWhichEndedCleanly) {
    const auto store = open();
    RunInfo run;
    run.run_id = "older";
    run.provenance = Provenance::Paper;
    run.started_wall_ns = 100;
    ASSERT_TRUE(store->begin_run(run));
    run = {"newer", Provenance::Live, "demo", 2.5, kU64Max, 200, "abc"};
    ASSERT_TRUE(store->begin_run(run));
    ASSERT_TRUE(store->end_run(300, "{\"x\":1}"));

    const auto rows = store->runs(10);
    ASSERT_TRUE(rows) << rows.error().text;
    ASSERT_EQ(rows->size(), 2U);
    EXPECT_EQ((*rows)[0].run.run_id, "newer");
    EXPECT_EQ((*rows)[0].run.provenance, Provenance::Live);
    EXPECT_EQ((*rows)[0].run.scenario, "demo");
    EXPECT_EQ((*rows)[0].run.time_compression, 2.5);
    EXPECT_EQ((*rows)[0].run.seed, kU64Max);
    EXPECT_EQ((*rows)[0].run.build_id, "abc");
    EXPECT_EQ((*rows)[0].ended_wall_ns, 300);
    EXPECT_EQ((*rows)[0].report_json, "{\"x\":1}");
    EXPECT_EQ((*rows)[1].run.provenance, Provenance::Paper);
    EXPECT_EQ((*rows)[1].ended_wall_ns, 0);
    EXPECT_EQ(store->runs(1)->size(), 1U);
    EXPECT_EQ(store->runs(0)->size(), 0U);
}

TEST_F(StoreTest, RefusesASecondRunOfTheSameName) {
    const auto store = open_with_run();
    RunInfo run;
    run.run_id = "r1";
    const auto begun = store->begin_run(run);
    ASSERT_FALSE(begun);
    EXPECT_NE(begun.error().text.find("UNIQUE constraint failed: runs.run_id"), std::string::npos)
        << begun.error().text;
    EXPECT_NE(begun.error().text.find(path_.string()), std::string::npos);
}

TEST_F(StoreTest, KeepsOrdersWithTheirFills) {
    const auto store = open_with_run();
    store->add_report(landed(1), 10);
    ExecutionReport rejected = landed(2);
    rejected.outcome = Outcome::Rejected;
    rejected.signature = {};
    rejected.fill = {};
    rejected.error = "it's \"no\"; DROP TABLE orders";
    store->add_report(rejected, 20);
    ASSERT_TRUE(store->commit());

    const auto rows = store->trades("r1", 10);
    ASSERT_TRUE(rows) << rows.error().text;
    ASSERT_EQ(rows->size(), 2U);
    EXPECT_EQ((*rows)[0].intent_id, 2U);
    EXPECT_EQ((*rows)[0].outcome, "rejected");
    EXPECT_EQ((*rows)[0].signature, "");
    EXPECT_EQ((*rows)[0].error, "it's \"no\"; DROP TABLE orders");
    EXPECT_EQ((*rows)[1].strategy, "sniper");
    EXPECT_EQ((*rows)[1].kind, "exit");
    EXPECT_EQ((*rows)[1].exit_reason, "stop_loss");
    EXPECT_EQ((*rows)[1].mint, key_of(3).to_string());
    EXPECT_EQ((*rows)[1].signature, landed(1).signature.to_string());
    EXPECT_EQ((*rows)[1].wallet_lamports, -1'000);
    EXPECT_EQ((*rows)[1].fees_lamports, 5'042);
    EXPECT_EQ((*rows)[1].wall_ns, 10);
    const auto changes = store->token_changes("r1", IntentId{1});
    ASSERT_TRUE(changes);
    ASSERT_EQ(changes->size(), 2U);
    EXPECT_EQ((*changes)[0].amount, "-9");
    EXPECT_EQ((*changes)[1].mint, key_of(4).to_string());
    EXPECT_TRUE(store->trades("other", 10)->empty());
}

TEST_F(StoreTest, ALaterReportAboutAnIntentReplacesTheEarlierOne) {
    const auto store = open_with_run();
    ExecutionReport unknown = landed(1);
    unknown.outcome = Outcome::Unknown;
    store->add_report(unknown, 10);
    ASSERT_TRUE(store->commit());
    ExecutionReport known = landed(1);
    known.fill.tokens.pop_back();
    store->add_report(known, 20);
    const auto committed = store->commit();
    ASSERT_TRUE(committed) << committed.error().text;
    const auto rows = store->trades("r1", 10);
    ASSERT_EQ(rows->size(), 1U);
    EXPECT_EQ((*rows)[0].outcome, "landed");
    EXPECT_EQ(store->token_changes("r1", IntentId{1})->size(), 1U);
}

TEST_F(StoreTest, CountsDenialsByStrategyAndReasonAndKeepsTheLastDetail) {
    const auto store = open_with_run();
    store->add_denial(StrategyId::Sniper, DenialReason::DataStale, "first", 1);
    store->add_denial(StrategyId::Sniper, DenialReason::DataStale, "last", 2);
    store->add_denial(StrategyId::Momentum, DenialReason::DataStale, "other", 3);
    ASSERT_TRUE(store->commit());
    store->add_denial(StrategyId::Momentum, DenialReason::DataStale, "o2", 4);
    store->add_denial(StrategyId::Momentum, DenialReason::DataStale, "o3", 5);
    ASSERT_TRUE(store->commit());
    const auto rows = store->denials("r1");
    ASSERT_TRUE(rows);
    ASSERT_EQ(rows->size(), 2U);
    EXPECT_EQ((*rows)[0].strategy, "momentum");
    EXPECT_EQ((*rows)[0].reason, "DATA_STALE");
    EXPECT_EQ((*rows)[0].count, 3);
    EXPECT_EQ((*rows)[0].detail_last, "o3");
    EXPECT_EQ((*rows)[1].count, 2);
    EXPECT_EQ((*rows)[1].detail_last, "last");
    EXPECT_EQ((*rows)[1].wall_ns_last, 2);
}

TEST_F(StoreTest, KeepsPositionsFromOpeningToClosing) {
    const auto store = open_with_run();
    store->add_position_opened(
        {PositionId{1}, StrategyId::Momentum, key_of(5), TokenAmount::max(), Lamports{77}}, 10);
    store->add_position_opened(
        {PositionId{2}, StrategyId::Sniper, key_of(6), TokenAmount{1}, Lamports{88}}, 20);
    store->add_position_closed({PositionId{1}, StrategyId::Momentum, key_of(5), LamportsDelta{-7},
                                ExitReason::TrailingStop},
                               30);
    store->add_position_closed(
        {PositionId{9}, StrategyId::Sniper, key_of(7), LamportsDelta{4}, ExitReason::Manual}, 40);
    ASSERT_TRUE(store->commit());
    const auto rows = store->positions("r1", 10);
    ASSERT_TRUE(rows);
    ASSERT_EQ(rows->size(), 3U);
    EXPECT_EQ((*rows)[0].position_id, 9U);  // Opened before this run.
    EXPECT_EQ((*rows)[0].opened_wall_ns, 0);
    EXPECT_EQ((*rows)[0].pnl_lamports, 4);
    EXPECT_EQ((*rows)[1].closed_wall_ns, 0);
    EXPECT_EQ((*rows)[1].cost_lamports, 88);
    EXPECT_EQ((*rows)[2].amount, "18446744073709551615");  // All 64 bits.
    EXPECT_EQ((*rows)[2].reason, "trailing_stop");
    EXPECT_EQ((*rows)[2].pnl_lamports, -7);
    EXPECT_EQ((*rows)[2].opened_wall_ns, 10);
    EXPECT_EQ((*rows)[2].closed_wall_ns, 30);
    EXPECT_EQ(store->positions("r1", 2)->size(), 2U);
}

TEST_F(StoreTest, ShowsNothingToOthersBeforeTheCommitAndEverythingAfter) {
    const auto store = open_with_run();
    const auto reader = open();
    store->add_report(landed(1), 10);
    store->add_report(landed(2), 20);
    EXPECT_TRUE(reader->trades("r1", 10)->empty());
    ASSERT_TRUE(store->commit());
    EXPECT_EQ(reader->trades("r1", 10)->size(), 2U);
    EXPECT_TRUE(store->commit());  // Nothing to do is fine.
}

TEST_F(StoreTest, LosesWhatWasNotCommittedAndKeepsTheRestWhenReopened) {
    {
        const auto store = open_with_run();
        store->add_report(landed(1), 10);
        ASSERT_TRUE(store->commit());
        store->add_report(landed(2), 20);
    }
    EXPECT_EQ(open()->trades("r1", 10)->size(), 1U);
}

TEST_F(StoreTest, RollsTheWholeBatchBackAndReportsTheFirstFailureOnce) {
    const auto store = open_with_run();
    ExecutionReport impossible = landed(2);
    impossible.spend_max = Lamports{std::uint64_t{1} << 63U};
    store->add_report(landed(1), 10);
    store->add_report(impossible, 20);
    store->add_report(landed(3), 30);
    const auto committed = store->commit();
    ASSERT_FALSE(committed);
    EXPECT_NE(committed.error().text.find("9223372036854775808 lamports do not fit"),
              std::string::npos);
    EXPECT_TRUE(store->trades("r1", 10)->empty());
    impossible.spend_max = Lamports{(std::uint64_t{1} << 63U) - 1};
    store->add_report(impossible, 40);
    ASSERT_TRUE(store->commit());
    EXPECT_EQ(store->trades("r1", 10)->size(), 1U);
}

TEST_F(StoreTest, RefusesEventsWithoutARun) {
    const auto store = open();
    store->add_report(landed(1), 10);
    const auto committed = store->commit();
    ASSERT_FALSE(committed);
    EXPECT_NE(committed.error().text.find("FOREIGN KEY constraint failed"), std::string::npos);
}

TEST_F(StoreTest, IsPrivateAndInWalMode) {
    const auto store = open_with_run();
    for (const auto* suffix : {"", "-wal", "-shm"}) {
        struct stat status{};
        ASSERT_EQ(::stat((path_.string() + suffix).c_str(), &status), 0) << suffix;
        EXPECT_EQ(status.st_mode & 0137U, 0U) << suffix;  // Nothing beyond 0640.
    }
    const auto database = Database::open(path_);
    ASSERT_TRUE(database);
    EXPECT_EQ((*database)->query_text("PRAGMA journal_mode"), "wal");
    EXPECT_EQ((*database)->query_integer("PRAGMA user_version"), 5);
}

// Whether another process finds the lock by which SQLite knows that the store is in use: whoever
// closes a store that nobody uses deletes its -wal file.
[[nodiscard]] bool is_locked_for_others(const std::filesystem::path& path) {
    constexpr off_t kSharedBegin = 0x4000'0002, kSharedBytes = 510;  // SQLite's file format, 2.3.
    const pid_t child = ::fork();
    if (child == 0) {
        struct flock lock{};
        lock.l_type = F_WRLCK;
        lock.l_whence = SEEK_SET;
        lock.l_start = kSharedBegin;
        lock.l_len = kSharedBytes;
        const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
        ::_exit(fd >= 0 && ::fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK ? 1 : 0);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

TEST_F(StoreTest, IsInUseForOthersWhileAnyConnectionOfThisProcessIsOpen) {
    const auto first = open_with_run();
    EXPECT_TRUE(is_locked_for_others(path_));
    auto second = open();
    EXPECT_TRUE(is_locked_for_others(path_)) << "opening it again must not give up its locks";
    second.reset();
    EXPECT_TRUE(is_locked_for_others(path_)) << "nor closing that";
}

// A store of the first version, with an order in it.
TEST_F(StoreTest, BringsAnOlderStoreUpToDateAndKeepsItsOrders) {
    {
        const auto store = open_with_run();
        store->add_report(landed(1), 10);
        ASSERT_TRUE(store->commit());
    }
    test::downgrade_store(path_, 1);
    const auto store = open();
    ASSERT_TRUE(store);
    const auto rows = store->trades("r1", 10);
    ASSERT_TRUE(rows) << rows.error().text;
    ASSERT_EQ(rows->size(), 1U);
    EXPECT_EQ((*rows)[0].finalized_slot, 0U);
    EXPECT_EQ((*rows)[0].outcome, "landed");
    const auto recorded = store->recorded_trades(Provenance::Sim);
    ASSERT_TRUE(recorded) << recorded.error().text;
    ASSERT_EQ(recorded->orders.size(), 1U);
    EXPECT_EQ(recorded->orders[0].report.fill.venue_fees, std::nullopt) << "not told, and no 0";
    EXPECT_FALSE(recorded->orders[0].intent);
}

// ---- Finality ----

TEST_F(StoreTest, MarksAnOrderFinalAndTakesTheMarkOffWithALaterReport) {
    const auto store = open_with_run();
    store->add_report(landed(1), 10);
    store->add_report(landed(2), 11);
    store->add_finalized({IntentId{1}, Signature{}, Slot{77}});
    store->add_finalized({IntentId{9}, Signature{}, Slot{78}});  // Nobody's.
    ASSERT_TRUE(store->commit());
    auto rows = store->trades("r1", 10);
    ASSERT_TRUE(rows);
    ASSERT_EQ(rows->size(), 2U);
    EXPECT_EQ((*rows)[0].finalized_slot, 0U);  // Newest first.
    EXPECT_EQ((*rows)[1].finalized_slot, 77U);
    ExecutionReport expired = landed(1);
    expired.outcome = Outcome::Expired;
    expired.fill = {};
    store->add_report(expired, 12);
    ASSERT_TRUE(store->commit());
    rows = store->trades("r1", 10);
    ASSERT_TRUE(rows);
    EXPECT_EQ((*rows)[0].outcome, "expired");
    EXPECT_EQ((*rows)[0].finalized_slot, 0U);
    EXPECT_TRUE(store->token_changes("r1", IntentId{1})->empty());
}

TEST_F(StoreTest, OpensAPositionAgainWhoseSaleWasReversed) {
    const auto store = open_with_run();
    const PositionOpened opened{PositionId{1}, StrategyId::Sniper, key_of(5), TokenAmount{9},
                                Lamports{77}};
    store->add_position_opened(opened, 10);
    store->add_position_closed(
        {PositionId{1}, StrategyId::Sniper, key_of(5), LamportsDelta{-7}, ExitReason::StopLoss},
        20);
    store->add_position_opened(opened, 30);
    ASSERT_TRUE(store->commit());
    const auto rows = store->positions("r1", 10);
    ASSERT_TRUE(rows);
    ASSERT_EQ(rows->size(), 1U);
    EXPECT_EQ((*rows)[0].opened_wall_ns, 10);
    EXPECT_EQ((*rows)[0].closed_wall_ns, 0);
    EXPECT_EQ((*rows)[0].pnl_lamports, 0);
    EXPECT_EQ((*rows)[0].reason, "");
}

TEST_F(StoreTest, RefusesAStoreOfANewerVersionAndLeavesItAlone) {
    (void)open_with_run();
    {
        const auto database = Database::open(path_);
        ASSERT_TRUE((*database)->execute("PRAGMA user_version = 6"));
    }
    const auto store = Store::open(path_);
    ASSERT_FALSE(store);
    EXPECT_NE(store.error().text.find("schema version 6, this program knows up to 5"),
              std::string::npos);
}

TEST_F(StoreTest, RefusesAFileThatIsNoDatabaseAndAMissingDirectory) {
    std::ofstream{path_} << std::string(5'000, 'x');
    const auto store = Store::open(path_);
    ASSERT_FALSE(store);
    EXPECT_NE(store.error().text.find("file is not a database"), std::string::npos)
        << store.error().text;
    const auto missing = Store::open(directory_ / "missing" / "x.db");
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().text.find("No such file or directory"), std::string::npos);
}

}  // namespace
}  // namespace sniperforge::analytics
