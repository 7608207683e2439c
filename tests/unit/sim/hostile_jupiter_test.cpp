// SPDX-License-Identifier: MIT
// A Jupiter that lies. Each attack is a real one: whoever signs it blindly loses by it on chain.
#include "sim/hostile_jupiter.hpp"

#include <functional>

#include "sniperforge/sim/cluster.hpp"
#include "support/still_market.hpp"
#include "unit/sim/jupiter_fixture.hpp"

namespace sniperforge::sim {
namespace {

class HostileJupiterTest : public JupiterServerTest {
 protected:
    [[nodiscard]] Pubkey stranger() { return server.hostile().stranger(); }
    [[nodiscard]] Pubkey strangers(const Pubkey& mint) {
        return solana::associated_token_address(stranger(), mint, solana::kTokenProgram);
    }
    void attack_with(JupiterAttack attack) {
        server.hostile().set_faults({.attack_probability = 1, .attacks = {attack}});
    }
    // Signs whatever came, where the wallet must, and lands it.
    const Receipt* sign_blindly(const net::HttpResponse& response) {
        EXPECT_EQ(response.status, 200) << response.body;
        const auto json = parse(response.body);
        EXPECT_TRUE(json["simulationError"].value().is_null());
        Bytes wire = base64_decode(json["swapTransaction"].get_string().value()).value();
        const auto transaction = solana::parse_transaction(BytesView{wire});
        EXPECT_TRUE(transaction.has_value());
        const auto& keys = transaction->message.account_keys;
        const auto place = std::ranges::find(keys, wallet.public_key()) - keys.begin();
        EXPECT_LT(place, transaction->message.header.num_required_signatures);
        const Signature signature = wallet.sign(transaction->message_bytes);
        std::ranges::copy(signature.bytes, wire.begin() + 1 + place * 64);
        return land(wire);
    }
    net::HttpResponse buy(std::uint64_t lamports) {
        return post("/swap/v1/swap", swap_body(quote(solana::kWrappedSolMint, token_a, lamports),
                                               R"(,"dynamicComputeUnitLimit":true)"));
    }
    net::HttpResponse sell(std::uint64_t units) {
        return post("/swap/v1/swap", swap_body(quote(token_a, solana::kWrappedSolMint, units),
                                               R"(,"dynamicComputeUnitLimit":true)"));
    }
    // Buys, signed blindly under the attack; it must land.
    const Receipt* buy_under(JupiterAttack attack) {
        attack_with(attack);
        const Receipt* receipt = sign_blindly(buy(kSol));
        EXPECT_NE(receipt, nullptr);
        EXPECT_EQ(receipt->error_json, "null") << attack_name(attack);
        EXPECT_EQ(server.hostile().counters()[fault_kind(attack)], 1U);
        return receipt;
    }

