// SPDX-License-Identifier: MIT
// The trade store is a copy of the journal: nothing that happens to it stops the journal, and what
// it lost it gets from there again.
#include "engine/store_keeper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <optional>

#include "unit/engine/history_support.hpp"

namespace sniperforge::engine {
namespace {

using namespace history_test;

class StoreKeeperTest : public HistoryTest {
 protected:
    [[nodiscard]] std::string store() const { return (directory / "trades.sqlite").string(); }
    [[nodiscard]] bool has(const std::string& name) const { return fs::exists(directory / name); }
    // An order that lands and its position; and a denial.
    static void trade_whole(Recorder& recorder, std::uint64_t id) {
        trade(recorder, entry(id));
        ExecutionReport report = history_test::landed(entry(id));
        report.strategy = StrategyId::Sniper;
        report.mint = kToken;
        recorder.record(report, kOpening);
        recorder.record(PositionOpened{PositionId{id}, StrategyId::Sniper, kToken,
                                       TokenAmount{1'000}, Lamports{100'009'000}},
                        kOpening);
        recorder.record(OrderFinalized{IntentId{id}, entry(id).signed_as.signature, Slot{56}},
                        kOpening);
        OrderIntent refused = entry(100 + id).intent;
        recorder.record(refused, kOpening);
        recorder.record(
            IntentDenied{refused.intent_id, StrategyId::Sniper, {DenialReason::FeedBlind, "blind"}},
            kOpening);
    }
    // The whole of a run.
    void run(const std::string& name, std::uint64_t first, std::uint64_t last) {
        auto recorder = open({}, name);
        for (std::uint64_t id = first; id <= last; ++id) {
            trade_whole(*recorder, id);
        }
        recorder->record(RunStopped{}, kOpening);
        EXPECT_TRUE(recorder->close(kOpening, "{}"));
    }
    struct Rows {
        std::size_t orders = 0, finalized = 0, positions = 0;
        std::int64_t denials = 0;
        [[nodiscard]] bool operator==(const Rows&) const = default;
    };
    [[nodiscard]] Rows rows(const std::string& name) const {
        auto opened = analytics::Store::open(store());
        EXPECT_TRUE(opened) << opened.error().text;
        Rows rows;
        if (!opened) {
            return rows;
        }
        const auto trades = (*opened)->trades(name, 1'000).value();
        const auto denials = (*opened)->denials(name).value();
        for (const auto& trade : trades) {
            ++rows.orders;
            rows.finalized += trade.finalized_slot == 56 ? 1 : 0;
            EXPECT_EQ(trade.outcome, "landed");
            EXPECT_EQ(trade.strategy, "sniper");
            EXPECT_EQ(trade.mint, kToken.to_string());
            EXPECT_EQ(trade.wallet_lamports, -100'009'000);
        }
        rows.positions = (*opened)->positions(name, 1'000).value().size();
        for (const auto& denial : denials) {
            EXPECT_EQ(denial.reason, "FEED_BLIND");
            rows.denials += denial.count;
        }
        return rows;
    }
    [[nodiscard]] static Rows all_of(std::size_t orders) {
        return {orders, orders, orders, static_cast<std::int64_t>(orders)};
    }
};

// Holds the lock of whoever writes, as a user's shell with BEGIN IMMEDIATE does.
class Lock {
 public:
    explicit Lock(const std::string& path) : store_{analytics::Store::open(path).value()} {
        store_->add_finalized({});
    }

 private:
    std::unique_ptr<analytics::Store> store_;
};

TEST_F(StoreKeeperTest, ALockOnTheStoreStopsNeitherJournalNorSignaturesAndItGetsAllAfterwards) {
    auto recorder = open();
    {
        const Lock lock{store()};
        for (std::uint64_t id = 1; id <= 3; ++id) {
            trade_whole(*recorder, id);
            recorder->write_through();
            EXPECT_FALSE(recorder->has_failed()) << id;
        }
        EXPECT_TRUE(recorder->flush()) << "what a run ends with is whole";
        EXPECT_EQ(read().portfolio.positions().size(), 1U) << "of one mint";
        EXPECT_EQ(rows("run"), Rows{});
        EXPECT_TRUE(has("trades.sqlite.behind"));
    }
    recorder->write_through();
    EXPECT_EQ(rows("run"), all_of(3));
    EXPECT_FALSE(has("trades.sqlite.behind"));
    EXPECT_TRUE(recorder->close(kOpening, "{}"));
}

// The run ends under the lock, or is killed: the next one takes its rows from the journal.
TEST_F(StoreKeeperTest, WhatARunCouldNotGiveItTheNextStartTakesFromTheJournal) {
    run("before", 1, 2);
    {
        std::optional<Lock> lock;  // Longer than the recorder.
        auto recorder = open({}, "locked");
        lock.emplace(store());
        trade_whole(*recorder, 3);
        recorder->record(RunStopped{}, kOpening);
        EXPECT_TRUE(recorder->close(kOpening, "{}")) << "the journal has it";
    }
    EXPECT_EQ(rows("locked"), Rows{});
    run("after", 4, 4);
    EXPECT_EQ(rows("locked"), (Rows{1, 1, 1, 0})) << "denials are counted and not told twice";
    EXPECT_EQ(rows("before"), all_of(2)) << "what was there is as it was";
    EXPECT_EQ(rows("after"), all_of(1));
    EXPECT_FALSE(has("trades.sqlite.behind"));
}

TEST_F(StoreKeeperTest, AStartUnderALockGoesOnWithoutTheStore) {
    run("before", 1, 1);
    std::unique_ptr<Recorder> recorder;
    {
        const Lock lock{store()};
        recorder = open({}, "locked");
        trade_whole(*recorder, 2);
        recorder->write_through();
        EXPECT_FALSE(recorder->has_failed());
    }
    EXPECT_TRUE(recorder->close(kOpening, "{}"));
    EXPECT_EQ(rows("locked"), all_of(1));
}

// Intents that were approved and marks of positions come from the journal again, looks at the
// chain do not: two more of them bring that back.
TEST_F(StoreKeeperTest, WhatTradesAreMadeOfIsThereAndIsMadeAgain) {
    const auto check = [&](bool is_reconciled) {
        const auto opened = analytics::Store::open(store());
        ASSERT_TRUE(opened);
        const auto recorded = (*opened)->recorded_trades(Provenance::Sim).value();
        ASSERT_EQ(recorded.orders.size(), 1U);
        ASSERT_TRUE(recorded.orders[0].intent);
        EXPECT_EQ(recorded.orders[0].intent->amount_in.raw(), entry(1).intent.amount_in.raw());
        EXPECT_EQ(recorded.orders[0].is_reconciled, is_reconciled);
        ASSERT_EQ(recorded.positions.size(), 1U);
        EXPECT_EQ(recorded.positions[0].value_low, Lamports{40'000'000});
        EXPECT_EQ(recorded.positions[0].value_last, Lamports{90'000'000});
    };
    {
        auto recorder = open({}, "before");
        trade_whole(*recorder, 1);
        recorder->record(PositionMarked{PositionId{1}, Lamports{40'000'000}}, kOpening);
        recorder->record(PositionMarked{PositionId{1}, Lamports{90'000'000}}, kOpening);
        EXPECT_TRUE(recorder->record_books_equal(kOpening));
        recorder->write_through();
        check(false);
        EXPECT_TRUE(recorder->record_books_equal(kOpening));
        recorder->record(RunStopped{}, kOpening);
        EXPECT_TRUE(recorder->close(kOpening, "{}"));
    }
    check(true);
    fs::remove(store());
    EXPECT_TRUE(open({}, "after")->close(kOpening, "{}"));
    check(false);
}

// Our own sale moves the pool before its report arrives: what it leaves is no loss that was borne.
TEST_F(StoreKeeperTest, MarksWhileAnExitIsOnItsWayCountOnceItHasFailed) {
    const auto check = [&](std::uint64_t low, std::uint64_t last) {
        const auto opened = analytics::Store::open(store());
        ASSERT_TRUE(opened);
        const auto recorded = (*opened)->recorded_trades(Provenance::Sim).value();
        ASSERT_EQ(recorded.positions.size(), 1U);
        EXPECT_EQ(recorded.positions[0].value_low, Lamports{low});
        EXPECT_EQ(recorded.positions[0].value_high, Lamports{119'000'000});
        EXPECT_EQ(recorded.positions[0].value_last, Lamports{last});
    };
    auto recorder = open({}, "before");
    const auto mark = [&](std::uint64_t value) {
        recorder->record(PositionMarked{PositionId{1}, Lamports{value}}, kOpening);
    };
    const auto end_exit = [&](std::uint64_t id, Outcome outcome) {
        OrderIntent exit;
        exit.intent_id = IntentId{id};
        exit.kind = OrderKind::Exit;
        exit.mint_in = kToken;
        exit.mint_out = solana::kWrappedSolMint;
        exit.position_id = PositionId{1};
        recorder->record(exit, kOpening);
        recorder->record(IntentApproved{exit.intent_id}, kOpening);
        mark(29'000'000 + id);
        ExecutionReport report = report_on(exit);
        report.outcome = outcome;
        recorder->record(report, kOpening);
        recorder->write_through();
    };
    trade_whole(*recorder, 1);
    mark(119'000'000);
    end_exit(2, Outcome::Landed);
    check(119'000'000, 119'000'000);
    end_exit(3, Outcome::Unknown);
    check(119'000'000, 119'000'000);
    end_exit(4, Outcome::Expired);
    check(119'000'000, 119'000'000);  // The one before may have made the price.
    end_exit(3, Outcome::Reverted);
    check(29'000'003, 29'000'003);
    recorder->record(RunStopped{}, kOpening);
    EXPECT_TRUE(recorder->close(kOpening, "{}"));
    recorder.reset();
    fs::remove(store());
    EXPECT_TRUE(open({}, "after")->close(kOpening, "{}"));
    check(29'000'003, 29'000'003);
}

TEST_F(StoreKeeperTest, AnAcceptedShortfallIsThereAndIsMadeAgain) {
    const auto missing = [&] {
        return analytics::Store::open(store()).value()->recorded_trades(Provenance::Sim)->missing;
    };
    {
        auto recorder = open({}, "before");
        trade_whole(*recorder, 1);
        recorder->record(ShortfallAccepted{{{"wallet", 900, 200}, {kToken.to_string(), 5, 1}}},
                         kOpening);
        EXPECT_TRUE(recorder->close(kOpening, "{}"));
    }
    EXPECT_EQ(missing(), Lamports{700});
    fs::remove(store());
    EXPECT_TRUE(open({}, "after")->close(kOpening, "{}"));
    EXPECT_EQ(missing(), Lamports{700});
}

// Once a minute, whatever is told, and again from the journal.
TEST_F(StoreKeeperTest, AnIdleRunIsHeardOfEachMinuteAndAKillLeavesThat) {
    const auto heard = [&] {
        const auto runs = analytics::Store::open(store()).value()->runs(9).value();
        const auto killed =
            std::ranges::find(runs, "killed", [](const auto& row) { return row.run.run_id; });
        return killed == runs.end() ? 0 : killed->heard_wall_ns;
    };
    constexpr Duration kMinute = std::chrono::minutes{1};
    {
        auto recorder = open({}, "killed");
        trade_whole(*recorder, 1);
        recorder->write_through();
        recorder->record(RunNote{"idle"}, kOpening + (kMinute - Duration{1}));
        recorder->write_through();
        EXPECT_EQ(heard(), kOpening.ns);
        recorder->record(RunNote{"idle"}, kOpening + kMinute);
        recorder->write_through();
        EXPECT_EQ(heard(), (kOpening + kMinute).ns);
        EXPECT_TRUE(recorder->record_books_equal(kOpening + 2 * kMinute));
        recorder->write_through();
        EXPECT_EQ(heard(), (kOpening + 2 * kMinute).ns);
    }
    fs::remove(store());
    EXPECT_TRUE(open({}, "later")->close(kOpening, "{}"));
    EXPECT_EQ(heard(), (kOpening + kMinute).ns) << "what the journal has";
}

// So many between two commits, and nothing has failed: only the mark tells the next start.
TEST_F(StoreKeeperTest, WhatIsMoreThanMayWaitLeavesAMark) {
    run("before", 1, 1);
    const OrderFinalized order{IntentId{1}, {}, Slot{56}};
    {
        analytics::RunInfo info;
        info.run_id = "crowded";
        StoreKeeper keeper{directory.string(), info, true, {}};
        for (std::size_t i = 0; i < kStoreWaitingMax; ++i) {
            keeper.add(order, 0);
        }
        EXPECT_FALSE(has("trades.sqlite.behind")) << "as many as may wait";
        keeper.add(order, 0);
        EXPECT_TRUE(has("trades.sqlite.behind"));
        keeper.commit(true);
        keeper.end_run(0, "{}");
    }
    std::string run_first;
    std::ifstream{directory / "trades.sqlite.behind"} >> run_first;
    EXPECT_EQ(run_first, "crowded");
    run("after", 2, 2);
    EXPECT_FALSE(has("trades.sqlite.behind"));
}

// One step at each commit: no end of the run is waited for.
TEST_F(StoreKeeperTest, SweepsTheStoreBySettingsWhileTheRunGoesOn) {
    (void)open({}, "old")->close(kOpening, "{}");
    const WallTime now = kOpening + Duration{std::chrono::hours{24 * 30}};
    analytics::RunInfo info;
    info.run_id = "new";
    info.started_wall_ns = now.ns;
    RecorderOptions options{.state_dir = directory.string(),
                            .run = {"new", "build", "boot", kWallet},
                            .is_threaded = false,
                            .settings = {}};
    options.settings.trades_days = 30;
    auto recorder = std::move(*Recorder::open(options, info));
    const auto commit_at = [&](WallTime at) {
        for (int commits = 0; commits < 10; ++commits) {
            recorder->record(RunNote{"nothing of the store"}, at);
            (void)recorder->write_soon();
        }
        return analytics::Store::open(store()).value()->runs(10).value().size();
    };
    constexpr Duration kMinute = std::chrono::minutes{1};
    EXPECT_EQ(commit_at(now + kMinute + Duration{-1}), 2U);
    EXPECT_EQ(commit_at(now + kMinute), 1U);
    EXPECT_TRUE(recorder->close(now, "{}"));
}

// The segment in which the run began is deleted, and what it lacks is in one that is there.
TEST_F(StoreKeeperTest, ARunWhoseBeginIsGoneIsTakenFromWhatIsThere) {
    constexpr std::uint64_t kTrades = 200;
    {
        std::optional<Lock> lock;  // Longer than the recorder.
        analytics::RunInfo info;
        info.run_id = "long";
        RecorderOptions options{.state_dir = directory.string(),
                                .run = {"long", "build", "boot", kWallet},
                                .is_threaded = false,
                                .settings = {}};
        options.settings.segment_bytes = 20'000;
        options.settings.segments_max = 3;
        auto recorder = std::move(*Recorder::open(options, info));
        for (std::uint64_t id = 1; id <= kTrades; ++id) {
            if (id == kTrades - 1) {
                lock.emplace(store());
            }
            trade_whole(*recorder, id);
            recorder->write_through();
        }
        EXPECT_TRUE(recorder->close(kOpening, "{}"));
    }
    EXPECT_FALSE(has("journal-000001.sfj"));
    EXPECT_EQ(rows("long").orders, kTrades - 2);
    run("after", kTrades + 1, kTrades + 1);
    EXPECT_EQ(rows("long"), (Rows{kTrades, kTrades, kTrades, kTrades - 2}));
    EXPECT_EQ(rows("after"), all_of(1));
    EXPECT_FALSE(has("trades.sqlite.behind"));
}

TEST_F(StoreKeeperTest, ADamagedFileIsSetAsideAndMadeAgainFromTheJournal) {
    run("one", 1, 2);
    run("two", 3, 5);
    for (const int kind : {0, 1, 2}) {
        if (kind == 0) {
            std::ofstream{store()} << "no database at all";
        } else {
            // One page behind the first, which only a look at all of them finds; or the header.
            std::fstream file{store(), std::ios::in | std::ios::out | std::ios::binary};
            file.seekp(kind == 1 ? 4'096 : 0);
            file << std::string(4'096, '\x55');
        }
        const std::string aside = fmt::format("trades.sqlite.damaged-{}", kind + 1);
        EXPECT_FALSE(has(aside));
        run(fmt::format("after-{}", kind), 10 + 2U * kind, 10 + 2U * kind);
        EXPECT_TRUE(has(aside)) << "never deleted";
        EXPECT_EQ(rows("one"), all_of(2)) << kind;
        EXPECT_EQ(rows("two"), all_of(3)) << kind;
        EXPECT_EQ(rows(fmt::format("after-{}", kind)), all_of(1)) << kind;
    }
}

TEST_F(StoreKeeperTest, AFileThatWasMovedAwayIsMadeAgainAndAWholeOneLeftAlone) {
    run("one", 1, 2);
    run("two", 3, 3);
    EXPECT_FALSE(has("trades.sqlite.damaged-1"));
    fs::remove(store());
    run("three", 4, 4);
    EXPECT_EQ(rows("one"), all_of(2));
    EXPECT_EQ(rows("three"), all_of(1));
}

// It lacked what one run gave; then the file was gone; and the start that makes it again is killed,
// or finds it locked, once it is there.
TEST_F(StoreKeeperTest, AFileThatIsGoneIsMadeAgainFromTheFirstRunOnWhateverItsMarkSaidAndWhenever) {
    run("one", 1, 2);
    run("two", 3, 3);
    std::ofstream{store() + ".behind"} << "two";
    fs::remove(store());
    fs::create_symlink(directory / "nowhere" / "store", store());  // None can be made here.
    run("three", 4, 4);
    std::string first;
    ASSERT_TRUE(has("trades.sqlite.behind"));
    EXPECT_FALSE(std::ifstream{store() + ".behind"} >> first) << first;
    fs::remove(store());
    ASSERT_TRUE(analytics::Store::open(store()));  // As far as a start came that was killed.
    run("four", 5, 5);
    EXPECT_EQ(rows("one"), (Rows{2, 2, 2, 0}));
    EXPECT_EQ(rows("three"), (Rows{1, 1, 1, 0}));
    EXPECT_EQ(rows("four"), all_of(1));
    EXPECT_FALSE(has("trades.sqlite.behind"));
}

}  // namespace
}  // namespace sniperforge::engine
