// SPDX-License-Identifier: MIT
#include "sniperforge/solana/message.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "sniperforge/core/rng.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "unit/solana/wire_vectors.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

Bytes compiled(std::span<const Instruction> instructions,
               std::span<const AddressLookupTable> tables = {}) {
    auto bytes = compile_message(kPayer, instructions, kBlockhash, tables);
    EXPECT_TRUE(bytes) << bytes.error().text;
    return bytes.value_or(Bytes{});
}

AddressLookupTable vector_table(Json vector) {
    AddressLookupTable table;
    table.key = key(Json{vector["lookup_table"]["key"]});
    for (Json address : vector["lookup_table"]["addresses"]) {
        table.addresses.push_back(key(address));
    }
    return table;
}

TEST(CompileMessage, MatchesTheLegacyVector) {
    SF_REQUIRE_DATA(data);
    const Json root = wire(data);
    const Json vector = root["legacy_tx"];
    const auto instructions = named_instructions(root, Json{vector["instruction_names"]});
    const auto message = compile_legacy_message(key(Json{vector["signers"].at(0)}), instructions,
                                                hash(vector["blockhash"]));
    ASSERT_TRUE(message) << message.error().text;
    EXPECT_EQ(hex_encode(*message), text(vector["message_hex"]));
}

TEST(CompileMessage, MatchesTheVersion0Vector) {
    SF_REQUIRE_DATA(data);
    const Json root = wire(data);
    const Json vector = root["v0_tx"];
    const auto instructions = named_instructions(root, Json{vector["instruction_names"]});
    const std::array tables{vector_table(vector)};
    const auto message = compile_message(key(Json{vector["static_account_keys"].at(0)}),
                                         instructions, hash(vector["blockhash"]), tables);
    ASSERT_TRUE(message) << message.error().text;
    EXPECT_EQ(hex_encode(*message), text(vector["message_hex"]));
}

TEST(CompileMessage, MatchesTheVersion0VectorWithoutTables) {
    SF_REQUIRE_DATA(data);
    const Json root = wire(data);
    const auto transfer = named_instruction(root, "system transfer 1000000");
    const std::array instructions{transfer};
    const auto message = compile_message(transfer.accounts[0].pubkey, instructions,
                                         hash(root["legacy_tx"]["blockhash"]));
    ASSERT_TRUE(message) << message.error().text;
    EXPECT_EQ(hex_encode(*message), text(root["v0_tx_no_lut"]["message_hex"]));
}

TEST(ParseMessage, ReadsTheVersion0Vector) {
    SF_REQUIRE_DATA(data);
    const Json vector = wire(data)["v0_tx"];
    const Bytes bytes = from_hex(Json{vector["message_hex"]});
    const auto message = parse_message(bytes);
    ASSERT_TRUE(message) << message.error().text;
    EXPECT_EQ(message->version, MessageVersion::V0);
    EXPECT_EQ(
        message->header,
        (MessageHeader{
            static_cast<std::uint8_t>(std::uint64_t{vector["header"]["numRequiredSignatures"]}),
            static_cast<std::uint8_t>(std::uint64_t{vector["header"]["numReadonlySignedAccounts"]}),
            static_cast<std::uint8_t>(
                std::uint64_t{vector["header"]["numReadonlyUnsignedAccounts"]})}));
    std::vector<Pubkey> keys;
    for (Json static_key : vector["static_account_keys"]) {
        keys.push_back(key(static_key));
    }
    EXPECT_EQ(message->account_keys, keys);
    EXPECT_EQ(message->recent_blockhash, hash(vector["blockhash"]));
    ASSERT_EQ(message->address_table_lookups.size(), 1U);
    const auto& lookup = message->address_table_lookups[0];
    EXPECT_EQ(lookup.table, key(Json{vector["lookup_table"]["key"]}));
    EXPECT_TRUE(std::ranges::equal(lookup.writable_indexes, Bytes{4, 0}));
    EXPECT_TRUE(std::ranges::equal(lookup.readonly_indexes, Bytes{1}));

    const std::array tables{vector_table(vector)};
    const auto loaded = load_addresses(*message, tables);
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->writable, (std::vector{tables[0].addresses[4], tables[0].addresses[0]}));
    EXPECT_EQ(loaded->readonly, (std::vector{tables[0].addresses[1]}));
    const auto accounts = resolve_accounts(*message, *loaded);
    ASSERT_TRUE(accounts);
    EXPECT_EQ(accounts->size(), 8U);
    EXPECT_EQ(accounts->at(0), writable_signer(keys[0]));
    EXPECT_EQ(accounts->at(5), writable(tables[0].addresses[4]));
    EXPECT_EQ(accounts->at(7), readonly(tables[0].addresses[1]));
}

