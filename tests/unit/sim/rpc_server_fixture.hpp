// SPDX-License-Identifier: MIT
// One node's RPC server over a chain with a wallet and a mint.
#pragma once

#include "chain_fixture.hpp"
#include "sim/rpc_server.hpp"
#include "sniperforge/core/base64.hpp"

namespace sniperforge::sim {

class RpcServerTest : public ChainTest {
 protected:
    explicit RpcServerTest(std::uint32_t delay = 0)
        : server{chain,
                 {.first_slot = plain_options().first_slot,
                  .slot_duration = plain_options().slot_duration,
                  .epoch_slots = 432'000,
                  .landing_delay_slots = delay},
                 statistics} {
        create_mint(chain, mint, decimals(6));
    }
    static MintOptions decimals(std::uint8_t count) {
        MintOptions options;
        options.decimals = count;
        options.supply = TokenAmount{1'000'000'000};
        return options;
    }

    // The response to a method call, as an element that lives until the next call.
    JsonValue call(std::string_view method, std::string_view params = "[]") {
        return parse(server.handle(fmt::format(
            R"({{"jsonrpc":"2.0","id":7,"method":"{}","params":{}}})", method, params)));
    }
    JsonValue parse(std::string text) {
        text_ = std::move(text);
        JsonValue value;
        EXPECT_EQ(parser_.parse(text_).get(value), simdjson::SUCCESS) << text_;
        return value;
    }
    // Throws, which fails the test, when the answer is an error.
    JsonValue result(std::string_view method, std::string_view params = "[]") {
        return call(method, params)["result"].value();
    }
    JsonValue value(std::string_view method, std::string_view params = "[]") {
        return result(method, params)["value"].value();
    }
    std::int64_t error_code(std::string_view method, std::string_view params = "[]") {
        return call(method, params)["error"]["code"].get_int64().value();
    }
    std::string error_message() {
        std::string_view message;
        EXPECT_EQ(parser_.parse(text_)["error"]["message"].get(message), simdjson::SUCCESS);
        return std::string{message};
    }
    Bytes transfer(std::uint64_t lamports = 1'000'000) {
        return signed_wire({solana::system_transfer(
            {.from = wallet.public_key(), .to = test_key(9), .lamports = Lamports{lamports}})});
    }
    std::string send(const Bytes& wire, std::string_view more = "") {
        return std::string{
            result("sendTransaction",
                   fmt::format(R"(["{}",{{"encoding":"base64"{}}}])", base64_encode(wire), more))
                .get_string()
                .value()};
    }
    void slots(int count) {
        for (int i = 0; i < count; ++i) {
            chain.advance_slot();
            server.on_slot();
        }
    }

    const Pubkey mint = test_key(50);
    ClusterStatistics statistics;
    RpcServer server;
    std::string text_;

 private:
    simdjson::dom::parser parser_;
};

}  // namespace sniperforge::sim
