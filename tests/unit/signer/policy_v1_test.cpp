// SPDX-License-Identifier: MIT
// The policy over version 1 messages, whose head asks for fee and limits.
#include "unit/signer/policy_support.hpp"

namespace sniperforge::signer {
namespace {

using namespace test;

class PolicyV1Test : public PolicyTest {
 protected:
    // What the other tests' compute budget instructions ask for, in the head.
    static solana::TransactionConfig config() {
        return {.priority_fee = kPriority,
                .compute_unit_limit = ComputeUnits{200'000},
                .loaded_accounts_data_size_limit = 1'000'000,
                .heap_bytes = {}};
    }
    [[nodiscard]] static Instructions without_budget(Instructions instructions) {
        instructions.erase(instructions.begin(), instructions.begin() + 2);
        return instructions;
    }
    [[nodiscard]] Bytes compile_v1(const Instructions& instructions,
                                   const solana::TransactionConfig& asked) const {
        const auto message = solana::compile_message_v1(wallet(), instructions, kBlockhash, asked);
        EXPECT_TRUE(message) << message.error().text;
        return message.value_or(Bytes{});
    }
    [[nodiscard]] std::string refusal_v1(const solana::TransactionConfig& asked) {
        return refusal(compile_v1(without_budget(entry()), asked), entry_policy());
    }
};

TEST_F(PolicyV1Test, SignsEveryKindOfOrder) {
    EXPECT_EQ(refusal(compile_v1(without_budget(entry()), config()), entry_policy()), "");
    EXPECT_EQ(refusal(compile_v1(without_budget(exit()), config()), exit_policy()), "");
    EXPECT_EQ(refusal(compile_v1(without_budget(cycle()), config()), cycle_policy()), "");
}

TEST_F(PolicyV1Test, ReturnsTheSignatureBehindTheMessage) {
    const Bytes message = compile_v1(without_budget(entry()), config());
    Bytes wire;
    const auto signature = signer.sign(wire, message, entry_policy(), {});
    ASSERT_TRUE(signature) << signature.error().text();
    const auto transaction = solana::parse_transaction(wire);
    ASSERT_TRUE(transaction) << transaction.error().text;
    EXPECT_EQ(transaction->transaction_id(), *signature);
    EXPECT_TRUE(solana::verify(wallet(), message, *signature));
}

// The priority fee is a total there: one lamport above the order's ceiling is too much.
TEST_F(PolicyV1Test, HoldsTheTotalPriorityFeeAgainstTheCeiling) {
    auto asked = config();
    EXPECT_EQ(refusal_v1(asked), "");
    asked.priority_fee = kPriority + Lamports{1};
    EXPECT_NE(refusal_v1(asked).find("lamports may leave the wallet"), std::string::npos)
        << refusal_v1(asked);
    asked.priority_fee = Lamports::max();
    EXPECT_NE(refusal_v1(asked), "");
    asked.priority_fee = {};
    EXPECT_EQ(refusal_v1(asked), "");
}

// Unset means zero: such a transaction lands, pays and does nothing.
TEST_F(PolicyV1Test, RefusesAMessageThatAsksForNothingToRunWith) {
    for (const bool is_zero : {true, false}) {
        auto no_units = config();
        no_units.compute_unit_limit = is_zero ? std::optional{ComputeUnits{0}} : std::nullopt;
        EXPECT_NE(refusal_v1(no_units).find("does nothing"), std::string::npos);
        auto no_data = config();
        no_data.loaded_accounts_data_size_limit = is_zero ? std::optional{0U} : std::nullopt;
        EXPECT_NE(refusal_v1(no_data).find("does nothing"), std::string::npos);
    }
}

TEST_F(PolicyV1Test, RefusesComputeBudgetInstructionsThatHaveNoEffect) {
    const Bytes message = compile_v1(entry(), config());
    EXPECT_NE(refusal(message, entry_policy()).find("no effect in a version 1 message"),
              std::string::npos);
}

TEST_F(PolicyV1Test, JudgesTheInstructionsAsInAnyVersion) {
    Instructions instructions = without_budget(entry());
    instructions.push_back(solana::system_transfer({wallet(), kStranger, Lamports{1}}));
    EXPECT_NE(refusal(compile_v1(instructions, config()), entry_policy()), "");
}

TEST_F(PolicyTest, RefusesASecondComputeBudgetInstructionOfAKind) {
    Instructions twice = entry();
    twice.push_back(solana::set_compute_unit_price(ComputeUnitPrice{1}));
    EXPECT_NE(refusal(twice, entry_policy()).find("a second compute budget"), std::string::npos);
    twice.back() = solana::set_compute_unit_limit(ComputeUnits{1});
    EXPECT_NE(refusal(twice, entry_policy()).find("a second compute budget"), std::string::npos);
}

}  // namespace
}  // namespace sniperforge::signer
