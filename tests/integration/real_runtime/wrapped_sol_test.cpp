// SPDX-License-Identifier: MIT
// Wrapping and unwrapping SOL.
#include "integration/real_runtime/node.hpp"
#include "sniperforge/solana/associated_token.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "sniperforge/solana/token_program.hpp"

namespace sniperforge::real_runtime {
namespace {

using namespace solana;

constexpr Lamports kWrapped{1'234'567'890};

class WrappedSol : public RealRuntime {
 protected:
    WrappedSol()
        : rent_{node_.rent_exempt_minimum(kTokenAccountBytes)},
          account_{associated_token_address(payer_key(), kWrappedSolMint, kTokenProgram)} {}
    void wrap() {
        expect_landed(
            {.instructions = {associated_token_create_idempotent({.payer = payer_key(),
                                                                  .owner = payer_key(),
                                                                  .mint = kWrappedSolMint}),
                              system_transfer({payer_key(), account_, kWrapped}),
                              token_sync_native(account_)}},
            {.fee = kOneFee, .paid = rent_ + kWrapped});
    }
    const Lamports rent_;
    const Pubkey account_;
};

TEST_F(WrappedSol, HoldsTheLamportsAboveItsRent) {
    wrap();
    const auto account = node_.account(account_).value();
    EXPECT_EQ(account.lamports, rent_ + kWrapped);
    const auto token = decode_token_account(account.data).value();
    EXPECT_EQ(token.mint, kWrappedSolMint);
    EXPECT_EQ(token.amount, TokenAmount{kWrapped.raw()});
    EXPECT_EQ(token.native_rent_reserve, rent_);
}

TEST_F(WrappedSol, DoesNotCountLamportsBeforeTheyAreSynchronised) {
    wrap();
    expect_landed({.instructions = {system_transfer({payer_key(), account_, Lamports{7}})}},
                  {.fee = kOneFee, .paid = Lamports{7}});
    EXPECT_EQ(token_amount(account_), TokenAmount{kWrapped.raw()});
    expect_landed({.instructions = {token_sync_native(account_)}}, {.fee = kOneFee});
    EXPECT_EQ(token_amount(account_), TokenAmount{kWrapped.raw() + 7});
}

TEST_F(WrappedSol, ComesBackWithItsRentWhenTheAccountIsClosed) {
    wrap();
    expect_landed({.instructions = {token_close_account({account_, payer_key(), payer_key()})}},
                  {.fee = kOneFee, .received = rent_ + kWrapped});
    EXPECT_FALSE(node_.account(account_).has_value());
}

TEST_F(WrappedSol, MovesAsATokenAndTakesItsLamportsAlong) {
    wrap();
    const Keypair owner = new_keypair();
    const Pubkey their =
        associated_token_address(owner.public_key(), kWrappedSolMint, kTokenProgram);
    expect_landed(
        {.instructions = {associated_token_create({.payer = payer_key(),
                                                   .owner = owner.public_key(),
                                                   .mint = kWrappedSolMint}),
                          token_transfer({account_, their, payer_key(), TokenAmount{1'000}})}},
        {.fee = kOneFee, .paid = rent_});
    EXPECT_EQ(node_.balance(their), rent_ + Lamports{1'000});
    EXPECT_EQ(node_.balance(account_), rent_ + kWrapped - Lamports{1'000});
    EXPECT_EQ(token_amount(their), TokenAmount{1'000});
}

}  // namespace
}  // namespace sniperforge::real_runtime
