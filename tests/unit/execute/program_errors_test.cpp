// SPDX-License-Identifier: MIT
// Each code that we know, as a node writes it, comes out with its name and with what it asks for.
#include "sniperforge/execute/program_errors.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "execute/failure.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "support/data.hpp"

namespace sniperforge::execute {
namespace {

[[nodiscard]] std::string custom_of(std::uint32_t code) {
    return R"({"InstructionError":[3,{"Custom":)" + std::to_string(code) + "}]}";
}
[[nodiscard]] ChainFailure failure_by(const Pubkey& program, std::uint32_t code) {
    return chain_failure(custom_of(code), std::vector{program}, {});
}

TEST(ProgramErrorTable, EveryRowIsReadWithItsNameAndItsAction) {
    for (const ProgramError& row : program_errors()) {
        SCOPED_TRACE(row.name);
        const Pubkey& program =
            row.program != nullptr ? *row.program : solana::kOrcaWhirlpoolProgram;
        const ChainFailure found = failure_by(program, row.code);
        EXPECT_EQ(found.program_error, error_program_name(program) + " " + std::string{row.name});
        EXPECT_EQ(found.action, row.action);
        EXPECT_EQ(found.failure, row.action == FailureAction::Requote ? FailureClass::Slippage
                                                                      : FailureClass::ProgramError);
    }
}

TEST(ProgramErrorTable, HasEveryVenueAndEveryProgramThatWeCallAndNoCodeTwice) {
    std::set<std::pair<std::string, std::uint32_t>> rows;
    std::set<std::string> programs;
    for (const ProgramError& row : program_errors()) {
        const std::string program = row.program != nullptr ? row.program->to_string() : "anchor";
        EXPECT_TRUE(rows.emplace(program, row.code).second) << program << " " << row.code;
        programs.insert(program);
    }
    for (std::size_t i = 0; i < kVenueCount; ++i) {
        EXPECT_TRUE(programs.contains(dex::program_of(static_cast<VenueId>(i)).to_string()));
    }
    for (const Pubkey& program : {solana::kTokenProgram, solana::kToken2022Program,
                                  solana::kSystemProgram, solana::kJupiterV6Program}) {
        EXPECT_TRUE(programs.contains(program.to_string()));
    }
}

TEST(ProgramErrorTable, AsksForNothingWhereACodeIsNotKnown) {
    for (const Pubkey& program : {solana::kPumpSwapProgram, solana::kTokenProgram,
                                  solana::kComputeBudgetProgram, solana::kAssociatedTokenProgram}) {
        const ChainFailure found = failure_by(program, 7'999);
        EXPECT_EQ(found.failure, FailureClass::ProgramError);
        EXPECT_EQ(found.action, FailureAction::None);
        EXPECT_EQ(found.program_error, "");
    }
}

// Token-2022 has the token program's codes; that one has none of its.
TEST(ProgramErrorTable, ReadsATokenThatDoesNotMoveUnderEitherProgram) {
    for (const Pubkey& program : {solana::kTokenProgram, solana::kToken2022Program}) {
        EXPECT_EQ(failure_by(program, 17).action, FailureAction::QuarantineToken);
    }
    EXPECT_EQ(failure_by(solana::kToken2022Program, 17).program_error, "token_2022 AccountFrozen");
    EXPECT_EQ(failure_by(solana::kToken2022Program, 37).action, FailureAction::QuarantineToken);
    EXPECT_EQ(failure_by(solana::kTokenProgram, 37).action, FailureAction::None);
    EXPECT_EQ(failure_by(solana::kRaydiumAmmV4Program, 17).action, FailureAction::None);
}

TEST(ProgramErrorTable, ReadsAHookThatRefusesByWhoCalledIt) {
    const Pubkey hook = Pubkey::from(Bytes(32, 9));
    const std::vector<Pubkey> called{hook, solana::kToken2022Program, solana::kPumpSwapProgram};
    ChainFailure found = chain_failure(custom_of(6'000), called, {});
    EXPECT_EQ(found.action, FailureAction::QuarantineToken);
    EXPECT_EQ(found.program_error, "transfer hook " + hook.to_string());
    const std::vector<Pubkey> other{hook, solana::kPumpSwapProgram};
    EXPECT_EQ(chain_failure(custom_of(6'000), other, {}).action, FailureAction::None);
}

// Anchor's own codes, of those that are built with it.
TEST(ProgramErrorTable, RefreshesWhatAnchorProgramsSayOfTheirAccounts) {
    for (std::size_t i = 0; i < kVenueCount; ++i) {
        const auto venue = static_cast<VenueId>(i);
        const bool is_anchor = venue != VenueId::RaydiumAmmV4;
        EXPECT_EQ(
            failure_by(dex::program_of(venue), 2'006).action == FailureAction::RefreshAccounts,
            is_anchor)
            << to_string(venue);
    }
    EXPECT_EQ(failure_by(solana::kTokenProgram, 2'006).action, FailureAction::None);
}

TEST(ProgramErrorTable, StopsEntriesForALackOfSolBeforeAnyProgramRan) {
    for (const std::string_view error :
         {R"("InsufficientFundsForFee")", R"({"InsufficientFundsForRent":{"account_index":0}})"}) {
        const ChainFailure found = chain_failure(error, {}, {});
        EXPECT_EQ(found.failure, FailureClass::None);
        EXPECT_EQ(found.action, FailureAction::StopEntries) << error;
    }
    const std::string_view strangers = R"({"InsufficientFundsForRent":{"account_index":10}})";
    EXPECT_EQ(chain_failure(strangers, {}, {}).action, FailureAction::None);
    EXPECT_EQ(chain_failure(R"("AccountNotFound")", {}, {}).action, FailureAction::None);
}

// Nobody reads a table that the program does not follow.
TEST(ProgramErrorTable, IsTheTableOfTheDocumentation) {
    std::ifstream in{sniperforge::test::source_dir() / "docs/program-errors.md"};
    const std::string page{std::istreambuf_iterator<char>{in}, {}};
    for (const ProgramError& row : program_errors()) {
        const std::string program =
            row.program != nullptr ? error_program_name(*row.program) : "Anchor";
        const std::string cell = "| " + program + " | " + std::to_string(row.code) + " | " +
                                 std::string{row.name} + " | " +
                                 std::string{to_string(row.action)} + " |";
        EXPECT_NE(page.find(cell), std::string::npos) << cell;
    }
    static const std::regex kRow{R"(\| \w+ \| \d+ \| )"};
    const auto rows =
        std::distance(std::sregex_iterator{page.begin(), page.end(), kRow}, std::sregex_iterator{});
    EXPECT_EQ(static_cast<std::size_t>(rows), std::size(program_errors())) << "of the page";
}

}  // namespace
}  // namespace sniperforge::execute
