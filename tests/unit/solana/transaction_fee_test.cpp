// SPDX-License-Identifier: MIT
#include "sniperforge/solana/transaction_fee.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "unit/solana/wire_vectors.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

Instruction call(const Pubkey& program, Bytes data = {}) { return {program, {}, std::move(data)}; }
Instruction call() { return call(kProgram); }
Instruction limit(std::uint64_t units) { return set_compute_unit_limit(ComputeUnits{units}); }
Instruction price(std::uint64_t value) { return set_compute_unit_price(ComputeUnitPrice{value}); }

Result<TransactionFee> fee_of_bytes(const Bytes& bytes) {
    const auto message = parse_message(bytes);
    EXPECT_TRUE(message) << message.error().text;
    return transaction_fee(*message);
}
Result<TransactionFee> fee_of(const std::vector<Instruction>& instructions) {
    return fee_of_bytes(compile_message(kPayer, instructions, Hash{}).value());
}
Result<TransactionFee> fee_of_v1(const TransactionConfig& config,
                                 const std::vector<Instruction>& instructions = {call()}) {
    return fee_of_bytes(compile_message_v1(kPayer, instructions, Hash{}, config).value());
}
std::string refusal(const std::vector<Instruction>& instructions) {
    const auto fee = fee_of(instructions);
    return fee ? "" : fee.error().text;
}

TEST(TransactionFee, IsThatOfTheLegacyVector) {
    SF_REQUIRE_DATA(data);
    const Json vector = wire(data)["legacy_tx"];
    const auto fee = fee_of_bytes(from_hex(Json{vector["message_hex"]}));
    ASSERT_TRUE(fee) << fee.error().text;
    EXPECT_EQ(fee->total().raw(), std::uint64_t{vector["fee_lamports"]});
}

// Recorded transactions that paid exactly what their messages ask for. (Their signatures are all
// of account keys.)
TEST(TransactionFee, IsWhatARecordedTransactionPaid) {
    SF_REQUIRE_DATA(data);
    const JsonFile file{data / "fixtures/transactions/get_transaction_base64_encoding.json"};
    const Json result = file.root()["response"]["result"];
    const Bytes bytes = from_base64(Json{result["transaction"].at(0)});
    // One signature: 64 bytes behind the count.
    const auto fee = fee_of_bytes(Bytes{bytes.begin() + 65, bytes.end()});
    ASSERT_TRUE(fee);
    EXPECT_EQ(fee->total().raw(), std::uint64_t{result["meta"]["fee"]});
}

