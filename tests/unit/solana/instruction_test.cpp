// SPDX-License-Identifier: MIT
#include "sniperforge/solana/instruction.hpp"

#include <gtest/gtest.h>

#include "unit/solana/instruction_checks.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

TEST(AccountMeta, IsWhatItsMakerIsCalled) {
    EXPECT_EQ(readonly(kA), (AccountMeta{kA, false, false}));
    EXPECT_EQ(writable(kA), (AccountMeta{kA, false, true}));
    EXPECT_EQ(signer(kA), (AccountMeta{kA, true, false}));
    EXPECT_EQ(writable_signer(kA), (AccountMeta{kA, true, true}));
}

}  // namespace
}  // namespace sniperforge::solana
