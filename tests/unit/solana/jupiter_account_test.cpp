// SPDX-License-Identifier: MIT
#include "sniperforge/solana/jupiter_account.hpp"

#include <gtest/gtest.h>

#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::solana {
namespace {

// Of the order in Jupiter's documentation (fixtures/http/jupiter_ultra_order_a.json): its taker and
// the account that it makes, swaps into and closes.
TEST(JupiterAccount, IsWhereTheRecordedOrderMakesIt) {
    const auto wallet = Pubkey::parse("GpLjUnj5q8V6jkaaT7q26rQ4hzn7KYoebLRWfk16hTwh");
    ASSERT_TRUE(wallet);
    EXPECT_EQ(jupiter_token_account_address(*wallet, kWrappedSolMint).to_string(),
              "7rWTpSLwaYgs32kjYYcSy4kKbJeeMg9BpGTRb2UhTjaY");
    EXPECT_NE(jupiter_token_account_address(*wallet, kUsdcMint),
              jupiter_token_account_address(*wallet, kWrappedSolMint));
}

}  // namespace
}  // namespace sniperforge::solana
