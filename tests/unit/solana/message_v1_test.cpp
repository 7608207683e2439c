// SPDX-License-Identifier: MIT
// Version 1 messages, byte by byte from SIMD-0385.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>

#include "sniperforge/core/rng.hpp"
#include "sniperforge/solana/message.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "unit/solana/wire_vectors.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

TransactionConfig full_config() {
    return {Lamports{0x0102030405060708}, ComputeUnits{0x11121314}, 0x21222324U, 64U * 1024U};
}

Bytes compiled_v1(std::span<const Instruction> instructions, const TransactionConfig& config = {}) {
    auto bytes = compile_message_v1(kPayer, instructions, kBlockhash, config);
    EXPECT_TRUE(bytes) << bytes.error().text;
    return bytes.value_or(Bytes{});
}

// ---- Compiling ----

TEST(CompileMessageV1, LaysOutEveryFieldAsTheProposalSays) {
    const Pubkey plain = numbered_key(3);
    const std::array instructions{
        Instruction{kProgram, {writable(plain), signer(kPayer)}, Bytes{0xaa, 0xbb, 0xcc}},
        Instruction{kProgram, {}, Bytes{0xdd}}};
    Bytes expected{0x81, 1, 0, 1};                          // Version, header.
    append(expected, Bytes{0x1f, 0, 0, 0});                 // Mask: every field.
    append(expected, kBlockhash.bytes);                     //
    append(expected, Bytes{2, 3});                          // Instructions, addresses.
    append(expected, kPayer.bytes);                         //
    append(expected, plain.bytes);                          //
    append(expected, kProgram.bytes);                       //
    append(expected, Bytes{8, 7, 6, 5, 4, 3, 2, 1});        // Priority fee.
    append(expected, Bytes{0x14, 0x13, 0x12, 0x11});        // Compute unit limit.
    append(expected, Bytes{0x24, 0x23, 0x22, 0x21});        // Loaded accounts data size limit.
    append(expected, Bytes{0x00, 0x00, 0x01, 0x00});        // Heap.
    append(expected, Bytes{2, 2, 3, 0, 2, 0, 1, 0});        // Headers: program, accounts, data.
    append(expected, Bytes{1, 0, 0xaa, 0xbb, 0xcc, 0xdd});  // Payloads.
    EXPECT_EQ(hex_encode(compiled_v1(instructions, full_config())), hex_encode(expected));
}

TEST(CompileMessageV1, WritesOnlyTheConfigValuesThatAreSet) {
    const std::array instructions{Instruction{kProgram, {}, {}}};
    const std::size_t bare = compiled_v1(instructions).size();
    const auto mask_and_size = [&](const TransactionConfig& config) {
        const Bytes bytes = compiled_v1(instructions, config);
        return std::pair{read_le<std::uint32_t>(bytes, 4), bytes.size() - bare};
    };
    using Expected = std::pair<std::uint32_t, std::size_t>;
    EXPECT_EQ(mask_and_size({}), (Expected{0, 0}));
    EXPECT_EQ(mask_and_size({.priority_fee = Lamports{0}}), (Expected{0b00011, 8}));
    EXPECT_EQ(mask_and_size({.compute_unit_limit = ComputeUnits{1}}), (Expected{0b00100, 4}));
    EXPECT_EQ(mask_and_size({.loaded_accounts_data_size_limit = 1}), (Expected{0b01000, 4}));
    EXPECT_EQ(mask_and_size({.heap_bytes = 32 * 1024}), (Expected{0b10000, 4}));
    EXPECT_EQ(mask_and_size({.compute_unit_limit = ComputeUnits{1}, .heap_bytes = 256 * 1024}),
              (Expected{0b10100, 8}));
}

TEST(CompileMessageV1, SortsEachGroupOfKeysUnlessToldOtherwise) {
    const Pubkey digit = kSystemProgram;
    const Pubkey small_p = key_text("pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA");
    const Pubkey capital_s = key_text("So11111111111111111111111111111111111111112");
    const std::array instructions{
        Instruction{kTokenProgram, {readonly(capital_s), writable(small_p), readonly(digit)}, {}}};
    const Bytes sorted = compiled_v1(instructions);
    EXPECT_EQ(parse_message(sorted)->account_keys,
              (std::vector{kPayer, small_p, digit, capital_s, kTokenProgram}));
    Bytes seen(10, 0xff);
    ASSERT_TRUE(compile_message_v1_into(seen, kPayer, instructions, kBlockhash, {}));
    EXPECT_EQ(parse_message(seen)->account_keys,
              (std::vector{kPayer, small_p, kTokenProgram, capital_s, digit}));
    EXPECT_EQ(
        seen,
        compile_message_v1(kPayer, instructions, kBlockhash, {}, KeyOrder::FirstSeen).value());
}

