// SPDX-License-Identifier: MIT
// What is built for upkeep is what the signer lets pass, at exactly the cost that is said.
#include "sniperforge/execute/upkeep_builder.hpp"

#include <gtest/gtest.h>

#include <array>
#include <utility>

#include "sniperforge/execute/fill.hpp"
#include "sniperforge/signer/own_nonces.hpp"
#include "sniperforge/signer/policy_signer.hpp"
#include "sniperforge/solana/lookup_table_program.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "support/keys.hpp"
#include "support/signing_limits.hpp"

namespace sniperforge::execute {
namespace {

using signer::UpkeepKind;
using sniperforge::test::key_of;

constexpr ComputeUnitPrice kUpkeepPrice{20'000};
constexpr Slot kTableSlot{77};
constexpr Lamports kHeld{1'447'680};

class UpkeepBuilderTest : public ::testing::Test {
 protected:
    UpkeepBuilderTest()
        : signer_{*solana::Keypair::from_seed(std::array<std::uint8_t, solana::kSeedSize>{5}),
                  sniperforge::test::kNoSigningLimits} {}

    [[nodiscard]] signer::UpkeepPolicy step(UpkeepKind kind) const {
        signer::UpkeepPolicy what;
        what.kind = kind;
        what.account = kind <= UpkeepKind::TableClose
                           ? solana::find_lookup_table_address(signer_.wallet(), kTableSlot).address
                           : signer::nonce_address(signer_.wallet(), 3);
        what.recent_slot = kTableSlot;
        for (std::size_t i = 0; i < signer::kUpkeepAddressesMax; ++i) {
            what.addresses.push_back(key_of(100 + i));
        }
        what.seed = signer::nonce_seed(3);
        what.lamports = kHeld;
        what.cost_max = upkeep_cost_max(kUpkeepPrice, what);
        return what;
    }

    signer::PolicySigner signer_;
};

TEST_F(UpkeepBuilderTest, EveryStepFitsATransactionPassesTheSignerAndCostsWhatIsSaid) {
    for (int number = 0; number <= static_cast<int>(UpkeepKind::NonceClose); ++number) {
        const auto kind = static_cast<UpkeepKind>(number);
        signer::UpkeepPolicy what = step(kind);
        Bytes message;
        const auto built = build_upkeep(message, what, {signer_.wallet(), kUpkeepPrice, Hash{}});
        ASSERT_TRUE(built) << built.error().text;
        const auto cost = signer_.check(message, what);
        ASSERT_TRUE(cost) << cost.error().text();
        EXPECT_EQ(*cost, what.cost_max) << to_string(kind);
        what.cost_max = what.cost_max - Lamports{1};
        EXPECT_FALSE(signer_.check(message, what));
    }
}

TEST_F(UpkeepBuilderTest, NoncesOfAWalletHaveAddressesOfTheirOwn) {
    EXPECT_NE(signer::nonce_address(signer_.wallet(), 0),
              signer::nonce_address(signer_.wallet(), 1));
    EXPECT_NE(signer::nonce_address(signer_.wallet(), 0), signer::nonce_address(key_of(1), 0));
    EXPECT_EQ(signer::nonce_seed(7), "sniperforge-nonce-7");
}

// Nothing else than the account that is named turns what moved into rent.
TEST(UpkeepFill, CountsWhatGoesIntoAnAccountOfOursAndComesBackAsRent) {
    rpc::TransactionDetail transaction;
    transaction.account_keys = {key_of(1), key_of(2), key_of(3)};
    transaction.signatures = 1;
    transaction.fee = Lamports{5'000};
    transaction.pre_balances = {Lamports{10'000'000}, Lamports{0}, Lamports{9}};
    transaction.post_balances = {Lamports{10'000'000 - 1'280'640 - 5'000}, Lamports{1'280'640},
                                 Lamports{9}};
    const auto made = fill_of(transaction, key_of(1), {}, key_of(2));
    ASSERT_TRUE(made);
    EXPECT_EQ(made->rent_paid, Lamports{1'280'640});
    EXPECT_EQ(made->rent_refunded, Lamports{});
    EXPECT_EQ(fill_of(transaction, key_of(1))->rent_paid, Lamports{});
    EXPECT_EQ(fill_of(transaction, key_of(1), {}, key_of(3))->rent_paid, Lamports{});
    std::swap(transaction.pre_balances, transaction.post_balances);
    const auto closed = fill_of(transaction, key_of(1), {}, key_of(2));
    ASSERT_TRUE(closed);
    EXPECT_EQ(closed->rent_refunded, Lamports{1'280'640});
    EXPECT_EQ(closed->rent_paid, Lamports{});
}

}  // namespace
}  // namespace sniperforge::execute
