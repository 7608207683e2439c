// SPDX-License-Identifier: MIT
// How the chain takes transactions: preflight, simulation, lifetimes, and bytes that nobody meant.
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/solana/memo.hpp"
#include "unit/sim/chain_fixture.hpp"

namespace sniperforge::sim {
namespace {

TEST_F(ChainTest, BlockhashLivesFor150BlocksAndNotOneLonger) {
    const Hash blockhash = chain.latest_blockhash(0);
    const BlockHeight height = chain.block_height(0);
    ASSERT_EQ(chain.last_valid_height(blockhash), height.plus(150));
    const Bytes first = signed_wire({pay(wallet.public_key(), test_key(9), 1'000'000)}, blockhash);
    const Bytes late = signed_wire({pay(wallet.public_key(), test_key(9), 1'000'001)}, blockhash);
    while (chain.block_height(0) < height.plus(149)) {
        chain.advance_slot();
    }
    ASSERT_NE(land(first), nullptr);  // In the block of height + 150.
    EXPECT_EQ(chain.block_height(0), height.plus(150));
    EXPECT_EQ(chain.last_valid_height(blockhash), std::nullopt);
    const auto refused = chain.submit(late, false);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, -32002);
    EXPECT_EQ(refused.error().message, "Transaction simulation failed: Blockhash not found");
    EXPECT_NE(refused.error().data_json.find(R"("err":"BlockhashNotFound")"), std::string::npos);
    EXPECT_EQ(land(late), nullptr);  // Without preflight it is taken and never lands.
}

TEST_F(ChainTest, SameTransactionTwiceHasOneEffect) {
    const Bytes wire = signed_wire({pay(wallet.public_key(), test_key(9), 1'000'000)});
    ASSERT_TRUE(chain.submit(wire, true).has_value());
    ASSERT_TRUE(chain.submit(wire, false).has_value());
    EXPECT_EQ(chain.queued(), 1U);
    chain.advance_slot();
    const auto again = chain.simulate(wire, true, false, {});
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->error_json, R"("AlreadyProcessed")");
    // Preflight refuses it, and without preflight it is accepted and does nothing.
    const auto refused = chain.submit(wire, false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, -32002);
    EXPECT_NE(refused.error().data_json.find("AlreadyProcessed"), std::string::npos);
    EXPECT_TRUE(chain.submit(wire, true));
    EXPECT_EQ(chain.queued(), 0U);
    EXPECT_EQ(lamports(test_key(9)), 1'000'000U);
}

TEST_F(ChainTest, WrongSignatureIsRefusedByPreflightAndNeverLandsWithoutIt) {
    Bytes wire = signed_wire({pay(wallet.public_key(), test_key(9), 1'000'000)});
    wire[1] = static_cast<std::uint8_t>(wire[1] ^ 1U);
    const auto refused = chain.submit(wire, false);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, -32003);
    EXPECT_EQ(refused.error().message, "Transaction signature verification failure");
    EXPECT_EQ(land(wire), nullptr);
    EXPECT_EQ(lamports(test_key(9)), 0U);
}

