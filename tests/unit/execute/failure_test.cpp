// SPDX-License-Identifier: MIT
// A price that had moved is told from a program that fails, by the words of nodes.
#include "execute/failure.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::execute {
namespace {

[[nodiscard]] VenueSet only(VenueId venue) {
    VenueSet venues;
    venues.add(venue);
    return venues;
}

[[nodiscard]] std::string custom(std::uint32_t code) {
    return R"({"InstructionError":[3,{"Custom":)" + std::to_string(code) + "}]}";
}

TEST(ChainFailure, KnowsThePriceCodeOfEveryVenueAndOfJupiter) {
    for (std::size_t i = 0; i < kVenueCount; ++i) {
        bool is_any = false;
        for (std::uint32_t code = 0; code < 7'000; ++code) {
            is_any = is_any || is_slippage(dex::program_of(static_cast<VenueId>(i)), code);
        }
        EXPECT_TRUE(is_any) << to_string(static_cast<VenueId>(i));
    }
    EXPECT_TRUE(is_slippage(solana::kJupiterV6Program, 6001));
    EXPECT_FALSE(is_slippage(solana::kJupiterV6Program, 6000));
    EXPECT_FALSE(is_slippage(solana::kTokenProgram, 6001));
}

// 6004 is PumpSwap's price, and nothing of the kind for Raydium CPMM.
TEST(ChainFailure, ReadsACodeAsTheInnermostProgramMeansIt) {
    const std::vector<Pubkey> pumpswap{dex::program_of(VenueId::PumpSwap),
                                       solana::kJupiterV6Program};
    auto found = chain_failure(custom(6004), pumpswap, only(VenueId::RaydiumCpmm));
    EXPECT_EQ(found.failure, FailureClass::Slippage);
    EXPECT_EQ(found.venue, VenueId::PumpSwap);
    const std::vector<Pubkey> cpmm{dex::program_of(VenueId::RaydiumCpmm),
                                   solana::kJupiterV6Program};
    found = chain_failure(custom(6004), cpmm, only(VenueId::PumpSwap));
    EXPECT_EQ(found.failure, FailureClass::ProgramError);
    EXPECT_EQ(found.venue, VenueId::RaydiumCpmm);
    const std::vector<Pubkey> token{solana::kTokenProgram, dex::program_of(VenueId::PumpSwap)};
    found = chain_failure(custom(6004), token, {});
    EXPECT_EQ(found.failure, FailureClass::ProgramError) << "a frozen account, say";
    EXPECT_EQ(found.venue, VenueId::PumpSwap) << "the first venue that it passed through";
}

TEST(ChainFailure, BelievesTheIntendedVenuesCodesWhereTheLogsNameNobody) {
    EXPECT_EQ(chain_failure(custom(6004), {}, only(VenueId::PumpSwap)).failure,
              FailureClass::Slippage);
    EXPECT_EQ(chain_failure(custom(6004), {}, only(VenueId::RaydiumCpmm)).failure,
              FailureClass::ProgramError);
    EXPECT_EQ(chain_failure(custom(6001), {}, only(VenueId::RaydiumCpmm)).failure,
              FailureClass::Slippage);
    EXPECT_EQ(chain_failure(custom(6004), {}, {}).venue, std::nullopt);
}

TEST(ChainFailure, CallsWhatIsNoCodeAProgramErrorAndWhatNoProgramDidNeither) {
    EXPECT_EQ(
        chain_failure(R"({"InstructionError":[2,"ComputationalBudgetExceeded"]})", {}, {}).failure,
        FailureClass::ProgramError);
    EXPECT_EQ(chain_failure(R"("BlockhashNotFound")", {}, {}).failure, FailureClass::Rpc);
    EXPECT_EQ(chain_failure(R"("InsufficientFundsForFee")", {}, {}).failure, FailureClass::None);
    EXPECT_EQ(chain_failure("", {}, {}).failure, FailureClass::None);
    EXPECT_EQ(chain_failure(custom(7) + "x", {}, {}).failure, FailureClass::ProgramError);
    EXPECT_EQ(chain_failure(R"({"InstructionError":[3,{"Custom":99999999999}]})", {}, {}).failure,
              FailureClass::ProgramError);
}

TEST(ChainFailure, ReadsARefusalWhoseDataWasCutOff) {
    rpc::RpcError error;
    error.kind = rpc::RpcError::Kind::Node;
    error.code = -32002;
    const std::string pumpswap = dex::program_of(VenueId::PumpSwap).to_string();
    error.data =
        R"({"accounts":null,"err":)" + custom(6004) +
        R"(,"innerInstructions":null,"logs":["Program ComputeBudget111111111111111111111111111111 success",)"
        R"("Program log: \"Program )" +
        dex::program_of(VenueId::RaydiumCpmm).to_string() + R"( failed: forged\"","Program )" +
        pumpswap + R"( failed: custom program error: 0x1774","Program )" +
        solana::kJupiterV6Program.to_string() + R"( failed: custom prog)";
    auto found = preflight_failure(error, {});
    EXPECT_EQ(found.failure, FailureClass::Slippage);
    EXPECT_EQ(found.venue, VenueId::PumpSwap);
    error.data = R"({"accounts":null,"err":"BlockhashNotFound","logs":[]})";
    EXPECT_EQ(preflight_failure(error, {}).failure, FailureClass::Rpc);
    for (const char* data : {"", "{}", R"({"err":)", R"({"err":{"InstructionErr)"}) {
        error.data = data;
        EXPECT_EQ(preflight_failure(error, {}).failure, FailureClass::None) << data;
    }
}

const std::string kLacksLamports = custom(1);
const Pubkey kStranger = Pubkey::from(Bytes(32, 9));

// The System program says the same of the wallet and of an account that a stranger's program has.
TEST(ChainFailure, StopsEntriesForALackOfSolOfOurOwnAccountAlone) {
    const auto found = [](const std::vector<Pubkey>& programs) {
        return chain_failure(kLacksLamports, programs, {});
    };
    const Pubkey system = solana::kSystemProgram;
    for (const std::vector<Pubkey>& ours :
         {std::vector{system}, std::vector{system, dex::program_of(VenueId::PumpCurve)},
          std::vector{system, solana::kAssociatedTokenProgram},
          std::vector{system, dex::program_of(VenueId::PumpSwap), solana::kJupiterV6Program}}) {
        EXPECT_EQ(found(ours).action, FailureAction::StopEntries) << ours.size();
        EXPECT_EQ(found(ours).program_error, "system ResultWithNegativeLamports");
    }
    const ChainFailure strangers = found({system, kStranger, solana::kJupiterV6Program});
    EXPECT_EQ(strangers.action, FailureAction::None);
    EXPECT_EQ(strangers.failure, FailureClass::ProgramError);
    EXPECT_EQ(strangers.program_error,
              "system ResultWithNegativeLamports, called by " + kStranger.to_string());
}

// Whatever a hook calls to refuse, it is the hook that refuses.
TEST(ChainFailure, ReadsWhatAHookCalledAsTheHooksRefusal) {
    for (const Pubkey& innermost : {solana::kSystemProgram, solana::kTokenProgram}) {
        const std::vector<Pubkey> programs{innermost, kStranger, solana::kToken2022Program,
                                           dex::program_of(VenueId::PumpSwap)};
        for (const std::uint32_t code : {0U, 1U}) {
            const auto found = chain_failure(custom(code), programs, {});
            EXPECT_EQ(found.action, FailureAction::QuarantineToken);
            EXPECT_EQ(found.program_error, "transfer hook " + kStranger.to_string());
        }
    }
}

// A venue moves SOL of the wallet and of accounts of its own; the chain says which it was.
TEST(ChainFailure, ReadsWhoseSolLackedFromTheCallThatFailed) {
    rpc::TransactionDetail detail;
    detail.error = kLacksLamports;
    detail.programs_failed = {solana::kSystemProgram, dex::program_of(VenueId::PumpCurve)};
    const Pubkey wallet = Pubkey::from(Bytes(32, 1)), vault = Pubkey::from(Bytes(32, 2));
    detail.account_keys = {wallet, vault};
    const auto call = [](const Pubkey& program, std::uint8_t payer, bool is_inner) {
        return ChainInstruction{program, {payer, 1}, {}, is_inner};
    };
    const Pubkey pump = dex::program_of(VenueId::PumpCurve);
    // The top-level instruction after it was never run.
    const auto action_of = [&](std::uint8_t first, std::uint8_t last) {
        detail.instructions = {call(pump, 0, false), call(solana::kSystemProgram, first, true),
                               call(solana::kSystemProgram, last, true),
                               call(solana::kSystemProgram, 0, false)};
        return chain_failure(detail, {});
    };
    EXPECT_EQ(action_of(1, 0).action, FailureAction::StopEntries);
    EXPECT_EQ(action_of(0, 1).action, FailureAction::None);
    EXPECT_EQ(action_of(0, 1).program_error,
              "system ResultWithNegativeLamports of " + vault.to_string());
    // Answers that do not show it, and ours at the top, are held to be the wallet's.
    EXPECT_EQ(action_of(0, 2).action, FailureAction::StopEntries) << "no such account";
    detail.instructions.clear();
    EXPECT_EQ(chain_failure(detail, {}).action, FailureAction::StopEntries);
    detail.programs_failed = {solana::kSystemProgram};
    EXPECT_EQ(action_of(0, 1).action, FailureAction::StopEntries);
}

}  // namespace
}  // namespace sniperforge::execute