TEST(CompileMessage, KeepsSignersAndProgramsOutOfTables) {
    const Pubkey co_signer = numbered_key(2);
    const Pubkey plain = numbered_key(3);
    const std::array instructions{
        Instruction{kProgram, {signer(co_signer), writable(plain), readonly(kPayer)}, Bytes{1}}};
    const std::array tables{
        AddressLookupTable{numbered_key(200), {kPayer, co_signer, kProgram, plain}}};
    const Bytes bytes = compiled(instructions, tables);
    const auto message = parse_message(bytes);
    ASSERT_TRUE(message) << message.error().text;
    EXPECT_EQ(message->account_keys, (std::vector{kPayer, co_signer, kProgram}));
    EXPECT_TRUE(
        std::ranges::equal(message->address_table_lookups.at(0).writable_indexes, Bytes{3}));
}

TEST(CompileMessage, LeavesOutTablesThatSupplyNothingAndPrefersEarlierOnes) {
    const Pubkey plain = numbered_key(3);
    const std::array instructions{Instruction{kProgram, {readonly(plain)}, {}}};
    const std::array tables{AddressLookupTable{numbered_key(200), {numbered_key(9)}},
                            AddressLookupTable{numbered_key(201), {plain}},
                            AddressLookupTable{numbered_key(202), {plain}}};
    const Bytes bytes = compiled(instructions, tables);
    const auto message = parse_message(bytes);
    ASSERT_TRUE(message);
    ASSERT_EQ(message->address_table_lookups.size(), 1U);
    EXPECT_EQ(message->address_table_lookups[0].table, numbered_key(201));
}

TEST(CompileMessage, MergesFlagsOfAnAccountThatOccursSeveralTimes) {
    const Pubkey both = numbered_key(3);
    const std::array instructions{Instruction{kProgram, {readonly(both)}, {}},
                                  Instruction{kProgram, {signer(both)}, {}},
                                  Instruction{kProgram, {writable(both)}, {}}};
    const Bytes bytes = compiled(instructions);
    const auto message = parse_message(bytes);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->header, (MessageHeader{2, 0, 1}));
    EXPECT_EQ(message->account_keys, (std::vector{kPayer, both, kProgram}));
}

TEST(CompileMessage, RefusesAPayerThatIsAlsoAProgram) {
    const std::array instructions{Instruction{kPayer, {}, {}}};
    const auto refused = compile_message(kPayer, instructions, kBlockhash);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("fee payer"), std::string::npos);
}

// 1,232 bytes with one signature: the last byte that fits and the first that does not.
TEST(CompileMessage, FillsAPacketToTheLastByteAndNotBeyond) {
    const auto attempt = [](std::size_t data_size) {
        const std::array instructions{Instruction{kProgram, {}, Bytes(data_size, 1)}};
        return compile_message(kPayer, instructions, kBlockhash);
    };
    // Version, header, two keys, blockhash, instruction (1 + 1 + 1 + 2), no lookups.
    constexpr std::size_t kOverhead = 1 + 64 + 1 + 3 + 1 + 2 * 32 + 32 + 1 + 1 + 1 + 2 + 1;
    EXPECT_TRUE(attempt(kTransactionBytesMax - kOverhead));
    const auto refused = attempt(kTransactionBytesMax - kOverhead + 1);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("1233 bytes"), std::string::npos) << refused.error().text;
}

TEST(CompileMessage, RefusesMoreAccountsThanAnIndexCanName) {
    Instruction instruction{kProgram, {}, {}};
    AddressLookupTable table{numbered_key(200), {}};
    AddressLookupTable second{numbered_key(201), {}};
    for (std::uint64_t i = 0; i < 254; ++i) {
        instruction.accounts.push_back(readonly(numbered_key(1000 + i)));
        table.addresses.push_back(instruction.accounts.back().pubkey);
    }
    const std::array tables{table, second};
    EXPECT_TRUE(compile_message(kPayer, {&instruction, 1}, kBlockhash, tables));
    instruction.accounts.push_back(readonly(numbered_key(5000)));
    EXPECT_FALSE(compile_message(kPayer, {&instruction, 1}, kBlockhash, tables));
}