class CompileMessageV1Limits : public testing::Test {
 protected:
    static std::string refusal(std::span<const Instruction> instructions,
                               const TransactionConfig& config = {}) {
        const auto bytes = compile_message_v1(kPayer, instructions, kBlockhash, config);
        if (!bytes) {
            return bytes.error().text;
        }
        const auto parsed = parse_message(*bytes);
        return parsed ? "" : "does not parse: " + parsed.error().text;
    }
    static void expect_refused(const std::string& text, std::string_view reason) {
        EXPECT_NE(text.find(reason), std::string::npos) << text;
    }
    static std::string refusal_of_size(std::size_t data_size) {
        const std::array instructions{Instruction{kProgram, {}, Bytes(data_size, 1)}};
        return refusal(instructions);
    }
};

TEST_F(CompileMessageV1Limits, AreSixtyFourInstructions) {
    std::vector<Instruction> instructions(64, Instruction{kProgram, {}, {}});
    EXPECT_EQ(refusal(instructions), "");
    instructions.push_back(instructions.back());
    expect_refused(refusal(instructions), "65 instructions, at most 64");
}

TEST_F(CompileMessageV1Limits, AreSixtyFourAccounts) {
    Instruction instruction{kProgram, {}, {}};
    for (std::uint64_t i = 0; i < 62; ++i) {
        instruction.accounts.push_back(readonly(numbered_key(1000 + i)));
    }
    EXPECT_EQ(refusal({&instruction, 1}), "");
    instruction.accounts.push_back(readonly(numbered_key(5000)));
    expect_refused(refusal({&instruction, 1}), "more than 64 different accounts");
}

TEST_F(CompileMessageV1Limits, AreTwelveSigners) {
    Instruction instruction{kProgram, {}, {}};
    for (std::uint64_t i = 0; i < 11; ++i) {
        instruction.accounts.push_back(signer(numbered_key(1000 + i)));
    }
    EXPECT_EQ(refusal({&instruction, 1}), "");
    instruction.accounts.push_back(signer(numbered_key(5000)));
    expect_refused(refusal({&instruction, 1}), "13 signers, at most 12");
}

TEST_F(CompileMessageV1Limits, Are255AccountsOfAnInstruction) {
    Instruction instruction{kProgram, std::vector<AccountMeta>(255, readonly(kPayer)), {}};
    EXPECT_EQ(refusal({&instruction, 1}), "");
    instruction.accounts.push_back(readonly(kPayer));
    expect_refused(refusal({&instruction, 1}), "256 accounts");
}

