// SPDX-License-Identifier: MIT
#include "sniperforge/solana/token_extensions.hpp"

#include <gtest/gtest.h>

#include "sniperforge/core/rng.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "unit/solana/wire_vectors.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

void expect_entries(const std::vector<ExtensionEntry>& entries, Json expected) {
    std::size_t i = 0;
    simdjson::dom::array listed;
    if (expected["extensions"].get(listed) != 0) {
        EXPECT_TRUE(entries.empty());  // Recorded without the field: an SPL Token account.
        return;
    }
    for (Json entry : listed) {
        ASSERT_LT(i, entries.size());
        EXPECT_EQ(static_cast<unsigned>(entries[i].type), decimal(entry.at(0)));
        EXPECT_EQ(entries[i].value.size(), decimal(entry.at(1)));
        if (std::string_view hex; entry.at(2).get(hex) == 0) {
            EXPECT_EQ(hex_encode(entries[i].value), hex);
        }
        ++i;
    }
    EXPECT_EQ(i, entries.size());
}

TEST(MintExtensions, DecodeTheRecordedTransferFeeMint) {
    SF_REQUIRE_DATA(data);
    const AccountFixture fixture{data, "solana/spl_token_22_mint_account"};
    const auto mint = decode_mint_extensions(fixture.data);
    ASSERT_TRUE(mint) << mint.error().text;
    expect_entries(mint->entries, fixture.expected());
    ASSERT_TRUE(mint->transfer_fee_config);
    const auto& config = *mint->transfer_fee_config;
    // As the recorded bytes read by hand: epochs 455 and 457, rate 0 then 690 basis points.
    EXPECT_EQ(config.config_authority, key_text("7MyTjmRygJoCuDBUtAuSugiYZFULD2SWaoUTmtjtRDzD"));
    EXPECT_EQ(config.older,
              (TransferFee{455, TokenAmount{3'906'250'000'000'000'000}, BasisPoints{0}}));
    EXPECT_EQ(config.newer,
              (TransferFee{457, TokenAmount{3'906'250'000'000'000'000}, BasisPoints{690}}));
    EXPECT_EQ(transfer_fee(*mint, 456, TokenAmount{1000}), TokenAmount{0});
    EXPECT_EQ(transfer_fee(*mint, 457, TokenAmount{1000}), TokenAmount{69});
    EXPECT_EQ(transfer_fee(*mint, 457, TokenAmount{1001}), TokenAmount{70});
}

TEST(MintExtensions, DecodeTheRecordedMintsOfOtherVenues) {
    SF_REQUIRE_DATA(data);
    for (const char* name : {"meteora_dlmm/mint_9cRCn9_token2022", "solana/spl_token_mint_account",
                             "orca_whirlpool/egxu_mint_a", "orca_whirlpool/egxu_mint_b"}) {
        const AccountFixture fixture{data, name};
        const auto mint = decode_mint_extensions(fixture.data);
        ASSERT_TRUE(mint) << name << ": " << mint.error().text;
        expect_entries(mint->entries, fixture.expected());
    }
}

TEST(AccountExtensions, DecodeTheRecordedAccountWithNearlyAll) {
    SF_REQUIRE_DATA(data);
    const AccountFixture fixture{data, "solana/spl_token_22_account_mega_token"};
    const auto account = decode_account_extensions(fixture.data);
    ASSERT_TRUE(account) << account.error().text;
    expect_entries(account->entries, fixture.expected());
    EXPECT_TRUE(account->has_immutable_owner);
    EXPECT_TRUE(account->is_non_transferable);
    EXPECT_TRUE(account->transfer_fee_withheld);
    EXPECT_NE(account->find(ExtensionType::ConfidentialTransferAccount), nullptr);
    EXPECT_EQ(account->find(ExtensionType::PausableAccount), nullptr);

    const AccountFixture vault{data, "pumpswap/pool_Geaa_base_vault"};
    const auto plain = decode_account_extensions(vault.data);
    ASSERT_TRUE(plain) << plain.error().text;
    expect_entries(plain->entries, vault.expected());
}

