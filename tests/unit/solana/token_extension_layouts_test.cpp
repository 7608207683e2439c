// SPDX-License-Identifier: MIT
// The length of every Token-2022 extension, and the fields of those that other tests do not meet.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <map>

#include "sniperforge/solana/token_account.hpp"
#include "sniperforge/solana/token_extensions.hpp"
#include "unit/solana/wire_vectors.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

// A mint or an account with one extension.
Bytes with_extension(bool is_mint, std::uint16_t type, BytesView value) {
    const auto mint = encode_mint(Mint{});
    const auto account = encode_token_account(TokenAccount{});
    Bytes data = is_mint ? Bytes{mint.begin(), mint.end()} : Bytes{account.begin(), account.end()};
    data.resize(165);
    data.push_back(is_mint ? 1 : 2);
    append_le(data, type);
    append_le(data, static_cast<std::uint16_t>(value.size()));
    append(data, value);
    return data;
}

Bytes mint_with(ExtensionType type, BytesView value) {
    return with_extension(true, static_cast<std::uint16_t>(type), value);
}
Bytes account_with(ExtensionType type, BytesView value) {
    return with_extension(false, static_cast<std::uint16_t>(type), value);
}

bool decodes(std::uint16_t type, std::size_t length) {
    const Bytes value(length, 0);
    const bool as_mint = decode_mint_extensions(with_extension(true, type, value)).has_value();
    const bool as_account =
        decode_account_extensions(with_extension(false, type, value)).has_value();
    EXPECT_EQ(as_mint, as_account) << type;
    return as_mint && as_account;
}

// By type number. TokenMetadata (19) has no fixed length.
const std::map<std::uint16_t, std::size_t> kLengths{
    {1, 108}, {2, 8},   {3, 32},  {4, 65},  {5, 295},  {6, 1},   {7, 0},    {8, 1},   {9, 0},
    {10, 52}, {11, 1},  {12, 32}, {13, 0},  {14, 64},  {15, 1},  {16, 129}, {17, 64}, {18, 64},
    {20, 64}, {21, 80}, {22, 64}, {23, 72}, {24, 196}, {25, 56}, {26, 33},  {27, 0},  {28, 32}};

TEST(ExtensionLengths, AreCheckedForEveryTypeToTheByte) {
    EXPECT_EQ(kLengths.size(), 27U);
    for (const auto& [type, length] : kLengths) {
        EXPECT_TRUE(decodes(type, length)) << type;
        EXPECT_FALSE(decodes(type, length + 1)) << type;
        if (length > 0) {
            EXPECT_FALSE(decodes(type, length - 1)) << type;
            EXPECT_FALSE(decodes(type, 0)) << type;
        }
    }
}

