// SPDX-License-Identifier: MIT
// Half-open: one order finds out whether it is well again.
#include "unit/risk/circuit_breakers_support.hpp"

namespace sniperforge::risk {
namespace {

using namespace breakers_test;

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

}  // namespace
}  // namespace sniperforge::risk
