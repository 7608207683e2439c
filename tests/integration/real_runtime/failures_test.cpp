// SPDX-License-Identifier: MIT
// Failing on purpose: refused by preflight, reverted on chain, sent twice, signed by the wrong key.
#include "integration/real_runtime/node.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::real_runtime {
namespace {

using namespace solana;

constexpr Lamports kTooMuch{1'000'000'000'000};
// The system program's "not enough lamports".
constexpr std::string_view kNotEnough = R"({"InstructionError":[1,{"Custom":1}]})";

class Failures : public RealRuntime {
 protected:
    [[nodiscard]] Draft second_transfer_fails() const {
        return {.instructions = {system_transfer({payer_key(), to_.public_key(), kAmount}),
                                 system_transfer({payer_key(), to_.public_key(), kTooMuch})}};
    }
    const Keypair to_ = new_keypair();
};

TEST_F(Failures, AreFoundByPreflightAndCostNothing) {
    expect_refused(second_transfer_fails(), kNotEnough);
    EXPECT_EQ(node_.balance(to_.public_key()), Lamports{0});
}

TEST_F(Failures, CostTheFeeAndMoveNothingElseWithoutPreflight) {
    const auto detail = expect_reverted(second_transfer_fails(), Lamports{5'000}, kNotEnough);
    EXPECT_EQ(detail.pre_balances.at(0).raw() - detail.post_balances.at(0).raw(), 5'000U);
    // The first transfer was undone with the second.
    EXPECT_EQ(node_.balance(to_.public_key()), Lamports{0});
}

TEST_F(Failures, DoNotComeFromSendingTheSameBytesTwice) {
    const Bytes wire =
        build({.instructions = {system_transfer({payer_key(), to_.public_key(), kAmount})}},
              node_.latest_blockhash().blockhash);
    expect_landed(wire, {.fee = Lamports{5'000}, .paid = kAmount});
    // Preflight knows it; without preflight the answer is the signature, and it is not executed
    // again.
    const auto refused = node_.send(wire);
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().data.contains("AlreadyProcessed")) << refused.error().data;
    EXPECT_EQ(node_.send(wire, true).value(), signature_of(wire));
    EXPECT_EQ(node_.balance(payer_key()), payer_balance_);
    EXPECT_EQ(node_.balance(to_.public_key()), kAmount);
}

TEST_F(Failures, IncludeASignatureThatIsNotThePayers) {
    constexpr int kSignatureFailure = -32003;
    Bytes wire =
        build({.instructions = {system_transfer({payer_key(), to_.public_key(), kAmount})}},
              node_.latest_blockhash().blockhash);
    wire[1] ^= 1;  // The first byte of the first signature.
    const auto sent = node_.send(wire);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().kind, rpc::RpcError::Kind::Node);
    EXPECT_EQ(sent.error().code, kSignatureFailure);
    EXPECT_EQ(node_.balance(payer_key()), payer_balance_);
}

}  // namespace
}  // namespace sniperforge::real_runtime