TEST(ExtensionLengths, DoNotMatterForTypesThatNobodyKnowsYet) {
    for (const std::uint16_t type : std::array<std::uint16_t, 3>{29, 100, 65'535}) {
        EXPECT_TRUE(decodes(type, 0));
        EXPECT_TRUE(decodes(type, 1'000));
    }
    const auto mint = decode_mint_extensions(with_extension(true, 29, Bytes{1, 2}));
    ASSERT_EQ(mint->entries.size(), 1U);
    EXPECT_EQ(mint->entries[0].value, (Bytes{1, 2}));
    EXPECT_EQ(extension_name(mint->entries[0].type), "Extension29");
}

// Field after field: each byte of the value is its own position.
Bytes counting(std::size_t size) {
    Bytes out(size);
    for (std::size_t i = 0; i < size; ++i) {
        out[i] = static_cast<std::uint8_t>(i + 1);
    }
    return out;
}
template <typename Array>
bool is_at(const Array& field, std::size_t offset) {
    for (std::size_t i = 0; i < field.size(); ++i) {
        if (field[i] != static_cast<std::uint8_t>(offset + i + 1)) {
            return false;
        }
    }
    return true;
}

TEST(ExtensionFields, OfConfidentialTransferMints) {
    Bytes value = counting(65);
    const auto mint =
        decode_mint_extensions(mint_with(ExtensionType::ConfidentialTransferMint, value));
    ASSERT_TRUE(mint && mint->confidential_transfer_mint);
    const auto& fields = *mint->confidential_transfer_mint;
    EXPECT_TRUE(is_at(fields.authority->bytes, 0));
    EXPECT_TRUE(fields.is_auto_approving);
    EXPECT_TRUE(is_at(*fields.auditor, 33));
    EXPECT_TRUE(mint->has_confidential_transfer);
    const auto blank =
        decode_mint_extensions(mint_with(ExtensionType::ConfidentialTransferMint, Bytes(65, 0)));
    EXPECT_EQ(blank->confidential_transfer_mint->authority, std::nullopt);
    EXPECT_FALSE(blank->confidential_transfer_mint->is_auto_approving);
    EXPECT_EQ(blank->confidential_transfer_mint->auditor, std::nullopt);
}

TEST(ExtensionFields, OfConfidentialTransferFees) {
    const auto mint = decode_mint_extensions(
        mint_with(ExtensionType::ConfidentialTransferFeeConfig, counting(129)));
    ASSERT_TRUE(mint && mint->confidential_transfer_fee_config);
    const auto& fields = *mint->confidential_transfer_fee_config;
    EXPECT_TRUE(is_at(fields.authority->bytes, 0));
    EXPECT_TRUE(is_at(fields.withdraw_withheld_authority, 32));
    EXPECT_TRUE(fields.is_harvest_to_mint_enabled);
    EXPECT_TRUE(is_at(fields.withheld, 65));
    EXPECT_TRUE(mint->has_confidential_transfer);
    const auto account = decode_account_extensions(
        account_with(ExtensionType::ConfidentialTransferFeeAmount, counting(64)));
    ASSERT_TRUE(account && account->confidential_fee_withheld);
    EXPECT_TRUE(is_at(*account->confidential_fee_withheld, 0));
}

TEST(ExtensionFields, OfConfidentialMintsAndBurns) {
    const auto mint =
        decode_mint_extensions(mint_with(ExtensionType::ConfidentialMintBurn, counting(196)));
    ASSERT_TRUE(mint && mint->confidential_mint_burn);
    const auto& fields = *mint->confidential_mint_burn;
    EXPECT_TRUE(is_at(fields.supply, 0));
    EXPECT_TRUE(is_at(fields.decryptable_supply, 64));
    EXPECT_TRUE(is_at(fields.supply_key, 100));
    EXPECT_TRUE(is_at(fields.pending_burn, 132));
    EXPECT_TRUE(mint->has_confidential_transfer);
}

TEST(ExtensionFields, OfConfidentialTransferAccounts) {
    Bytes value = counting(295);
    value[261] = 0;  // Confidential credits are switched off.
    const auto account =
        decode_account_extensions(account_with(ExtensionType::ConfidentialTransferAccount, value));
    ASSERT_TRUE(account && account->confidential_transfer);
    const auto& fields = *account->confidential_transfer;
    EXPECT_TRUE(fields.is_approved);
    EXPECT_TRUE(is_at(fields.key, 1));
    EXPECT_TRUE(is_at(fields.pending_balance_low, 33));
    EXPECT_TRUE(is_at(fields.pending_balance_high, 97));
    EXPECT_TRUE(is_at(fields.available_balance, 161));
    EXPECT_TRUE(is_at(fields.decryptable_available_balance, 225));
    EXPECT_FALSE(fields.allows_confidential_credits);
    EXPECT_TRUE(fields.allows_plain_credits);
    EXPECT_EQ(fields.pending_credits, read_le<std::uint64_t>(value, 263));
    EXPECT_EQ(fields.pending_credits_max, read_le<std::uint64_t>(value, 271));
    EXPECT_EQ(fields.expected_pending_credits, read_le<std::uint64_t>(value, 279));
    EXPECT_EQ(fields.actual_pending_credits, read_le<std::uint64_t>(value, 287));
}

TEST(ExtensionFields, OfGroupsAndTheirMembers) {
    Bytes group;
    append(group, numbered_key(1).bytes);
    append(group, numbered_key(2).bytes);
    append_le(group, std::uint64_t{3});
    append_le(group, std::uint64_t{9});
    const auto mint = decode_mint_extensions(mint_with(ExtensionType::TokenGroup, group));
    ASSERT_TRUE(mint && mint->token_group);
    EXPECT_EQ(mint->token_group->update_authority, numbered_key(1));
    EXPECT_EQ(mint->token_group->mint, numbered_key(2));
    EXPECT_EQ(mint->token_group->size, 3U);
    EXPECT_EQ(mint->token_group->size_max, 9U);

    Bytes member;
    append(member, numbered_key(4).bytes);
    append(member, numbered_key(5).bytes);
    append_le(member, std::uint64_t{6});
    const auto in_group =
        decode_mint_extensions(mint_with(ExtensionType::TokenGroupMember, member));
    ASSERT_TRUE(in_group && in_group->token_group_member);
    EXPECT_EQ(in_group->token_group_member->mint, numbered_key(4));
    EXPECT_EQ(in_group->token_group_member->group, numbered_key(5));
    EXPECT_EQ(in_group->token_group_member->number, 6U);
}

// The layout of before August 2024: one extension of an old mint is no reason not to know the mint.
TEST(ExtensionFields, OfGroupsAndTheirMembersWhoseCountsHad32Bits) {
    Bytes group;
    append(group, numbered_key(1).bytes);
    append(group, numbered_key(2).bytes);
    append_le(group, std::uint32_t{3});
    append_le(group, std::uint32_t{4'000'000'000});
    const auto mint = decode_mint_extensions(mint_with(ExtensionType::TokenGroup, group));
    ASSERT_TRUE(mint && mint->token_group);
    EXPECT_EQ(mint->token_group->mint, numbered_key(2));
    EXPECT_EQ(mint->token_group->size, 3U);
    EXPECT_EQ(mint->token_group->size_max, 4'000'000'000U);
    group.pop_back();
    EXPECT_FALSE(decode_mint_extensions(mint_with(ExtensionType::TokenGroup, group)));

    Bytes member;
    append(member, numbered_key(4).bytes);
    append(member, numbered_key(5).bytes);
    append_le(member, std::uint32_t{6});
    const auto in_group =
        decode_mint_extensions(mint_with(ExtensionType::TokenGroupMember, member));
    ASSERT_TRUE(in_group && in_group->token_group_member);
    EXPECT_EQ(in_group->token_group_member->group, numbered_key(5));
    EXPECT_EQ(in_group->token_group_member->number, 6U);
    append_le(member, std::uint16_t{0});
    EXPECT_FALSE(decode_mint_extensions(mint_with(ExtensionType::TokenGroupMember, member)));
}

TEST(ExtensionFields, OfInterestAndScaledAmountsAndPermissionedBurns) {
    Bytes interest;
    append(interest, numbered_key(1).bytes);
    append_le(interest, std::int64_t{1'700'000'000});
    append_le(interest, std::int16_t{-7});
    append_le(interest, std::int64_t{1'700'000'100});
    append_le(interest, std::int16_t{250});
    const auto bearing =
        decode_mint_extensions(mint_with(ExtensionType::InterestBearingConfig, interest));
    ASSERT_TRUE(bearing && bearing->interest_bearing_config);
    EXPECT_EQ(bearing->interest_bearing_config->rate_authority, numbered_key(1));
    EXPECT_EQ(bearing->interest_bearing_config->initialized_at_unix, 1'700'000'000);
    EXPECT_EQ(bearing->interest_bearing_config->average_rate_before_bps, -7);
    EXPECT_EQ(bearing->interest_bearing_config->updated_at_unix, 1'700'000'100);
    EXPECT_EQ(bearing->interest_bearing_config->current_rate_bps, 250);

    Bytes scaled;
    append(scaled, numbered_key(2).bytes);
    append_le(scaled, std::bit_cast<std::uint64_t>(1.5));
    append_le(scaled, std::int64_t{77});
    append_le(scaled, std::bit_cast<std::uint64_t>(2.0));
    const auto display = decode_mint_extensions(mint_with(ExtensionType::ScaledUiAmount, scaled));
    ASSERT_TRUE(display && display->scaled_ui_amount);
    EXPECT_EQ(display->scaled_ui_amount->multiplier_bits, std::bit_cast<std::uint64_t>(1.5));
    EXPECT_EQ(display->scaled_ui_amount->effective_at_unix, 77);
    EXPECT_EQ(display->scaled_ui_amount->new_multiplier_bits, std::bit_cast<std::uint64_t>(2.0));

    const auto burn =
        decode_mint_extensions(mint_with(ExtensionType::PermissionedBurn, numbered_key(3).bytes));
    ASSERT_TRUE(burn && burn->permissioned_burn);
    EXPECT_EQ(burn->permissioned_burn->authority, numbered_key(3));
}

}  // namespace
}  // namespace sniperforge::solana
