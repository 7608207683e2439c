// SPDX-License-Identifier: MIT
#include "sniperforge/model/order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <type_traits>

#include "sniperforge/model/execution.hpp"

namespace sniperforge {
namespace {

TEST(Order, GivesEveryDenialReasonItsOwnScreamingCode) {
    std::set<std::string_view> codes;
    for (std::size_t i = 0; i < kDenialReasonCount; ++i) {
        const auto code = to_string(static_cast<DenialReason>(i));
        EXPECT_NE(code, "UNKNOWN") << i;
        EXPECT_TRUE(std::all_of(code.begin(), code.end(), [](char c) {
            return (c >= 'A' && c <= 'Z') || c == '_';
        })) << code;
        EXPECT_TRUE(codes.insert(code).second) << code;
    }
    EXPECT_EQ(to_string(static_cast<DenialReason>(kDenialReasonCount)), "UNKNOWN");
}

// Only the gate makes one: nobody can build it from an intent, or from nothing.
TEST(Order, CannotBeApprovedByAnybodyButTheGate) {
    static_assert(!std::is_default_constructible_v<ApprovedOrder>);
    static_assert(!std::is_constructible_v<ApprovedOrder, const OrderIntent&, MonoTime>);
    static_assert(!std::is_convertible_v<OrderIntent, ApprovedOrder>);
}

TEST(Order, NamesKindsReasonsAndOutcomesApart) {
    std::set<std::string_view> names;
    for (const auto kind :
         {OrderKind::Entry, OrderKind::Exit, OrderKind::Cycle, OrderKind::Sweep}) {
        EXPECT_TRUE(names.insert(to_string(kind)).second);
    }
    for (const auto reason :
         {ExitReason::None, ExitReason::TakeProfit, ExitReason::StopLoss, ExitReason::TrailingStop,
          ExitReason::TimeLimit, ExitReason::LiquidityPull, ExitReason::Manual}) {
        EXPECT_TRUE(names.insert(to_string(reason)).second);
    }
    for (const auto outcome : {Outcome::Landed, Outcome::Reverted, Outcome::Rejected,
                               Outcome::Expired, Outcome::Unknown}) {
        EXPECT_TRUE(names.insert(to_string(outcome)).second);
    }
}

}  // namespace
}  // namespace sniperforge
