// SPDX-License-Identifier: MIT
// Fees to the lamport: base fee, compute budget and priority fee.
#include "sniperforge/solana/fees.hpp"

#include <fmt/format.h>

#include "integration/real_runtime/node.hpp"
#include "sniperforge/core/base64.hpp"
#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/memo.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::real_runtime {
namespace {

using namespace solana;

constexpr ComputeUnitPrice kPrice{12'345};

class Fees : public RealRuntime {
 protected:
    [[nodiscard]] Instruction pay(const Pubkey& to, Lamports amount = kAmount) const {
        return system_transfer({payer_key(), to, amount});
    }
    const Keypair other_ = new_keypair();
};

TEST_F(Fees, AreTheBaseFeeForALegacyAndAVersion0Transfer) {
    for (const MessageVersion version : {MessageVersion::Legacy, MessageVersion::V0}) {
        const Keypair to = new_keypair();
        expect_landed({.instructions = {pay(to.public_key())}, .version = version},
                      {.fee = Lamports{5'000}, .paid = kAmount});
        EXPECT_EQ(node_.balance(to.public_key()), kAmount);
    }
}

TEST_F(Fees, CountEverySignature) {
    // The other one signs because its lamports move: back and forth.
    const auto back = system_transfer({other_.public_key(), payer_key(), Lamports{1'000}});
    const auto detail =
        expect_landed({.instructions = {pay(other_.public_key()), back}, .signers = {&other_}},
                      {.fee = Lamports{10'000}, .paid = kAmount, .received = Lamports{1'000}});
    EXPECT_EQ(detail.signatures, 2U);
    EXPECT_EQ(node_.balance(other_.public_key()), kAmount - Lamports{1'000});
}

// 12,345 micro-lamports x 200,000 is 2,469 lamports exactly; one unit more rounds up.
TEST_F(Fees, AddThePriorityFeeOfTheLimitThatWasAskedForRoundedUp) {
    struct Case {
        ComputeUnits limit;
        Lamports priority;
    };
    for (const auto& [limit, priority] : {Case{ComputeUnits{200'000}, Lamports{2'469}},
                                          Case{ComputeUnits{200'001}, Lamports{2'470}}}) {
        EXPECT_EQ(priority_fee(kPrice, limit), priority);
        expect_landed({.instructions = {set_compute_unit_limit(limit),
                                        set_compute_unit_price(kPrice), pay(other_.public_key())}},
                      {.fee = Lamports{5'000} + priority, .paid = kAmount});
    }
}

// Without a limit each instruction asks for its default: 3,000 for the built-in programs (the price
// instruction and the transfer), 200,000 for others.
TEST_F(Fees, TakeTheDefaultLimitOfEachInstructionWhenNoneIsAskedFor) {
    constexpr ComputeUnitPrice kOneLamport{1'000'000};
    expect_landed({.instructions = {set_compute_unit_price(kOneLamport), pay(other_.public_key())}},
                  {.fee = Lamports{5'000 + 2 * 3'000}, .paid = kAmount});
    expect_landed({.instructions = {set_compute_unit_price(kOneLamport), memo("x")}},
                  {.fee = Lamports{5'000 + 3'000 + 200'000}});
}

TEST_F(Fees, AreWhatTheNodeQuotesForTheMessage) {
    const Draft draft{.instructions = {set_compute_unit_limit(ComputeUnits{200'001}),
                                       set_compute_unit_price(kPrice), pay(other_.public_key())}};
    const auto message =
        compile_message(payer_key(), draft.instructions, node_.latest_blockhash().blockhash);
    ASSERT_TRUE(message);
    const auto quoted =
        node_.call("getFeeForMessage",
                   fmt::format(R"(["{}",{{"commitment":"confirmed"}}])", base64_encode(*message)));
    ASSERT_TRUE(quoted) << quoted.error().text();
    EXPECT_TRUE(quoted->contains(R"("value":7470)")) << *quoted;
    expect_landed(draft, {.fee = Lamports{7'470}, .paid = kAmount});
}

TEST_F(Fees, AreChargedWhenTheComputeLimitIsTooLow) {
    // The two budget instructions take 150 units each, and so does the transfer.
    const auto draft = [&](std::uint64_t limit) {
        return Draft{.instructions = {set_compute_unit_limit(ComputeUnits{limit}),
                                      set_compute_unit_price(kPrice), pay(other_.public_key())}};
    };
    expect_reverted(draft(449), Lamports{5'000} + priority_fee(kPrice, ComputeUnits{449}),
                    R"({"InstructionError":[2,"ComputationalBudgetExceeded"]})");
    expect_landed(draft(450), {.fee = Lamports{5'000} + priority_fee(kPrice, ComputeUnits{450}),
                               .paid = kAmount});
}

TEST_F(Fees, AreNotChargedForTwoLimitsInOneTransaction) {
    const auto limit = set_compute_unit_limit(ComputeUnits{200'000});
    const Bytes wire = [&] {
        const std::vector instructions{limit, limit, pay(other_.public_key())};
        return build({.instructions = instructions}, node_.latest_blockhash().blockhash);
    }();
    expect_refused(wire, R"({"DuplicateInstruction":1})");
}

TEST_F(Fees, AreNotChargedToAPayerThatCannotPayThem) {
    const auto transfer = system_transfer({other_.public_key(), payer_key(), Lamports{1}});
    const auto message = compile_message(other_.public_key(), std::vector{transfer},
                                         node_.latest_blockhash().blockhash);
    const auto wire = sign_transaction(message.value(), other_);
    expect_refused(wire.value(), R"("AccountNotFound")");
    expect_landed({.instructions = {pay(other_.public_key(), Lamports{890'881})}},
                  {.fee = Lamports{5'000}, .paid = Lamports{890'881}});
    const auto again = compile_message(other_.public_key(), std::vector{transfer},
                                       node_.latest_blockhash().blockhash);
    // It may pay a fee or exist, not both.
    expect_refused(sign_transaction(again.value(), other_).value(),
                   R"({"InsufficientFundsForRent":{"account_index":0}})");
}

}  // namespace
}  // namespace sniperforge::real_runtime
