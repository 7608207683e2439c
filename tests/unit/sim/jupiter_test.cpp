// SPDX-License-Identifier: MIT
#include "sim/jupiter.hpp"

#include <fmt/ranges.h>

#include "support/data.hpp"
#include "unit/sim/jupiter_fixture.hpp"

namespace sniperforge::sim {
namespace {

TEST_F(JupiterServerTest, QuoteHasTheMembersOfARecordedOne) {
    SF_REQUIRE_DATA(data);
    const test::JsonFile recorded{data / "fixtures/http/jupiter_v1_quote.json"};
    const std::string text = quote(solana::kWrappedSolMint, token_a, 1'000'000'000);
    const auto ours = parse(text);
    for (const auto member : recorded.root()["body"].get_object()) {
        // A report about other venues, and members of other API versions, are optional.
        if (member.key != "mostReliableAmmsQuoteReport" && member.key != "scoreReport" &&
            member.key != "useIncurredSlippageForQuoting" && member.key != "otherRoutePlans" &&
            member.key != "loadedLongtailToken" && member.key != "aggregatorVersion" &&
            member.key != "instructionVersion" && member.key != "swapUsdValue" &&
            member.key != "simplerRouteUsed") {
            EXPECT_EQ(ours[member.key].error(), simdjson::SUCCESS) << member.key;
        }
    }
}

TEST_F(JupiterServerTest, QuotePicksTheBestPoolAndRoundsTheFloorDown) {
    const std::string text =
        quote(solana::kWrappedSolMint, token_a, 1'000'000'000, "&slippageBps=33");
    const auto json = parse(text);
    const auto step = json["routePlan"].at(0)["swapInfo"].value();
    EXPECT_EQ(step["ammKey"].get_string().value(), cpmm_a.to_string());  // One per cent cheaper.
    EXPECT_EQ(step["label"].get_string().value(), "Raydium CP");
    // amm-raydium section 2: fee ceil(1e9 · 0.0025), then floor(n·y / (x + n)).
    const std::uint64_t net = 1'000'000'000 - 2'500'000;
    const std::uint64_t expected = *mul_div_floor(net, 1'010'000'000'000, 1'000'000'000'000 + net);
    EXPECT_EQ(amount(text, "outAmount"), expected);
    EXPECT_EQ(amount(text, "otherAmountThreshold"), expected * (10'000 - 33) / 10'000);
    const std::string without =
        quote(solana::kWrappedSolMint, token_a, 1'000'000'000, "&excludeDexes=Raydium+CP");
    EXPECT_EQ(parse(without)["routePlan"].at(0)["swapInfo"]["ammKey"].get_string().value(),
              amm.to_string());
    EXPECT_EQ(
        quote(solana::kWrappedSolMint, token_a, 1'000'000'000, "&dexes=Raydium").substr(0, 200),
        without.substr(0, 200));
}

TEST_F(JupiterServerTest, TwoTokensAreRoutedThroughWrappedSolUnlessOnlyDirectRoutesAreAllowed) {
    const std::string text = quote(token_a, token_b, 5'000'000);
    const auto plan = parse(text)["routePlan"].get_array().value();
    ASSERT_EQ(plan.size(), 2U);
    EXPECT_EQ(plan.at(0)["swapInfo"]["outAmount"].get_string().value(),
              plan.at(1)["swapInfo"]["inAmount"].get_string().value());
    EXPECT_EQ(plan.at(1)["swapInfo"]["ammKey"].get_string().value(), cpmm_b.to_string());
    const auto direct = get(quote_target(token_a, token_b, 5'000'000, "&onlyDirectRoutes=true"));
    EXPECT_EQ(direct.status, 400);
    EXPECT_EQ(error_code(direct), "NO_ROUTES_FOUND");
}

TEST_F(JupiterServerTest, BadQuotesAreRefusedInJupitersShape) {
    const auto code = [&](std::string target) {
        const auto response = get(std::move(target));
        EXPECT_EQ(response.status, 400) << response.body;
        EXPECT_EQ(parse(response.body)["error"].error(), simdjson::SUCCESS);
        return error_code(response);
    };
    const Pubkey& sol = solana::kWrappedSolMint;
    EXPECT_EQ(code("/swap/v1/quote"), "INVALID_PARAMETER");
    EXPECT_EQ(code("/swap/v1/quote?inputMint=x&outputMint=y&amount=1"), "INVALID_PARAMETER");
    EXPECT_EQ(code(quote_target(sol, token_a, 0)), "INVALID_PARAMETER");
    EXPECT_EQ(code(quote_target(sol, token_a, 5) + "x"), "INVALID_PARAMETER");
    EXPECT_EQ(code(quote_target(sol, token_a, 5, "&slippageBps=10001")), "INVALID_PARAMETER");
    EXPECT_EQ(code(quote_target(sol, token_a, 5, "&onlyDirectRoutes=1")), "INVALID_PARAMETER");
    EXPECT_EQ(code(quote_target(sol, sol, 5)), "CIRCULAR_ARBITRAGE_IS_DISABLED");
    EXPECT_EQ(code(quote_target(sol, test_key(99), 5)), "TOKEN_NOT_TRADABLE");
    EXPECT_EQ(code(quote_target(sol, token_a, 5, "&swapMode=ExactOut")), "NOT_SUPPORTED");
    EXPECT_EQ(code(quote_target(sol, token_a, 5, "&maxAccounts=65")),
              "MAX_ACCOUNT_GREATER_THAN_MAX");
    EXPECT_EQ(code(quote_target(sol, token_a, 1)), "COULD_NOT_FIND_ANY_ROUTE");  // All is fee.
    EXPECT_EQ(get("/swap/v1/nothing").status, 404);
    EXPECT_EQ(post("/swap/v1/quote", "").status, 404);
    EXPECT_EQ(quote(sol, token_a, 5'000, "&slippageBps=10000&maxAccounts=64").empty(), false);
}

TEST_F(JupiterServerTest, BuyIsSignedLandedAndPaysExactlyTheQuote) {
    const std::string text = quote(solana::kWrappedSolMint, token_a, 1'000'000'000);
    const auto response =
        post("/swap/v1/swap", swap_body(text, R"(,"prioritizationFeeLamports":12345)"));
    ASSERT_EQ(response.status, 200) << response.body;
    const auto json = parse(response.body);
    EXPECT_TRUE(json["simulationError"].value().is_null()) << response.body;
    EXPECT_EQ(json["lastValidBlockHeight"].get_uint64().value(),
              chain.last_valid_height(chain.latest_blockhash(1))->value);
    const std::uint64_t before = lamports(wallet.public_key());
    const Receipt* receipt = sign_and_land(response.body);
    ASSERT_NE(receipt, nullptr);
    EXPECT_EQ(receipt->error_json, "null");
    EXPECT_EQ(tokens(ata(token_a)), amount(text, "outAmount"));
    // The wrapped account is gone again: what left is the amount, the fee and the token's rent.
    EXPECT_EQ(chain.account(ata(solana::kWrappedSolMint)), nullptr);
    const std::uint64_t rent = chain.rent_exempt_minimum(165);
    EXPECT_EQ(before - lamports(wallet.public_key()), 1'000'000'000 + receipt->fee + rent);
    EXPECT_LE(receipt->fee, 5'000U + 12'345U);  // The price is rounded down: never more.
    EXPECT_GT(receipt->fee, 5'000U + 12'340U);
}

TEST_F(JupiterServerTest, SellPaysOutInSol) {
    create_token_account(chain, wallet.public_key(), token_a, TokenAmount{7'000'000});
    const std::string text = quote(token_a, solana::kWrappedSolMint, 7'000'000);
    const auto response =
        post("/swap/v1/swap", swap_body(text, R"(,"dynamicComputeUnitLimit":true)"));
    ASSERT_EQ(response.status, 200) << response.body;
    const std::uint64_t before = lamports(wallet.public_key());
    const Receipt* receipt = sign_and_land(response.body);
    ASSERT_NE(receipt, nullptr);
    EXPECT_EQ(receipt->error_json, "null");
    EXPECT_EQ(tokens(ata(token_a)), 0U);
    EXPECT_EQ(lamports(wallet.public_key()), before + amount(text, "outAmount") - receipt->fee);
}

TEST_F(JupiterServerTest, TwoHopsLandAndLeaveNoWrappedAccountBehind) {
    create_token_account(chain, wallet.public_key(), token_a, TokenAmount{5'000'000});
    const std::string text = quote(token_a, token_b, 5'000'000);
    const auto response = post("/swap/v1/swap", swap_body(text));
    ASSERT_EQ(response.status, 200) << response.body;
    const Receipt* receipt = sign_and_land(response.body);
    ASSERT_NE(receipt, nullptr);
    EXPECT_EQ(receipt->error_json, "null") << fmt::format("{}", fmt::join(receipt->logs, "\n"));
    EXPECT_EQ(tokens(ata(token_b)), amount(text, "outAmount"));
    EXPECT_EQ(chain.account(ata(solana::kWrappedSolMint)), nullptr);
}

TEST_F(JupiterServerTest, PoolThatMovedBeyondTheSlippageMakesTheRouteFail) {
    const std::string text =
        quote(solana::kWrappedSolMint, token_a, 1'000'000'000, "&slippageBps=50");
    const std::string swap = post("/swap/v1/swap", swap_body(text)).body;
    // Someone else buys one per cent of the pool first.
    create_wallet(chain, test_key(77), Lamports{kLamportsPerSol});
    create_token_account(chain, test_key(77), token_a, TokenAmount{});
    const Pubkey sol = create_token_account(chain, test_key(77), solana::kWrappedSolMint,
                                            TokenAmount{10 * kLamportsPerSol});
    const auto pool = read_pool(chain, cpmm_a).value();
    const bool is_a_to_b = pool.mint_a == solana::kWrappedSolMint;
    ASSERT_TRUE(chain.execute_unsigned(
        test_key(77), {swap_in(pool, is_a_to_b, 10 * kLamportsPerSol, 0,
                               {.user = test_key(77),
                                .source = sol,
                                .destination = solana::associated_token_address(
                                    test_key(77), token_a, solana::kTokenProgram)})}));
    const Receipt* receipt = sign_and_land(swap);
    ASSERT_NE(receipt, nullptr);
    EXPECT_NE(receipt->error_json.find(R"("Custom":6001)"), std::string::npos)
        << receipt->error_json;
    // Built again from the stale quote, the failure is told beforehand.
    const auto again = post("/swap/v1/swap", swap_body(text));
    EXPECT_TRUE(parse(again.body)["simulationError"].is_object());
}

TEST_F(JupiterServerTest, UnknownMembersOfTheQuoteAreIgnored) {
    std::string text = quote(solana::kWrappedSolMint, token_a, 1'000'000);
    text.insert(1, R"("futureMember":{"deep":[1,2,{"x":null}]},)");
    EXPECT_EQ(post("/swap/v1/swap", swap_body(text)).status, 200);
}

TEST_F(JupiterServerTest, BadSwapsAreRefused) {
    const std::string text = quote(solana::kWrappedSolMint, token_a, 1'000'000);
    const auto code = [&](std::string body) {
        const auto response = post("/swap/v1/swap", std::move(body));
        EXPECT_EQ(response.status, 400) << response.body;
        return error_code(response);
    };
    EXPECT_EQ(code(""), "INVALID_PARAMETER");
    EXPECT_EQ(code("[]"), "INVALID_PARAMETER");
    EXPECT_EQ(code("{}"), "INVALID_PARAMETER");
    EXPECT_EQ(code(R"({"userPublicKey":"x","quoteResponse":{}})"), "INVALID_PARAMETER");
    EXPECT_EQ(code(swap_body("{}")), "INVALID_PARAMETER");
    EXPECT_EQ(code(swap_body(text, R"(,"computeUnitPriceMicroLamports":1,)"
                                   R"("prioritizationFeeLamports":1)")),
              "INVALID_COMPUTE_UNIT_PRICE_AND_PRIORITIZATION_FEE");
    EXPECT_EQ(code(swap_body(text, R"(,"destinationTokenAccount":"x")")), "NOT_SUPPORTED");
    EXPECT_EQ(code(swap_body(text, R"(,"prioritizationFeeLamports":{"jitoTipLamports":1})")),
              "NOT_SUPPORTED");
    EXPECT_EQ(code(swap_body(text, R"(,"wrapAndUnwrapSol":"yes")")), "INVALID_PARAMETER");
    std::string unknown_market = text;
    const std::size_t at = unknown_market.find(cpmm_a.to_string());
    unknown_market.replace(at, cpmm_a.to_string().size(), test_key(99).to_string());
    EXPECT_EQ(code(swap_body(unknown_market)), "MARKET_NOT_FOUND");
    std::string wrong_market = text;
    wrong_market.replace(at, cpmm_a.to_string().size(), cpmm_b.to_string());
    EXPECT_EQ(code(swap_body(wrong_market)), "ROUTE_PLAN_DOES_NOT_CONSUME_ALL_THE_AMOUNT");
}

TEST_F(JupiterServerTest, SwapInstructionsAreTheTransactionsOwn) {
    const std::string text = quote(solana::kWrappedSolMint, token_a, 1'000'000);
    const auto response = post("/swap/v1/swap-instructions",
                               swap_body(text, R"(,"computeUnitPriceMicroLamports":777)"));
    ASSERT_EQ(response.status, 200) << response.body;
    const auto json = parse(response.body);
    EXPECT_EQ(json["computeBudgetInstructions"].get_array().value().size(), 2U);
    EXPECT_EQ(json["setupInstructions"].get_array().value().size(), 4U);
    EXPECT_EQ(json["swapInstruction"]["programId"].get_string().value(),
              solana::kJupiterV6Program.to_string());
    EXPECT_TRUE(json["cleanupInstruction"].is_object());
    EXPECT_EQ(json["addressLookupTableAddresses"].get_array().value().size(), 0U);
    EXPECT_NE(get("/swap/v1/program-id-to-label").body.find("Raydium CP"), std::string::npos);
}

TEST_F(JupiterServerTest, SkewMovesQuotesBothWaysAndIsOffByDefault) {
    const std::uint64_t exact =
        amount(quote(solana::kWrappedSolMint, token_a, 1'000'000), "outAmount");
    EXPECT_EQ(amount(quote(solana::kWrappedSolMint, token_a, 1'000'000), "outAmount"), exact);
    scenario.jupiter_quote_skew_bp = 100;
    int above = 0;
    int below = 0;
    for (int i = 0; i < 50; ++i) {
        const auto out = amount(quote(solana::kWrappedSolMint, token_a, 1'000'000), "outAmount");
        above += out > exact ? 1 : 0;
        below += out < exact ? 1 : 0;
    }
    EXPECT_GT(above, 10);
    EXPECT_GT(below, 10);
}

TEST_F(JupiterServerTest, BucketRefusesWith429AndRefillsWithTime) {
    scenario.jupiter_requests_per_second = 2;
    const auto status = [&](double seconds) {
        return get("/swap/v1/program-id-to-label",
                   MonoTime{static_cast<std::int64_t>(seconds * 1e9)});
    };
    EXPECT_EQ(status(0).status, 200);
    const auto refused = status(0);
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.header("x-ratelimit-remaining"), "0");
    EXPECT_FALSE(refused.header("x-ratelimit-reset").empty());
    EXPECT_EQ(status(0.49).status, 429);
    EXPECT_EQ(status(0.51).status, 200);
}

}  // namespace
}  // namespace sniperforge::sim
