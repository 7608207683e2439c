// SPDX-License-Identifier: MIT
// Slots, commitments and receipts of the chain, and what an observer hears of them.
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/solana/memo.hpp"
#include "unit/sim/chain_fixture.hpp"

namespace sniperforge::sim {
namespace {

TEST_F(ChainTest, SkippedSlotsDoNotAgeABlockhash) {
    ChainOptions options = plain_options();
    options.slot_skip_probability = 0.5;
    Chain skipping{options};
    const BlockHeight start = skipping.block_height(0);
    std::uint64_t produced = 0;
    for (int i = 0; i < 200; ++i) {
        produced += skipping.is_slot_skipped() ? 0 : 1;
        skipping.advance_slot();
    }
    EXPECT_EQ(skipping.slot(), options.first_slot.plus(200));
    EXPECT_EQ(skipping.block_height(0), start.plus(produced));
    EXPECT_GT(produced, 60U);
    EXPECT_LT(produced, 140U);
}

TEST_F(ChainTest, CommitmentsLagByTwoAndThirtyTwoSlots) {
    const auto* receipt = land({solana::memo("hello")});
    ASSERT_NE(receipt, nullptr);
    EXPECT_LT(chain.slot_at(1), receipt->slot);
    chain.advance_slot();
    EXPECT_GE(chain.slot_at(1), receipt->slot);
    for (int i = 0; i < 29; ++i) {
        chain.advance_slot();
    }
    EXPECT_LT(chain.slot_at(2), receipt->slot);
    chain.advance_slot();
    EXPECT_GE(chain.slot_at(2), receipt->slot);
    EXPECT_NE(chain.latest_blockhash(1), chain.latest_blockhash(2));
}

TEST_F(ChainTest, SkippedSlotIsProducedWhenTheMarketTradesInIt) {
    ChainOptions options = plain_options();
    options.slot_skip_probability = 1.0;
    Chain skipping{options};
    skipping.advance_slot();
    ASSERT_TRUE(skipping.is_slot_skipped());
    create_wallet(skipping, test_key(5), Lamports{kLamportsPerSol});
    ASSERT_TRUE(skipping.execute_unsigned(test_key(5), {pay(test_key(5), test_key(6), 1'000'000)}));
    EXPECT_FALSE(skipping.is_slot_skipped());
    const BlockHeight before = skipping.block_height(0);
    skipping.advance_slot();
    EXPECT_EQ(skipping.block_height(0), before.plus(1));
}

TEST_F(ChainTest, UnsignedExecutionIsFreeAndFailsWithoutATrace) {
    create_wallet(chain, test_key(5), Lamports{kLamportsPerSol});
    const auto signature =
        chain.execute_unsigned(test_key(5), {pay(test_key(5), test_key(6), 1'000'000)});
    ASSERT_TRUE(signature.has_value()) << signature.error().text;
    EXPECT_EQ(lamports(test_key(5)), kLamportsPerSol - 1'000'000);
    const Receipt* receipt = chain.receipt(*signature);
    ASSERT_NE(receipt, nullptr);
    EXPECT_TRUE(solana::parse_transaction(BytesView{receipt->wire}).has_value());
    const auto failed =
        chain.execute_unsigned(test_key(5), {pay(test_key(5), test_key(6), 5 * kLamportsPerSol)});
    ASSERT_FALSE(failed.has_value());
    EXPECT_NE(failed.error().text.find("custom program error: 0x1"), std::string::npos);
    EXPECT_EQ(lamports(test_key(5)), kLamportsPerSol - 1'000'000);
}

TEST_F(ChainTest, MarketReceiptsAreForgottenSoonerThanSubmittedOnes) {
    ChainOptions options = plain_options();
    options.market_receipts_kept = 2;
    Chain small{options};
    create_wallet(small, wallet.public_key(), Lamports{kLamportsPerSol});
    std::vector<Signature> signatures;
    for (std::uint64_t i = 0; i < 3; ++i) {
        signatures.push_back(*small.execute_unsigned(
            wallet.public_key(), {pay(wallet.public_key(), test_key(6), 1'000'000 + i)}));
    }
    EXPECT_EQ(small.receipt(signatures[0]), nullptr);
    EXPECT_NE(small.receipt(signatures[1]), nullptr);
    const auto found = small.receipts_of(test_key(6), 10);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0]->signature, signatures[2]);  // Newest first.
    EXPECT_EQ(small.receipts_of(test_key(6), 1).size(), 1U);
    EXPECT_TRUE(small.receipts_of(test_key(66), 10).empty());
}

