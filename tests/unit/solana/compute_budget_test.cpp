// SPDX-License-Identifier: MIT
#include "sniperforge/solana/compute_budget.hpp"

#include <gtest/gtest.h>

#include "sniperforge/solana/program_ids.hpp"
#include "unit/solana/instruction_checks.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

TEST(ComputeBudget, BuildsWhatTheVectorsSay) {
    SF_REQUIRE_DATA(data);
    expect_vector(data, "setComputeUnitLimit 200000", [](const std::vector<Pubkey>&) {
        return set_compute_unit_limit(ComputeUnits{200'000});
    });
    expect_vector(data, "setComputeUnitPrice 12345", [](const std::vector<Pubkey>&) {
        return set_compute_unit_price(ComputeUnitPrice{12'345});
    });
    expect_vector(data, "requestHeapFrame",
                  [](const std::vector<Pubkey>&) { return request_heap_frame(65'536); });
}

TEST(ComputeBudget, LaysOutTheDataSizeLimitAsTheProtocolSays) {
    const auto size_limit = set_loaded_accounts_data_size_limit(65'536);
    EXPECT_EQ(hex_encode(size_limit.data), "0400000100");
}

TEST(ComputeBudget, DecodesWhatItBuilds) {
    namespace ci = compute_budget_instruction;
    const auto decode = [](const Instruction& built) {
        return decode_compute_budget_instruction(built.data);
    };
    EXPECT_EQ(
        expect<ci::SetComputeUnitLimit>(decode(set_compute_unit_limit(kComputeUnitLimitMax))).limit,
        kComputeUnitLimitMax);
    EXPECT_EQ(
        expect<ci::SetComputeUnitPrice>(decode(set_compute_unit_price(ComputeUnitPrice{kU64Max})))
            .price.raw(),
        kU64Max);
    EXPECT_EQ(expect<ci::RequestHeapFrame>(decode(request_heap_frame(7))).bytes, 7U);
    EXPECT_EQ(
        expect<ci::SetLoadedAccountsDataSizeLimit>(decode(set_loaded_accounts_data_size_limit(8)))
            .bytes,
        8U);
}

TEST(ComputeBudgetDeathTest, AbortsOnALimitThatTheWireCannotCarry) {
    (void)set_compute_unit_limit(ComputeUnits{0xffff'ffff});
    EXPECT_DEATH((void)set_compute_unit_limit(ComputeUnits{0x1'0000'0000}), "assertion failed");
}

TEST(ComputeBudget, CallsEveryShorterOrLongerFormUnknown) {
    expect_unknown_unless_exact(set_compute_unit_price(ComputeUnitPrice{1}),
                                decode_compute_budget_instruction);
    expect_unknown_unless_exact(request_heap_frame(1), decode_compute_budget_instruction);
}

TEST(ComputeBudget, KeepsTheTagOfWhatItDoesNotKnow) {
    const auto budget = decode_compute_budget_instruction(Bytes{0, 1, 2, 3, 4});
    EXPECT_EQ(expect<compute_budget_instruction::Unknown>(budget).tag, 0);
}

}  // namespace
}  // namespace sniperforge::solana
