// SPDX-License-Identifier: MIT
// Reading the wire vectors and account fixtures of the recorded data.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "sniperforge/core/base64.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/solana/instruction.hpp"
#include "sniperforge/solana/keypair.hpp"
#include "support/data.hpp"

namespace sniperforge::solana::test {

using sniperforge::test::JsonFile;
using Json = simdjson::dom::element;

inline std::string text(Json value) { return std::string{std::string_view{value}}; }
inline Bytes from_hex(Json value) { return hex_decode(text(value)).value(); }
inline Bytes from_hex(std::string_view value) { return hex_decode(value).value(); }
inline Bytes from_base64(Json value) { return base64_decode(text(value)).value(); }
inline Pubkey key_text(std::string_view value) { return Pubkey::parse(value).value(); }
inline Pubkey key(Json value) { return key_text(std::string_view{value}); }
inline Hash hash(Json value) { return Hash::parse(std::string_view{value}).value(); }
inline std::uint64_t decimal(Json value) { return std::stoull(text(value)); }

// A key that nobody owns, told apart by its number.
inline Pubkey numbered_key(std::uint64_t number) {
    Pubkey out;
    std::memcpy(out.bytes.data() + 8, &number, sizeof number);
    out.bytes[0] = 7;
    return out;
}
inline const Pubkey kPayer = numbered_key(1);
inline const Pubkey kProgram = numbered_key(100);
inline const Hash kBlockhash = Hash::from(numbered_key(50).bytes);

inline Keypair keypair_of_seed(BytesView seed) {
    return Keypair::from_seed(std::span<const std::uint8_t, kSeedSize>{seed.data(), kSeedSize})
        .value();
}
inline Keypair numbered_keypair(std::uint8_t number) {
    Bytes seed_bytes(kSeedSize, number);
    return keypair_of_seed(seed_bytes);
}

inline Json wire(const std::filesystem::path& data) {
    static const JsonFile file{data / "vectors" / "wire.json"};
    return file.root();
}

inline Instruction instruction_of(Json vector) {
    Instruction out;
    out.program_id = key(vector["program_id"]);
    for (Json account : vector["accounts"]) {
        out.accounts.push_back(
            {key(account["pubkey"]), bool{account["is_signer"]}, bool{account["is_writable"]}});
    }
    out.data = from_hex(Json{vector["data_hex"]});
    return out;
}
inline Instruction named_instruction(Json wire_root, std::string_view name) {
    for (Json vector : wire_root["instructions"]) {
        if (std::string_view{vector["name"]} == name) {
            return instruction_of(vector);
        }
    }
    throw std::runtime_error("no instruction vector " + std::string{name});
}
inline std::vector<Instruction> named_instructions(Json wire_root, Json names) {
    std::vector<Instruction> out;
    for (Json name : names) {
        out.push_back(named_instruction(wire_root, std::string_view{name}));
    }
    return out;
}

// A recorded account: its data and what the recording says about it.
struct AccountFixture {
    JsonFile file;
    Bytes data;

    AccountFixture(const std::filesystem::path& data_directory, const std::string& name)
        : file{data_directory / "fixtures" / "accounts" / (name + ".json")},
          data{from_base64(Json{file.root()["data_base64"]})} {}
    [[nodiscard]] Json expected() const { return file.root()["expected"]; }
};

}  // namespace sniperforge::solana::test
