// SPDX-License-Identifier: MIT
#include "sniperforge/dex/describe.hpp"

#include <gtest/gtest.h>

#include <cstdio>

#include "sniperforge/solana/token_account.hpp"
#include "unit/dex/dex_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

// A recorded expectation and our field in one form: numbers and decimal strings are the same.
std::string normal(simdjson::dom::element expected) {
    if (expected.is_array()) {
        std::string list = "[";
        for (const auto item : expected.get_array()) {
            list += normal(item) + ",";
        }
        return list + "]";
    }
    if (expected.is_object()) {
        std::string object = "{";
        for (const auto& [name, value] : expected.get_object()) {
            object += std::string{name} + ":" + normal(value) + ",";
        }
        return object + "}";
    }
    if (expected.is_string()) {
        return std::string{std::string_view{expected}};
    }
    return simdjson::minify(expected);
}

std::string normal(const FieldValue& field) {
    if (const auto* list = std::get_if<std::vector<FieldValue>>(&field.value)) {
        std::string text = "[";
        for (const FieldValue& item : *list) {
            text += normal(item) + ",";
        }
        return text + "]";
    }
    if (const auto* object = std::get_if<ObjectField>(&field.value)) {
        std::string text = "{";
        for (const auto& [name, value] : *object) {
            text += name + ":" + normal(value) + ",";
        }
        return text + "}";
    }
    std::string text = to_json(field);
    if (text.front() == '"') {
        text = text.substr(1, text.size() - 2);
    }
    return text;
}

struct Fixture {
    const char* file;
    const char* kind;
    // For a capture without its owner.
    std::optional<Pubkey> owner{};
};

constexpr Fixture kFixtures[] = {
    {"raydium_cpmm/amm_config.json", "config"},
    {"raydium_cpmm/observation_sol_usdc.json", "observation"},
    {"raydium_cpmm/pool_Q2sP.json", "pool"},
    {"raydium_cpmm/pool_sol_usdc.json", "pool"},
    {"raydium_cpmm/vault_sol.json", "token_account"},
    {"raydium_cpmm/vault_usdc.json", "token_account"},
    {"raydium_amm_v4/pool_58oQ_sol_usdc.json", "pool"},
    {"raydium_clmm/amm_config.json", "config"},
    {"raydium_clmm/pool_3ucN.json", "pool"},
    {"raydium_clmm/tick_array.json", "tick_array"},
    {"solana/address_lookup_table_account.json", "lookup_table"},
    {"solana/nonce_account.json", "nonce"},
    {"solana/spl_token_22_account_mega_token.json", "token_account"},
    {"solana/spl_token_22_mint_account.json", "mint"},
    {"solana/spl_token_mint_account.json", "mint"},
    {"meteora_dlmm/8ztF_lb_pair.json", "pool"},
    {"meteora_dlmm/9t3E_bin_array_1.json", "bin_array"},
    {"meteora_dlmm/9t3E_bin_array_2.json", "bin_array"},
    {"meteora_dlmm/9t3E_lb_pair.json", "pool"},
    {"meteora_dlmm/9t3E_reserve_x.json", "token_account"},
    {"meteora_dlmm/9t3E_reserve_y.json", "token_account"},
    {"meteora_dlmm/9t3E_token_x_mint.json", "mint"},
    {"meteora_dlmm/9t3E_token_y_mint.json", "mint"},
    {"meteora_dlmm/EtAd_bin_array_1.json", "bin_array"},
    {"meteora_dlmm/EtAd_bin_array_2.json", "bin_array"},
    {"meteora_dlmm/EtAd_lb_pair.json", "pool"},
    {"meteora_dlmm/EtAd_reserve_x.json", "token_account"},
    {"meteora_dlmm/EtAd_reserve_y.json", "token_account"},
    {"meteora_dlmm/EtAd_token_x_mint.json", "mint"},
    {"meteora_dlmm/binarray_idx6_step20_other.json", "bin_array", solana::kMeteoraDlmmProgram},
    {"meteora_dlmm/binarray_idx9_J4cGfY61.json", "bin_array", solana::kMeteoraDlmmProgram},
    {"meteora_dlmm/lbpair_J4cGfY61.json", "pool", solana::kMeteoraDlmmProgram},
    {"meteora_dlmm/mint_2ux9p7_spl.json", "mint"},
    {"meteora_dlmm/mint_9cRCn9_token2022.json", "mint"},
    {"meteora_damm_v2/3u2B.json", "pool"},
    {"meteora_damm_v2/6CXX.json", "pool"},
    {"meteora_damm_v2/test_pool.json", "pool"},
    {"orca_whirlpool/dynamic_tick_array.json", "dynamic_tick_array"},
    {"orca_whirlpool/egxu_mint_a.json", "mint"},
    {"orca_whirlpool/egxu_mint_b.json", "mint"},
    {"orca_whirlpool/egxu_pool.json", "pool"},
    {"orca_whirlpool/egxu_tick_array_lower.json", "tick_array"},
    {"orca_whirlpool/egxu_tick_array_upper.json", "tick_array"},
    {"orca_whirlpool/egxu_vault_a.json", "token_account"},
    {"orca_whirlpool/egxu_vault_b.json", "token_account"},
    {"orca_whirlpool/pool_openpos.json", "pool"},
    {"pump/curve_FFzx.json", "bonding_curve"},
    {"pump/curve_chainstack.json", "bonding_curve"},
    {"pump/curve_drained_8t4t.json", "bonding_curve"},
    {"pump/curve_graduated.json", "bonding_curve"},
    {"pump/curve_legacy_49b.json", "bonding_curve"},
    {"pump/curve_mayhem_4f7K.json", "bonding_curve"},
    {"pump/curve_nick.json", "bonding_curve"},
    {"pumpswap/fee_config_5PHi_2026_07.json", "fee_config"},
    {"pumpswap/pool_GUXA.json", "pool"},
    {"pumpswap/pool_Geaa.json", "pool"},
    {"pumpswap/pool_Geaa_base_vault.json", "token_account"},
    {"pumpswap/pool_Geaa_quote_vault.json", "token_account"},
};

