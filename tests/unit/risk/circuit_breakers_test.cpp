// SPDX-License-Identifier: MIT
// When breakers open, half-open and close: each number at both of its sides.
#include "sniperforge/risk/circuit_breakers.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "support/keys.hpp"

namespace sniperforge::risk {
namespace {

using sniperforge::test::key_of;
using std::chrono::seconds;

constexpr WallTime kStart{1'790'000'000LL * 1'000'000'000};

class CircuitBreakersTest : public ::testing::Test {
 protected:
    // Three in a row within a minute; 30 s, then 60 s, 100 s at most.
    [[nodiscard]] static config::RiskSettings limits() {
        config::RiskSettings limits;
        limits.breaker_failures_max = 3;
        limits.breaker_window = seconds{60};
        limits.breaker_open = seconds{30};
        limits.breaker_open_max = seconds{100};
        return limits;
    }
    [[nodiscard]] OrderIntent order(OrderKind kind = OrderKind::Entry, std::uint8_t pool = 1,
                                    VenueId venue = VenueId::PumpSwap) {
        OrderIntent intent;
        intent.intent_id = IntentId{++last_id};
        intent.kind = kind;
        intent.pool_id = key_of(pool);
        intent.venues.add(venue);
        return intent;
    }
    void pass(Duration duration) { now = now + duration; }
    // The order goes and this becomes of it.
    std::vector<BreakerView> end(const OrderIntent& intent, Outcome outcome,
                                 FailureClass failure = FailureClass::None,
                                 std::optional<VenueId> failed = {}) {
        ExecutionReport report = report_on(intent);
        report.outcome = outcome;
        report.failure = failure;
        report.failed_venue = failed;
        return breakers.settled(report, now);
    }
    std::vector<BreakerView> fail(FailureClass failure, OrderKind kind = OrderKind::Entry,
                                  std::uint8_t pool = 1, VenueId venue = VenueId::PumpSwap) {
        const OrderIntent intent = order(kind, pool, venue);
        breakers.order_submitted(intent, now);
        return end(intent, Outcome::Rejected, failure);
    }
    void fail_times(int times, FailureClass failure) {
        for (int i = 0; i < times; ++i) {
            (void)fail(failure);
        }
    }
    [[nodiscard]] bool is_held(const OrderIntent& intent) {
        return breakers.hold(intent, now).has_value();
    }
    // Opened by three failures just now.
    void open(FailureClass failure) {
        fail_times(3, failure);
        ASSERT_TRUE(is_held(order()));
    }
    // The next order goes and is the probe.
    [[nodiscard]] OrderIntent probe() {
        const OrderIntent intent = order();
        EXPECT_FALSE(is_held(intent));
        breakers.order_submitted(intent, now);
        return intent;
    }

    WallTime now = kStart;
    std::uint64_t last_id = 0;
    CircuitBreakers breakers{limits()};
};

// ---- Opening ----

TEST_F(CircuitBreakersTest, OpensAtExactlySoManyFailuresInARowAndSaysSo) {
    fail_times(2, FailureClass::Expiry);
    EXPECT_FALSE(is_held(order()));
    const auto changes = fail(FailureClass::Expiry);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].state, BreakerState::Open);
    EXPECT_EQ(changes[0].hold.failures, 3U);
    const auto hold = breakers.hold(order(), now);
    ASSERT_TRUE(hold);
    EXPECT_EQ(hold->failure, FailureClass::Expiry);
    EXPECT_EQ(hold->scope, BreakerScope::Everything);
    EXPECT_EQ(hold->until_probe, Duration{seconds{30}});
    EXPECT_EQ(breakers.trips()[static_cast<std::size_t>(FailureClass::Expiry)], 1U);
}

TEST_F(CircuitBreakersTest, BeginsAnewWhenOneGoesWell) {
    fail_times(2, FailureClass::Expiry);
    EXPECT_TRUE(end(order(), Outcome::Landed).empty());
    fail_times(2, FailureClass::Expiry);
    EXPECT_FALSE(is_held(order()));
    (void)fail(FailureClass::Expiry);
    EXPECT_TRUE(is_held(order()));
}

