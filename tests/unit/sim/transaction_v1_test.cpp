// SPDX-License-Identifier: MIT
// Version 1 transactions on the simulated chain: executed, charged by their config, shown as
// getTransaction shows them.
#include <simdjson.h>

#include "sim/json_transaction.hpp"
#include "sniperforge/core/base58.hpp"
#include "sniperforge/core/base64.hpp"
#include "unit/sim/chain_fixture.hpp"

namespace sniperforge::sim {
namespace {

const Pubkey kFriend = test_key(9);
constexpr std::uint64_t kAmount = 2'000'000;

class TransactionV1Test : public ChainTest {
 protected:
    static solana::TransactionConfig config() {
        return {.priority_fee = Lamports{777},
                .compute_unit_limit = ComputeUnits{10'000},
                .loaded_accounts_data_size_limit = 64 * 1024,
                .heap_bytes = {}};
    }
    [[nodiscard]] Instructions pay(std::uint64_t amount = kAmount) const {
        return {solana::system_transfer({wallet.public_key(), kFriend, Lamports{amount}})};
    }
    [[nodiscard]] Bytes wire_v1(const Instructions& instructions,
                                const solana::TransactionConfig& asked) const {
        const auto message = solana::compile_message_v1(wallet.public_key(), instructions,
                                                        chain.latest_blockhash(0), asked);
        EXPECT_TRUE(message) << message.error().text;
        return solana::sign_transaction(*message, wallet).value();
    }
    const Receipt* land_v1(const Instructions& instructions,
                           const solana::TransactionConfig& asked) {
        return land(wire_v1(instructions, asked));
    }
};

TEST_F(TransactionV1Test, LandsAndPaysItsTotalPriorityFee) {
    const Bytes wire = wire_v1(pay(), config());
    const std::uint64_t before = lamports(wallet.public_key());
    const auto sent = chain.submit(wire, false);
    ASSERT_TRUE(sent) << sent.error().message;
    EXPECT_EQ(*sent, solana::transaction_id_of(wire));
    chain.advance_slot();
    const Receipt* receipt = chain.receipt(*sent);
    ASSERT_NE(receipt, nullptr);
    EXPECT_EQ(receipt->error_json, "null");
    EXPECT_EQ(receipt->fee, 5'777U);
    EXPECT_EQ(receipt->wire, wire);
    EXPECT_EQ(lamports(kFriend), kAmount);
    EXPECT_EQ(before - lamports(wallet.public_key()), kAmount + 5'777);
}

TEST_F(TransactionV1Test, UnsetValuesAreZeroSoThatItPaysAndDoesNothing) {
    auto no_units = config();
    no_units.compute_unit_limit = {};
    const Receipt* receipt = land_v1(pay(), no_units);
    ASSERT_NE(receipt, nullptr);
    EXPECT_EQ(receipt->error_json, R"({"InstructionError":[0,"ComputationalBudgetExceeded"]})");
    EXPECT_EQ(receipt->fee, 5'777U);

    auto no_data = config();
    no_data.loaded_accounts_data_size_limit = {};
    receipt = land_v1(pay(), no_data);
    ASSERT_NE(receipt, nullptr);
    EXPECT_EQ(receipt->error_json, R"("MaxLoadedAccountsDataSizeExceeded")");
    EXPECT_EQ(receipt->fee, 5'777U);
    EXPECT_EQ(lamports(kFriend), 0U);

    auto no_fee = config();
    no_fee.priority_fee = {};
    EXPECT_EQ(land_v1(pay(), no_fee)->fee, 5'000U);
    EXPECT_EQ(lamports(kFriend), kAmount);
}

// The wallet and the System program are there, the friend is not yet: twice 64 bytes.
TEST_F(TransactionV1Test, MayLoadExactlyAsMuchAsItAskedFor) {
    auto tight = config();
    tight.loaded_accounts_data_size_limit = 127;
    EXPECT_EQ(land_v1(pay(), tight)->error_json, R"("MaxLoadedAccountsDataSizeExceeded")");
    tight.loaded_accounts_data_size_limit = 128;
    EXPECT_EQ(land_v1(pay(), tight)->error_json, "null");
    const auto simulated = chain.simulate(wire_v1(pay(), config()), false, false, {});
    ASSERT_TRUE(simulated);
    EXPECT_EQ(simulated->loaded_accounts_data_size, 192U);  // The friend is there now.
}

TEST_F(TransactionV1Test, Version0HasAnAccountDataLimitToo) {
    Instructions limited = pay();
    limited.insert(limited.begin(), solana::set_loaded_accounts_data_size_limit(191));
    EXPECT_EQ(land(limited)->error_json, R"("MaxLoadedAccountsDataSizeExceeded")");
    limited[0] = solana::set_loaded_accounts_data_size_limit(192);
    EXPECT_EQ(land(limited)->error_json, "null");
    limited[0] = solana::set_loaded_accounts_data_size_limit(0);
    EXPECT_EQ(land(limited), nullptr);
}

TEST_F(TransactionV1Test, ComputeBudgetInstructionsOnlyCostUnits) {
    Instructions instructions = pay();
    const auto plain = land_v1(instructions, config())->compute_units_consumed;
    instructions.push_back(solana::set_compute_unit_price(ComputeUnitPrice{1'000'000'000}));
    instructions.push_back(solana::set_compute_unit_price(ComputeUnitPrice{1'000'000'000}));
    instructions.push_back({solana::kComputeBudgetProgram, {}, {99}});
    const Receipt* receipt = land_v1(instructions, config());
    ASSERT_NE(receipt, nullptr);
    EXPECT_EQ(receipt->error_json, "null");
    EXPECT_EQ(receipt->fee, 5'777U);
    EXPECT_EQ(receipt->compute_units_consumed, plain + 3 * 150);
}

TEST_F(TransactionV1Test, MayBeLargerThanAPacket) {
    Instructions memo{{solana::kMemoProgram, {}, Bytes(3'000, 'a')}};
    auto generous = config();
    generous.compute_unit_limit = ComputeUnits{100'000};
    const Bytes wire = wire_v1(memo, generous);
    EXPECT_GT(wire.size(), solana::kTransactionBytesMax);
    EXPECT_EQ(land(wire)->error_json, "null");
}

TEST_F(TransactionV1Test, IsRefusedAboveItsOwnLimitWithTheNodesWords) {
    Bytes wire(4'097, 0);
    wire[0] = 0x81;
    const auto refused = chain.submit(wire, true);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, -32602);
    EXPECT_NE(refused.error().message.find("too large: 4097 bytes (max: 4096 bytes)"),
              std::string::npos)
        << refused.error().message;
    wire.resize(4'099);
    EXPECT_NE(
        chain.submit(wire, true)
            .error()
            .message.find(
                "base64 encoded solana_transaction::versioned::VersionedTransaction too large: "
                "5468 bytes (max: encoded/raw 5464/4096)"),
        std::string::npos);
}

TEST_F(TransactionV1Test, WrongSignatureIsRefused) {
    Bytes wire = wire_v1(pay(), config());
    wire.back() ^= 1U;
    const auto refused = chain.submit(wire, false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, -32003);
    EXPECT_EQ(land(wire), nullptr);
}

TEST_F(TransactionV1Test, FeeForMessageCountsItsConfig) {
    const auto message =
        solana::compile_message_v1(wallet.public_key(), pay(), chain.latest_blockhash(0), config());
    EXPECT_EQ(chain.fee_for_message(*message), Lamports{5'777});
}

// ---- getTransaction ----

class TransactionJson : public TransactionV1Test {
 protected:
    TransactionJson() {
        wire_ = wire_v1(pay(), config());
        receipt_ = land(wire_);
    }
    [[nodiscard]] JsonRpcResult<void> write(const Receipt& receipt, TransactionEncoding encoding,
                                            std::optional<std::uint64_t> version_max) {
        text_.clear();
        JsonWriter json{text_};
        return write_transaction(json, receipt, {encoding, version_max});
    }
    [[nodiscard]] simdjson::dom::element read(TransactionEncoding encoding) {
        EXPECT_TRUE(write(*receipt_, encoding, 1));
        return parser_.parse(text_).value();
    }
    void expect_unsupported(const Receipt& receipt, std::optional<std::uint64_t> version_max,
                            unsigned version) {
        const auto refused = write(receipt, TransactionEncoding::Json, version_max);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, -32015);
        EXPECT_EQ(refused.error().message,
                  fmt::format("Transaction version ({0}) is not supported by the requesting "
                              "client. Please try the request again with the following "
                              "configuration parameter: \"maxSupportedTransactionVersion\": {0}",
                              version));
    }

    Bytes wire_;
    const Receipt* receipt_ = nullptr;
    std::string text_;
    simdjson::dom::parser parser_;
};

TEST_F(TransactionJson, RefusesAVersionThatTheClientDidNotDeclare) {
    expect_unsupported(*receipt_, 0, 1);
    expect_unsupported(*receipt_, std::nullopt, 1);
    EXPECT_TRUE(write(*receipt_, TransactionEncoding::Json, 1));
    EXPECT_TRUE(write(*receipt_, TransactionEncoding::Json, 2));
    const Receipt v0 = *land(pay());
    expect_unsupported(v0, std::nullopt, 0);
    EXPECT_TRUE(write(v0, TransactionEncoding::Json, 0));
    const auto legacy =
        solana::compile_legacy_message(wallet.public_key(), pay(), chain.latest_blockhash(0));
    const Receipt old = *land(solana::sign_transaction(*legacy, wallet).value());
    EXPECT_TRUE(write(old, TransactionEncoding::Json, std::nullopt));
    EXPECT_EQ(text_.find("\"version\""), std::string::npos);
    EXPECT_TRUE(write(old, TransactionEncoding::Json, 1));
    EXPECT_NE(text_.find("\"version\":\"legacy\""), std::string::npos);
}

TEST_F(TransactionJson, ShowsVersionAndConfigInEveryEncoding) {
    EXPECT_EQ(read(TransactionEncoding::Base64)["transaction"].at(0).get_string().value(),
              base64_encode(wire_));
    EXPECT_EQ(read(TransactionEncoding::Base58)["transaction"].at(0).get_string().value(),
              base58_encode(wire_));
    // Of a program that nodes have no parser for.
    receipt_ = land(wire_v1({{solana::kRaydiumCpmmProgram, {}, {}}}, config()));
    ASSERT_NE(receipt_, nullptr);
    for (const auto encoding : {TransactionEncoding::Json, TransactionEncoding::JsonParsed}) {
        const auto root = read(encoding);
        EXPECT_EQ(root["version"].get_uint64().value(), 1U);
        EXPECT_EQ(root["meta"]["fee"].get_uint64().value(), 5'777U);
        const auto message = root["transaction"]["message"];
        EXPECT_NE(message["addressTableLookups"].error(), simdjson::SUCCESS);
        const auto shown = message["transactionConfig"];
        EXPECT_EQ(shown["priorityFee"].get_uint64().value(), 777U);
        EXPECT_EQ(shown["computeUnitLimit"].get_uint64().value(), 10'000U);
        EXPECT_EQ(shown["loadedAccountsDataSizeLimit"].get_uint64().value(), 65'536U);
        EXPECT_TRUE(shown["heapSize"].value().is_null());
        EXPECT_EQ(root["transaction"]["signatures"].at(0).get_string().value(),
                  receipt_->signature.to_string());
    }
    const auto parsed = read(TransactionEncoding::JsonParsed);
    EXPECT_EQ(parsed["transaction"]["message"]["accountKeys"].at(0)["source"].get_string().value(),
              "transaction");
}

}  // namespace
}  // namespace sniperforge::sim