// Old receipts are packed away; asked for, they tell all that they told when they were new.
TEST_F(ChainTest, OldReceiptsAreToldInFull) {
    const auto* landed = land({solana::associated_token_create(
        {wallet.public_key(), wallet.public_key(), solana::kWrappedSolMint})});
    ASSERT_NE(landed, nullptr);
    const Receipt before = *landed;
    ASSERT_FALSE(before.inner_instructions.empty());
    ASSERT_FALSE(before.post_token_balances.empty());
    for (std::uint64_t i = 0; i < 100; ++i) {
        land({pay(wallet.public_key(), test_key(9), 1'000'000 + i)});
    }
    const Receipt* after = chain.receipt(before.signature);
    ASSERT_NE(after, nullptr);
    EXPECT_EQ(after->slot, before.slot);
    EXPECT_EQ(after->block_time, before.block_time);
    EXPECT_EQ(after->wire, before.wire);
    EXPECT_EQ(after->account_keys, before.account_keys);
    EXPECT_EQ(after->error_json, before.error_json);
    EXPECT_EQ(after->fee, before.fee);
    EXPECT_EQ(after->pre_balances, before.pre_balances);
    EXPECT_EQ(after->post_balances, before.post_balances);
    EXPECT_EQ(after->logs, before.logs);
    EXPECT_EQ(after->compute_units_consumed, before.compute_units_consumed);
    ASSERT_EQ(after->post_token_balances.size(), before.post_token_balances.size());
    EXPECT_EQ(after->post_token_balances[0].mint, before.post_token_balances[0].mint);
    EXPECT_EQ(after->post_token_balances[0].decimals, 9);
    ASSERT_EQ(after->inner_instructions.size(), 1U);
    EXPECT_EQ(after->inner_instructions[0].instructions[1].data,
              before.inner_instructions[0].instructions[1].data);
    const auto mine = chain.receipts_of(wallet.public_key(), 1'000);
    ASSERT_EQ(mine.size(), 101U);
    EXPECT_EQ(mine.back()->signature, before.signature);
    EXPECT_EQ(mine.back()->slot, before.slot);
    // The oldest is also the only one that names the wrapped SOL mint.
    EXPECT_EQ(chain.receipts_of(solana::kWrappedSolMint, 10).size(), 1U);
}

class EventTexts final : public ChainObserver {
 public:
    void on_account(const Pubkey& pubkey, const Account& account, Slot slot) override {
        events.push_back("account " + pubkey.to_string().substr(0, 4) + " " +
                         std::to_string(account.lamports.raw()) + " " + std::to_string(slot.value));
    }
    void on_transaction(const Receipt& receipt) override {
        events.push_back("transaction " + receipt.error_json + " " +
                         std::to_string(receipt.slot.value));
    }
    void on_slot(Slot slot, Slot parent, Slot root) override {
        events.push_back("slot " + std::to_string(slot.value) + " " + std::to_string(parent.value) +
                         " " + std::to_string(slot.value - root.value));
    }
    std::vector<std::string> events;
};

TEST_F(ChainTest, ObserverHearsOfAccountsThenTheTransactionThenTheNextSlot) {
    chain.advance_slot();
    EventTexts recorder;
    chain.set_observer(&recorder);
    const Slot at = chain.slot();
    land({pay(wallet.public_key(), test_key(9), 1'000'000)});
    const std::string slot = std::to_string(at.value);
    const std::string payer = wallet.public_key().to_string().substr(0, 4);
    const std::string left = std::to_string(10 * kLamportsPerSol - 1'000'000 - kBaseFee);
    EXPECT_EQ(recorder.events,
              (std::vector<std::string>{
                  "account " + payer + " " + left + " " + slot,
                  "account " + test_key(9).to_string().substr(0, 4) + " 1000000 " + slot,
                  "transaction null " + slot,
                  "slot " + std::to_string(at.value + 1) + " " + slot + " 32"}));
    chain.set_observer(nullptr);
}

TEST_F(ChainTest, SameSeedGivesTheSameChainAndAnotherSeedAnother) {
    const auto hash_after = [](std::uint64_t seed) {
        ChainOptions options;
        options.seed = seed;
        Chain built{options};
        for (int i = 0; i < 50; ++i) {
            built.advance_slot();
        }
        return built.latest_blockhash(0);
    };
    EXPECT_EQ(hash_after(7), hash_after(7));
    EXPECT_NE(hash_after(7), hash_after(8));
}

}  // namespace
}  // namespace sniperforge::sim
