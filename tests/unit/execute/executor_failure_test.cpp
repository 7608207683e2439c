// SPDX-License-Identifier: MIT
// What kind of failure a report names: what circuit breakers are fed with.
#include "unit/execute/executor_support.hpp"

namespace sniperforge::execute::test {
namespace {

TEST_F(ExecutorTest, NamesNoFailureForAnOrderThatLanded) {
    land(entry_intent());
    EXPECT_EQ(only().failure, FailureClass::None);
}

// The floor is 9,500. What Jupiter expects within its own slippage of it is a market that moved.
TEST_F(ExecutorTest, CallsAQuoteDivergedWhenWhatItExpectsIsBelowTheFloorAndNotWhenItsGuaranteeIs) {
    quote = [this] { return quote_of(kTokensMin, kTokensMin - 1); };
    submit(entry_intent());
    run(seconds{1});
    EXPECT_EQ(only().outcome, Outcome::Rejected);
    EXPECT_EQ(only().failure, FailureClass::None);
    events.reports.clear();
    quote = [this] { return quote_of(kTokensMin - 1, kTokensMin - 1); };
    submit(entry_intent(2));
    run(seconds{1});
    EXPECT_EQ(only().failure, FailureClass::QuoteDivergence);
    events.reports.clear();
    quote = [this] { return quote_of(10'000, kTokensMin, kAmount + 1); };
    submit(entry_intent(3));
    run(seconds{1});
    EXPECT_EQ(only().failure, FailureClass::QuoteDivergence) << "of another order";
}

// Who wants out gives way to a lower price, whoever is right about it: not for another order.
TEST_F(ExecutorTest, CallsItAPriceRefusedWhenAnExitIsGuaranteedLessThanItsFloor) {
    const std::uint64_t floor = exit_intent().receive_min.raw();
    const std::uint64_t sold = exit_intent().amount_in.raw();
    std::uint64_t id = 0;
    const auto failure = [&](std::uint64_t out, std::uint64_t out_min, std::uint64_t in) {
        events.reports.clear();
        quote = [=, this] { return quote_of(out, out_min, in, kToken, kSol); };
        submit(exit_intent(++id));
        run(seconds{1});
        EXPECT_EQ(only().outcome, Outcome::Rejected);
        EXPECT_TRUE(only().signature.is_zero());
        return only().failure;
    };
    EXPECT_EQ(failure(floor, floor - 1, sold), FailureClass::Slippage);
    EXPECT_EQ(failure(floor - 1, floor - 1, sold), FailureClass::Slippage);
    EXPECT_EQ(failure(floor, floor, sold + 1), FailureClass::QuoteDivergence);
}

// That there is no route for one token is its answer, and no trouble of its own.
TEST_F(ExecutorTest, TellsJupitersTroubleFromItsAnswers) {
    std::uint64_t id = 0;
    for (const auto& [status, failure] :
         {std::pair{503, FailureClass::QuoteService}, std::pair{429, FailureClass::QuoteService},
          std::pair{401, FailureClass::QuoteService}, std::pair{200, FailureClass::QuoteService},
          std::pair{400, FailureClass::None}, std::pair{404, FailureClass::None}}) {
        events.reports.clear();
        quote = [status] { return http_answer(status); };
        submit(entry_intent(++id));
        run(seconds{3});
        EXPECT_EQ(only().outcome, Outcome::Rejected);
        EXPECT_EQ(only().failure, failure) << status;
    }
}

TEST_F(ExecutorTest, NamesThePriceAndTheVenueThatANodeRefusesFor) {
    answer_send_with_error(
        -32'002,
        fmt::format(R"({{"accounts":null,"err":{{"InstructionError":[3,{{"Custom":6004}}]}},)"
                    R"("logs":["Program {} failed: custom program error: 0x1774"]}})",
                    dex::program_of(VenueId::PumpSwap).to_string()));
    submit(entry_intent());
    run(seconds{1});
    EXPECT_EQ(only().outcome, Outcome::Rejected);
    EXPECT_EQ(only().failure, FailureClass::Slippage);
    EXPECT_EQ(only().failed_venue, VenueId::PumpSwap);
    EXPECT_EQ(only().program_error, "pumpswap ExceededSlippage");
    EXPECT_EQ(only().action, FailureAction::Requote);
}

// Its code is that of Jupiter's slippage; without logs it is believed.
TEST_F(ExecutorTest, NamesThePriceThatItRevertedFor) {
    send(entry_intent());
    statuses = kConfirmed;
    transaction = reverted_entry();
    run(seconds{1});
    EXPECT_EQ(only().outcome, Outcome::Reverted);
    EXPECT_EQ(only().failure, FailureClass::Slippage);
    EXPECT_EQ(only().failed_venue, std::nullopt);
    EXPECT_EQ(only().program_error, "jupiter_v6 SlippageToleranceExceeded");
    EXPECT_EQ(only().action, FailureAction::Requote);
}

class OverspendTest : public ExecutorTest {
 protected:
    // What is reported when the order's ceiling, and so much more, has left the wallet.
    [[nodiscard]] FailureClass spend(std::uint64_t beyond) {
        constexpr std::uint64_t kBefore = 1'000'000'000;
        const OrderIntent intent = entry_intent();
        send(intent);
        statuses = kConfirmed;
        transaction = landed_entry();
        const std::string usual = std::to_string(kBefore - 100'009'000 - kRent.raw());
        transaction.replace(transaction.find(usual), usual.size(),
                            std::to_string(kBefore - intent.spend_max.raw() - beyond));
        run(seconds{1});
        EXPECT_EQ(only().outcome, Outcome::Landed);
        return only().failure;
    }
};

TEST_F(OverspendTest, TakesTheCeilingItselfForTrue) { EXPECT_EQ(spend(0), FailureClass::None); }

TEST_F(OverspendTest, DoubtsTheBooksWhenALamportMoreLeftTheWallet) {
    EXPECT_EQ(spend(1), FailureClass::BalanceMismatch);
}

}  // namespace
}  // namespace sniperforge::execute::test
