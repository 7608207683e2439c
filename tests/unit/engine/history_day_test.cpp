// SPDX-License-Identifier: MIT
// What the journal says of the day, and of what open positions were worth.
#include "unit/engine/history_support.hpp"

namespace sniperforge::engine {
namespace {

using namespace history_test;

// A pool that is read no more says nothing: what was lost in it counts all the same, and what was
// won yesterday is no gain of today.
TEST_F(HistoryTest, KnowsWhatPositionsWereWorthAndWhatTheDayBeganWith) {
    const Duration day = std::chrono::hours{24};
    for (const std::uint64_t value : {std::uint64_t{0}, 5 * kLamportsPerSol}) {
        for (const bool is_told : {false, true}) {
            fs::remove_all(directory);
            fs::create_directories(directory);
            {
                auto recorder = open();
                recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
                trade(*recorder, entry(1));
                recorder->record(landed(entry(1)), kOpening);
                recorder->record(PositionMarked{PositionId{1}, Lamports{value}}, kOpening);
                if (is_told) {
                    recorder->record(DayBegun{(kOpening + day).utc_day(), LamportsDelta{1}},
                                     kOpening + day);
                }
            }
            const LamportsDelta change =
                Lamports{value}.minus(Lamports{100'009'000});  // Of yesterday.
            History history = std::move(
                *read_history(directory.string(), {MonoTime{1}, kOpening + day}, "boot", {}));
            EXPECT_EQ(history.portfolio.pnl_unrealized(), change);
            const auto today = [&](WallTime now) {
                return history.portfolio.exposure(entry(2).intent, now).pnl_today;
            };
            EXPECT_EQ(today(kOpening), is_told ? change - LamportsDelta{1} : change);
            EXPECT_EQ(today(kOpening + day), is_told ? change - LamportsDelta{1} : LamportsDelta{});
        }
    }
}

// The next record tells what the clock says: what one that was ahead has booked is of its day.
TEST_F(HistoryTest, CountsWhatAClockAheadHasBookedAsOfTheDayOfTheClockThatIsRight) {
    const Duration ahead = 3'000 * std::chrono::hours{24};
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening + ahead);
        trade(*recorder, entry(1));
        ExecutionReport reverted = landed(entry(1));
        reverted.outcome = Outcome::Reverted;
        reverted.fill = {};
        reverted.fill.wallet = LamportsDelta{-9'000};
        reverted.fill.priority_fee = Lamports{4'000};
        recorder->record(reverted, kOpening + ahead);
    }
    const History history = read();
    const auto today = [&](WallTime now) {
        return history.portfolio.exposure(entry(2).intent, now).pnl_today;
    };
    EXPECT_EQ(today(kOpening), LamportsDelta{-9'000});
    EXPECT_EQ(history.fees.paid(kOpening), Lamports{4'000});
    const WallTime tomorrow = kOpening + std::chrono::hours{24};
    EXPECT_EQ(today(tomorrow), LamportsDelta{});
    EXPECT_EQ(history.fees.paid(tomorrow), Lamports{});
}

}  // namespace
}  // namespace sniperforge::engine