TEST_F(ChainTest, TooLargeAndMalformedBytesAreInvalidParams) {
    const auto code_and_text = [&](const Bytes& wire) {
        const auto refused = chain.submit(wire, true);
        EXPECT_FALSE(refused.has_value());
        return std::pair{refused.error().code, refused.error().message};
    };
    EXPECT_EQ(
        code_and_text(Bytes(1'241, 0)),
        (std::pair{-32602, std::string{"base64 encoded "
                                       "solana_transaction::versioned::VersionedTransaction "
                                       "too large: 1656 bytes (max: encoded/raw 1644/1232)"}}));
    const auto [code, text] = code_and_text(Bytes(1'233, 0));
    EXPECT_EQ(code, -32602);
    EXPECT_NE(text.find("too large: 1233 bytes (max: 1232 bytes)"), std::string::npos);
    EXPECT_EQ(code_and_text({}).first, -32602);
    EXPECT_EQ(code_and_text({1, 2, 3}).first, -32602);
}

TEST_F(ChainTest, PreflightTellsTheInstructionErrorWithLogs) {
    const auto refused = chain.submit(
        signed_wire({pay(wallet.public_key(), test_key(9), 20 * kLamportsPerSol)}), false);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, -32002);
    EXPECT_EQ(
        refused.error().message,
        "Transaction simulation failed: Error processing Instruction 0: custom program error: "
        "0x1");
    EXPECT_NE(refused.error().data_json.find(R"("err":{"InstructionError":[0,{"Custom":1}]})"),
              std::string::npos);
    EXPECT_NE(refused.error().data_json.find(R"("unitsConsumed":150)"), std::string::npos);
    EXPECT_EQ(chain.queued(), 0U);
}

TEST_F(ChainTest, SimulationShowsStateAfterwardsAndChangesNothing) {
    const auto wire = signed_wire({pay(wallet.public_key(), test_key(9), 1'000'000)});
    const auto result =
        chain.simulate(wire, false, true, {test_key(9), test_key(7), wallet.public_key()});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->error_json, "null");
    ASSERT_EQ(result->accounts.size(), 3U);
    ASSERT_TRUE(result->accounts[0].has_value());
    EXPECT_EQ(result->accounts[0]->lamports.raw(), 1'000'000U);
    EXPECT_FALSE(result->accounts[1].has_value());
    EXPECT_EQ(lamports(test_key(9)), 0U);
    const auto both = chain.simulate(wire, true, true, {});
    ASSERT_FALSE(both.has_value());
    EXPECT_EQ(both.error().code, -32602);
}

TEST_F(ChainTest, MissedTransactionWaitsAndDroppedOneIsGone) {
    ChainOptions options = plain_options();
    options.landing_miss_probability = 1.0;
    Chain missing{options};
    create_wallet(missing, wallet.public_key(), Lamports{kLamportsPerSol});
    const auto send_to = [&](Chain& target) {
        const auto message = solana::compile_message(
            wallet.public_key(), Instructions{solana::memo("hello")}, target.latest_blockhash(0));
        return *target.submit(*solana::sign_transaction(*message, wallet), false);
    };
    const Signature missed = send_to(missing);
    missing.advance_slot();
    EXPECT_EQ(missing.queued(), 1U);
    EXPECT_EQ(missing.receipt(missed), nullptr);

    options.landing_miss_probability = 0;
    options.drop_probability = 1.0;
    Chain dropping{options};
    create_wallet(dropping, wallet.public_key(), Lamports{kLamportsPerSol});
    const Signature dropped = send_to(dropping);
    EXPECT_EQ(dropping.queued(), 0U);
    dropping.advance_slot();
    EXPECT_EQ(dropping.receipt(dropped), nullptr);
}

// Bytes that nobody meant: whatever they say, the chain answers and its invariants hold.
TEST_F(ChainTest, GarbageTransactionsNeverCrash) {
    Rng rng{20'261'123};
    create_mint(chain, test_key(30), {.supply = TokenAmount{1'000'000}});
    const Pubkey source =
        create_token_account(chain, wallet.public_key(), test_key(30), TokenAmount{1'000'000});
    const Pubkey config = create_cpmm_config(chain, {});
    const auto pool =
        create_cpmm_pool(chain, {config, test_key(30), solana::kWrappedSolMint,
                                 TokenAmount{1'000'000'000}, TokenAmount{1'000'000'000}});
    const Pubkey wrapped = create_token_account(chain, wallet.public_key(), solana::kWrappedSolMint,
                                                TokenAmount{1'000'000});
    const Instructions seeds{
        cpmm_swap_in(pool, pool.mint_0 == test_key(30), 1'000, 1,
                     {wallet.public_key(), source, wrapped}),
        solana::token_transfer({source, source, wallet.public_key(), TokenAmount{5}}),
        pay(wallet.public_key(), test_key(9), 1'000'000),
        solana::associated_token_create({wallet.public_key(), test_key(9), test_key(30)}),
        jupiter_route(
            {wallet.public_key(), source, wrapped, solana::kWrappedSolMint, 1'000, 1},
            std::vector<JupiterStep>{{cpmm_swap_in(pool, pool.mint_0 == test_key(30), 1'000, 1,
                                                   {wallet.public_key(), source, wrapped})}})};
    for (int i = 0; i < 4'000; ++i) {
        Bytes wire = signed_wire({seeds[rng.below(seeds.size())]});
        // Half of them stay parseable: only instruction data and indexes after the keys change.
        const std::size_t from = rng.chance(0.5) ? 0 : wire.size() / 2;
        for (std::uint64_t flips = 1 + rng.below(4); flips > 0; --flips) {
            wire[from + rng.below(wire.size() - from)] = static_cast<std::uint8_t>(rng.next());
        }
        const auto result = chain.simulate(wire, false, true, {source});
        if (!result) {
            EXPECT_EQ(result.error().code, -32602);
        }
        if (i % 10 == 0) {
            static_cast<void>(chain.submit(wire, true));
        }
    }
    chain.advance_slot();
}

}  // namespace
}  // namespace sniperforge::sim
