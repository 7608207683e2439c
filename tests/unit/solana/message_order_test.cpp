// SPDX-License-Identifier: MIT
// In what order keys and tables go on the wire.
#include <gtest/gtest.h>

#include <array>

#include "sniperforge/solana/message.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "unit/solana/wire_vectors.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

TEST(CompileMessage, SortsLegacyKeysAsADictionaryWould) {
    // Digits, then letters without regard to case: 1 < 9 < A.. b < C.
    const auto named = [](std::string_view text) { return key_text(text); };
    const Pubkey digit = kSystemProgram;
    const Pubkey capital_c = named("CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C");
    const Pubkey small_p = named("pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA");
    const Pubkey capital_s = named("So11111111111111111111111111111111111111112");
    const std::array instructions{
        Instruction{kTokenProgram,
                    {readonly(capital_s), readonly(small_p), readonly(capital_c), readonly(digit)},
                    {}}};
    const auto bytes = compile_legacy_message(kPayer, instructions, kBlockhash);
    ASSERT_TRUE(bytes);
    const auto message = parse_message(*bytes);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->account_keys,
              (std::vector{kPayer, digit, capital_c, small_p, capital_s, kTokenProgram}));
}

// Static keys, tables, and what each table supplies: as @solana/kit puts them.
TEST(CompileMessage, SortsVersion0KeysAndTablesWhenItIsAskedTo) {
    const Pubkey digit = kSystemProgram;
    const Pubkey capital_c = key_text("CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C");
    const Pubkey small_p = key_text("pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA");
    const Pubkey capital_s = key_text("So11111111111111111111111111111111111111112");
    const std::array instructions{
        Instruction{kProgram,
                    {readonly(capital_s), readonly(digit), writable(small_p), writable(capital_c)},
                    {}}};
    const AddressLookupTable late{small_p, {small_p, digit}};
    const AddressLookupTable early{capital_c, {capital_s, capital_c}};
    const std::array tables{late, early};
    const auto bytes =
        compile_message(kPayer, instructions, kBlockhash, tables, KeyOrder::Dictionary);
    ASSERT_TRUE(bytes);
    const auto message = parse_message(*bytes);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->account_keys, (std::vector{kPayer, kProgram}));
    ASSERT_EQ(message->address_table_lookups.size(), 2U);
    EXPECT_EQ(message->address_table_lookups[0].table, early.key);
    EXPECT_EQ(message->address_table_lookups[1].table, late.key);
    const auto accounts = resolve_accounts(*message, load_addresses(*message, tables).value());
    EXPECT_EQ(accounts->at(2), writable(capital_c));
    EXPECT_EQ(accounts->at(3), writable(small_p));
    EXPECT_EQ(accounts->at(4), readonly(capital_s));
    EXPECT_EQ(accounts->at(5), readonly(digit));
    const auto unsorted = compile_message(kPayer, instructions, kBlockhash, tables);
    EXPECT_EQ(parse_message(*unsorted)->address_table_lookups[0].table, late.key);
}

// A key that two tables have comes from the one given first, also when that is written last.
TEST(CompileMessage, TakesASharedKeyFromTheTableThatWasGivenFirst) {
    const Pubkey shared = numbered_key(7);
    const std::array instructions{Instruction{kProgram, {writable(shared)}, {}}};
    const AddressLookupTable late{key_text("pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA"),
                                  {shared}};
    const AddressLookupTable early{key_text("CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C"),
                                   {shared}};
    for (const KeyOrder order : {KeyOrder::FirstSeen, KeyOrder::Dictionary}) {
        for (const auto& tables : {std::array{late, early}, std::array{early, late}}) {
            const auto bytes = compile_message(kPayer, instructions, kBlockhash, tables, order);
            ASSERT_TRUE(bytes);
            const auto message = parse_message(*bytes);
            ASSERT_EQ(message->address_table_lookups.size(), 1U);
            EXPECT_EQ(message->address_table_lookups[0].table, tables[0].key);
        }
    }
}

TEST(CompileMessage, LeavesLegacyKeysAsTheyAreFirstSeenWhenItIsAskedTo) {
    const std::array instructions{
        Instruction{kTokenProgram, {readonly(numbered_key(9)), readonly(numbered_key(8))}, {}}};
    const auto bytes =
        compile_legacy_message(kPayer, instructions, kBlockhash, KeyOrder::FirstSeen);
    ASSERT_TRUE(bytes);
    EXPECT_EQ(parse_message(*bytes)->account_keys,
              (std::vector{kPayer, kTokenProgram, numbered_key(9), numbered_key(8)}));
}

TEST(CompileMessage, SortsLegacyKeysThatDifferOnlyInCaseWithTheSmallLetterFirst) {
    const Pubkey capital = key_text("CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C");
    const Pubkey small = key_text("CPMMoo8L3f4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C");
    const std::array instructions{
        Instruction{kTokenProgram, {readonly(capital), readonly(small)}, {}}};
    const auto bytes = compile_legacy_message(kPayer, instructions, kBlockhash);
    ASSERT_TRUE(bytes);
    const auto message = parse_message(*bytes);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->account_keys, (std::vector{kPayer, small, capital, kTokenProgram}));
}

}  // namespace
}  // namespace sniperforge::solana
