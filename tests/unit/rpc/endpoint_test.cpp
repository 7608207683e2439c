// SPDX-License-Identifier: MIT
#include "rpc/endpoint.hpp"

#include <gtest/gtest.h>

namespace sniperforge::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr MonoTime kStart{1'000'000'000'000};

const MethodIndex kGetSlot = method_index("getSlot");
const MethodIndex kAccounts = method_index("getMultipleAccounts");
const MethodIndex kScan = method_index("getProgramAccounts");
const MethodIndex kSend = method_index("sendTransaction");

// How many requests of the method may go at this very moment.
int burst_of(EndpointGauge& gauge, MethodIndex method, MonoTime now = kStart) {
    int count = 0;
    while (count < 1'000 && gauge.available_at(now, method) == now) {
        gauge.take(now, method);
        ++count;
    }
    return count;
}

// A request that fails in the moment in which it is issued.
FailedRequest at(MonoTime now) { return {.issued_at = now, .failed_at = now}; }

TEST(EndpointGauge, AllowsOneSecondsWorthAtOnceAndNotOneMore) {
    EndpointGauge gauge{{.requests_per_second = 4}};
    EXPECT_EQ(burst_of(gauge, kGetSlot), 4);
    EXPECT_EQ(gauge.available_at(kStart, kGetSlot), kStart + milliseconds{250});
    EXPECT_EQ(gauge.available_at(kStart + milliseconds{250}, kGetSlot), kStart + milliseconds{250});
}

TEST(EndpointGauge, SpacesARateBelowOnePerSecond) {
    EndpointGauge gauge{{.requests_per_second = 0.5}};
    EXPECT_EQ(burst_of(gauge, kGetSlot), 1);
    EXPECT_EQ(gauge.available_at(kStart, kGetSlot), kStart + seconds{2});
}

TEST(EndpointGauge, KeepsItsReserveFromReadsAndGivesItToTransactions) {
    EndpointGauge gauge{{.requests_per_second = 10, .send_reserve = 0.2}};
    EXPECT_EQ(burst_of(gauge, kGetSlot), 8);
    EXPECT_EQ(burst_of(gauge, kSend), 2);
    EXPECT_EQ(gauge.available_at(kStart, kSend), kStart + milliseconds{100});
    EXPECT_EQ(gauge.available_at(kStart, kGetSlot), kStart + milliseconds{300})
        << "the reserve is filled first";
}