// What goes in comes out, whatever the instructions: same programs, keys, data; flags merged.
TEST(CompileMessage, LosesNothingOfRandomInstructions) {
    Rng rng{77};
    for (int round = 0; round < 300; ++round) {
        std::vector<Instruction> instructions(1 + rng.below(6));
        std::map<Pubkey, AccountMeta> merged{{kPayer, writable_signer(kPayer)}};
        const auto merge = [&](const AccountMeta& meta) {
            auto& entry = merged.emplace(meta.pubkey, meta).first->second;
            entry.is_signer |= meta.is_signer;
            entry.is_writable |= meta.is_writable;
        };
        for (auto& instruction : instructions) {
            instruction.program_id = numbered_key(100 + rng.below(3));
            merge(readonly(instruction.program_id));
            const auto accounts = rng.below(12);
            for (std::uint64_t i = 0; i < accounts; ++i) {
                const AccountMeta meta{numbered_key(1 + rng.below(20)), rng.chance(0.05),
                                       rng.chance(0.5)};
                instruction.accounts.push_back(meta);
                merge(meta);
            }
            instruction.data.resize(rng.below(30));
            rng.fill(instruction.data);
        }
        std::vector<AddressLookupTable> tables(rng.below(3));
        for (std::size_t t = 0; t < tables.size(); ++t) {
            tables[t].key = numbered_key(200 + t);
            for (int i = 0; i < 12; ++i) {
                tables[t].addresses.push_back(numbered_key(1 + rng.below(30)));
            }
        }
        const bool is_legacy = tables.empty() && rng.chance(0.5);
        const auto bytes = is_legacy ? compile_legacy_message(kPayer, instructions, kBlockhash)
                                     : compile_message(kPayer, instructions, kBlockhash, tables);
        if (!bytes) {
            ASSERT_NE(bytes.error().text.find("bytes, at most"), std::string::npos)
                << bytes.error().text;
            continue;
        }
        const auto message = parse_message(*bytes);
        ASSERT_TRUE(message) << message.error().text;
        EXPECT_EQ(message->payer(), kPayer);
        const auto loaded = load_addresses(*message, tables);
        ASSERT_TRUE(loaded) << loaded.error().text;
        const auto accounts = resolve_accounts(*message, *loaded);
        ASSERT_TRUE(accounts) << accounts.error().text;
        ASSERT_EQ(accounts->size(), merged.size());
        ASSERT_EQ(message->instructions.size(), instructions.size());
        for (std::size_t i = 0; i < instructions.size(); ++i) {
            const auto& in = instructions[i];
            const auto& out = message->instructions[i];
            EXPECT_EQ(message->program_id(out), in.program_id);
            EXPECT_TRUE(std::ranges::equal(out.data, in.data));
            ASSERT_EQ(out.account_indexes.size(), in.accounts.size());
            for (std::size_t k = 0; k < in.accounts.size(); ++k) {
                EXPECT_EQ(accounts->at(out.account_indexes[k]), merged.at(in.accounts[k].pubkey));
            }
        }
        EXPECT_EQ(serialize_message(*message), *bytes);
    }
}

TEST(CompileMessage, ReusesItsBuffer) {
    const std::array instructions{Instruction{kProgram, {}, Bytes{1}}};
    Bytes out(500, 0xff);
    ASSERT_TRUE(compile_message_into(out, kPayer, instructions, kBlockhash));
    EXPECT_EQ(out, compiled(instructions));
}

