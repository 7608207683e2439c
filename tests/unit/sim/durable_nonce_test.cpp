// SPDX-License-Identifier: MIT
// Durable nonces on the simulated chain: transactions that outlive every blockhash, land once, and
// use up their nonce even when they fail.
#include "sim/durable_nonce.hpp"

#include "sniperforge/solana/nonce_account.hpp"
#include "unit/sim/chain_fixture.hpp"

namespace sniperforge::sim {
namespace {

const Pubkey kFriend = test_key(9);
constexpr std::uint64_t kAmount = 2'000'000;

class DurableNonceTest : public ChainTest {
 protected:
    DurableNonceTest() {
        const std::array<const solana::Keypair*, 2> signers{&wallet, &account};
        const Receipt* receipt = land(signed_by(
            {solana::system_create_account({wallet.public_key(), account.public_key(),
                                            Lamports{rent() + 1'000'000},
                                            solana::kNonceAccountBytes, solana::kSystemProgram}),
             solana::system_initialize_nonce({account.public_key(), wallet.public_key()})},
            chain.latest_blockhash(0), signers));
        EXPECT_EQ(receipt->error_json, "null");
        chain.advance_slot();
    }

    [[nodiscard]] std::uint64_t rent() const {
        return chain.rent_exempt_minimum(solana::kNonceAccountBytes);
    }
    [[nodiscard]] solana::NonceAccount nonce() const {
        const auto decoded =
            solana::decode_nonce_account(chain.account(account.public_key())->data);
        EXPECT_TRUE(decoded) << decoded.error().text;
        return decoded.value_or(solana::NonceAccount{});
    }
    [[nodiscard]] static Bytes signed_by(const Instructions& instructions, const Hash& lifetime,
                                         std::span<const solana::Keypair* const> signers) {
        const auto message =
            solana::compile_message(signers[0]->public_key(), instructions, lifetime);
        EXPECT_TRUE(message);
        auto wire = solana::sign_transaction(*message, signers);
        EXPECT_TRUE(wire) << wire.error().text;
        return std::move(*wire);
    }
    [[nodiscard]] solana::Instruction advance() const {
        return solana::system_advance_nonce({account.public_key(), wallet.public_key()});
    }
    [[nodiscard]] solana::Instruction pay(std::uint64_t amount = kAmount) const {
        return solana::system_transfer({wallet.public_key(), kFriend, Lamports{amount}});
    }
    [[nodiscard]] Bytes durable(const solana::Instruction& second) const {
        const std::array<const solana::Keypair*, 1> signers{&wallet};
        return signed_by({advance(), second}, nonce().nonce, signers);
    }
    [[nodiscard]] std::string refusal(const Bytes& wire) {
        const auto sent = chain.submit(wire, false);
        return sent ? "" : sent.error().message;
    }
    void slots(int count) {
        for (int i = 0; i < count; ++i) {
            chain.advance_slot();
        }
    }

