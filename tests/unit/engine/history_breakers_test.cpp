// SPDX-License-Identifier: MIT
// What a restart makes of breakers that were open.
#include "unit/engine/history_support.hpp"

namespace sniperforge::engine {
namespace {

using namespace history_test;

// Open breakers, who probes them, and since when: as the run that ended had them.
TEST_F(HistoryTest, OpensTheBreakersAgainThatWereOpen) {
    const std::uint32_t enough = config::RiskSettings{}.breaker_failures_max;
    const WallTime opened = kOpening + std::chrono::seconds{40};
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        for (std::uint64_t id = 1; id <= enough; ++id) {
            SignedOrder order = entry(id);
            order.intent.pool_id = sniperforge::test::key_of(id);
            order.intent.venues.add(VenueId::PumpSwap);
            trade(*recorder, order);
            ExecutionReport failed = report_on(order.intent);
            failed.outcome = Outcome::Reverted;
            failed.failure = FailureClass::ProgramError;
            failed.failed_venue = VenueId::PumpSwap;
            recorder->record(failed, opened);
        }
    }
    History history = read();
    auto open = history.breakers.not_closed(opened);
    ASSERT_EQ(open.size(), 1U);
    EXPECT_EQ(open[0].hold.failure, FailureClass::ProgramError);
    EXPECT_EQ(open[0].hold.venue, VenueId::PumpSwap);
    EXPECT_EQ(open[0].hold.failures, enough);
    EXPECT_EQ(open[0].hold.until_probe, config::RiskSettings{}.breaker_open);
    {
        const WallTime later = opened + config::RiskSettings{}.breaker_open;
        auto recorder = this->open(std::move(history.signed_before), "run-2");
        SignedOrder probe = entry(enough + 1);
        probe.intent.venues.add(VenueId::PumpSwap);
        recorder->record(probe.intent, later);
        recorder->record(IntentApproved{probe.intent.intent_id}, later);
    }
    history = read();
    open = history.breakers.not_closed(opened + config::RiskSettings{}.breaker_open);
    ASSERT_EQ(open.size(), 1U);
    EXPECT_EQ(open[0].state, risk::BreakerState::HalfOpen);
    EXPECT_TRUE(open[0].hold.is_probing);
}

// A journal of before breakers were: it has neither the class nor the venues.
TEST_F(HistoryTest, OpensNoBreakerFromReportsThatDoNotSayWhatFailed) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        for (std::uint64_t id = 1; id <= 9; ++id) {
            trade(*recorder, entry(id));
            ExecutionReport failed = report_on(entry(id).intent);
            failed.outcome = Outcome::Reverted;
            recorder->record(failed, kOpening);
        }
    }
    EXPECT_TRUE(read().breakers.not_closed(kOpening).empty());
}

}  // namespace
}  // namespace sniperforge::engine