TEST(TransactionFee, ChargesThePriceOnTheLimitThatIsAskedFor) {
    const auto fee = fee_of({limit(200'000), price(12'345), call()});
    ASSERT_TRUE(fee);
    EXPECT_EQ(*fee, (TransactionFee{Lamports{5'000}, Lamports{2'469}, ComputeUnits{200'000},
                                    ComputeUnitPrice{12'345}}));
    EXPECT_EQ(fee->total(), Lamports{7'469});
    EXPECT_EQ(fee_of({limit(1), price(1), call()})->priority, Lamports{1});  // Rounded up.
    EXPECT_EQ(fee_of({limit(0), price(1'000'000), call()})->priority, Lamports{0});
}

TEST(TransactionFee, CountsBuiltinsAndOthersWhereNoLimitIsSet) {
    const auto units = [](const std::vector<Instruction>& instructions) {
        return fee_of(instructions)->compute_unit_limit.raw();
    };
    EXPECT_EQ(units({}), 0U);
    EXPECT_EQ(units({call()}), 200'000U);
    EXPECT_EQ(units({price(5), call()}), 203'000U);
    EXPECT_EQ(units({system_transfer({kPayer, numbered_key(2), Lamports{1}})}), 3'000U);
    // The lookup table program is no builtin any more.
    EXPECT_EQ(units({call(kAddressLookupTableProgram)}), 200'000U);
    EXPECT_EQ(units(std::vector<Instruction>(7, call())), 1'400'000U);
    EXPECT_EQ(units(std::vector<Instruction>(8, call())), 1'400'000U);
}

TEST(TransactionFee, ClampsALimitAboveTheCeiling) {
    EXPECT_EQ(fee_of({limit(1'400'000), call()})->compute_unit_limit.raw(), 1'400'000U);
    const auto fee = fee_of({limit(1'400'001), price(1'000'000), call()});
    EXPECT_EQ(fee->compute_unit_limit.raw(), 1'400'000U);
    EXPECT_EQ(fee->priority.raw(), 1'400'000U);
}

TEST(TransactionFee, ClampsAPriceThatNobodyCanPay) {
    EXPECT_EQ(fee_of({limit(1'400'000), price(kU64Max), call()})->total(), Lamports::max());
}

TEST(TransactionFee, RefusesASecondInstructionOfAKind) {
    EXPECT_EQ(refusal({limit(5), price(5), call()}), "");
    EXPECT_NE(refusal({limit(5), call(), limit(5)}).find("instruction 2: a second"),
              std::string::npos);
    EXPECT_NE(refusal({price(5), price(5)}).find("a second"), std::string::npos);
    EXPECT_NE(refusal({request_heap_frame(32'768), request_heap_frame(32'768)}).find("a second"),
              std::string::npos);
    EXPECT_NE(
        refusal({set_loaded_accounts_data_size_limit(1), set_loaded_accounts_data_size_limit(1)})
            .find("a second"),
        std::string::npos);
}

TEST(TransactionFee, RefusesWhatTheRuntimeCannotRead) {
    const auto budget = [](Bytes data) { return call(kComputeBudgetProgram, std::move(data)); };
    EXPECT_NE(refusal({budget({})}), "");
    EXPECT_NE(refusal({budget({0, 0, 0, 0, 0})}), "");  // The old combined request.
    EXPECT_NE(refusal({budget({5, 0, 0, 0, 0})}), "");
    EXPECT_NE(refusal({budget({2, 0, 0, 0})}), "");
    EXPECT_EQ(refusal({budget({2, 0, 0, 0, 0})}), "");
    EXPECT_EQ(refusal({budget({2, 0, 0, 0, 0, 9})}), "");  // The runtime tolerates it, too.
    EXPECT_EQ(refusal({request_heap_frame(262'144)}), "");
    EXPECT_NE(refusal({request_heap_frame(263'168)}), "");
    EXPECT_NE(refusal({request_heap_frame(32'769)}), "");
    EXPECT_EQ(refusal({set_loaded_accounts_data_size_limit(1)}), "");
    EXPECT_NE(refusal({set_loaded_accounts_data_size_limit(0)}), "");
}

TEST(TransactionFee, CountsTheSignaturesThatPrecompilesVerify) {
    const Pubkey ed25519 = key_text("Ed25519SigVerify111111111111111111111111111");
    EXPECT_EQ(fee_of({call(ed25519, {3, 0})})->base, Lamports{20'000});
    EXPECT_EQ(fee_of({call(ed25519)})->base, Lamports{5'000});
    EXPECT_EQ(fee_of({call(kProgram, {3, 0})})->base, Lamports{5'000});
    const Pubkey secp256r1 = key_text("Secp256r1SigVerify1111111111111111111111111");
    EXPECT_EQ(fee_of_v1({}, {call(secp256r1, {2})})->base, Lamports{15'000});
}

TEST(TransactionFee, TakesTheTotalOfAVersion1Message) {
    const auto fee =
        fee_of_v1({.priority_fee = Lamports{2'469}, .compute_unit_limit = ComputeUnits{200'000}});
    ASSERT_TRUE(fee);
    EXPECT_EQ(*fee, (TransactionFee{Lamports{5'000}, Lamports{2'469}, ComputeUnits{200'000},
                                    ComputeUnitPrice{12'345}}));
}

TEST(TransactionFee, OfAVersion1MessageHasNoDefaultsButZero) {
    EXPECT_EQ(*fee_of_v1({}), (TransactionFee{Lamports{5'000}, {}, {}, {}}));
    EXPECT_EQ(fee_of_v1({.priority_fee = Lamports{7}})->price, ComputeUnitPrice{0});
    const auto clamped =
        fee_of_v1({.priority_fee = Lamports::max(), .compute_unit_limit = ComputeUnits{1'400'001}});
    EXPECT_EQ(clamped->compute_unit_limit, kComputeUnitLimitMax);
    EXPECT_EQ(clamped->total(), Lamports::max());
    // Rounded down: 1 lamport over 3 units.
    EXPECT_EQ(
        fee_of_v1({.priority_fee = Lamports{1}, .compute_unit_limit = ComputeUnits{3}})->price,
        ComputeUnitPrice{333'333});
}

TEST(TransactionFee, IgnoresComputeBudgetInstructionsInAVersion1Message) {
    const auto fee = fee_of_v1({.priority_fee = Lamports{7}},
                               {limit(5), limit(5), price(1'000'000), call(kComputeBudgetProgram)});
    ASSERT_TRUE(fee) << fee.error().text;
    EXPECT_EQ(fee->priority, Lamports{7});
    EXPECT_EQ(fee->compute_unit_limit, ComputeUnits{0});
}

}  // namespace
}  // namespace sniperforge::solana
