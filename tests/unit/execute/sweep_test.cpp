// SPDX-License-Identifier: MIT
// A sweep's bytes, and its way through the executor.
#include <algorithm>

#include "sniperforge/execute/sweep_builder.hpp"
#include "unit/execute/executor_support.hpp"

namespace sniperforge::execute {
namespace {

using namespace test;

class SweepTest : public ExecutorTest {
 protected:
    [[nodiscard]] OrderIntent sweep_intent(std::uint64_t id = 1, std::uint64_t amount = 7) const {
        OrderIntent intent;
        intent.intent_id = IntentId{id};
        intent.strategy = StrategyId::Housekeeping;
        intent.kind = OrderKind::Sweep;
        intent.mint_in = kToken;
        intent.mint_out = kSol;
        intent.token_program = solana::kTokenProgram;
        intent.amount_in = TokenAmount{amount};
        intent.receive_min = TokenAmount{kRent.raw()};
        intent.spend_max = sweep_fee(settings.priority_price);
        return intent;
    }
    [[nodiscard]] Bytes built(const OrderIntent& intent) {
        Bytes message;
        const auto made = build_sweep(message, intent, signer.own_accounts(),
                                      {ComputeUnitPrice{20'000}, blockhash});
        EXPECT_TRUE(made) << made.error().text;
        return message;
    }
    // 7 units burnt, the account closed.
    [[nodiscard]] std::string landed_sweep() {
        return fmt::format(
            R"({{"meta":{{"err":null,"fee":5400,"postBalances":[{},0],"postTokenBalances":[],)"
            R"("preBalances":[1000000000,{}],"preTokenBalances":[{{"accountIndex":1,"mint":"{}",)"
            R"("owner":"{}","programId":"{}","uiTokenAmount":{{"amount":"7"}}}}]}},"slot":77,)"
            R"("transaction":{{"message":{{"accountKeys":["{}","{}"]}},"signatures":["x"]}}}})",
            1'000'000'000 - 5'400 + kRent.raw(), kRent.raw(), kToken.to_string(),
            wallet().to_string(), solana::kTokenProgram.to_string(), wallet().to_string(),
            own(kToken).to_string());
    }
};

TEST_F(SweepTest, IsTheBudgetTheBurnAndTheClosingAndNothingElse) {
    for (const Pubkey& program : {solana::kTokenProgram, solana::kToken2022Program}) {
        OrderIntent intent = sweep_intent();
        intent.token_program = program;
        const Pubkey account = signer.own_accounts().account(kToken, program);
        const Instructions expected{
            solana::set_compute_unit_limit(ComputeUnits{20'000}),
            solana::set_compute_unit_price(ComputeUnitPrice{20'000}),
            solana::token_burn({account, kToken, wallet(), TokenAmount{7}, program}),
            solana::token_close_account({account, wallet(), wallet(), program})};
        EXPECT_EQ(built(intent), *solana::compile_message(wallet(), expected, blockhash));
    }
}

TEST_F(SweepTest, BurnsNothingOfAnEmptyAccount) {
    const Instructions expected{solana::set_compute_unit_limit(ComputeUnits{20'000}),
                                solana::set_compute_unit_price(ComputeUnitPrice{20'000}),
                                solana::token_close_account({own(kToken), wallet(), wallet()})};
    EXPECT_EQ(built(sweep_intent(1, 0)), *solana::compile_message(wallet(), expected, blockhash));
}

TEST_F(SweepTest, CostsTheFeeThatTheSignerCounts) {
    EXPECT_EQ(sweep_fee(ComputeUnitPrice{20'000}), Lamports{5'400});
    submit(sweep_intent(1));
    EXPECT_TRUE(events.reports.empty()) << only().error;
    OrderIntent cheap = sweep_intent(2);
    cheap.spend_max = cheap.spend_max - Lamports{1};
    submit(cheap);
    ASSERT_EQ(events.reports.size(), 1U);
    EXPECT_NE(only().error.find("signing refused: a sweep for 5400 lamports"), std::string::npos);
    EXPECT_TRUE(events.unbuildable.empty());
}

// A node looks at it first: what would fail costs nothing then.
TEST_F(SweepTest, IsWrittenDownAndSentWithPreflightAndWithoutJupiter) {
    submit(sweep_intent());
    run(milliseconds{50});
    ASSERT_EQ(sends().size(), 1U);
    EXPECT_NE(sends()[0].params.find(R"("skipPreflight":false)"), std::string::npos)
        << sends()[0].params;
    EXPECT_TRUE(jupiter_requests.empty());
    EXPECT_TRUE(events.rechecked.empty());
    ASSERT_EQ(events.signatures.size(), 1U);
    EXPECT_EQ(events.signatures[0].last_valid_height, BlockHeight{kLastValidHeight});
}

TEST_F(SweepTest, ReportsTheMintTheRentAndThatTheAccountIsClosed) {
    submit(sweep_intent());
    statuses = kConfirmed;
    transaction = landed_sweep();
    run(seconds{1});
    ASSERT_EQ(events.reports.size(), 1U);
    EXPECT_EQ(only().outcome, Outcome::Landed);
    EXPECT_EQ(only().kind, OrderKind::Sweep);
    EXPECT_EQ(only().mint, kToken);
    EXPECT_EQ(only().fill.rent_refunded, kRent);
    EXPECT_EQ(only().fill.tokens, (std::vector{TokenChange{kToken, TokenDelta{-7}}}));
    EXPECT_EQ(only().fill.accounts,
              (std::vector{OwnTokenAccount{kToken, solana::kTokenProgram, false, {}}}));
}

TEST_F(SweepTest, EndsWithThePreflightThatRefusesIt) {
    answer_send_with_error(-32'002, R"({"err":{"InstructionError":[3,{"Custom":11}]}})");
    submit(sweep_intent());
    run(seconds{2});
    EXPECT_EQ(sends().size(), 1U);
    EXPECT_EQ(only().outcome, Outcome::Rejected);
    EXPECT_EQ(only().mint, kToken);
}

// The same dust, the same blockhash: one transaction, which the chain takes once.
TEST_F(SweepTest, IsNotSentTwiceOnOneBlockhash) {
    submit(sweep_intent(1));
    submit(sweep_intent(2));
    EXPECT_EQ(only().intent_id, IntentId{2});
    EXPECT_NE(only().error.find("this very transaction"), std::string::npos);
    EXPECT_EQ(events.signatures.size(), 1U);
}

}  // namespace
}  // namespace sniperforge::execute