// A Token-2022 mint with the entries given.
class MintBuilder {
 public:
    MintBuilder() {
        const auto base = encode_mint(Mint{});
        data_.assign(base.begin(), base.end());
        data_.resize(165);
        data_.push_back(1);
    }
    MintBuilder& add(ExtensionType type, BytesView value) {
        append_le(data_, static_cast<std::uint16_t>(type));
        append_le(data_, static_cast<std::uint16_t>(value.size()));
        append(data_, value);
        return *this;
    }
    [[nodiscard]] const Bytes& data() const { return data_; }

 private:
    Bytes data_;
};

Bytes keys_of(std::initializer_list<Pubkey> keys, Bytes tail = {}) {
    Bytes out;
    for (const Pubkey& one : keys) {
        append(out, one.bytes);
    }
    append(out, tail);
    return out;
}

void append_string(Bytes& out, std::string_view text) {
    append_le(out, static_cast<std::uint32_t>(text.size()));
    out.insert(out.end(), text.begin(), text.end());
}

Bytes metadata_value() {
    Bytes value = keys_of({numbered_key(1), numbered_key(2)});
    append_string(value, "Name");
    append_string(value, "SYM");
    append_string(value, "");
    append_le(value, std::uint32_t{1});
    append_string(value, "k");
    append_string(value, "v");
    return value;
}

TEST(MintExtensions, DecodeEveryLayoutThatWeKnow) {
    Bytes interest = keys_of({numbered_key(1)}, Bytes(18, 0xff));
    append_le(interest, std::int16_t{-5});
    Bytes scaled = keys_of({numbered_key(1)}, Bytes(8, 0));
    append_le(scaled, std::int64_t{77});
    scaled.resize(56);
    const auto data = MintBuilder{}
                          .add(ExtensionType::MintCloseAuthority, keys_of({numbered_key(1)}))
                          .add(ExtensionType::DefaultAccountState, Bytes{2})
                          .add(ExtensionType::NonTransferable, {})
                          .add(ExtensionType::InterestBearingConfig, interest)
                          .add(ExtensionType::PermanentDelegate, keys_of({numbered_key(3)}))
                          .add(ExtensionType::TransferHook, keys_of({Pubkey{}, numbered_key(4)}))
                          .add(ExtensionType::MetadataPointer, keys_of({numbered_key(5), Pubkey{}}))
                          .add(ExtensionType::TokenMetadata, metadata_value())
                          .add(ExtensionType::ScaledUiAmount, scaled)
                          .add(ExtensionType::Pausable, keys_of({numbered_key(6)}, {1}))
                          .add(ExtensionType::ConfidentialTransferMint, Bytes(65, 1))
                          .add(ExtensionType::PermissionedBurn, Bytes(32, 1))
                          .add(static_cast<ExtensionType>(99), Bytes{1, 2, 3})
                          .data();
    const auto mint = decode_mint_extensions(data);
    ASSERT_TRUE(mint) << mint.error().text;
    EXPECT_EQ(mint->entries.size(), 13U);
    EXPECT_EQ(mint->mint_close_authority->authority, numbered_key(1));
    EXPECT_TRUE(mint->default_account_state->is_frozen());
    EXPECT_TRUE(mint->is_non_transferable);
    EXPECT_EQ(mint->interest_bearing_config->current_rate_bps, -5);
    EXPECT_EQ(mint->permanent_delegate->delegate, numbered_key(3));
    EXPECT_EQ(mint->transfer_hook->authority, std::nullopt);
    EXPECT_EQ(mint->transfer_hook->program_id, numbered_key(4));
    EXPECT_EQ(mint->metadata_pointer->authority, numbered_key(5));
    EXPECT_EQ(mint->metadata_pointer->address, std::nullopt);
    EXPECT_EQ(mint->token_metadata->name, "Name");
    EXPECT_EQ(mint->token_metadata->symbol, "SYM");
    EXPECT_EQ(mint->token_metadata->uri, "");
    EXPECT_EQ(mint->token_metadata->additional,
              (std::vector<std::pair<std::string, std::string>>{{"k", "v"}}));
    EXPECT_EQ(mint->scaled_ui_amount->effective_at_unix, 77);
    EXPECT_TRUE(mint->pausable->is_paused);
    EXPECT_EQ(mint->pausable->authority, numbered_key(6));
    EXPECT_TRUE(mint->has_confidential_transfer);
    EXPECT_TRUE(mint->has_permissioned_burn);
    ASSERT_NE(mint->find(static_cast<ExtensionType>(99)), nullptr);
    EXPECT_EQ(mint->find(static_cast<ExtensionType>(99))->value, (Bytes{1, 2, 3}));
    EXPECT_EQ(extension_name(static_cast<ExtensionType>(99)), "Extension99");
    EXPECT_EQ(extension_name(ExtensionType::PermissionedBurn), "PermissionedBurn");
}

