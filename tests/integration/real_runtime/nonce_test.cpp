// SPDX-License-Identifier: MIT
// Durable nonces: made, used long after any blockhash expired, advanced, closed.
#include "integration/real_runtime/node.hpp"
#include "sniperforge/solana/nonce_account.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"

namespace sniperforge::real_runtime {
namespace {

using namespace solana;

class DurableNonce : public RealRuntime {
 protected:
    DurableNonce() : rent_{node_.rent_exempt_minimum(kNonceAccountBytes)} {
        const Draft create{.instructions = {system_create_account({.funder = payer_key(),
                                                                   .account = nonce_key(),
                                                                   .lamports = rent_,
                                                                   .space = kNonceAccountBytes,
                                                                   .owner = kSystemProgram}),
                                            system_initialize_nonce({nonce_key(), payer_key()})},
                           .signers = {&nonce_account_}};
        expect_landed(create, {.fee = Lamports{10'000}, .paid = rent_});
    }
    [[nodiscard]] const Pubkey& nonce_key() const { return nonce_account_.public_key(); }
    [[nodiscard]] NonceAccount nonce() {
        return decode_nonce_account(node_.account(nonce_key()).value().data).value();
    }
    [[nodiscard]] Draft transfer_with_nonce(MessageVersion version = MessageVersion::V0) const {
        return {.instructions = {system_advance_nonce({nonce_key(), payer_key()}),
                                 system_transfer({payer_key(), to_.public_key(), kAmount})},
                .version = version};
    }

    const Lamports rent_;
    const Keypair nonce_account_ = new_keypair();
    const Keypair to_ = new_keypair();
};

TEST_F(DurableNonce, StoresItsAuthority) {
    EXPECT_EQ(nonce().authority, payer_key());
    EXPECT_EQ(nonce().fee_per_signature, Lamports{5'000});
    EXPECT_EQ(node_.balance(nonce_key()), rent_);
}

TEST_F(DurableNonce, OutlivesEveryBlockhash) {
    for (const MessageVersion version : {MessageVersion::Legacy, MessageVersion::V0}) {
        const Hash before = nonce().nonce;
        const Bytes wire = build(transfer_with_nonce(version), before);
        node_.advance_blocks(1'000);
        expect_landed(wire, {.fee = Lamports{5'000}, .paid = kAmount});
        EXPECT_NE(nonce().nonce, before);
    }
    EXPECT_EQ(node_.balance(to_.public_key()), kAmount + kAmount);
}

TEST_F(DurableNonce, LetsOneOfTwoTransactionsLand) {
    const Hash value = nonce().nonce;
    auto other = transfer_with_nonce();
    other.instructions.push_back(system_transfer({payer_key(), to_.public_key(), Lamports{1}}));
    const Bytes first = build(transfer_with_nonce(), value);
    const Bytes second = build(other, value);
    node_.advance_blocks(1);
    expect_landed(first, {.fee = Lamports{5'000}, .paid = kAmount});
    expect_refused(second, R"("BlockhashNotFound")");
    EXPECT_EQ(node_.balance(to_.public_key()), kAmount);
}

// The value is usable only when the advance stands first.
TEST_F(DurableNonce, IsNoLifetimeWithoutTheAdvanceInFront) {
    auto draft = transfer_with_nonce();
    std::swap(draft.instructions[0], draft.instructions[1]);
    node_.advance_blocks(1);
    expect_refused(build(draft, nonce().nonce), R"("BlockhashNotFound")");
}

TEST_F(DurableNonce, CanBeAdvancedWithoutBeingUsed) {
    const Hash before = nonce().nonce;
    const Bytes old = build(transfer_with_nonce(), before);
    node_.advance_blocks(1);
    expect_landed({.instructions = {system_advance_nonce({nonce_key(), payer_key()})}},
                  {.fee = Lamports{5'000}});
    EXPECT_NE(nonce().nonce, before);
    expect_refused(old, R"("BlockhashNotFound")");
}

TEST_F(DurableNonce, GivesItsRentBackWhenItIsClosed) {
    node_.advance_blocks(1);
    const auto withdraw = system_withdraw_nonce({.nonce_account = nonce_key(),
                                                 .to = payer_key(),
                                                 .authority = payer_key(),
                                                 .lamports = rent_});
    expect_landed({.instructions = {withdraw}}, {.fee = Lamports{5'000}, .received = rent_});
    EXPECT_FALSE(node_.account(nonce_key()).has_value());
}

}  // namespace
}  // namespace sniperforge::real_runtime