    const solana::Keypair account = test_keypair(2);
};

TEST_F(DurableNonceTest, InitialisedAccountHoldsANonceMadeOfTheLastBlockhash) {
    EXPECT_EQ(nonce().authority, wallet.public_key());
    EXPECT_EQ(nonce().fee_per_signature, Lamports{5'000});
    const Hash before = nonce().nonce;
    const Hash expected = durable_nonce_of(chain.latest_blockhash(0));
    EXPECT_NE(before, expected);
    EXPECT_EQ(land({advance()})->error_json, "null");
    EXPECT_EQ(nonce().nonce, expected);
}

TEST_F(DurableNonceTest, TransactionOutlivesEveryBlockhashAndLandsOnce) {
    const Bytes wire = durable(pay());
    const Hash used = nonce().nonce;
    slots(400);
    EXPECT_EQ(chain.last_valid_height(used), std::nullopt);
    const Receipt* receipt = land(wire);
    ASSERT_NE(receipt, nullptr);
    EXPECT_EQ(receipt->error_json, "null");
    EXPECT_EQ(lamports(kFriend), kAmount);
    EXPECT_NE(nonce().nonce, used);
    // Long after its signature was forgotten too, it cannot land again.
    slots(700);
    EXPECT_EQ(refusal(wire), "Transaction simulation failed: Blockhash not found");
    (void)chain.submit(wire, true);
    slots(2);
    EXPECT_EQ(lamports(kFriend), kAmount);
}

TEST_F(DurableNonceTest, FailedTransactionPaysAndUsesUpItsNonce) {
    const Bytes wire = durable(pay(50 * kLamportsPerSol));
    const Hash used = nonce().nonce;
    const std::uint64_t before = lamports(wallet.public_key());
    const Receipt* receipt = land(wire);
    ASSERT_NE(receipt, nullptr);
    EXPECT_EQ(receipt->error_json, R"({"InstructionError":[1,{"Custom":1}]})");
    EXPECT_EQ(before - lamports(wallet.public_key()), 5'000U);
    EXPECT_NE(nonce().nonce, used);
    EXPECT_EQ(nonce().authority, wallet.public_key());
    // Once its signature was forgotten it is still of no use.
    slots(400);
    EXPECT_EQ(refusal(wire), "Transaction simulation failed: Blockhash not found");
}

// Two transactions of one nonce: whichever lands first shuts the other out.
TEST_F(DurableNonceTest, OneNonceLetsOneOfTwoTransactionsLand) {
    const Bytes first = durable(pay());
    const Bytes second = durable(pay(kAmount + 1));
    ASSERT_TRUE(chain.submit(first, true));
    const auto also = chain.submit(second, true);
    ASSERT_TRUE(also);
    slots(3);
    EXPECT_EQ(lamports(kFriend), kAmount);
    EXPECT_EQ(chain.receipt(*also), nullptr);
}

TEST_F(DurableNonceTest, NonceAdvancesOncePerBlock) {
    EXPECT_EQ(land({advance()})->error_json, "null");
    // In the next block the nonce is made of another blockhash.
    EXPECT_EQ(land({advance(), pay()})->error_json, "null");
    EXPECT_EQ(land({advance(), advance()})->error_json, R"({"InstructionError":[1,{"Custom":7}]})");
}

TEST_F(DurableNonceTest, LifetimeNeedsTheAdvanceFirstOfAllAndSigned) {
    const Hash lifetime = nonce().nonce;
    const std::array<const solana::Keypair*, 1> signers{&wallet};
    const std::string dead = "Transaction simulation failed: Blockhash not found";
    EXPECT_EQ(refusal(signed_by({pay(), advance()}, lifetime, signers)), dead);
    EXPECT_EQ(refusal(signed_by({pay()}, lifetime, signers)), dead);
    Hash other = lifetime;
    other.bytes[0] ^= 1;
    EXPECT_EQ(refusal(signed_by({advance(), pay()}, other, signers)), dead);
    auto readonly_nonce = advance();
    readonly_nonce.accounts[0].is_writable = false;
    EXPECT_EQ(refusal(signed_by({readonly_nonce, pay()}, lifetime, signers)), dead);
    // Somebody else's signature.
    const solana::Keypair stranger = test_keypair(3);
    create_wallet(chain, stranger.public_key(), Lamports{kLamportsPerSol});
    const std::array<const solana::Keypair*, 1> wrong{&stranger};
    EXPECT_EQ(refusal(signed_by(
                  {solana::system_advance_nonce({account.public_key(), stranger.public_key()})},
                  lifetime, wrong)),
              dead);
    EXPECT_EQ(refusal(signed_by({advance(), pay()}, lifetime, signers)), "");
}

TEST_F(DurableNonceTest, ANonceOfThisBlockIsNoLifetimeYet) {
    const Bytes wire = [&] {
        EXPECT_EQ(land({advance()})->error_json, "null");
        return durable(pay());
    }();
    // The nonce was made of the hash before the block that holds it, so the next block takes it.
    EXPECT_EQ(land(wire)->error_json, "null");
}

TEST_F(DurableNonceTest, AuthorityMovesAndTheOldOneIsRefused) {
    const solana::Keypair heir = test_keypair(3);
    create_wallet(chain, heir.public_key(), Lamports{kLamportsPerSol});
    EXPECT_EQ(land({solana::system_authorize_nonce(
                       {account.public_key(), wallet.public_key(), heir.public_key()})})
                  ->error_json,
              "null");
    EXPECT_EQ(nonce().authority, heir.public_key());
    const Receipt* refused = land({advance()});
    EXPECT_EQ(refused->error_json, R"({"InstructionError":[0,"MissingRequiredSignature"]})");
    EXPECT_TRUE(has_line(refused->logs, "must be a signer"));
}

TEST_F(DurableNonceTest, WithdrawalKeepsRentUnlessItClosesTheAccount) {
    const auto withdraw = [&](std::uint64_t amount) {
        return solana::system_withdraw_nonce(
            {account.public_key(), kFriend, wallet.public_key(), Lamports{amount}});
    };
    const Receipt* refused = land({withdraw(1'000'001)});
    EXPECT_EQ(refused->error_json, R"({"InstructionError":[0,"InsufficientFunds"]})");
    EXPECT_TRUE(has_line(refused->logs, "insufficient lamports"));
    EXPECT_EQ(land({withdraw(1'000'000)})->error_json, "null");
    EXPECT_EQ(lamports(account.public_key()), rent());
    EXPECT_EQ(land({withdraw(rent() + 1)})->error_json,
              R"({"InstructionError":[0,"InsufficientFunds"]})");
    EXPECT_EQ(land({withdraw(rent())})->error_json, "null");
    EXPECT_EQ(chain.account(account.public_key()), nullptr);
    EXPECT_EQ(lamports(kFriend), 1'000'000 + rent());
}

TEST_F(DurableNonceTest, InitialisesOnceAndNeverBelowRent) {
    const auto again = solana::system_initialize_nonce({account.public_key(), kFriend});
    EXPECT_EQ(land({again})->error_json, R"({"InstructionError":[0,"InvalidAccountData"]})");
    const solana::Keypair poor = test_keypair(4);
    const std::array<const solana::Keypair*, 2> signers{&wallet, &poor};
    const Receipt* refused =
        land(signed_by({solana::system_create_account(
                            {wallet.public_key(), poor.public_key(), Lamports{rent() - 1},
                             solana::kNonceAccountBytes, solana::kSystemProgram}),
                        solana::system_initialize_nonce({poor.public_key(), wallet.public_key()})},
                       chain.latest_blockhash(0), signers));
    EXPECT_EQ(refused->error_json, R"({"InstructionError":[1,"InsufficientFunds"]})");
}

TEST_F(DurableNonceTest, Version1TransactionsHaveThemToo) {
    const std::array<solana::Instruction, 2> instructions{advance(), pay()};
    const auto message =
        solana::compile_message_v1(wallet.public_key(), instructions, nonce().nonce,
                                   {.priority_fee = Lamports{5},
                                    .compute_unit_limit = ComputeUnits{10'000},
                                    .loaded_accounts_data_size_limit = 10'000,
                                    .heap_bytes = {}});
    slots(400);
    EXPECT_EQ(chain.fee_for_message(*message), Lamports{5'005});
    EXPECT_EQ(land(solana::sign_transaction(*message, wallet).value())->error_json, "null");
    EXPECT_EQ(lamports(kFriend), kAmount);
    chain.advance_slot();
    EXPECT_EQ(chain.fee_for_message(*message), std::nullopt);
}

TEST_F(DurableNonceTest, NonceAccountMayPayTheFeeDownToItsRent) {
    const std::array<const solana::Keypair*, 1> signers{&account};
    const auto memo = solana::Instruction{solana::kMemoProgram, {}, {'x'}};
    const Bytes wire = signed_by({memo}, chain.latest_blockhash(0), signers);
    EXPECT_EQ(land(wire)->error_json, "null");
    EXPECT_EQ(lamports(account.public_key()), rent() + 995'000);
    Account low = *chain.account(account.public_key());
    low.lamports = Lamports{rent() + 4'999};
    chain.put_account(account.public_key(), low);
    EXPECT_NE(refusal(signed_by({memo}, chain.latest_blockhash(0), signers))
                  .find("Insufficient funds for fee"),
              std::string::npos);
}

}  // namespace
}  // namespace sniperforge::sim
