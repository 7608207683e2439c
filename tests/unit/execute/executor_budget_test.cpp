// SPDX-License-Identifier: MIT
// The signer's budget as the executor meets it: by the reactor's time.
#include "unit/execute/executor_support.hpp"

namespace sniperforge::execute {
namespace {

using namespace test;

TEST_F(ExecutorTest, IsRefusedASignatureBeyondTheHoursBudgetUntilTheHourIsOver) {
    statuses = std::string{kFinalized};
    transaction = landed_entry();
    signer::PolicySigner limited{signer::test::keypair_of(1),
                                 {.transaction_max = entry_intent().spend_max,
                                  .hour_max = entry_intent().spend_max,
                                  .day_max = Lamports::max(),
                                  .fee_max = settings.trade_fee_max}};
    executor = std::make_unique<Executor>(
        ExecutorDependencies{reactor, rpc, *jupiter, limited, accounts.book, events}, settings);
    executor->start();
    run(milliseconds{10});
    submit(entry_intent(1));
    run(seconds{2});
    ASSERT_EQ(events.sent.size(), 1U);
    submit(entry_intent(2));
    run(seconds{2});
    ASSERT_EQ(events.reports.size(), 2U);
    EXPECT_EQ(events.reports.back().outcome, Outcome::Rejected);
    EXPECT_NE(events.reports.back().error.find("signing refused: "), std::string::npos);
    EXPECT_NE(events.reports.back().error.find("signer.hourly_outflow_max_sol"), std::string::npos);
    EXPECT_EQ(executor->statistics().policy_refused, 1U);
    EXPECT_EQ(events.sent.size(), 1U);

    blockhash = Hash::from(key_of(8).bytes);  // The same bytes are no second order.
    run(std::chrono::minutes{61});
    submit(entry_intent(3));
    run(seconds{2});
    EXPECT_EQ(events.sent.size(), 2U);
    executor.reset();  // Before its signer.
}

}  // namespace
}  // namespace sniperforge::execute
