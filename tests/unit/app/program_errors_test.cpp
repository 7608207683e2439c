// SPDX-License-Identifier: MIT
#include "app/program_errors.hpp"

#include <gtest/gtest.h>

#include <array>

#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::app {
namespace {

constexpr std::string_view kCustom6005 = R"({"InstructionError":[1,{"Custom":6005}]})";

TEST(ProgramErrors, NamesTheInnermostProgramAndTheNameOfItsCode) {
    const std::array<std::string, 3> logs{
        "Program CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C invoke [1]",
        "Program CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C failed: custom program error: 0x1775",
        "Program JUP6LkbZbjS1jKKwapdHNy74zcZ3tLUZoi5QNyVTaV4 failed: custom program error: 0x1775"};
    EXPECT_EQ(failure_text(kCustom6005, logs, {}),
              "instruction 1, program raydium_cpmm, code 6005 (0x1775), ExceededSlippage");
}

TEST(ProgramErrors, WithoutLogsNamesTheProgramOfTheInstruction) {
    const std::array programs{solana::kSystemProgram, solana::kRaydiumCpmmProgram};
    EXPECT_EQ(failure_text(kCustom6005, {}, programs),
              "instruction 1, program raydium_cpmm, code 6005 (0x1775), ExceededSlippage");
    // Of another program the code says nothing.
    const std::array others{solana::kRaydiumCpmmProgram, solana::kSystemProgram};
    EXPECT_EQ(failure_text(kCustom6005, {}, others),
              "instruction 1, program system, code 6005 (0x1775), no name known");
}

TEST(ProgramErrors, BelievesWhatAnAnchorProgramLogsOfItself) {
    const std::array<std::string, 1> logs{
        "Program log: AnchorError thrown in swap.rs:9. Error Code: NotApproved. Error Number: "
        "6000. "
        "Error Message: Not approved."};
    EXPECT_NE(failure_text(R"({"InstructionError":[0,{"Custom":6000}]})", logs, {})
                  .find("NotApproved. Error Number: 6000. Error Message: Not approved."),
              std::string::npos);
}

TEST(ProgramErrors, WhatFailsBeforeItsProgramsRunHasNone) {
    EXPECT_EQ(failure_text("\"AccountNotFound\"", {}, {}),
              "\"AccountNotFound\": refused before its programs ran");
    EXPECT_EQ(failure_text(R"({"InstructionError":[7,"InvalidAccountData"]})", {}, {}),
              R"(instruction 7, program unknown: {"InstructionError":[7,"InvalidAccountData"]})");
}

TEST(ProgramErrors, Token2022HasTheCodesOfTheTokenProgram) {
    EXPECT_EQ(error_name(solana::kToken2022Program, 1), "InsufficientFunds");
    EXPECT_EQ(error_name(solana::kTokenProgram, 1), "InsufficientFunds");
    EXPECT_EQ(error_name(solana::kTokenProgram, 999), "");
}

}  // namespace
}  // namespace sniperforge::app