TEST_F(CircuitBreakersTest, ForgetsAFailureThatIsOlderThanTheWindowAndNotSooner) {
    (void)fail(FailureClass::Expiry);
    pass(seconds{60} + Duration{1});
    fail_times(2, FailureClass::Expiry);
    EXPECT_FALSE(is_held(order())) << "the first is a nanosecond too old";
    pass(seconds{60});
    (void)fail(FailureClass::Expiry);
    EXPECT_TRUE(is_held(order())) << "both are within the window";
}

// A retry into the one pool that is broken says nothing of its venue; three pools do.
TEST_F(CircuitBreakersTest, OpensAPoolByItsOwnFailuresAndAVenueByThoseOfDifferentPools) {
    fail_times(3, FailureClass::ProgramError);
    EXPECT_TRUE(is_held(order(OrderKind::Entry, 1)));
    EXPECT_EQ(breakers.hold(order(OrderKind::Entry, 1), now)->scope, BreakerScope::Pool);
    EXPECT_FALSE(is_held(order(OrderKind::Entry, 2)));
    (void)fail(FailureClass::ProgramError, OrderKind::Entry, 2);
    EXPECT_FALSE(is_held(order(OrderKind::Entry, 4)));
    (void)fail(FailureClass::ProgramError, OrderKind::Entry, 3);
    const auto hold = breakers.hold(order(OrderKind::Entry, 4), now);
    ASSERT_TRUE(hold);
    EXPECT_EQ(hold->scope, BreakerScope::Venue);
    EXPECT_EQ(hold->venue, VenueId::PumpSwap);
    EXPECT_FALSE(is_held(order(OrderKind::Entry, 5, VenueId::RaydiumCpmm)));
}

// Each costs a fee, and any of its pools may be the broken one.
TEST_F(CircuitBreakersTest, CountsEveryFailedCycleAgainstTheVenueWhoseProgramFailed) {
    for (int i = 0; i < 3; ++i) {
        OrderIntent cycle = order(OrderKind::Cycle, 1, VenueId::RaydiumCpmm);
        cycle.venues.add(VenueId::OrcaWhirlpool);
        (void)end(cycle, Outcome::Reverted, FailureClass::ProgramError, VenueId::OrcaWhirlpool);
    }
    EXPECT_TRUE(is_held(order(OrderKind::Cycle, 9, VenueId::OrcaWhirlpool)));
    EXPECT_TRUE(is_held(order(OrderKind::Entry, 9, VenueId::OrcaWhirlpool)));
    EXPECT_FALSE(is_held(order(OrderKind::Cycle, 9, VenueId::RaydiumCpmm)));
}

// Jupiter goes through other pools than the one that was meant.
TEST_F(CircuitBreakersTest, BlamesTheVenueThatFailedAndNotTheOneThatWasMeant) {
    for (std::uint8_t pool = 1; pool <= 3; ++pool) {
        (void)end(order(OrderKind::Entry, pool, VenueId::PumpSwap), Outcome::Reverted,
                  FailureClass::ProgramError, VenueId::RaydiumClmm);
    }
    EXPECT_FALSE(is_held(order(OrderKind::Entry, 1, VenueId::PumpSwap)));
    EXPECT_TRUE(is_held(order(OrderKind::Entry, 1, VenueId::RaydiumClmm)));
}

// ---- Whom it holds back ----

TEST_F(CircuitBreakersTest, NeverHoldsBackAnExitOrASweep) {
    for (std::size_t i = 1; i < kFailureClassCount; ++i) {
        for (std::uint8_t pool = 1; pool <= 3; ++pool) {
            (void)fail(static_cast<FailureClass>(i), OrderKind::Entry, pool);
        }
    }
    EXPECT_TRUE(is_held(order(OrderKind::Entry)));
    EXPECT_TRUE(is_held(order(OrderKind::Cycle)));
    EXPECT_FALSE(is_held(order(OrderKind::Exit)));
    EXPECT_FALSE(is_held(order(OrderKind::Sweep)));
}

