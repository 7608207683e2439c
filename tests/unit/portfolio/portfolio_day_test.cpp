// SPDX-License-Identifier: MIT
// What is of today: what positions have come to before midnight neither widens nor uses up what the
// day may lose.
#include "sniperforge/core/archive.hpp"
#include "unit/portfolio/portfolio_support.hpp"

namespace sniperforge::portfolio::test {
namespace {

constexpr std::int64_t kSol = static_cast<std::int64_t>(kLamportsPerSol);
constexpr std::int64_t kCost = 100'009'000;  // Of buy().
constexpr WallTime kMidnight = kNewYear + kDay;
constexpr WallTime kLastNanosecond{kMidnight.ns - 1};

class PortfolioDayTest : public PortfolioTest {
 protected:
    // Marked with a gain or a loss against its cost.
    void mark(std::int64_t gain, WallTime now) {
        (void)portfolio.begin_day(now);
        portfolio.mark(only().position_id, Lamports{static_cast<std::uint64_t>(kCost + gain)});
    }
    void cycle(std::uint64_t id, std::int64_t result, WallTime now) {
        settle(cycle_intent(id), Outcome::Landed, fill_of({result, 0, 0, 0}), now);
    }
    // Its account stays open.
    void sell(std::uint64_t id, std::int64_t brought, std::int64_t tokens, WallTime now) {
        settle(exit_intent(id, only().position_id), Outcome::Landed,
               fill_of({brought, 0, 0, -tokens}), now);
    }
    [[nodiscard]] LamportsDelta today(WallTime now) const {
        return exposure(entry_intent(99), now).pnl_today;
    }
    // As a process that goes on from a checkpoint.
    void restart(std::uint64_t layout = kLayoutNewest) {
        portfolio.compact();
        ArchiveWriter writer{Duration{0}};
        writer(portfolio);
        Portfolio read;
        ArchiveReader reader{writer.bytes(), Duration{0}, layout};
        reader(read);
        ASSERT_TRUE(reader.is_complete());
        portfolio = std::move(read);
    }
};

// It would lose 5 SOL more today than it may, and only the first three of the eight would count.
TEST_F(PortfolioDayTest, CountsNoGainOfYesterdayAgainstTheLossesOfToday) {
    buy();
    mark(5 * kSol, kNewYear);
    EXPECT_EQ(today(kLastNanosecond), LamportsDelta{5 * kSol});
    EXPECT_EQ(today(kMidnight), LamportsDelta{}) << "before anything of the day came";
    cycle(2, -8 * kSol, kMidnight);
    EXPECT_EQ(today(kMidnight), LamportsDelta{-8 * kSol});
    mark(0, kMidnight);
    EXPECT_EQ(today(kMidnight), LamportsDelta{-13 * kSol}) << "lost today, wherever it was won";
    EXPECT_EQ(today(kMidnight + kDay), LamportsDelta{});
}

TEST_F(PortfolioDayTest, CountsALossOnTheDayThatItWasMade) {
    buy();
    mark(-40'000'000, kNewYear);
    EXPECT_EQ(today(kLastNanosecond), LamportsDelta{-40'000'000});
    mark(-40'000'000, kMidnight);
    EXPECT_EQ(today(kMidnight), LamportsDelta{});
    mark(-40'000'001, kMidnight);
    EXPECT_EQ(today(kMidnight), LamportsDelta{-1});
    // It is sold for what it was marked at, less the fee.
    sell(2, kCost - 40'000'001 - 9, 1'000, kMidnight);
    EXPECT_EQ(today(kMidnight), LamportsDelta{-10 - std::int64_t{kRent}});
}

TEST_F(PortfolioDayTest, CountsOfASaleWhatItBroughtLessThanTheMarkOfMidnight) {
    buy();
    mark(kCost, kNewYear);  // Twice its cost.
    sell(2, 90'000'000, 500, kMidnight);
    EXPECT_EQ(today(kMidnight), LamportsDelta{90'000'000 - kCost});
    (void)portfolio.begin_day(kMidnight);
    portfolio.mark(only().position_id, Lamports{70'000'000});
    EXPECT_EQ(today(kMidnight), LamportsDelta{160'000'000 - 2 * kCost});
    sell(3, 60'000'000, 500, kMidnight);
    EXPECT_EQ(today(kMidnight), LamportsDelta{150'000'000 - 2 * kCost - std::int64_t{kRent}});
    EXPECT_EQ(today(kMidnight + kDay), LamportsDelta{});
}

TEST_F(PortfolioDayTest, CountsWhatAPositionOfTodayHasWonAndLost) {
    (void)portfolio.begin_day(kMidnight);
    settle(entry_intent(1), Outcome::Landed, fill_of({-kCost, 0, 0, 1'000}), kMidnight);
    mark(3 * kSol, kMidnight);
    EXPECT_EQ(today(kMidnight), LamportsDelta{3 * kSol});
    mark(-7, kMidnight);
    EXPECT_EQ(today(kMidnight), LamportsDelta{-7});
}

// When it was won nobody knows: a journal of an older version has no marks.
TEST_F(PortfolioDayTest, TakesTheFirstMarkAfterTheDayOfThePurchaseForNoGainOfToday) {
    buy();
    (void)portfolio.begin_day(kMidnight);
    mark(5 * kSol, kMidnight);
    EXPECT_EQ(today(kMidnight), LamportsDelta{});
    mark(6 * kSol, kMidnight);
    EXPECT_EQ(today(kMidnight), LamportsDelta{kSol}) << "the second says what was won since";
    mark(-1, kMidnight);
    EXPECT_EQ(today(kMidnight), LamportsDelta{-5 * kSol - 1});
}

TEST_F(PortfolioDayTest, TakesTheFirstMarkAfterTheDayOfThePurchaseForALossOfToday) {
    buy();
    (void)portfolio.begin_day(kMidnight);
    mark(-kCost, kMidnight);
    EXPECT_EQ(today(kMidnight), LamportsDelta{-kCost});
}

TEST_F(PortfolioDayTest, TakesASaleBeforeAnyMarkForNoGainOfToday) {
    buy();
    (void)portfolio.begin_day(kMidnight);
    sell(2, 5 * kSol, 500, kMidnight);
    EXPECT_EQ(today(kMidnight), LamportsDelta{});
}

// Its gain was none of today, and its end is no loss of today.
TEST_F(PortfolioDayTest, LosesNothingByTakingBackASaleWhoseGainWasOfNoDay) {
    for (const std::int64_t sold : {500, 1'000}) {
        portfolio = {};
        portfolio.start({Lamports{kStart}, {}}, kNewYear);
        buy();
        (void)portfolio.begin_day(kMidnight);
        const OrderIntent sale = exit_intent(2, only().position_id);
        for (int landing = 0; landing < 2; ++landing) {
            auto report = report_of(sale, Outcome::Landed);
            report.fill = fill_of({5 * kSol, 0, 0, -sold});
            (void)portfolio.apply(report, kMidnight);
            EXPECT_EQ(today(kMidnight), LamportsDelta{}) << sold;
            (void)portfolio.reverse(IntentId{2}, kMidnight);
            EXPECT_EQ(today(kMidnight), LamportsDelta{}) << sold;
        }
        mark(-7, kMidnight);
        EXPECT_EQ(today(kMidnight), LamportsDelta{-7}) << sold;
    }
}

// What it lost was counted; it is lost no more.
TEST_F(PortfolioDayTest, LosesNoMoreWhatASaleThatIsTakenBackHadLostOfNoDay) {
    constexpr std::int64_t kLost = 30'000'000;
    buy();
    (void)portfolio.begin_day(kMidnight);
    cycle(3, -9, kMidnight);
    sell(2, kCost - kLost, 1'000, kMidnight);
    EXPECT_EQ(today(kMidnight), LamportsDelta{-kLost - std::int64_t{kRent} - 9});
    (void)portfolio.reverse(IntentId{2}, kMidnight);
    EXPECT_EQ(today(kMidnight), LamportsDelta{-9});
    mark(kSol, kMidnight);
    EXPECT_EQ(today(kMidnight), LamportsDelta{-9}) << "its gain is of no day still";
}

TEST_F(PortfolioDayTest, NeitherWinsNorLosesWithWhatWasTakenOverFromTheChain) {
    portfolio = {};
    portfolio.start({Lamports{kStart}, {{kToken, TokenAmount{1'000}}}}, kNewYear);
    ASSERT_TRUE(portfolio.adopt_position(kToken, TokenAmount{1'000}, MonoTime{}));
    mark(5 * kSol, kNewYear);
    EXPECT_EQ(today(kNewYear), LamportsDelta{});
    mark(kSol, kMidnight);
    EXPECT_EQ(today(kMidnight), LamportsDelta{});
    sell(2, kSol, 1'000, kMidnight);
    EXPECT_EQ(today(kMidnight), LamportsDelta{});
}

// What somebody moves out is neither won nor lost, of today or of before.
TEST_F(PortfolioDayTest, LosesNoGainAndNoLossWithWhatIsMovedOut) {
    for (const std::int64_t gain : {5 * kSol, std::int64_t{-60'000'000}}) {
        for (const std::uint64_t left : {500U, 0U}) {
            portfolio = {};
            portfolio.start({Lamports{kStart}, {}}, kNewYear);
            buy();
            portfolio.finalize(IntentId{1});
            mark(gain, kNewYear);
            mark(gain - 3, kMidnight);
            ChainBalances chain{portfolio.ledger().wallet(), {}};
            chain.tokens[kToken] = TokenAmount{left};
            (void)portfolio.adopt(chain, kMidnight);
            EXPECT_EQ(portfolio.positions().size(), left == 0 ? 0U : 1U);
            EXPECT_EQ(today(kMidnight), LamportsDelta{-3 - (left == 0 ? std::int64_t{kRent} : 0)})
                << gain << " " << left;
        }
    }
}

// The sale of yesterday lands again, today: what it had won is no gain of today.
TEST_F(PortfolioDayTest, WinsNothingTodayByWhatIsTakenBackOfYesterday) {
    buy();
    mark(5 * kSol, kNewYear);
    const OrderIntent sale = exit_intent(2, only().position_id);
    sell(2, kCost + 5 * kSol, 1'000, kNewYear);
    cycle(3, 450'000, kNewYear);
    cycle(4, -450'000, kNewYear);
    (void)portfolio.begin_day(kMidnight);
    (void)portfolio.reverse(IntentId{2}, kMidnight);
    EXPECT_LE(today(kMidnight), LamportsDelta{});
    mark(5 * kSol, kMidnight);
    EXPECT_LE(today(kMidnight), LamportsDelta{});
    auto report = report_of(sale, Outcome::Landed);
    report.fill = fill_of({kCost + 5 * kSol, 0, 0, -1'000});
    (void)portfolio.apply(report, kMidnight);
    EXPECT_LE(today(kMidnight), LamportsDelta{});
    const LamportsDelta before = today(kMidnight);
    (void)portfolio.reverse(IntentId{3}, kMidnight);
    EXPECT_EQ(today(kMidnight), before - LamportsDelta{450'000}) << "it may land again";
    (void)portfolio.reverse(IntentId{4}, kMidnight);
    EXPECT_EQ(today(kMidnight), before - LamportsDelta{450'000});
}

TEST_F(PortfolioDayTest, GoesOnWithTheDayAfterARestart) {
    for (const std::int64_t gain : {5 * kSol, std::int64_t{-60'000'000}}) {
        for (const WallTime now : {kLastNanosecond, kMidnight}) {
            portfolio = {};
            portfolio.start({Lamports{kStart}, {}}, kNewYear);
            buy();
            mark(gain, kNewYear);
            cycle(2, -kSol, now);
            const LamportsDelta before = today(now);
            EXPECT_EQ(before, LamportsDelta{-kSol + (now == kMidnight ? 0 : gain)});
            restart();
            EXPECT_EQ(today(now), before);
            EXPECT_EQ(today(kMidnight), now == kMidnight ? before : LamportsDelta{});
            mark(-1, kMidnight);
            EXPECT_EQ(today(kMidnight), LamportsDelta{-1 - gain - (now == kMidnight ? kSol : 0)});
        }
    }
}

// The journal has not all marks: what its reader makes of them is put right by the day's record.
TEST_F(PortfolioDayTest, BeginsADayWithWhatIsWrittenDownOfIt) {
    buy();
    mark(5 * kSol, kNewYear);
    Portfolio reads = portfolio;
    reads.mark(only().position_id, Lamports{static_cast<std::uint64_t>(kCost + 4 * kSol)});
    const auto begun = portfolio.begin_day(kMidnight);
    ASSERT_TRUE(begun);
    EXPECT_FALSE(portfolio.begin_day(kMidnight)) << "once";
    (void)reads.begin_day(kMidnight);
    reads.begin_day(*begun);
    reads.begin_day(DayBegun{begun->day - 1, LamportsDelta{9}});
    reads.begin_day(DayBegun{begun->day + 1, LamportsDelta{9}});
    mark(5 * kSol - 2, kMidnight);
    reads.mark(only().position_id, Lamports{static_cast<std::uint64_t>(kCost + 5 * kSol - 2)});
    EXPECT_EQ(reads.exposure(entry_intent(9), kMidnight).pnl_today, LamportsDelta{-2});
    EXPECT_EQ(today(kMidnight), LamportsDelta{-2});
}

// ---- Clocks that are wrong ----

constexpr WallTime kYearsAhead = kNewYear + 3'000 * kDay;

TEST_F(PortfolioDayTest, CountsWhatAClockAheadHasBookedAsOfTheDayOfTheClockThatIsRight) {
    cycle(1, -300'000, kYearsAhead);
    (void)portfolio.begin_day(kNewYear);
    EXPECT_EQ(today(kNewYear), LamportsDelta{-300'000}) << "nothing is dropped";
    EXPECT_EQ(exposure(entry_intent(9), kNewYear).volume_today, Lamports{400'000'000});
    EXPECT_EQ(today(kLastNanosecond), LamportsDelta{-300'000});
    EXPECT_TRUE(portfolio.begin_day(kMidnight));
    EXPECT_EQ(today(kMidnight), LamportsDelta{});
    EXPECT_EQ(exposure(entry_intent(9), kMidnight).volume_today, Lamports{});
}

TEST_F(PortfolioDayTest, ForgetsNoLossOfTheDayByAClockThatWasBehindForAMoment) {
    cycle(1, -300'000, kNewYear);
    EXPECT_FALSE(portfolio.begin_day(WallTime{}));
    restart();
    EXPECT_FALSE(portfolio.begin_day(kLastNanosecond));
    EXPECT_EQ(today(kLastNanosecond), LamportsDelta{-300'000});
    EXPECT_TRUE(portfolio.begin_day(kMidnight));
}

// What is found in the wallet's history is of the chain's time, which says nothing of our clock.
TEST_F(PortfolioDayTest, ForgetsNoLossOfTheDayByAnOrderThatIsBookedDaysLater) {
    cycle(1, -300'000, kMidnight + 3 * kDay);
    cycle(2, -1, kNewYear);
    EXPECT_EQ(today(kMidnight + 3 * kDay), LamportsDelta{-300'001});
}

TEST_F(PortfolioDayTest, PausesAfterALossByAClockAheadAsLongAsAfterOneOfNow) {
    buy();
    sell(2, 1, 1'000, kYearsAhead);
    portfolio.finalize(IntentId{1});
    portfolio.finalize(IntentId{2});
    EXPECT_LT(exposure(entry_intent(9), kNewYear).since_loss, Duration{0});
    (void)portfolio.begin_day(kNewYear);
    EXPECT_EQ(exposure(entry_intent(9), kNewYear).since_loss, Duration{0});
    const WallTime later = kNewYear + std::chrono::minutes{15};
    (void)portfolio.begin_day(later);
    EXPECT_EQ(exposure(entry_intent(9), later).since_loss, std::chrono::minutes{15});
}

// Layouts before had neither what positions came to before the day, nor which of them were marked.
TEST_F(PortfolioDayTest, WinsNothingOnTheDayThatBooksOfAnOlderVersionAreRead) {
    constexpr std::size_t kDoubt = 8, kBefore = 8;
    portfolio = {};
    portfolio.start({Lamports{kStart}, {}}, kNewYear);
    cycle(1, 450'000, kNewYear);
    portfolio.finalize(IntentId{1});
    portfolio.compact();
    ArchiveWriter writer{Duration{0}};
    writer(portfolio);
    Bytes bytes = writer.bytes();
    // Behind the day are purchases that were taken back, none, and the results on a rung.
    ArchiveWriter settled{Duration{0}};
    settled(portfolio.settled());
    const std::size_t behind = 8 + settled.bytes().size() + kBefore;
    bytes.erase(bytes.end() - static_cast<long>(behind + kDoubt),
                bytes.end() - static_cast<long>(behind));
    bytes.resize(bytes.size() - kBefore);
    Portfolio read;
    ArchiveReader reader{bytes, Duration{0}, kLayoutWithRung};
    reader(read);
    ASSERT_TRUE(reader.is_complete());
    EXPECT_EQ(read.exposure(entry_intent(9), kNewYear).pnl_today, LamportsDelta{});
    EXPECT_EQ(read.exposure(entry_intent(9), kNewYear).volume_today, Lamports{400'000'000});
    EXPECT_EQ(read.result(), LamportsDelta{450'000});
}

}  // namespace
}  // namespace sniperforge::portfolio::test