// Offsets in the message below: version 0, header 1..3, key count 4, keys 5..100, hash 101..132,
// instruction count 133, program 134, index count 135, indexes 136..137, data count 138, data 139,
// lookup count 140, table 141..172, writable 173..174, readonly 175.
class ParseMessageChecks : public testing::Test {
 protected:
    static Bytes valid() {
        const std::array instructions{Instruction{
            kProgram, {writable(numbered_key(3)), readonly(numbered_key(2))}, Bytes{9}}};
        const std::array tables{AddressLookupTable{numbered_key(200), {numbered_key(3)}}};
        return compiled(instructions, tables);
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

TEST_F(ParseMessageChecks, AcceptTheUnchangedMessage) {
    ASSERT_EQ(valid().size(), 176U);
    EXPECT_EQ(refusal(valid()), "accepted");
}

TEST_F(ParseMessageChecks, RefuseHeadersThatDoNotFit) {
    expect_refused(refusal_with(1, 0), "header");
    EXPECT_EQ(refusal_with(1, 1), "accepted");
    expect_refused(refusal_with(1, 2), "header");  // 2 signers and 2 readonly of 3 keys.
    expect_refused(refusal_with(2, 1), "header");  // The payer would be readonly.
    expect_refused(refusal_with(3, 3), "header");
}

TEST_F(ParseMessageChecks, RefuseDuplicateKeys) {
    Bytes bytes = valid();
    std::copy_n(bytes.begin() + 5, 32, bytes.begin() + 5 + 64);
    expect_refused(refusal(bytes), "account keys 0 and 2");
}

TEST_F(ParseMessageChecks, RefuseProgramsThatAreThePayerOrNotStatic) {
    EXPECT_EQ(refusal_with(134, 2), "accepted");
    expect_refused(refusal_with(134, 0), "program index 0");
    expect_refused(refusal_with(134, 3), "program index 3");  // Loaded from the table.
}

TEST_F(ParseMessageChecks, RefuseAccountIndexesPastTheLoadedOnes) {
    EXPECT_EQ(refusal_with(136, 3), "accepted");
    expect_refused(refusal_with(136, 4), "account 4 of 4");
}

TEST_F(ParseMessageChecks, RefuseALookupThatLoadsNothing) {
    Bytes bytes = valid();
    bytes.at(173) = 0;
    bytes.erase(bytes.begin() + 174);
    expect_refused(refusal(bytes), "loads nothing");
}

TEST_F(ParseMessageChecks, RefuseLeftOversAndEveryTruncation) {
    Bytes bytes = valid();
    bytes.push_back(0);
    expect_refused(refusal(bytes), "1 bytes are left over");
    const Bytes good = valid();
    for (std::size_t size = 0; size < good.size(); ++size) {
        EXPECT_FALSE(parse_message(BytesView{good}.first(size))) << size;
    }
}

TEST_F(ParseMessageChecks, TellAnUnknownVersionApartFromGarbage) {
    for (unsigned version = 2; version < 128; ++version) {
        Bytes bytes = valid();
        bytes[0] = static_cast<std::uint8_t>(0x80 | version);
        const auto parsed = parse_message(bytes);
        ASSERT_FALSE(parsed);
        EXPECT_TRUE(parsed.error().is_unsupported_version());
    }
    const auto version_2 = parse_message(BytesView{Bytes{0x82}});
    EXPECT_EQ(version_2.error().text, "transaction version 2 cannot be decoded by this build");
    EXPECT_FALSE(parse_message(BytesView{Bytes{0x80}}).error().is_unsupported_version());
    EXPECT_FALSE(parse_message(BytesView{Bytes{0x81}}).error().is_unsupported_version());
}

TEST(Message, SaysWhichStaticKeysSignAndMayBeWritten) {
    Message message;
    message.header = {3, 1, 2};
    message.account_keys.resize(7);
    const std::vector<std::pair<bool, bool>> expected{{true, true},  {true, true},  {true, false},
                                                      {false, true}, {false, true}, {false, false},
                                                      {false, false}};
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(message.is_signer(i), expected[i].first) << i;
        EXPECT_EQ(message.is_writable(i), expected[i].second) << i;
    }
    message.header = {1, 0, 0};
    EXPECT_TRUE(message.is_writable(6));
}

TEST(ResolveAccounts, RefusesAnotherNumberOfLoadedAddressesThanLookedUp) {
    const std::array instructions{Instruction{kProgram, {writable(numbered_key(3))}, {}}};
    const std::array tables{AddressLookupTable{numbered_key(200), {numbered_key(3)}}};
    const Bytes bytes = compiled(instructions, tables);
    const auto message = parse_message(bytes);
    ASSERT_TRUE(message);
    EXPECT_TRUE(resolve_accounts(*message, {{numbered_key(3)}, {}}));
    EXPECT_FALSE(resolve_accounts(*message, {}));
    EXPECT_FALSE(resolve_accounts(*message, {{}, {numbered_key(3)}}));
    EXPECT_FALSE(resolve_accounts(*message, {{numbered_key(3)}, {numbered_key(4)}}));

    EXPECT_TRUE(load_addresses(*message, tables));
    EXPECT_FALSE(load_addresses(*message, {}));
    const std::array empty_table{AddressLookupTable{numbered_key(200), {}}};
    EXPECT_FALSE(load_addresses(*message, empty_table));
}

}  // namespace
}  // namespace sniperforge::solana