    static constexpr std::uint64_t kSol = kLamportsPerSol;
};

TEST_F(HostileJupiterTest, WithoutFaultsItsAnswersAreThoseOfAnHonestOne) {
    const std::string quoted = quote(solana::kWrappedSolMint, token_a, kSol);
    const auto honest = post("/swap/v1/swap", swap_body(quoted));
    server.hostile().set_faults({.attack_probability = 0, .attacks = {JupiterAttack::Approve}});
    EXPECT_EQ(post("/swap/v1/swap", swap_body(quoted)).body, honest.body);
    EXPECT_EQ(server.hostile().counters().total(), 0U);
    EXPECT_EQ(chain.account(stranger()), nullptr);
    attack_with(JupiterAttack::Approve);
    EXPECT_NE(post("/swap/v1/swap", swap_body(quoted)).body, honest.body);
    EXPECT_NE(chain.account(stranger()), nullptr);
}

TEST_F(HostileJupiterTest, ASystemTransferTakesHalfOfTheWallet) {
    attack_with(JupiterAttack::SystemTransfer);
    const std::uint64_t before = lamports(stranger());
    const std::uint64_t half = lamports(wallet.public_key()) / 2;
    buy_under(JupiterAttack::SystemTransfer);
    EXPECT_EQ(lamports(stranger()) - before, half);
}

TEST_F(HostileJupiterTest, ATokenTransferTakesAnotherTokenAndOtherwiseTheTradedOne) {
    buy_under(JupiterAttack::TokenTransfer);
    EXPECT_EQ(tokens(strangers(token_a)), 1U);
    create_token_account(chain, wallet.public_key(), token_b, TokenAmount{777});
    const Receipt* receipt = sign_blindly(buy(kSol));
    EXPECT_EQ(receipt->error_json, "null");
    EXPECT_EQ(tokens(strangers(token_b)), 777U);
    EXPECT_EQ(tokens(ata(token_b)), 0U);
}

TEST_F(HostileJupiterTest, AnApprovalLetsTheStrangerSpend) {
    buy_under(JupiterAttack::Approve);
    constexpr std::size_t kDelegate = 76;  // Of a token account.
    EXPECT_EQ(Pubkey::from(BytesView{chain.account(ata(token_a))->data}.subspan(kDelegate)),
              stranger());
}

TEST_F(HostileJupiterTest, AnAuthorityThatIsSetMakesTheAccountTheStrangers) {
    buy_under(JupiterAttack::SetAuthority);
    constexpr std::size_t kOwner = 32;
    EXPECT_EQ(Pubkey::from(BytesView{chain.account(ata(token_a))->data}.subspan(kOwner)),
              stranger());
}

TEST_F(HostileJupiterTest, AnAccountThatIsClosedToTheStrangerPaysHimTheWholeSale) {
    create_token_account(chain, wallet.public_key(), token_a, TokenAmount{2'000'000'000});
    attack_with(JupiterAttack::CloseToStranger);
    const std::uint64_t before = lamports(stranger());
    EXPECT_EQ(sign_blindly(sell(1'000'000'000))->error_json, "null");
    EXPECT_GT(lamports(stranger()) - before, kSol / 2);
}

TEST_F(HostileJupiterTest, TheRoutePaysTheStrangerAlsoWhereOnlyATableSaysSo) {
    buy_under(JupiterAttack::ForeignDestination);
    const std::uint64_t first = tokens(strangers(token_a));
    EXPECT_GT(first, 0U);
    attack_with(JupiterAttack::HiddenInTable);
    const auto response = buy(kSol);
    const auto wire =
        base64_decode(parse(response.body)["swapTransaction"].get_string().value()).value();
    const auto transaction = solana::parse_transaction(BytesView{wire});
    ASSERT_EQ(transaction->message.address_table_lookups.size(), 1U);
    EXPECT_EQ(std::ranges::count(transaction->message.account_keys, strangers(token_a)), 0);
    EXPECT_EQ(sign_blindly(response)->error_json, "null");
    EXPECT_GT(tokens(strangers(token_a)), first);
    EXPECT_EQ(tokens(ata(token_a)), 0U);
}

TEST_F(HostileJupiterTest, ALowMinimumLandsWhereTheQuotedFloorWouldNot) {
    const std::string quoted = quote(solana::kWrappedSolMint, token_a, kSol);
    const auto honest = post("/swap/v1/swap", swap_body(quoted));
    attack_with(JupiterAttack::LowMinimum);
    const auto attacked = post("/swap/v1/swap", swap_body(quoted));
    // Five SOL of the pool's thousand move the price by twice the slippage.
    server.hostile().set_faults({});
    ASSERT_EQ(sign_blindly(buy(5 * kSol))->error_json, "null");
    EXPECT_NE(sign_blindly(honest)->error_json, "null");
    EXPECT_EQ(sign_blindly(attacked)->error_json, "null");
}

TEST_F(HostileJupiterTest, AHighAmountInSpendsTwiceAsMuch) {
    const std::uint64_t before = lamports(wallet.public_key());
    buy_under(JupiterAttack::HighAmountIn);
    EXPECT_GT(before - lamports(wallet.public_key()), 2 * kSol);
    EXPECT_LT(before - lamports(wallet.public_key()), 2 * kSol + kSol / 10);
}

TEST_F(HostileJupiterTest, AForeignPayerOwnsTheSignatureAndAnExtraSignerDecidesToo) {
    const Receipt* paid = buy_under(JupiterAttack::ForeignPayer);
    EXPECT_EQ(paid->account_keys.front(), stranger());
    attack_with(JupiterAttack::ExtraSigner);
    const Receipt* signed_too = sign_blindly(buy(kSol));
    EXPECT_EQ(signed_too->error_json, "null");
    EXPECT_EQ(signed_too->account_keys.front(), wallet.public_key());
    EXPECT_EQ(signed_too->wire.front(), 2U);  // Signatures.
}

TEST_F(HostileJupiterTest, AnUnknownProgramGetsTheWalletsSignatureAndAnExcessiveFeeOneSol) {
    attack_with(JupiterAttack::UnknownProgram);
    EXPECT_NE(sign_blindly(buy(kSol))->error_json, "null");  // Nothing is there to run.
    const Receipt* receipt = buy_under(JupiterAttack::ExcessivePriorityFee);
    EXPECT_GT(receipt->fee, kSol / 2);
}

TEST_F(HostileJupiterTest, ASkewedQuotePromisesExactlySoMuchMoreThanThePoolPays) {
    const Pubkey& sol = solana::kWrappedSolMint;
    const std::uint64_t honest = amount(quote(sol, token_a, kSol), "outAmount");
    server.hostile().set_faults({.skew_probability = 1, .skew_bps = 300});
    const std::string skewed = quote(sol, token_a, kSol);
    EXPECT_EQ(amount(skewed, "outAmount"), *mul_div_floor(honest, 10'300, 10'000));
    // Its floor is above what the pool pays: the swap reverts.
    EXPECT_GT(amount(skewed, "otherAmountThreshold"), honest);
    EXPECT_NE(sign_blindly(post("/swap/v1/swap", swap_body(skewed)))->error_json, "null");
    EXPECT_EQ(server.hostile().counters()[FaultKind::JupiterSkewedQuote], 1U);
}

TEST_F(HostileJupiterTest, QuotesOfAnotherMintOrAmountSaySo) {
    const Pubkey& sol = solana::kWrappedSolMint;
    const std::uint64_t honest = amount(quote(sol, token_a, kSol), "outAmount");
    server.hostile().set_faults({.wrong_mint_probability = 1});
    EXPECT_EQ(parse(quote(sol, token_a, kSol))["outputMint"].get_string().value(),
              solana::kUsdcMint.to_string());
    server.hostile().set_faults({.wrong_amount_probability = 1});
    const std::string doubled = quote(sol, token_a, kSol);
    EXPECT_EQ(amount(doubled, "inAmount"), 2 * kSol);
    EXPECT_EQ(amount(doubled, "outAmount"), 2 * honest);
}

TEST_F(HostileJupiterTest, JsonThatEndsInItsMiddleAndGatewaysThatAnswerThemselves) {
    const std::string honest = quote(solana::kWrappedSolMint, token_a, kSol);
    server.hostile().set_faults({.malformed_probability = 1});
    EXPECT_EQ(quote(solana::kWrappedSolMint, token_a, kSol), honest.substr(0, honest.size() / 2));
    server.hostile().set_faults({.gateway_error_probability = 1});
    const auto response = get(quote_target(solana::kWrappedSolMint, token_a, kSol));
    EXPECT_EQ(response.status, 502);
    EXPECT_TRUE(response.body.starts_with("<html>"));
}

TEST_F(HostileJupiterTest, AHalfOfTheSwapsIsAttackedByEveryKindWhenNoneIsNamed) {
    server.hostile().set_faults({.attack_probability = 0.5});
    const std::string quoted = quote(solana::kWrappedSolMint, token_a, kSol);
    for (int i = 0; i < 400; ++i) {
        EXPECT_EQ(post("/swap/v1/swap", swap_body(quoted)).status, 200);
    }
    const FaultCounters& counters = server.hostile().counters();
    EXPECT_NEAR(static_cast<double>(counters.total()), 200, 40);
    for (std::size_t i = 0; i < kJupiterAttacks; ++i) {
        EXPECT_GT(counters[fault_kind(static_cast<JupiterAttack>(i))], 0U) << i;
    }
}

TEST(HostileJupiter, AttackKindsAreNamedAfterTheAttacks) {
    for (std::size_t i = 0; i < kJupiterAttacks; ++i) {
        const auto attack = static_cast<JupiterAttack>(i);
        EXPECT_EQ(fault_name(fault_kind(attack)), fmt::format("jupiter_{}", attack_name(attack)));
    }
}

}  // namespace
}  // namespace sniperforge::sim