// Another capture without its owner is a mint or token account: its length tells the program.
Pubkey owner_of(const Fixture& fixture, simdjson::dom::element root, std::size_t size) {
    if (!root["owner"].is_null()) {
        return pubkey_constant(std::string_view{root["owner"]});
    }
    if (fixture.owner) {
        return *fixture.owner;
    }
    return size > solana::kTokenAccountBytes ? solana::kToken2022Program : solana::kTokenProgram;
}

TEST(Describe, ReproducesEveryExpectedFieldOfTheRecordedAccounts) {
    SF_REQUIRE_DATA(data);
    int fields = 0;
    for (const Fixture& fixture : kFixtures) {
        SCOPED_TRACE(fixture.file);
        const sniperforge::test::JsonFile file{data / "fixtures/accounts" / fixture.file};
        const auto root = file.root();
        const Bytes bytes = account_data(root);
        const Pubkey pubkey =
            root["pubkey"].is_null() ? Pubkey{} : pubkey_constant(std::string_view{root["pubkey"]});
        const auto described =
            describe_account(owner_of(fixture, root, bytes.size()), pubkey, bytes);
        ASSERT_TRUE(described) << described.error().text;
        EXPECT_EQ(described->kind, fixture.kind);
        for (const auto& [name, expected] : root["expected"].get_object()) {
            // One pool's capture was read as a mint's as well: nothing of it has extensions.
            if (name == "extensions" && fixture.kind == std::string_view{"pool"}) {
                continue;
            }
            ++fields;
            const auto* field = described->find(name);
            if (expected.is_null()) {  // A field that this account is too short for.
                EXPECT_EQ(field, nullptr) << name;
                continue;
            }
            ASSERT_NE(field, nullptr) << name;
            EXPECT_EQ(normal(*field), normal(expected)) << name;
        }
    }
    std::printf("describe: %zu accounts, %d fields\n", std::size(kFixtures), fields);
    EXPECT_GT(fields, 300);
}

