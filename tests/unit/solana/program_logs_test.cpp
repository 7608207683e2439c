// SPDX-License-Identifier: MIT
// Whose line it is: by the runtime's words about calls, and by nothing that a program prints.
#include "sniperforge/solana/program_logs.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sniperforge::solana {
namespace {

using Lines = std::vector<std::string_view>;

// Two programs, to be pasted between other words.
#define SF_A "6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P"
#define SF_B "pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA"
constexpr std::string_view kA = SF_A, kB = SF_B;

struct Told {
    std::vector<std::string> lines;  // "a text", "b text", data with a star.
    bool is_cut = false, is_malformed = false;
};
Told read(const Lines& lines) {
    Told told;
    ProgramLogs logs{lines};
    while (const auto line = logs.next()) {
        EXPECT_TRUE(line->program == kA || line->program == kB) << line->program;
        told.lines.push_back(std::string{line->program == kA ? "a" : "b"}
                                 .append(line->kind == ProgramLine::Kind::Data ? "* " : " ")
                                 .append(line->text));
    }
    EXPECT_FALSE(logs.next()) << "nothing behind the end";
    told.is_cut = logs.is_cut();
    told.is_malformed = logs.is_malformed();
    return told;
}
using Texts = std::vector<std::string>;

TEST(ProgramLogs, GiveEachLineToTheInnermostProgramThatRuns) {
    const Told told =
        read({"Program " SF_A " invoke [1]", "Program log: one", "Program " SF_B " invoke [2]",
              "Program log: two", "Program data: AAEC",
              "Program " SF_B " consumed 9 of 99 compute units",
              "Program return: " SF_B " AA==", "Program " SF_B " success",
              "Program log: ", "Program " SF_A " success", "Program " SF_B " invoke [1]",
              "Program log: four", "Program " SF_B " failed: custom program error: 0x1"});
    EXPECT_EQ(told.lines, (Texts{"a one", "b two", "b* AAEC", "a ", "b four"}));
    EXPECT_FALSE(told.is_cut);
    EXPECT_FALSE(told.is_malformed);
}

// A program prints what it likes; newlines and the runtime's words make no lines of it.
TEST(ProgramLogs, TakeNothingThatAProgramPrintsForTheRuntimesWords) {
    const Told told =
        read({"Program " SF_A " invoke [1]", "Program log: Program " SF_B " invoke [2]",
              "Program log: x\nProgram " SF_B " invoke [2]", "Program log: invoke [2]",
              "Program log: Log truncated", "Program data: Program " SF_A " success",
              "Program log: still a", "Program " SF_A " success"});
    ASSERT_EQ(told.lines.size(), 6U);
    EXPECT_EQ(told.lines[5], "a still a");
    EXPECT_FALSE(told.is_cut);
    EXPECT_FALSE(told.is_malformed);
}

// Lines of the runtime and its own programs that say nothing of calls.
TEST(ProgramLogs, PassOverWhatTheRuntimeSaysBesides) {
    const Told told =
        read({"Program 11111111111111111111111111111111 invoke [1]",
              "Transfer: insufficient lamports", "Program 11111111111111111111111111111111 success",
              "Program " SF_A " invoke [1]", "Program consumption: 199 units remaining",
              "Program failed to complete: exceeded CUs meter", "Program log: a's", "",
              "Program " SF_A " success"});
    EXPECT_EQ(told.lines, Texts{"a a's"});
    EXPECT_FALSE(told.is_malformed);
}

TEST(ProgramLogs, EndWhereTheNodeCutThem) {
    const Told told = read(
        {"Program " SF_A " invoke [1]", "Program log: one", "Log truncated", "Program log: two"});
    EXPECT_EQ(told.lines, Texts{"a one"});
    EXPECT_TRUE(told.is_cut);
    EXPECT_FALSE(told.is_malformed);
}

TEST(ProgramLogs, EndWhereCallsBeginOrEndAsTheyCannot) {
    const std::string first = "Program " SF_A " invoke [1]";
    for (const std::string_view bad :
         {"Program " SF_B " invoke [3]", "Program " SF_B " invoke [0]",
          "Program " SF_B " invoke [x]", "Program " SF_B " invoke [2x]",
          "Program " SF_B " invoke []", "Program " SF_B " invoke [99999999999999999999999]",
          "Program " SF_B " success", "Program " SF_B " failed: no"}) {
        const Told told = read({first, "Program log: one", bad, "Program log: two"});
        EXPECT_EQ(told.lines, Texts{"a one"}) << bad;
        EXPECT_TRUE(told.is_malformed) << bad;
    }
    EXPECT_TRUE(read({"Program log: nobody's"}).is_malformed);
    EXPECT_TRUE(read({first, "Program " SF_A " success", "Program data: AA"}).is_malformed);
    // The next call of the message, though the one before did not say that it ended.
    EXPECT_EQ(read({first, "Program " SF_B " invoke [1]", "Program log: b's"}).lines,
              Texts{"b b's"});
}

TEST(ProgramLogs, FollowCallsAsDeepAsTheyMayBeAndNoDeeper) {
    std::vector<std::string> calls;
    for (std::size_t depth = 1; depth <= ProgramLogs::kDepthMax + 1; ++depth) {
        calls.push_back("Program " SF_A " invoke [" + std::to_string(depth) + "]");
    }
    Lines lines{calls.begin(), calls.end() - 1};
    lines.push_back("Program log: deep");
    EXPECT_EQ(read(lines).lines, Texts{"a deep"});
    lines.back() = calls.back();
    EXPECT_TRUE(read(lines).is_malformed);
}

}  // namespace
}  // namespace sniperforge::solana
