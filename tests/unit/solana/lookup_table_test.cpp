// SPDX-License-Identifier: MIT
#include "sniperforge/solana/lookup_table.hpp"

#include <gtest/gtest.h>

#include "unit/solana/wire_vectors.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

LookupTableAccount table_of(std::size_t addresses) {
    LookupTableAccount table;
    table.last_extended_slot = Slot{100};
    table.last_extended_start_index = 2;
    table.authority = numbered_key(999);
    for (std::size_t i = 0; i < addresses; ++i) {
        table.addresses.push_back(numbered_key(i));
    }
    return table;
}

TEST(LookupTable, DecodesTheRecordedAccount) {
    SF_REQUIRE_DATA(data);
    const AccountFixture fixture{data, "solana/address_lookup_table_account"};
    const Json expected = fixture.expected();
    const auto table = decode_lookup_table(fixture.data);
    ASSERT_TRUE(table) << table.error().text;
    EXPECT_EQ(table->deactivation_slot.value, decimal(expected["deactivation_slot"]));
    EXPECT_EQ(table->last_extended_slot.value, decimal(expected["last_extended_slot"]));
    EXPECT_EQ(table->last_extended_start_index,
              decimal(expected["last_extended_slot_start_index"]));
    EXPECT_EQ(table->authority, key(Json{expected["authority"]}));
    EXPECT_FALSE(table->is_active());
    std::vector<Pubkey> addresses;
    for (Json address : expected["addresses"]) {
        addresses.push_back(key(address));
    }
    EXPECT_EQ(table->addresses, addresses);
    EXPECT_EQ(encode_lookup_table(*table), fixture.data);
}

TEST(LookupTable, SurvivesEncodingWithAndWithoutAuthority) {
    auto table = table_of(3);
    EXPECT_EQ(decode_lookup_table(encode_lookup_table(table)).value(), table);
    table.authority.reset();
    EXPECT_EQ(decode_lookup_table(encode_lookup_table(table)).value(), table);
    EXPECT_EQ(encode_lookup_table(table).size(), 56U + 3 * 32);
}

TEST(LookupTable, WithholdsAddressesInTheSlotThatAddedThem) {
    const auto table = table_of(5);
    EXPECT_EQ(table.usable_at(Slot{99}).size(), 2U);
    EXPECT_EQ(table.usable_at(Slot{100}).size(), 2U);
    EXPECT_EQ(table.usable_at(Slot{101}).size(), 5U);
}

TEST(LookupTable, IsUsableUntilTheDeactivationCooldownEnds) {
    auto table = table_of(5);
    EXPECT_TRUE(table.is_active());
    table.deactivation_slot = Slot{200};
    EXPECT_FALSE(table.is_active());
    EXPECT_EQ(table.usable_at(Slot{712}).size(), 5U);
    EXPECT_EQ(table.usable_at(Slot{713}).size(), 0U);
}

TEST(LookupTable, NeverClaimsMoreAddressesThanItHas) {
    auto table = table_of(1);
    table.last_extended_start_index = 200;
    EXPECT_EQ(table.usable_at(Slot{100}).size(), 1U);
}

TEST(LookupTable, KeepsOnlyTheUsableAddressesForCompiling) {
    const auto data = encode_lookup_table(table_of(5));
    const auto early = decode_lookup_table(numbered_key(1), data, Slot{100});
    ASSERT_TRUE(early);
    EXPECT_EQ(early->key, numbered_key(1));
    EXPECT_EQ(early->addresses.size(), 2U);
}

TEST(LookupTable, RefusesWrongSizesStatesAndTags) {
    const auto good = encode_lookup_table(table_of(256));
    ASSERT_TRUE(decode_lookup_table(good));
    auto bad = good;
    bad.resize(good.size() + 32);
    EXPECT_FALSE(decode_lookup_table(bad));  // 257 addresses.
    bad.resize(good.size() - 1);
    EXPECT_FALSE(decode_lookup_table(bad));
    EXPECT_FALSE(decode_lookup_table(BytesView{good}.first(55)));
    EXPECT_TRUE(decode_lookup_table(BytesView{good}.first(56)));
    EXPECT_FALSE(decode_lookup_table(BytesView{}));
    bad = good;
    bad[0] = 0;
    EXPECT_FALSE(decode_lookup_table(bad));
    bad = good;
    bad[21] = 2;
    EXPECT_FALSE(decode_lookup_table(bad));
}

}  // namespace
}  // namespace sniperforge::solana