TEST_F(CircuitBreakersTest, LetsCyclesGoOnThroughWhatOnlyConcernsQuotesAndPrices) {
    for (const FailureClass failure :
         {FailureClass::Slippage, FailureClass::QuoteService, FailureClass::QuoteDivergence}) {
        for (std::uint8_t pool = 1; pool <= 3; ++pool) {
            (void)fail(failure, OrderKind::Entry, pool);
        }
    }
    EXPECT_TRUE(is_held(order(OrderKind::Entry)));
    EXPECT_FALSE(is_held(order(OrderKind::Cycle)));
}

// It lost a race.
TEST_F(CircuitBreakersTest, DoesNotCountTheSlippageOfCyclesAndExits) {
    for (int i = 0; i < 9; ++i) {
        (void)fail(FailureClass::Slippage, OrderKind::Cycle);
        (void)fail(FailureClass::Slippage, OrderKind::Exit);
    }
    EXPECT_TRUE(breakers.not_closed(now).empty());
}

// What cannot be sold is not bought.
TEST_F(CircuitBreakersTest, CountsAnExitThatAProgramFailsAndNotOneThatGoesWell) {
    (void)fail(FailureClass::ProgramError, OrderKind::Exit);
    (void)fail(FailureClass::ProgramError, OrderKind::Exit);
    (void)end(order(OrderKind::Exit), Outcome::Landed);
    (void)fail(FailureClass::ProgramError, OrderKind::Entry);
    EXPECT_TRUE(is_held(order()));
}

// ---- Half-open ----

TEST_F(CircuitBreakersTest, LetsExactlyOneOrderTryWhenItsTimeIsOverAndNotSooner) {
    open(FailureClass::Rpc);
    pass(seconds{30} - Duration{1});
    EXPECT_EQ(breakers.hold(order(), now)->until_probe, Duration{1});
    pass(Duration{1});
    const OrderIntent first = probe();
    EXPECT_FALSE(is_held(first)) << "asked again before it is signed";
    const auto hold = breakers.hold(order(), now);
    ASSERT_TRUE(hold);
    EXPECT_TRUE(hold->is_probing);
    EXPECT_EQ(hold->until_probe, kProbeMax);
}

// Passing the other rules is not enough: who is denied by one of them does not use it up.
TEST_F(CircuitBreakersTest, GivesTheProbeToWhoWasSubmittedAndNotToWhoOnlyAsked) {
    open(FailureClass::Rpc);
    pass(seconds{30});
    EXPECT_FALSE(is_held(order()));
    EXPECT_FALSE(is_held(order()));
    (void)probe();
    EXPECT_TRUE(is_held(order()));
}

TEST_F(CircuitBreakersTest, ClosesWhenTheProbeGoesWell) {
    open(FailureClass::Rpc);
    pass(seconds{30});
    const auto changes = end(probe(), Outcome::Landed);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].state, BreakerState::Closed);
    EXPECT_TRUE(breakers.not_closed(now).empty());
    fail_times(2, FailureClass::Rpc);
    EXPECT_FALSE(is_held(order())) << "it counts from zero";
}

TEST_F(CircuitBreakersTest, OpensTwiceAsLongWhenTheProbeFailsUpToItsMaximum) {
    open(FailureClass::Rpc);
    Duration open_for = seconds{30};
    for (const Duration next : {seconds{60}, seconds{100}, seconds{100}}) {
        pass(open_for);
        const auto changes = end(probe(), Outcome::Rejected, FailureClass::Rpc);
        ASSERT_EQ(changes.size(), 1U);
        EXPECT_EQ(changes[0].state, BreakerState::Open);
        EXPECT_EQ(breakers.hold(order(), now)->until_probe, next);
        open_for = next;
    }
    EXPECT_EQ(breakers.hold(order(), now)->failures, 6U);
    EXPECT_EQ(breakers.trips()[static_cast<std::size_t>(FailureClass::Rpc)], 4U);
}

TEST_F(CircuitBreakersTest, OpensTwiceAsLongWhenItFailsAgainWithinTheWindowAfterItClosed) {
    for (const bool is_within : {true, false}) {
        breakers = CircuitBreakers{limits()};
        open(FailureClass::Rpc);
        pass(seconds{30});
        (void)end(probe(), Outcome::Landed);
        pass(is_within ? Duration{seconds{60}} : seconds{60} + Duration{1});
        open(FailureClass::Rpc);
        EXPECT_EQ(breakers.hold(order(), now)->until_probe,
                  Duration{is_within ? seconds{60} : seconds{30}});
    }
}