TEST(MintExtensions, StopAtTypeZeroAndAtFewerBytesThanAHeader) {
    auto data = MintBuilder{}
                    .add(ExtensionType::NonTransferable, {})
                    .add(ExtensionType::Uninitialized, Bytes(20, 0xff))
                    .data();
    EXPECT_EQ(decode_mint_extensions(data)->entries.size(), 1U);
    data = MintBuilder{}.add(ExtensionType::NonTransferable, {}).data();
    append(data, Bytes{1, 0, 108});
    EXPECT_EQ(decode_mint_extensions(data)->entries.size(), 1U);
    data.push_back(0);  // Now a whole header, whose value is missing.
    EXPECT_FALSE(decode_mint_extensions(data));
}

TEST(MintExtensions, RefuseWrongLengthsAndRepeats) {
    EXPECT_FALSE(decode_mint_extensions(
        MintBuilder{}.add(ExtensionType::PermanentDelegate, Bytes(31, 1)).data()));
    EXPECT_FALSE(decode_mint_extensions(
        MintBuilder{}.add(ExtensionType::PermanentDelegate, Bytes(33, 1)).data()));
    EXPECT_FALSE(decode_mint_extensions(MintBuilder{}
                                            .add(ExtensionType::NonTransferable, {})
                                            .add(ExtensionType::NonTransferable, {})
                                            .data()));
}

