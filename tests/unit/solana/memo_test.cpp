// SPDX-License-Identifier: MIT
#include "sniperforge/solana/memo.hpp"

#include <gtest/gtest.h>

#include "sniperforge/solana/program_ids.hpp"
#include "unit/solana/instruction_checks.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

TEST(Memo, BuildsWhatTheVectorsSay) {
    SF_REQUIRE_DATA(data);
    expect_vector(data, "memo", [](const std::vector<Pubkey>&) { return memo("hi"); });
}

TEST(Memo, CarriesTheTextAndNothingElse) {
    EXPECT_EQ(memo(""), (Instruction{kMemoProgram, {}, {}}));
    EXPECT_EQ(memo("abc").data, (Bytes{'a', 'b', 'c'}));
}

// Every instruction vector has a test in the file of its program; a new one must get one too.
TEST(InstructionVectors, AreTheTenThatTheTestsKnow) {
    SF_REQUIRE_DATA(data);
    std::size_t count = 0;
    for (Json vector : wire(data)["instructions"]) {
        EXPECT_FALSE(text(vector["name"]).empty());
        ++count;
    }
    EXPECT_GT(count, 0U);
}

}  // namespace
}  // namespace sniperforge::solana