// With one signature: the last byte that fits 4,096 and the first that does not.
TEST_F(CompileMessageV1Limits, Are4096BytesWithSignatures) {
    constexpr std::size_t kOverhead = 64 + 42 + 2 * 32 + 4;
    EXPECT_EQ(refusal_of_size(kTransactionBytesMaxV1 - kOverhead), "");
    expect_refused(refusal_of_size(kTransactionBytesMaxV1 - kOverhead + 1), "4097 bytes");
    expect_refused(refusal_of_size(65'536), "65536 bytes of data, at most 255 and 65535");
}

TEST_F(CompileMessageV1Limits, AreKibibytesOfHeapFrom32To256) {
    const std::array instructions{Instruction{kProgram, {}, {}}};
    for (const std::uint32_t bytes : {32U * 1024, 33U * 1024, 256U * 1024}) {
        EXPECT_EQ(refusal(instructions, {.heap_bytes = bytes}), "") << bytes;
    }
    for (const std::uint32_t bytes : {0U, 31U * 1024, 32U * 1024 + 1, 257U * 1024}) {
        expect_refused(refusal(instructions, {.heap_bytes = bytes}), "a heap of");
    }
}

TEST_F(CompileMessageV1Limits, Are32BitsOfComputeUnits) {
    const std::array instructions{Instruction{kProgram, {}, {}}};
    EXPECT_EQ(refusal(instructions, {.compute_unit_limit = ComputeUnits{0xffff'ffff}}), "");
    expect_refused(refusal(instructions, {.compute_unit_limit = ComputeUnits{0x1'0000'0000}}),
                   "does not fit 32 bits");
}

TEST_F(CompileMessageV1Limits, KeepThePayerFromBeingAProgram) {
    const std::array instructions{Instruction{kPayer, {}, {}}};
    expect_refused(refusal(instructions), "fee payer");
}

// What goes in comes out, whatever the instructions and the config.
TEST(CompileMessageV1, LosesNothingOfRandomInstructions) {
    Rng rng{78};
    for (int round = 0; round < 300; ++round) {
        std::vector<Instruction> instructions(rng.below(20));
        std::map<Pubkey, AccountMeta> merged{{kPayer, writable_signer(kPayer)}};
        const auto merge = [&](const AccountMeta& meta) {
            auto& entry = merged.emplace(meta.pubkey, meta).first->second;
            entry.is_signer |= meta.is_signer;
            entry.is_writable |= meta.is_writable;
        };
        for (auto& instruction : instructions) {
            instruction.program_id = numbered_key(100 + rng.below(3));
            merge(readonly(instruction.program_id));
            for (std::uint64_t left = rng.below(12); left > 0; --left) {
                const AccountMeta meta{numbered_key(1 + rng.below(30)), rng.chance(0.05),
                                       rng.chance(0.5)};
                instruction.accounts.push_back(meta);
                merge(meta);
            }
            instruction.data.resize(rng.below(90));
            rng.fill(instruction.data);
        }
        TransactionConfig config;
        if (rng.chance(0.5)) {
            config.priority_fee = Lamports{rng.below(1'000'000)};
        }
        if (rng.chance(0.5)) {
            config.compute_unit_limit = ComputeUnits{rng.below(1'400'000)};
        }
        const auto bytes =
            compile_message_v1(kPayer, instructions, kBlockhash, config,
                               rng.chance(0.5) ? KeyOrder::Dictionary : KeyOrder::FirstSeen);
        if (!bytes) {
            ASSERT_NE(bytes.error().text.find("at most"), std::string::npos) << bytes.error().text;
            continue;
        }
        const auto message = parse_message(*bytes);
        ASSERT_TRUE(message) << message.error().text;
        EXPECT_EQ(message->version, MessageVersion::V1);
        EXPECT_EQ(message->config, config);
        EXPECT_EQ(message->recent_blockhash, kBlockhash);
        const auto accounts = resolve_accounts(*message, {});
        ASSERT_TRUE(accounts);
        ASSERT_EQ(accounts->size(), merged.size());
        ASSERT_EQ(message->instructions.size(), instructions.size());
        for (std::size_t i = 0; i < instructions.size(); ++i) {
            const auto& out = message->instructions[i];
            EXPECT_EQ(message->program_id(out), instructions[i].program_id);
            EXPECT_TRUE(std::ranges::equal(out.data, instructions[i].data));
            ASSERT_EQ(out.account_indexes.size(), instructions[i].accounts.size());
            for (std::size_t k = 0; k < out.account_indexes.size(); ++k) {
                EXPECT_EQ(accounts->at(out.account_indexes[k]),
                          merged.at(instructions[i].accounts[k].pubkey));
            }
        }
        EXPECT_EQ(serialize_message(*message), *bytes);
    }
}

// ---- Parsing ----

// Offsets in the message below: version 0, header 1..3, mask 4..7, lifetime 8..39, instruction
// count 40, address count 41, keys 42..137, config 138..157, instruction header 158..161, account
// indexes 162..163, data 164.
class ParseMessageV1Checks : public testing::Test {
 protected:
    static Bytes valid() {
        const std::array instructions{
            Instruction{kProgram, {writable(numbered_key(3)), readonly(kPayer)}, Bytes{9}}};
        return compiled_v1(instructions, full_config());
    }
    static std::string refusal(const Bytes& bytes) {
        const auto parsed = parse_message(bytes);
        return parsed ? "accepted" : parsed.error().text;
    }
    static std::string refusal_with(std::size_t offset, std::uint8_t value) {
        Bytes bytes = valid();
        bytes.at(offset) = value;
        return refusal(bytes);
    }
    static void expect_refused(const std::string& text, std::string_view reason) {
        EXPECT_NE(text.find(reason), std::string::npos) << text;
    }
};

TEST_F(ParseMessageV1Checks, AcceptTheUnchangedMessage) {
    ASSERT_EQ(valid().size(), 165U);
    const Bytes bytes = valid();
    const auto message = parse_message(bytes);
    ASSERT_TRUE(message) << message.error().text;
    EXPECT_EQ(message->version, MessageVersion::V1);
    EXPECT_EQ(message->config, full_config());
    EXPECT_EQ(message->header, (MessageHeader{1, 0, 1}));
    EXPECT_EQ(message->account_keys, (std::vector{kPayer, numbered_key(3), kProgram}));
    EXPECT_EQ(message->account_count(), 3U);
    EXPECT_EQ(serialize_message(*message), bytes);
}

TEST_F(ParseMessageV1Checks, RefuseMaskBitsThatNobodyKnowsAsANewerVersion) {
    for (unsigned bit = 5; bit < 32; ++bit) {
        Bytes bytes = valid();
        write_le(std::span{bytes}, 4, 0x1fU | (1U << bit));
        const auto parsed = parse_message(bytes);
        ASSERT_FALSE(parsed) << bit;
        EXPECT_TRUE(parsed.error().is_unsupported_version());
        expect_refused(parsed.error().text, "does not know (known: 0x1f)");
    }
}

TEST_F(ParseMessageV1Checks, RefuseHalfAPriorityFee) {
    expect_refused(refusal_with(4, 0x1d), "one half of the priority fee");
    expect_refused(refusal_with(4, 0x1e), "one half of the priority fee");
}

TEST_F(ParseMessageV1Checks, RefuseHeadersThatDoNotFit) {
    expect_refused(refusal_with(1, 0), "header");
    expect_refused(refusal_with(2, 1), "header");  // The payer would be readonly.
    EXPECT_EQ(refusal_with(3, 2), "accepted");
    expect_refused(refusal_with(3, 3), "header");
    expect_refused(refusal_with(1, 13), "13 signatures");
}

TEST_F(ParseMessageV1Checks, RefuseCountsAboveTheLimits) {
    expect_refused(refusal_with(40, 65), "65 instructions");
    expect_refused(refusal_with(41, 65), "65 account keys");
    expect_refused(refusal_with(40, 64), "cut off");
    expect_refused(refusal_with(41, 64), "64 account keys in");
}

TEST_F(ParseMessageV1Checks, RefuseDuplicateKeys) {
    Bytes bytes = valid();
    std::copy_n(bytes.begin() + 42, 32, bytes.begin() + 42 + 64);
    expect_refused(refusal(bytes), "account keys 0 and 2");
}

TEST_F(ParseMessageV1Checks, RefuseAHeapThatNoNodeGives) {
    Bytes bytes = valid();
    write_le(std::span{bytes}, 154, 32U * 1024 + 512);
    expect_refused(refusal(bytes), "a heap of 33280 bytes");
    write_le(std::span{bytes}, 154, 32U * 1024);
    EXPECT_EQ(refusal(bytes), "accepted");
    write_le(std::span{bytes}, 154, 31U * 1024);
    expect_refused(refusal(bytes), "a heap of");
}

TEST_F(ParseMessageV1Checks, RefuseProgramsAndAccountsThatAreNotThere) {
    EXPECT_EQ(refusal_with(158, 1), "accepted");
    expect_refused(refusal_with(158, 0), "program index 0");
    expect_refused(refusal_with(158, 3), "program index 3 of 3");
    EXPECT_EQ(refusal_with(162, 2), "accepted");
    expect_refused(refusal_with(162, 3), "account 3 of 3");
}

TEST_F(ParseMessageV1Checks, RefuseLeftOversAndEveryTruncation) {
    Bytes bytes = valid();
    bytes.push_back(0);
    expect_refused(refusal(bytes), "1 bytes are left over");
    const Bytes good = valid();
    for (std::size_t size = 0; size < good.size(); ++size) {
        const auto parsed = parse_message(BytesView{good}.first(size));
        ASSERT_FALSE(parsed) << size;
        EXPECT_FALSE(parsed.error().is_unsupported_version()) << size;
    }
}

TEST_F(ParseMessageV1Checks, LeaveNothingOfAnEarlierMessageBehind) {
    const Bytes with_config = valid();
    const std::array instructions{Instruction{kProgram, {readonly(numbered_key(9))}, {}}};
    const std::array tables{AddressLookupTable{numbered_key(200), {numbered_key(9)}}};
    const Bytes v0 = compile_message(kPayer, instructions, kBlockhash, tables).value();
    Message message;
    ASSERT_TRUE(parse_message_into(with_config, message));
    ASSERT_TRUE(parse_message_into(v0, message));
    EXPECT_EQ(message.config, TransactionConfig{});
    EXPECT_EQ(serialize_message(message), v0);
    ASSERT_TRUE(parse_message_into(with_config, message));
    EXPECT_TRUE(message.address_table_lookups.empty());
    EXPECT_EQ(serialize_message(message), with_config);
}

}  // namespace
}  // namespace sniperforge::solana