TEST(MintExtensions, RefuseMetadataCutOffAnywhere) {
    const Bytes value = metadata_value();
    for (std::size_t size = 0; size < value.size(); ++size) {
        EXPECT_FALSE(decode_mint_extensions(
            MintBuilder{}.add(ExtensionType::TokenMetadata, BytesView{value}.first(size)).data()));
    }
    Bytes absurd = value;
    write_le(absurd, 64, std::uint32_t{0xffff'ffff});  // The length of the name.
    EXPECT_FALSE(
        decode_mint_extensions(MintBuilder{}.add(ExtensionType::TokenMetadata, absurd).data()));
}

Bytes fee_config_value(std::uint16_t older_rate, std::uint16_t newer_rate) {
    Bytes value(72, 0);
    for (const auto rate : {older_rate, newer_rate}) {
        append_le(value, std::uint64_t{10});
        append_le(value, std::uint64_t{1000});
        append_le(value, rate);
    }
    return value;
}

TEST(TransferFee, RefusesARateAboveOneHundredPercent) {
    const auto decode = [](std::uint16_t older_rate, std::uint16_t newer_rate) {
        return decode_mint_extensions(
            MintBuilder{}
                .add(ExtensionType::TransferFeeConfig, fee_config_value(older_rate, newer_rate))
                .data());
    };
    EXPECT_TRUE(decode(10'000, 10'000));
    EXPECT_FALSE(decode(10'001, 10'000));
    EXPECT_FALSE(decode(10'000, 10'001));
}

TransferFeeConfig fee_of(std::uint64_t rate, std::uint64_t fee_max) {
    TransferFeeConfig config;
    config.older = {0, TokenAmount{1}, BasisPoints{9'999}};
    config.newer = {5, TokenAmount{fee_max}, BasisPoints{rate}};
    return config;
}

std::uint64_t fee(std::uint64_t rate, std::uint64_t fee_max, std::uint64_t amount) {
    return transfer_fee(fee_of(rate, fee_max), 5, TokenAmount{amount}).raw();
}

TEST(TransferFee, RoundsUpAndStopsAtItsMaximum) {
    EXPECT_EQ(fee(100, 1000, 0), 0U);
    EXPECT_EQ(fee(100, 1000, 1), 1U);
    EXPECT_EQ(fee(100, 1000, 100), 1U);
    EXPECT_EQ(fee(100, 1000, 101), 2U);
    EXPECT_EQ(fee(100, 1000, 99'901), 1000U);
    EXPECT_EQ(fee(100, 1000, kU64Max), 1000U);
    EXPECT_EQ(fee(0, 1000, kU64Max), 0U);
    EXPECT_EQ(fee(10'000, kU64Max, kU64Max), kU64Max);
}

TEST(TransferFee, ChangesInTheEpochOfTheNewerOne) {
    const auto config = fee_of(100, 1000);
    EXPECT_EQ(transfer_fee(config, 4, TokenAmount{500}), TokenAmount{1});
    EXPECT_EQ(transfer_fee(config, 5, TokenAmount{500}), TokenAmount{5});
}

TEST(TransferFee, InvertsByTheProgramsOwnRules) {
    const auto before = [](std::uint64_t rate, std::uint64_t fee_max, std::uint64_t received) {
        return amount_before_transfer_fee(fee_of(rate, fee_max), 5, TokenAmount{received});
    };
    EXPECT_EQ(before(0, 1000, 77), TokenAmount{77});
    EXPECT_EQ(before(100, 1000, 0), TokenAmount{0});
    EXPECT_EQ(before(10'000, 1000, 5), TokenAmount{1005});
    EXPECT_EQ(before(100, 1000, 99), TokenAmount{100});
    EXPECT_EQ(before(100, 1000, 100), TokenAmount{102});
    EXPECT_EQ(before(100, 10, 1'000'000), TokenAmount{1'000'010});
    EXPECT_EQ(before(100, 1000, kU64Max), std::nullopt);
    EXPECT_EQ(before(9'999, kU64Max, kU64Max), std::nullopt);
    EXPECT_EQ(before(10'000, 1, kU64Max), std::nullopt);
    EXPECT_EQ(before(100, 1, kU64Max - 1), TokenAmount{kU64Max});
}

TEST(TransferFee, SendsEnoughForWhatMustArrive) {
    Rng rng{11};
    for (int i = 0; i < 20'000; ++i) {
        const auto config = fee_of(rng.below(10'000), rng.below(1'000'000));
        const TokenAmount received{rng.below(std::uint64_t{1} << (1 + rng.below(50)))};
        const auto sent = amount_before_transfer_fee(config, 5, received);
        ASSERT_TRUE(sent);
        EXPECT_GE(*sent - transfer_fee(config, 5, *sent), received);
    }
}

TEST(Extensions, SurviveSeededMutationsOfRecordedAccounts) {
    SF_REQUIRE_DATA(data);
    Rng rng{99};
    for (const char* name :
         {"solana/spl_token_22_mint_account", "solana/spl_token_22_account_mega_token",
          "meteora_dlmm/mint_9cRCn9_token2022"}) {
        const AccountFixture fixture{data, name};
        for (int round = 0; round < 20'000; ++round) {
            Bytes mutated = fixture.data;
            for (std::uint64_t i = 0; i <= rng.below(3); ++i) {
                mutated[rng.below(mutated.size())] = static_cast<std::uint8_t>(rng.next());
            }
            if (rng.chance(0.2)) {
                mutated.resize(rng.below(mutated.size() + 1));
            }
            (void)decode_mint(mutated);
            (void)decode_token_account(mutated);
            (void)decode_mint_extensions(mutated);
            (void)decode_account_extensions(mutated);
        }
    }
}

}  // namespace
}  // namespace sniperforge::solana
