// SPDX-License-Identifier: MIT
// When breakers open and whom they hold back: each number at both of its sides.
#include "sniperforge/risk/circuit_breakers.hpp"

#include "unit/risk/circuit_breakers_support.hpp"

namespace sniperforge::risk {
namespace {

using namespace breakers_test;

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

// It is signed to expire where nobody takes it within its slots.
TEST_F(CircuitBreakersTest, ACycleThatExpiresIsNoSignThatNothingLands) {
    for (int i = 0; i < 10; ++i) {
        EXPECT_TRUE(fail(FailureClass::Expiry, OrderKind::Cycle).empty());
    }
    EXPECT_FALSE(is_held(order()));
    fail_times(2, FailureClass::Expiry);
    EXPECT_FALSE(is_held(order(OrderKind::Cycle)));
    (void)fail(FailureClass::Expiry);
    EXPECT_TRUE(is_held(order(OrderKind::Cycle))) << "it waits for others to land";
}

// As the probe it decides nothing, and the next order is one at once.
TEST_F(CircuitBreakersTest, ACycleThatExpiresLeavesTheProbeToTheNextOrder) {
    open(FailureClass::Expiry);
    pass(seconds{30});
    const OrderIntent cycle = order(OrderKind::Cycle);
    breakers.order_submitted(cycle, now);
    EXPECT_TRUE(is_held(order()));
    EXPECT_TRUE(end(cycle, Outcome::Expired, FailureClass::Expiry).empty());
    const OrderIntent next = probe();
    const auto changes = end(next, Outcome::Landed);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].state, BreakerState::Closed);
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

// No settings file can ask for that; the rules without skill that a backtest has beside it do.
TEST_F(CircuitBreakersTest, NeverOpensWhereMoreFailuresAreAskedForThanAreKept) {
    config::RiskSettings any = limits();
    any.breaker_failures_max = config::kBreakerFailuresMax + 1;
    breakers = CircuitBreakers{any};
    fail_times(3 * config::kBreakerFailuresMax, FailureClass::Expiry);
    EXPECT_FALSE(is_held(order()));
    any.breaker_failures_max = config::kBreakerFailuresMax;
    breakers = CircuitBreakers{any};
    fail_times(config::kBreakerFailuresMax - 1, FailureClass::Expiry);
    EXPECT_FALSE(is_held(order()));
    (void)fail(FailureClass::Expiry);
    EXPECT_TRUE(is_held(order()));
}

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
