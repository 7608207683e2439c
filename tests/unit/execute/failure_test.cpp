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

}  // namespace
}  // namespace sniperforge::execute
