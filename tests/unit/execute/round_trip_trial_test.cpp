// SPDX-License-Identifier: MIT
#include "sniperforge/execute/round_trip_trial.hpp"

#include <gtest/gtest.h>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/transaction.hpp"
#include "unit/dex/dex_support.hpp"

namespace sniperforge::execute {
namespace {

using dex::test::key_of;

const Pubkey kTrader = key_of(70), kBought = key_of(71);
constexpr RoundTripTrialOptions kOptions{
    .amount = Lamports{1'000'000}, .lost_max = BasisPoints{1'000}, .context = {}};

[[nodiscard]] dex::Pool pool_of(std::uint64_t sol, std::uint64_t tokens) {
    auto state = dex::test::cpmm_pool({sol, tokens});
    state.mint_a = solana::kWrappedSolMint;
    state.mint_b = kBought;
    return dex::Pool{std::move(state)};
}

// Amounts of an instruction of CPMM's: what stands behind its discriminator.
[[nodiscard]] std::pair<std::uint64_t, std::uint64_t> amounts_of(BytesView data) {
    ByteReader reader{data.subspan(8)};
    const auto first = reader.read<std::uint64_t>();
    return {first, reader.read<std::uint64_t>()};
}

TEST(RoundTripTrial, SellsAllThatItBuysForWhatMayBeLostAtMost) {
    const dex::Pool pool = pool_of(1'000'000'000, 500'000'000);
    const auto trial = build_round_trip(pool, kTrader, kOptions);
    ASSERT_TRUE(trial) << trial.error().text;
    const auto transaction = solana::parse_transaction(BytesView{trial->wire});
    ASSERT_TRUE(transaction);
    const auto& message = transaction->message;
    EXPECT_EQ(message.account_keys.at(0), kTrader);
    EXPECT_EQ(message.header.num_required_signatures, 1U);
    const auto quote = dex::quote_exact_in(pool, Direction::AToB, TokenAmount{1'000'000}, {});
    ASSERT_TRUE(quote);
    const auto& sale = message.instructions.at(trial->sale);
    const auto& purchase = message.instructions.at(trial->sale - 1);
    for (const auto* swap : {&purchase, &sale}) {
        EXPECT_EQ(message.program_id(*swap), solana::kRaydiumCpmmProgram);
    }
    // 3 % of room above, and exactly what is sold.
    EXPECT_EQ(amounts_of(purchase.data), std::pair(1'030'000UL, quote->amount_out.raw()));
    EXPECT_EQ(amounts_of(sale.data), std::pair(quote->amount_out.raw(), 900'000UL));
}

TEST(RoundTripTrial, MayLoseAllAndStillMustBringSomething) {
    const auto trial = build_round_trip(
        pool_of(1'000'000'000, 500'000'000), kTrader,
        {.amount = Lamports{1'000'000}, .lost_max = BasisPoints{10'000}, .context = {}});
    ASSERT_TRUE(trial);
    const auto transaction = solana::parse_transaction(BytesView{trial->wire});
    EXPECT_EQ(amounts_of(transaction->message.instructions.at(trial->sale).data).second, 1U);
}

TEST(RoundTripTrial, NeedsAPoolOfSolThatHasAQuote) {
    dex::Pool other = pool_of(1'000'000'000, 500'000'000);
    std::get<dex::RaydiumCpmmPool>(other.state).mint_a = key_of(72);
    EXPECT_FALSE(build_round_trip(other, kTrader, kOptions));
    const auto none = build_round_trip(pool_of(1'000'000'000'000'000, 1), kTrader, kOptions);
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().text.find("no quote of 1000000 lamports"), std::string::npos);
}

TEST(RoundTripTrial, TriesWhatTheWalletHasAndNothingWhereThatIsTooLittle) {
    const Lamports most{100'000'000};
    const Lamports needed = round_trip_funds(most);
    EXPECT_EQ(needed, Lamports{113'000'000});
    EXPECT_EQ(round_trip_amount(needed, most), most);
    EXPECT_EQ(round_trip_amount(needed + Lamports{kLamportsPerSol}, most), most);
    EXPECT_LT(round_trip_amount(needed - Lamports{1'030}, most), most);
    EXPECT_EQ(round_trip_amount(Lamports{10'103'000}, most), Lamports{100'000});
    EXPECT_EQ(round_trip_amount(Lamports{10'102'999}, most), Lamports{});
    EXPECT_EQ(round_trip_amount({}, most), Lamports{});
}

class RoundTripOutcomeTest : public ::testing::Test {
 protected:
    [[nodiscard]] RoundTripOutcome outcome(std::uint32_t code, const Pubkey& program,
                                           bool is_of_sale) {
        RoundTripReading reading{.unread = {}, .slot = Slot{7}};
        reading.error = R"({"InstructionError":[5,{"Custom":)" + std::to_string(code) + "}]}";
        reading.is_of_sale = is_of_sale;
        reading.programs_failed = {program};
        return outcome_of(reading, VenueId::RaydiumCpmm);
    }
};

TEST_F(RoundTripOutcomeTest, IsSoldOnlyWhereANodeSaysSo) {
    RoundTripReading reading{.unread = {}, .slot = Slot{7}};
    EXPECT_EQ(outcome_of(reading, VenueId::RaydiumCpmm).end, RoundTripEnd::Sold);
    EXPECT_EQ(outcome_of(reading, VenueId::RaydiumCpmm).slot, Slot{7});
    reading.unread = "Method not found";
    const auto unread = outcome_of(reading, VenueId::RaydiumCpmm);
    EXPECT_EQ(unread.end, RoundTripEnd::Unknown);
    EXPECT_EQ(unread.problem, "Method not found");
}

// A floor of the sale is our limit; a ceiling of the purchase is only where our pool was older.
TEST_F(RoundTripOutcomeTest, APriceIsTheSalesAlone) {
    const auto sale = outcome(6005, solana::kRaydiumCpmmProgram, true);
    EXPECT_EQ(sale.end, RoundTripEnd::Dear);
    EXPECT_NE(sale.problem.find("the sale failed: "), std::string::npos) << sale.problem;
    EXPECT_NE(sale.problem.find("ExceededSlippage"), std::string::npos) << sale.problem;
    EXPECT_EQ(outcome(6005, solana::kRaydiumCpmmProgram, false).end, RoundTripEnd::Unknown);
}

TEST_F(RoundTripOutcomeTest, AProgramThatRefusesRefusesTheToken) {
    const auto frozen = outcome(17, solana::kTokenProgram, true);
    EXPECT_EQ(frozen.end, RoundTripEnd::Refused);
    EXPECT_NE(frozen.problem.find("AccountFrozen"), std::string::npos) << frozen.problem;
    EXPECT_EQ(outcome(67, solana::kToken2022Program, false).end, RoundTripEnd::Refused);
    const auto stranger = outcome(4, key_of(99), true);
    EXPECT_EQ(stranger.end, RoundTripEnd::Refused);
    EXPECT_NE(stranger.problem.find(R"({"Custom":4})"), std::string::npos) << stranger.problem;
}

// A hook may say what a venue says of a price: it is the hook all the same.
TEST_F(RoundTripOutcomeTest, AHookThatRefusesIsNoPrice) {
    RoundTripReading reading{.unread = {}, .slot = Slot{7}};
    reading.error = R"({"InstructionError":[6,{"Custom":6005}]})";
    reading.is_of_sale = true;
    reading.programs_failed = {key_of(99), solana::kToken2022Program, solana::kRaydiumCpmmProgram};
    const auto hooked = outcome_of(reading, VenueId::RaydiumCpmm);
    EXPECT_EQ(hooked.end, RoundTripEnd::Refused);
    EXPECT_NE(hooked.problem.find("transfer hook " + key_of(99).to_string()), std::string::npos);
}

TEST_F(RoundTripOutcomeTest, ALackOfSolAndOldAccountsSayNothingOfTheToken) {
    EXPECT_EQ(outcome(1, solana::kSystemProgram, false).end, RoundTripEnd::Unknown);
    EXPECT_EQ(outcome(6008, solana::kRaydiumCpmmProgram, false).end, RoundTripEnd::Unknown);
    for (const char* error :
         {R"("AccountNotFound")", R"("InsufficientFundsForFee")", R"("BlockhashNotFound")"}) {
        RoundTripReading reading{.unread = {}, .slot = Slot{7}};
        reading.error = error;
        const auto found = outcome_of(reading, VenueId::RaydiumCpmm);
        EXPECT_EQ(found.end, RoundTripEnd::Unknown) << error;
        EXPECT_NE(found.problem.find("it did not run: "), std::string::npos);
    }
}

}  // namespace
}  // namespace sniperforge::execute