TEST(EndpointGauge, DoesNotPutATransactionBehindReadsThatOnlyWaitForTheirTurn) {
    EndpointGauge gauge{{.requests_per_second = 10, .send_reserve = 0.2}};
    for (int i = 0; i < 50; ++i) {
        gauge.book(gauge.available_at(kStart, kGetSlot), kGetSlot);
    }
    EXPECT_EQ(gauge.available_at(kStart, kGetSlot), kStart + milliseconds{4'300});
    EXPECT_EQ(burst_of(gauge, kSend), 10) << "none of the reads has been sent";
    EXPECT_EQ(gauge.available_at(kStart, kGetSlot), kStart + milliseconds{5'300})
        << "but what the transactions took is not there for reads";
}

TEST(EndpointGauge, OwesNoMoreThanItsBoundForWhatIsSentWithoutAsking) {
    EndpointGauge gauge{{.requests_per_second = 10, .send_reserve = 0.2}};
    for (int i = 0; i < 200; ++i) {
        gauge.take(kStart, kSend);
    }
    EXPECT_DOUBLE_EQ(gauge.request_budget().left(kStart), -10.0);
    EXPECT_EQ(gauge.available_at(kStart, kSend), kStart + milliseconds{1'100});
    EXPECT_EQ(gauge.available_at(kStart, kGetSlot), kStart + milliseconds{1'300});
}

TEST(EndpointGauge, TellsItsBudgetWithoutThePauses) {
    EndpointGauge gauge{{.requests_per_second = 2}};
    gauge.on_rate_limited(kStart, MethodClass::Scan, seconds{5});
    EXPECT_EQ(gauge.available_at(kStart, kScan), kStart + seconds{5});
    EXPECT_EQ(gauge.budget_at(kStart, kScan), kStart);
    EXPECT_EQ(burst_of(gauge, kGetSlot), 2);
    EXPECT_EQ(gauge.budget_at(kStart, kScan), kStart + milliseconds{500});
}

TEST(EndpointGauge, KeepsAtLeastOneRequestOfTwoAndNothingOfOne) {
    EndpointGauge two{{.requests_per_second = 2, .send_reserve = 0.2}};
    EXPECT_EQ(burst_of(two, kGetSlot), 1);
    EXPECT_EQ(burst_of(two, kSend), 1);
    EndpointGauge one{{.requests_per_second = 1, .send_reserve = 0.9}};
    EXPECT_EQ(burst_of(one, kGetSlot), 1);
}

TEST(EndpointGauge, PaysEachMethodsCredits) {
    EndpointGauge helius{{.requests_per_second = 1'000,
                          .credits_per_second = 25,
                          .credit_table = CreditTable::Helius}};
    EXPECT_EQ(burst_of(helius, kScan), 2) << "10 credits each";
    EXPECT_EQ(burst_of(helius, kGetSlot), 5) << "1 credit each";
    EndpointGauge flat{{.requests_per_second = 1'000, .credits_per_second = 25}};
    EXPECT_EQ(burst_of(flat, kScan), 25);
    // More than a second's worth waits for a full bucket and leaves a debt.
    EndpointGauge quicknode{{.requests_per_second = 1'000,
                             .credits_per_second = 10,
                             .credit_table = CreditTable::QuickNode}};
    EXPECT_EQ(burst_of(quicknode, kGetSlot), 1);
    EXPECT_EQ(quicknode.available_at(kStart, kGetSlot), kStart + seconds{3});
    EXPECT_DOUBLE_EQ(quicknode.credit_budget().left(kStart), -20.0);
}

TEST(EndpointGauge, KeepsCreditsForAtLeastOneTransaction) {
    const auto gauge_of = [](double credits) {
        return EndpointGauge{{.requests_per_second = 1'000,
                              .credits_per_second = credits,
                              .credit_table = CreditTable::QuickNode,
                              .send_reserve = 0.2}};
    };
    EndpointGauge hundred = gauge_of(100);  // A fifth is 20, and a send costs 30.
    EXPECT_EQ(burst_of(hundred, kGetSlot), 2);
    EXPECT_EQ(burst_of(hundred, kSend), 1);
    EndpointGauge sixty = gauge_of(60);
    EXPECT_EQ(burst_of(sixty, kGetSlot), 1);
    EXPECT_EQ(burst_of(sixty, kSend), 1);
    EndpointGauge less = gauge_of(59);
    EXPECT_EQ(burst_of(less, kGetSlot), 1);
    EXPECT_EQ(burst_of(less, kSend), 0) << "one that costs more than half is not kept for";
}

// A fifth of these plans is less than the 30 credits of a send. A reserve of that would be there,
// and not enough, each time that the reads have taken what they may.
TEST(EndpointGauge, HasTheCreditsOfATransactionWheneverItsReadsHaveTakenTheirs) {
    for (const double credits : {60.0, 85.0, 100.0, 115.0, 149.0}) {
        EndpointGauge gauge{{.requests_per_second = 1'000,
                             .credits_per_second = credits,
                             .credit_table = CreditTable::QuickNode,
                             .send_reserve = 0.2}};
        MonoTime now = kStart;
        for (int i = 0; i < 20; ++i) {
            now = gauge.available_at(now, kGetSlot);
            gauge.take(now, kGetSlot);
            EXPECT_EQ(gauge.available_at(now, kSend), now) << credits << " credits, read " << i;
        }
    }
}

TEST(EndpointGauge, ALimitOfBothHolds) {
    EndpointGauge gauge{
        {.requests_per_second = 3, .credits_per_second = 100, .credit_table = CreditTable::Helius}};
    EXPECT_EQ(burst_of(gauge, kScan), 3);
}

TEST(EndpointGauge, OpensAMethodsBreakerAtItsThirdFailureInARowOnly) {
    EndpointGauge gauge{{.requests_per_second = 10}};
    gauge.on_method_failure(at(kStart), kAccounts);
    gauge.on_method_failure(at(kStart), kAccounts);
    EXPECT_FALSE(gauge.is_avoided(kStart, kAccounts));
    gauge.on_success(kAccounts);
    gauge.on_method_failure(at(kStart), kAccounts);
    gauge.on_method_failure(at(kStart), kAccounts);
    EXPECT_FALSE(gauge.is_avoided(kStart, kAccounts));
    gauge.on_method_failure(at(kStart), kAccounts);
    EXPECT_TRUE(gauge.is_avoided(kStart, kAccounts));
    EXPECT_FALSE(gauge.is_avoided(kStart, kGetSlot)) << "another method is not to blame";
    EXPECT_FALSE(gauge.is_healthy(kStart));
    gauge.on_success(kGetSlot);
    EXPECT_TRUE(gauge.is_avoided(kStart, kAccounts)) << "nor does it speak for this one";
    gauge.on_success(kAccounts);
    EXPECT_FALSE(gauge.is_avoided(kStart, kAccounts));
    EXPECT_TRUE(gauge.is_healthy(kStart));
}

TEST(EndpointGauge, OpensTheWholeEndpointOnlyWhenItCannotBeReached) {
    EndpointGauge gauge{{.requests_per_second = 10}};
    for (int i = 0; i < 2; ++i) {
        gauge.on_transport_failure(at(kStart), kGetSlot, false);
    }
    EXPECT_FALSE(gauge.is_avoided(kStart, kAccounts));
    gauge.on_answer(kAccounts);  // Whatever it says.
    for (int i = 0; i < 2; ++i) {
        gauge.on_transport_failure(at(kStart), kGetSlot, false);
    }
    EXPECT_FALSE(gauge.is_avoided(kStart, kAccounts));
    gauge.on_transport_failure(at(kStart), kGetSlot, false);
    EXPECT_TRUE(gauge.is_avoided(kStart, kAccounts));
    EXPECT_TRUE(gauge.breaker().is_open());
    EXPECT_FALSE(gauge.breaker(kGetSlot).is_open()) << "nothing of it was written";
    gauge.on_answer(kAccounts);
    EXPECT_FALSE(gauge.is_avoided(kStart, kGetSlot));
}

TEST(EndpointGauge, CountsARequestThatWasWrittenAndNotAnsweredAgainstItsMethodToo) {
    EndpointGauge gauge{{.requests_per_second = 10}};
    for (int i = 0; i < 3; ++i) {
        gauge.on_transport_failure(at(kStart), kAccounts, true);
        gauge.on_answer(kGetSlot);
    }
    EXPECT_FALSE(gauge.breaker().is_open()) << "it answers other methods";
    EXPECT_TRUE(gauge.is_avoided(kStart, kAccounts));
}

TEST(EndpointGauge, AvoidsAtOnceWhatTheEndpointSaysItDoesNotServe) {
    EndpointGauge gauge{{.requests_per_second = 10}};
    gauge.on_unserved(at(kStart), kScan);
    EXPECT_TRUE(gauge.is_avoided(kStart, kScan));
    EXPECT_GE(gauge.breaker(kScan).trial_at() - kStart, kBreakerDelayMax * 3 / 4);
}

TEST(EndpointGauge, LetsOneRealCallTryAMethodWithoutAProbe) {
    EndpointGauge gauge{{.requests_per_second = 10}};
    for (int i = 0; i < 3; ++i) {
        gauge.on_method_failure(at(kStart), kScan);
        gauge.on_method_failure(at(kStart), kAccounts);
    }
    const MonoTime due = gauge.breaker(kScan).trial_at();
    EXPECT_TRUE(gauge.is_avoided(due + Duration{-1}, kScan));
    EXPECT_FALSE(gauge.is_avoided(due, kScan));
    EXPECT_TRUE(gauge.is_avoided(due + seconds{60}, kAccounts)) << "it has a probe of its own";
    gauge.begin_trial(due, kScan);
    EXPECT_TRUE(gauge.is_avoided(due, kScan)) << "one at a time";
    gauge.on_method_failure(at(due), kScan);
    EXPECT_TRUE(gauge.is_avoided(due, kScan));
    const MonoTime again = gauge.breaker(kScan).trial_at();
    EXPECT_GT(again, due);
    gauge.begin_trial(again, kScan);
    gauge.on_answer(kScan);
    gauge.on_success(kScan);
    EXPECT_FALSE(gauge.is_avoided(again, kScan));
}

TEST(EndpointGauge, PausesTheMethodsOfOneClassOnly) {
    EndpointGauge gauge{{.requests_per_second = 10}};
    gauge.on_rate_limited(kStart, MethodClass::Read, seconds{7});
    EXPECT_EQ(gauge.available_at(kStart, kGetSlot), kStart + seconds{7});
    EXPECT_EQ(gauge.available_at(kStart, kAccounts), kStart + seconds{7});
    EXPECT_EQ(gauge.available_at(kStart, kScan), kStart);
    EXPECT_EQ(gauge.available_at(kStart, kSend), kStart) << "a 429 to reads stops no transaction";
    EXPECT_FALSE(gauge.is_healthy(kStart + seconds{7} + Duration{-1}));
    EXPECT_TRUE(gauge.is_healthy(kStart + seconds{7}));
}

TEST(EndpointGauge, DoesNotLengthenThePauseForAnswersToEarlierRequests) {
    EndpointGauge gauge{{.requests_per_second = 10}};
    gauge.on_rate_limited(kStart, MethodClass::Read, std::nullopt);
    const MonoTime until = gauge.available_at(kStart, kGetSlot);
    EXPECT_GT(until, kStart);
    EXPECT_LE(until - kStart, kPauseMin * 5 / 4);
    gauge.on_rate_limited(kStart, MethodClass::Read, std::nullopt);
    EXPECT_EQ(gauge.available_at(kStart, kGetSlot), until);
}

TEST(EndpointGauge, DoublesAnUnnamedPauseUpToItsBoundUntilASuccess) {
    EndpointGauge gauge{{.requests_per_second = 10}};
    MonoTime now = kStart;
    Duration expected = kPauseMin;
    for (int i = 0; i < 10; ++i) {
        gauge.on_rate_limited(now, MethodClass::Send, std::nullopt);
        const Duration pause = gauge.pause_left(now, MethodClass::Send);
        EXPECT_GE(pause, expected * 3 / 4);
        EXPECT_LE(pause, expected * 5 / 4);
        now = now + pause;
        expected = std::min(expected * 2, kPauseMax);
    }
    gauge.on_success(kSend);
    gauge.on_rate_limited(now, MethodClass::Send, std::nullopt);
    EXPECT_LE(gauge.pause_left(now, MethodClass::Send), kPauseMin * 5 / 4);
}

TEST(EndpointGauge, BacksOffFromAServerThatSaysAtOnceAndRefusesAgain) {
    EndpointGauge gauge{{.requests_per_second = 10}};
    MonoTime now = kStart;
    Duration expected = kPauseMin;
    for (int i = 0; i < 4; ++i) {
        gauge.on_rate_limited(now, MethodClass::Read, seconds{0});
        const Duration pause = gauge.pause_left(now, MethodClass::Read);
        EXPECT_GE(pause, expected * 3 / 4);
        EXPECT_LE(pause, expected * 5 / 4);
        now = now + pause;
        expected = expected * 2;
    }
    gauge.on_rate_limited(now, MethodClass::Read, seconds{60});
    EXPECT_EQ(gauge.pause_left(now, MethodClass::Read), seconds{60});
    gauge.on_rate_limited(now, MethodClass::Read, seconds{61});
    EXPECT_EQ(gauge.pause_left(now, MethodClass::Read), seconds{61}) << "it named a longer one";
}

TEST(EndpointGauge, EstimatesAMethodByItsOwnAnswersAndElseByTheEndpoints) {
    EndpointGauge gauge{{.requests_per_second = 10}};
    EXPECT_EQ(gauge.latency_estimate(kStart, kScan), Duration{0}) << "not measured: worth a try";
    gauge.on_latency(kStart, kGetSlot, milliseconds{8});
    EXPECT_EQ(gauge.latency_estimate(kStart, kScan), milliseconds{8});
    gauge.on_latency(kStart, kScan, milliseconds{800});
    EXPECT_EQ(gauge.latency_estimate(kStart, kScan), milliseconds{800});
    EXPECT_EQ(gauge.latency_estimate(kStart, kGetSlot), milliseconds{8});
}

TEST(Breaker, DoublesTheTimeBetweenTrialsUpToItsBound) {
    Rng rng{1};
    Breaker breaker;
    breaker.on_failure(at(kStart), rng);
    breaker.on_failure(at(kStart), rng);
    MonoTime now = kStart;
    Duration expected = kBreakerDelayMin;
    for (int i = 0; i < 10; ++i) {
        breaker.on_failure(at(now), rng);
        const Duration delay = breaker.trial_at() - now;
        EXPECT_GE(delay, expected * 3 / 4);
        EXPECT_LE(delay, expected * 5 / 4);
        breaker.on_failure(at(now + Duration{1}), rng);
        EXPECT_EQ(breaker.trial_at() - now, delay) << "requests of before say nothing new";
        now = breaker.trial_at();
        expected = std::min(expected * 2, kBreakerDelayMax);
    }
}

TEST(Breaker, CountsRequestsThatFailTogetherOnce) {
    Rng rng{1};
    Breaker breaker;
    const auto fail = [&](Duration issued, Duration failed) {
        breaker.on_failure({.issued_at = kStart + issued, .failed_at = kStart + failed}, rng);
    };
    for (int i = 0; i < 20; ++i) {  // A connection that twenty requests shared is reset.
        fail(milliseconds{i}, milliseconds{100});
    }
    EXPECT_FALSE(breaker.is_open());
    fail(milliseconds{99}, milliseconds{100} + kFailuresTogether + Duration{-1});
    fail(milliseconds{99}, milliseconds{100} + kFailuresTogether + Duration{-1});
    EXPECT_FALSE(breaker.is_open());
    // Issued after the first failure: the second and the third in a row.
    fail(milliseconds{100}, milliseconds{150});
    EXPECT_FALSE(breaker.is_open());
    fail(milliseconds{150}, milliseconds{160});
    EXPECT_TRUE(breaker.is_open());
}

TEST(Breaker, OpensWithinASecondOfTheFirstTimeoutOfAnEndpointThatHangs) {
    Rng rng{1};
    Breaker breaker;
    const seconds timeout{5};
    MonoTime issued = kStart;
    while (!breaker.is_open()) {  // Ten requests a second, none answered.
        breaker.on_failure({.issued_at = issued, .failed_at = issued + timeout}, rng);
        issued = issued + milliseconds{100};
    }
    EXPECT_EQ(issued + milliseconds{-100}, kStart + kFailuresTogether * 2);
    // What was under way when it opened neither puts its trial off nor lengthens the next.
    const MonoTime trial = breaker.trial_at();
    breaker.on_failure({.issued_at = issued, .failed_at = trial}, rng);
    EXPECT_EQ(breaker.trial_at(), trial);
    breaker.on_failure(at(trial), rng);
    EXPECT_GT(breaker.trial_at(), trial);
}

TEST(LatencyWindow, TrustsAnAverageLessTheOlderItIs) {
    LatencyWindow window;
    window.add(kStart, milliseconds{80});
    EXPECT_EQ(window.estimate(kStart + kLatencyHalfLife + Duration{-1}), milliseconds{80});
    EXPECT_EQ(window.estimate(kStart + kLatencyHalfLife), milliseconds{40});
    EXPECT_EQ(window.estimate(kStart + kLatencyHalfLife * 3), milliseconds{10});
    EXPECT_EQ(window.average(), milliseconds{80});
    window.add(kStart, milliseconds{0});
    EXPECT_EQ(window.average(), milliseconds{70});
}

// Whoever was slow long ago and answers at once now is not slow for another age.
TEST(LatencyWindow, ANewAnswerCountsAgainstWhatIsStillBelieved) {
    LatencyWindow window;
    window.add(kStart, milliseconds{640});
    const MonoTime later = kStart + kLatencyHalfLife * 3;
    ASSERT_EQ(window.estimate(later), milliseconds{80});
    window.add(later, milliseconds{0});
    EXPECT_EQ(window.average(), milliseconds{70});
    EXPECT_EQ(window.estimate(later), milliseconds{70});
}

TEST(LatencyWindow, TellsPercentilesOfItsLastSamplesOnly) {
    LatencyWindow window;
    EXPECT_EQ(window.percentile(95), Duration{0});
    window.add(kStart, milliseconds{7});
    EXPECT_EQ(window.percentile(50), milliseconds{7});
    LatencyWindow hundred;
    for (int i = 1; i <= 20; ++i) {
        hundred.add(kStart, milliseconds{i});
    }
    EXPECT_EQ(hundred.percentile(50), milliseconds{10});
    EXPECT_EQ(hundred.percentile(95), milliseconds{19});
    EXPECT_EQ(hundred.percentile(100), milliseconds{20});
    for (std::size_t i = 0; i < kLatencySamples; ++i) {
        hundred.add(kStart, milliseconds{1});
    }
    EXPECT_EQ(hundred.percentile(100), milliseconds{1});
}

}  // namespace
}  // namespace sniperforge::rpc