TEST_F(CircuitBreakersTest, LetsTheNextOneTryWhenTheProbeEndsWithoutAnAnswer) {
    open(FailureClass::Rpc);
    pass(seconds{30});
    EXPECT_TRUE(end(probe(), Outcome::Rejected).empty());  // Our own policy refused it.
    EXPECT_TRUE(end(probe(), Outcome::Landed).size() == 1);
}

TEST_F(CircuitBreakersTest, TakesAProbeWithoutAnOutcomeForFailedWhenItsTimeIsOver) {
    open(FailureClass::Expiry);
    pass(seconds{30});
    const OrderIntent lost = probe();
    EXPECT_TRUE(end(lost, Outcome::Unknown, FailureClass::Rpc).empty());
    pass(kProbeMax - Duration{1});
    EXPECT_TRUE(breakers.hold(order(), now)->is_probing);
    pass(Duration{1});
    const auto hold = breakers.hold(order(), now);
    ASSERT_TRUE(hold);
    EXPECT_FALSE(hold->is_probing);
    EXPECT_EQ(hold->until_probe, Duration{seconds{60}}) << "open again, from then on";
    EXPECT_TRUE(end(lost, Outcome::Landed).empty()) << "too late to decide";
    pass(seconds{60});
    EXPECT_EQ(end(probe(), Outcome::Landed).size(), 1U);
}

// Whenever somebody looks first: the journal's replay asks nobody.
TEST_F(CircuitBreakersTest, CountsTheTimeOfALostProbeFromItsEndAndNotFromTheNextLook) {
    open(FailureClass::Expiry);
    pass(seconds{30});
    (void)probe();
    pass(kProbeMax + seconds{59});
    EXPECT_EQ(breakers.hold(order(), now)->until_probe, Duration{seconds{1}});
}

TEST_F(CircuitBreakersTest, LeavesTheDecisionToTheProbeAlone) {
    const OrderIntent before = order();
    breakers.order_submitted(before, now);
    open(FailureClass::Expiry);
    EXPECT_TRUE(end(before, Outcome::Landed).empty()) << "it was sent before";
    EXPECT_TRUE(is_held(order()));
    EXPECT_TRUE(end(order(OrderKind::Exit), Outcome::Expired, FailureClass::Expiry).empty());
    EXPECT_EQ(breakers.hold(order(), now)->until_probe, Duration{seconds{30}});
}

TEST_F(CircuitBreakersTest, TellsWhatIsWellByHowFarAnOrderCame) {
    struct Case {
        FailureClass open;
        Outcome outcome;
        FailureClass failure;
        bool is_signed;
        bool is_well;
    };
    for (const Case& each : {
             Case{FailureClass::Expiry, Outcome::Reverted, FailureClass::Slippage, true, true},
             Case{FailureClass::Expiry, Outcome::Rejected, FailureClass::Slippage, true, false},
             Case{FailureClass::Rpc, Outcome::Rejected, FailureClass::Slippage, true, true},
             Case{FailureClass::Rpc, Outcome::Expired, FailureClass::Expiry, true, false},
             Case{FailureClass::ProgramError, Outcome::Reverted, FailureClass::Slippage, true,
                  true},
             Case{FailureClass::ProgramError, Outcome::Expired, FailureClass::Expiry, true, false},
             Case{FailureClass::Slippage, Outcome::Reverted, FailureClass::ProgramError, true,
                  false},
             Case{FailureClass::QuoteService, Outcome::Rejected, FailureClass::QuoteDivergence,
                  false, true},
             Case{FailureClass::QuoteService, Outcome::Rejected, FailureClass::None, false, false},
             Case{FailureClass::QuoteDivergence, Outcome::Expired, FailureClass::Expiry, true,
                  true},
             Case{FailureClass::QuoteDivergence, Outcome::Rejected, FailureClass::QuoteService,
                  false, false},
         }) {
        breakers = CircuitBreakers{limits()};
        open(each.open);
        pass(seconds{30});
        ExecutionReport report = report_on(probe());
        report.outcome = each.outcome;
        report.failure = each.failure;
        report.signature.bytes[0] = each.is_signed ? 1 : 0;
        (void)breakers.settled(report, now);
        bool is_still_open = false;
        for (const BreakerView& view : breakers.not_closed(now)) {
            is_still_open = is_still_open || view.hold.failure == each.open;
        }
        EXPECT_NE(is_still_open, each.is_well)
            << to_string(each.open) << " after " << to_string(each.failure);
    }
}

