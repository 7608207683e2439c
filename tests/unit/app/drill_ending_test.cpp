// SPDX-License-Identifier: MIT
#include "app/drill_ending.hpp"

#include <gtest/gtest.h>

namespace sniperforge::app {
namespace {

[[nodiscard]] DaemonResult true_result() {
    DaemonResult result;
    result.report.mismatch_lamports = result.report.mismatch_tokens = 0;
    return result;
}

TEST(DrillEnding, GoesOnWhereSomethingIsNotOverAndNotAfterAnError) {
    DaemonResult result = true_result();
    EXPECT_FALSE(is_unfinished(result));
    result.report.fills_confirmed = 1;
    EXPECT_TRUE(is_unfinished(result));
    result.report.fills_confirmed = 0;
    result.report.orders_in_flight = 1;
    EXPECT_TRUE(is_unfinished(result));
    result.exit_code = 1;
    EXPECT_FALSE(is_unfinished(result));
    result.exit_code = 3;
    EXPECT_TRUE(is_unfinished(result));
}

TEST(DrillEnding, NamesEachFigureThatATrueReportDoesNotHave) {
    EXPECT_TRUE(wrong_in_the_end(true_result()).empty());
    using Change = void (*)(engine::RunReport&);
    const std::pair<Change, std::string_view> changes[] = {
        {[](engine::RunReport& r) { r.mismatch_lamports = 7; }, "7 lamports that the ledger"},
        {[](engine::RunReport& r) { r.mismatch_tokens = 7; }, "7 token units"},
        {[](engine::RunReport& r) { r.costs.unexplained = LamportsDelta{-7}; },
         "7 lamports that nothing"},
        {[](engine::RunReport& r) { r.books.lamports_sum = -7; }, "7 lamports that the accounts"},
        {[](engine::RunReport& r) { r.books.mints_unbalanced = 7; }, "7 mints"},
        {[](engine::RunReport& r) { r.bookings_refused = 7; }, "7 bookings"},
        {[](engine::RunReport& r) { r.orders_in_flight = 7; }, "7 orders in flight"},
        {[](engine::RunReport& r) { r.orders.unknown = 7; }, "7 orders whose outcome"}};
    for (const auto& [change, words] : changes) {
        DaemonResult result = true_result();
        change(result.report);
        const auto wrong = wrong_in_the_end(result);
        ASSERT_EQ(wrong.size(), 1U) << words;
        EXPECT_NE(wrong[0].find(words), std::string::npos) << wrong[0];
    }
    DaemonResult unproven = true_result();
    unproven.is_unproven = true;
    EXPECT_EQ(wrong_in_the_end(unproven).size(), 1U);
}

}  // namespace
}  // namespace sniperforge::app
