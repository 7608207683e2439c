// SPDX-License-Identifier: MIT
// A Jupiter server on a chain with pools of two tokens, and a wallet that asks it and trades.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "sim/jupiter.hpp"
#include "sniperforge/core/base64.hpp"
#include "unit/sim/chain_fixture.hpp"

namespace sniperforge::sim {

class JupiterServerTest : public ChainTest {
 protected:
    JupiterServerTest() : server{chain, scenario, Rng{1}, statistics} {
        for (const Pubkey& mint : {token_a, token_b}) {
            MintOptions options;
            options.supply = TokenAmount{1'000'000'000'000};
            create_mint(chain, mint, options);
        }
        config = create_cpmm_config(chain, {});
        amm = amm_v4(40, token_a, 1'000'000'000'000, 1'000 * kLamportsPerSol);
        cpmm_a = cpmm(token_a, 1'010'000'000'000, 1'000 * kLamportsPerSol);
        cpmm_b = cpmm(token_b, 500'000'000'000, 500 * kLamportsPerSol);
    }

    Pubkey amm_v4(std::uint8_t market, const Pubkey& mint, std::uint64_t tokens_in,
                  std::uint64_t sol) {
        AmmV4PoolOptions options;
        options.market = test_key(market);
        options.coin_mint = mint;
        options.pc_mint = solana::kWrappedSolMint;
        options.coin_amount = TokenAmount{tokens_in};
        options.pc_amount = TokenAmount{sol};
        return create_amm_v4_pool(chain, options).pool;
    }
    Pubkey cpmm(const Pubkey& mint, std::uint64_t tokens_in, std::uint64_t sol) {
        CpmmPoolOptions options;
        options.amm_config = config;
        options.mint_a = mint;
        options.mint_b = solana::kWrappedSolMint;
        options.amount_a = TokenAmount{tokens_in};
        options.amount_b = TokenAmount{sol};
        return create_cpmm_pool(chain, options).pool;
    }

    net::HttpResponse get(std::string target, MonoTime now = {}) {
        return server.handle(
            {.method = "GET", .target = std::move(target), .headers = {}, .body = {}}, now);
    }
    net::HttpResponse post(std::string target, std::string body) {
        return server.handle(
            {.method = "POST", .target = std::move(target), .headers = {}, .body = std::move(body)},
            {});
    }
    std::string quote_target(const Pubkey& in, const Pubkey& out, std::uint64_t amount,
                             std::string_view more = "") {
        return fmt::format("/swap/v1/quote?inputMint={}&outputMint={}&amount={}{}", in.to_string(),
                           out.to_string(), amount, more);
    }
    std::string quote(const Pubkey& in, const Pubkey& out, std::uint64_t amount,
                      std::string_view more = "") {
        const auto response = get(quote_target(in, out, amount, more));
        EXPECT_EQ(response.status, 200) << response.body;
        return response.body;
    }
    simdjson::dom::element parse(std::string_view text) {
        simdjson::dom::element value;
        EXPECT_EQ(parser_.parse(text.data(), text.size()).get(value), simdjson::SUCCESS) << text;
        return value;
    }
    std::uint64_t amount(std::string_view json, std::string_view name) {
        return std::stoull(std::string{parse(json)[name].get_string().value()});
    }
    std::string swap_body(std::string_view quote_json, std::string_view more = "") {
        return fmt::format(R"({{"userPublicKey":"{}","quoteResponse":{}{}}})",
                           wallet.public_key().to_string(), quote_json, more);
    }
    // Signs what /swap returned and lands it.
    const Receipt* sign_and_land(std::string_view swap_json) {
        const auto wire =
            base64_decode(parse(swap_json)["swapTransaction"].get_string().value()).value();
        const auto transaction = solana::parse_transaction(wire);
        EXPECT_TRUE(transaction.has_value());
        const auto signed_transaction =
            solana::sign_transaction(transaction->message_bytes, wallet);
        EXPECT_TRUE(signed_transaction.has_value());
        return land(*signed_transaction);
    }
    std::string error_code(const net::HttpResponse& response) {
        return std::string{parse(response.body)["errorCode"].get_string().value()};
    }
    Pubkey ata(const Pubkey& mint) {
        return solana::associated_token_address(wallet.public_key(), mint, solana::kTokenProgram);
    }

    const Pubkey token_a = test_key(20), token_b = test_key(30);
    Pubkey config, amm, cpmm_a, cpmm_b;
    Scenario scenario;
    ClusterStatistics statistics;
    JupiterServer server;

 private:
    simdjson::dom::parser parser_;
};

}  // namespace sniperforge::sim