TEST(Describe, NamesTheVenueOfItsAccountsOnly) {
    Bytes pool(kCpmmPoolBytes, 0);
    std::ranges::copy(kCpmmPoolDiscriminator, pool.begin());
    const auto described = describe_account(solana::kRaydiumCpmmProgram, key_of(1), pool);
    ASSERT_TRUE(described);
    EXPECT_EQ(described->venue, VenueId::RaydiumCpmm);
    const auto mint = describe_account(solana::kTokenProgram, key_of(1), Bytes(82, 0));
    ASSERT_TRUE(mint);
    EXPECT_EQ(mint->venue, std::nullopt);
}

TEST(Describe, WritesNumbersAboveFourBytesAsStrings) {
    EXPECT_EQ(to_json(FieldValue{UnsignedField{5, false}}), "5");
    EXPECT_EQ(to_json(FieldValue{UnsignedField{kU64Max, true}}), "\"18446744073709551615\"");
    EXPECT_EQ(to_json(FieldValue{true}), "true");
    EXPECT_EQ(to_json(FieldValue{std::vector<FieldValue>{
                  {UnsignedField{1, false}}, {std::string{"ff"}}, {std::vector<FieldValue>{}}}}),
              "[1,\"ff\",[]]");
    EXPECT_EQ(to_json(FieldValue{SignedField{-5, false}}), "-5");
    EXPECT_EQ(to_json(FieldValue{SignedField{-(static_cast<i128>(1) << 64), true}}),
              "\"-18446744073709551616\"");
    EXPECT_EQ(to_json(FieldValue{ObjectField{{"offset", {UnsignedField{3, false}}},
                                             {"net", {SignedField{-1, true}}}}}),
              "{\"offset\":3,\"net\":\"-1\"}");
}

TEST(Describe, SaysTheLengthAndTheExpectationOfWhatItCannotRead) {
    const auto error_of = [](const Pubkey& owner, std::size_t size) {
        const auto described = describe_account(owner, key_of(1), Bytes(size, 0));
        return described ? std::string{} : described.error().text;
    };
    EXPECT_NE(error_of(solana::kRaydiumAmmV4Program, 751).find("751 bytes, expected 752"),
              std::string::npos);
    EXPECT_NE(error_of(solana::kRaydiumCpmmProgram, 637).find("discriminator"), std::string::npos);
    EXPECT_NE(error_of(solana::kTokenProgram, 164).find("164 bytes"), std::string::npos);
    EXPECT_NE(error_of(solana::kToken2022Program, 355).find("355 bytes"), std::string::npos);
    EXPECT_NE(error_of(solana::kSystemProgram, 79).find("80 of a nonce"), std::string::npos);
    EXPECT_NE(error_of(key_of(9), 10).find("10 bytes, expected an account of"), std::string::npos);
    EXPECT_EQ(error_of(solana::kSystemProgram, 0), "");
}

TEST(Describe, ReadsOrRefusesAnyBytesOfAnyLength) {
    Rng rng{8};
    const Pubkey owners[] = {
        solana::kRaydiumCpmmProgram, solana::kRaydiumAmmV4Program,       solana::kTokenProgram,
        solana::kToken2022Program,   solana::kAddressLookupTableProgram, solana::kSystemProgram};
    constexpr std::array<std::array<std::uint8_t, 8>, 3> kDiscriminators{
        kCpmmPoolDiscriminator, kCpmmConfigDiscriminator, kCpmmObservationDiscriminator};
    Bytes data(900);
    for (std::size_t length = 0; length <= data.size(); ++length) {
        rng.fill(data);
        for (std::size_t i = 0; i < std::size(owners); ++i) {
            std::ranges::copy(kDiscriminators[rng.below(3)], data.begin());
            if (owners[i] == solana::kAddressLookupTableProgram) {
                write_le(std::span{data}, 0, std::uint32_t{1});
            }
            if (length > 165) {
                data[165] = static_cast<std::uint8_t>(rng.below(4));
            }
            (void)describe_account(owners[i], key_of(1), BytesView{data}.first(length));
        }
    }
}

}  // namespace
}  // namespace sniperforge::dex
