// SPDX-License-Identifier: MIT
#include "app/run_books.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <optional>

#include "app/commands.hpp"

namespace sniperforge::app {
namespace {

// Exit code and standard error of a run that ended with these differences.
struct Told {
    int code = 0;
    std::string err;
};
[[nodiscard]] Told finish_with(std::optional<std::uint64_t> lamports,
                               std::optional<std::uint64_t> tokens, bool is_unproven = false) {
    DaemonResult result;
    result.report.mismatch_lamports = lamports;
    result.report.mismatch_tokens = tokens;
    result.is_unproven = is_unproven;
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    Told told;
    told.code = finish(result, true);
    std::fflush(stdout);
    (void)::testing::internal::GetCapturedStdout();
    told.err = ::testing::internal::GetCapturedStderr();
    return told;
}

TEST(Finish, BooksThatEqualTheChainAreASuccessAndOneUnitOfDifferenceIsNone) {
    EXPECT_EQ(finish_with(0, 0).code, kExitOk);
    for (const Told& told : {finish_with(1, 0), finish_with(0, 1)}) {
        EXPECT_EQ(told.code, kExitFailed);
        EXPECT_NE(told.err.find("does not equal the chain's balances"), std::string::npos);
    }
}

TEST(Finish, BalancesThatWereNotReadAreNotCalledADifference) {
    const Told told = finish_with({}, {});
    EXPECT_EQ(told.code, kExitFailed);
    EXPECT_NE(told.err.find("could not be read"), std::string::npos) << told.err;
    EXPECT_EQ(told.err.find("does not equal"), std::string::npos) << told.err;
}

TEST(Finish, BooksThatTheNextRunHoldsAgainstTheChainAreNoFailureOfThisOne) {
    EXPECT_EQ(finish_with({}, {}, true).code, kExitOk);
}

}  // namespace
}  // namespace sniperforge::app