// ---- Books ----

TEST_F(CircuitBreakersTest, OpensAtOneMismatchAndClosesOnlyWhenTheBooksAreEqual) {
    (void)end(order(), Outcome::Landed, FailureClass::BalanceMismatch);
    pass(seconds{86'400});
    const auto hold = breakers.hold(order(OrderKind::Cycle), now);
    ASSERT_TRUE(hold);
    EXPECT_EQ(hold->until_probe, std::nullopt);
    EXPECT_TRUE(breakers.reconciled(false, now).empty()) << "it is open already";
    EXPECT_TRUE(is_held(order()));
    ASSERT_EQ(breakers.reconciled(true, now).size(), 1U);
    EXPECT_FALSE(is_held(order()));
    EXPECT_EQ(breakers.reconciled(false, now).size(), 1U);
    EXPECT_TRUE(is_held(order()));
}

// ---- Bounds and clocks ----

TEST_F(CircuitBreakersTest, RemembersAsManyPoolsAsItMayAndForgetsAClosedOneFirst) {
    config::RiskSettings one = limits();
    one.breaker_failures_max = 2;
    breakers = CircuitBreakers{one};
    for (int i = 0; i < 2; ++i) {
        (void)fail(FailureClass::Slippage, OrderKind::Entry, 1);  // Open, and the oldest.
    }
    for (std::size_t pool = 2; pool <= kBreakerPoolsMax + 1; ++pool) {
        pass(Duration{1});
        (void)end(order(OrderKind::Entry, static_cast<std::uint8_t>(pool),
                        static_cast<VenueId>(pool % kVenueCount)),
                  Outcome::Rejected, FailureClass::Slippage);
    }
    OrderIntent first = order(OrderKind::Entry, 1);
    first.venues = {};  // What its venue's breaker says is another matter.
    EXPECT_TRUE(is_held(first));
}

TEST_F(CircuitBreakersTest, StaysOpenNoLongerThanItMayWhenTheClockIsSetBack) {
    open(FailureClass::Rpc);
    now = WallTime{now.ns - std::chrono::nanoseconds{seconds{3'600}}.count()};
    EXPECT_EQ(breakers.hold(order(), now)->until_probe, Duration{seconds{30}});
    pass(seconds{30});
    EXPECT_FALSE(is_held(order()));
}

TEST_F(CircuitBreakersTest, MakesTheSameOfTheSameOrdersWhetherOrNotAnybodyLooksBetween) {
    const auto play = [&](bool is_looked_at) {
        breakers = CircuitBreakers{limits()};
        now = kStart;
        last_id = 0;
        for (int i = 0; i < 200; ++i) {
            pass(seconds{7});
            const OrderIntent intent =
                order(OrderKind::Entry, static_cast<std::uint8_t>(i % 5 + 1));
            if (is_looked_at) {
                (void)breakers.hold(intent, now);
                (void)breakers.not_closed(now);
            }
            breakers.order_submitted(intent, now);
            const auto failure = static_cast<FailureClass>(i / 6 % 6);
            if (i % 11 != 0) {
                (void)end(intent,
                          failure == FailureClass::None ? Outcome::Landed : Outcome::Rejected,
                          failure);
            }
        }
        std::string text;
        for (const BreakerView& view : breakers.not_closed(now)) {
            text += std::string{to_string(view.hold.failure)} + scope_text(view.hold) +
                    std::to_string(view.hold.until_probe->count()) + ";";
        }
        for (const std::uint64_t trips : breakers.trips()) {
            text += std::to_string(trips) + ",";
        }
        return text;
    };
    const std::string looked_at = play(true);
    EXPECT_EQ(looked_at, play(false));
    EXPECT_NE(looked_at.find(';'), std::string::npos);
}

}  // namespace
}  // namespace sniperforge::risk
