// SPDX-License-Identifier: MIT
#include "app/opportunities.hpp"

#include <gtest/gtest.h>

namespace sniperforge::app {
namespace {

[[nodiscard]] OrderIntent intent_of(std::uint64_t id, OrderKind kind = OrderKind::Entry) {
    OrderIntent intent;
    intent.intent_id = IntentId{id};
    intent.strategy = StrategyId::Sniper;
    intent.kind = kind;
    intent.decided_at = Slot{77};
    intent.amount_in = TokenAmount{100'000'000};
    return intent;
}
[[nodiscard]] ExecutionReport report_of(const OrderIntent& intent, Outcome outcome) {
    ExecutionReport report = report_on(intent);
    report.outcome = outcome;
    report.error = outcome == Outcome::Reverted ? "slippage" : "";
    return report;
}

TEST(Opportunities, TellOfEachWhatBecameOfIt) {
    Opportunities heard;
    for (const std::uint64_t id : {1U, 2U, 3U}) {
        heard.on_intent(intent_of(id));
    }
    heard.on_denied(intent_of(1), {DenialReason::CapitalExceeded, "5 > 4"});
    heard.on_report(report_of(intent_of(2), Outcome::Landed));
    EXPECT_EQ(heard.seen(), 3U);
    EXPECT_EQ(heard.landed(), 1U);
    const auto lines = heard.lines();
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_NE(lines[0].find("slot 77 sniper entry of 0.1 SOL"), std::string::npos) << lines[0];
    EXPECT_NE(lines[0].find("denied: CAPITAL_EXCEEDED: 5 > 4"), std::string::npos) << lines[0];
    EXPECT_NE(lines[1].find(": landed"), std::string::npos) << lines[1];
    EXPECT_NE(lines[2].find("no outcome yet"), std::string::npos) << lines[2];
    EXPECT_EQ(heard.objects().size(), 3U);
}

TEST(Opportunities, AreNoTradeWhereTheBlockWasDroppedOrTheSwapFailed) {
    Opportunities heard;
    heard.on_intent(intent_of(1));
    heard.on_report(report_of(intent_of(1), Outcome::Landed));
    heard.on_reversed({IntentId{1}, {}, {}});
    heard.on_intent(intent_of(2));
    heard.on_report(report_of(intent_of(2), Outcome::Reverted));
    EXPECT_EQ(heard.landed(), 0U);
    heard.on_report(report_of(intent_of(1), Outcome::Landed));
    EXPECT_EQ(heard.landed(), 1U);
}

TEST(Opportunities, AreBeginningsAlone) {
    Opportunities heard;
    heard.on_intent(intent_of(1, OrderKind::Exit));
    heard.on_report(report_of(intent_of(1, OrderKind::Exit), Outcome::Landed));
    heard.on_intent(intent_of(2, OrderKind::Cycle));
    EXPECT_EQ(heard.seen(), 1U);
    EXPECT_EQ(heard.landed(), 0U);
}

TEST(Opportunities, CountWhatTheyDoNotKeep) {
    Opportunities heard;
    for (std::uint64_t id = 1; id <= Opportunities::kKept + 2; ++id) {
        heard.on_intent(intent_of(id));
    }
    heard.on_denied(intent_of(Opportunities::kKept + 2), {});
    heard.on_report(report_of(intent_of(Opportunities::kKept + 1), Outcome::Landed));
    EXPECT_EQ(heard.seen(), Opportunities::kKept + 2);
    EXPECT_EQ(heard.landed(), 1U);
    EXPECT_EQ(heard.lines().size(), Opportunities::kKept + 1);
    EXPECT_NE(heard.lines().back().find("and 2 more"), std::string::npos);
}

}  // namespace
}  // namespace sniperforge::app
