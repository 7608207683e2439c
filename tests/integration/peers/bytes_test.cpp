// SPDX-License-Identifier: MIT
// Our messages and signed transactions are, byte for byte, those of @solana/kit and @solana/web3.js
// for the same instructions. bytes.js writes the cases; bytes_test.py runs both.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <stdexcept>

#include "sniperforge/core/hex.hpp"
#include "sniperforge/solana/keypair.hpp"
#include "sniperforge/solana/message.hpp"
#include "sniperforge/solana/transaction.hpp"
#include "support/data.hpp"

namespace sniperforge::peers {
namespace {

using namespace solana;
using Json = simdjson::dom::element;

constexpr std::size_t kCasesEach = 50;  // At least.

[[nodiscard]] Bytes bytes_of(Json hex) { return hex_decode(std::string_view{hex}).value(); }
[[nodiscard]] Pubkey key_of(Json text) { return Pubkey::parse(std::string_view{text}).value(); }
[[nodiscard]] std::string_view kind_of(Json built) { return built["kind"]; }

[[nodiscard]] const sniperforge::test::JsonFile& cases() {
    const char* path = std::getenv("SNIPERFORGE_PEER_CASES");
    if (path == nullptr) {
        throw std::runtime_error(
            "SNIPERFORGE_PEER_CASES names no file: run this through "
            "tests/integration/peers/bytes_test.py");
    }
    static const sniperforge::test::JsonFile file{path};
    return file;
}

[[nodiscard]] std::vector<Instruction> instructions_of(Json built) {
    std::vector<Instruction> instructions;
    for (Json entry : built["instructions"]) {
        Instruction instruction{.program_id = key_of(entry["program"]),
                                .accounts = {},
                                .data = bytes_of(entry["data"])};
        for (Json account : entry["accounts"]) {
            instruction.accounts.push_back({.pubkey = key_of(account["key"]),
                                            .is_signer = bool{account["isSigner"]},
                                            .is_writable = bool{account["isWritable"]}});
        }
        instructions.push_back(std::move(instruction));
    }
    return instructions;
}

[[nodiscard]] std::vector<AddressLookupTable> tables_of(Json built) {
    std::vector<AddressLookupTable> tables;
    for (Json entry : built["tables"]) {
        AddressLookupTable table{.key = key_of(entry["key"]), .addresses = {}};
        for (Json address : entry["addresses"]) {
            table.addresses.push_back(key_of(address));
        }
        tables.push_back(std::move(table));
    }
    return tables;
}

[[nodiscard]] TransactionConfig config_of(Json built) {
    const auto value = [&](std::string_view name) -> std::optional<std::uint64_t> {
        std::string_view text;
        if (built["config"][name].get(text) != simdjson::SUCCESS) {
            return std::nullopt;
        }
        return std::stoull(std::string{text});
    };
    const auto word = [&](std::string_view name) -> std::optional<std::uint32_t> {
        const auto found = value(name);
        return found ? std::optional{static_cast<std::uint32_t>(*found)} : std::nullopt;
    };
    TransactionConfig config;
    if (const auto fee = value("priorityFeeLamports")) {
        config.priority_fee = Lamports{*fee};
    }
    if (const auto limit = value("computeUnitLimit")) {
        config.compute_unit_limit = ComputeUnits{*limit};
    }
    config.loaded_accounts_data_size_limit = word("loadedAccountsDataSizeLimit");
    config.heap_bytes = word("heapSize");
    return config;
}

[[nodiscard]] Result<Bytes> compile(Json built) {
    const std::string_view kind = kind_of(built);
    const Pubkey payer = key_of(built["payer"]);
    const Hash blockhash = Hash::parse(std::string_view{built["blockhash"]}).value();
    const auto instructions = instructions_of(built);
    if (kind == "web3.js legacy message") {
        return compile_legacy_message(payer, instructions, blockhash, KeyOrder::FirstSeen);
    }
    if (kind.contains("legacy")) {
        return compile_legacy_message(payer, instructions, blockhash);
    }
    if (kind == "kit v1") {
        return compile_message_v1(payer, instructions, blockhash, config_of(built));
    }
    const KeyOrder order = kind.starts_with("kit") ? KeyOrder::Dictionary : KeyOrder::FirstSeen;
    return compile_message(payer, instructions, blockhash, tables_of(built), order);
}

[[nodiscard]] std::vector<Keypair> signers_of(Json built) {
    std::vector<Keypair> signers;
    for (Json seed : built["seeds"]) {
        const Bytes bytes = bytes_of(seed);
        signers.push_back(
            Keypair::from_seed(std::span<const std::uint8_t, kSeedSize>{bytes.data(), kSeedSize})
                .value());
    }
    return signers;
}

TEST(PeerBytes, CompileToTheSameMessage) {
    std::map<std::string, std::size_t> counts;
    for (Json built : cases().root()["cases"]) {
        const auto message = compile(built);
        ASSERT_TRUE(message) << kind_of(built) << ": " << message.error().text;
        ASSERT_EQ(hex_encode(*message), std::string_view{built["message"]}) << built;
        ++counts[std::string{kind_of(built)}];
    }
    EXPECT_EQ(counts.size(), 10U);
    for (const auto& [kind, count] : counts) {
        EXPECT_GE(count, kCasesEach) << kind;
    }
}

TEST(PeerBytes, SignToTheSameTransaction) {
    for (Json built : cases().root()["cases"]) {
        const auto signers = signers_of(built);
        std::vector<const Keypair*> keys;
        for (const Keypair& signer : signers) {
            keys.push_back(&signer);
        }
        const auto transaction = sign_transaction(bytes_of(built["message"]), keys);
        ASSERT_TRUE(transaction) << kind_of(built) << ": " << transaction.error().text;
        ASSERT_EQ(hex_encode(*transaction), std::string_view{built["transaction"]}) << built;
    }
}

TEST(PeerBytes, ParseAndSerializeToThemselves) {
    for (Json built : cases().root()["cases"]) {
        const Bytes bytes = bytes_of(built["transaction"]);
        const auto transaction = parse_transaction(bytes);
        ASSERT_TRUE(transaction) << kind_of(built) << ": " << transaction.error().text;
        EXPECT_TRUE(verify_signatures(*transaction)) << built;
        EXPECT_EQ(serialize_transaction(*transaction), bytes) << built;
        EXPECT_EQ(transaction->message.payer(), key_of(built["payer"]));
    }
}

}  // namespace
}  // namespace sniperforge::peers
