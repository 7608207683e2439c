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

// A write-ahead record of an earlier version has them.
TEST(Order, KeepsTheNumbersOfExitReasons) {
    EXPECT_EQ(static_cast<int>(ExitReason::LiquidityPull), 5);
    EXPECT_EQ(static_cast<int>(ExitReason::MovedOutside), 8);
    EXPECT_EQ(static_cast<int>(ExitReason::DevSell), 9);
    EXPECT_EQ(static_cast<int>(kExitReasonLast), 12);
}

TEST(Order, NamesKindsReasonsAndOutcomesApart) {
    std::set<std::string_view> names;
    for (const auto kind :
         {OrderKind::Entry, OrderKind::Exit, OrderKind::Cycle, OrderKind::Sweep}) {
        EXPECT_TRUE(names.insert(to_string(kind)).second);
    }
    for (int i = 0; i <= static_cast<int>(kExitReasonLast); ++i) {
        EXPECT_TRUE(names.insert(to_string(static_cast<ExitReason>(i))).second) << i;
    }
    EXPECT_EQ(to_string(static_cast<ExitReason>(static_cast<int>(kExitReasonLast) + 1)), "unknown");
    for (const auto outcome : {Outcome::Landed, Outcome::Reverted, Outcome::Rejected,
                               Outcome::Expired, Outcome::Unknown}) {
        EXPECT_TRUE(names.insert(to_string(outcome)).second);
    }
}

}  // namespace
}  // namespace sniperforge
