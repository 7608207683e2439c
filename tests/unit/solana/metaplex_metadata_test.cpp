// SPDX-License-Identifier: MIT
#include "sniperforge/solana/metaplex_metadata.hpp"

#include <gtest/gtest.h>

#include <string_view>

#include "sniperforge/core/rng.hpp"
#include "unit/solana/wire_vectors.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

const Pubkey kNamedMint = numbered_key(2);

void put_text(Bytes& data, std::string_view text, std::size_t padded) {
    append_le(data, static_cast<std::uint32_t>(std::max(padded, text.size())));
    append(data, bytes_of(text));
    data.resize(data.size() + (padded > text.size() ? padded - text.size() : 0), 0);
}

struct MetadataTexts {
    std::string_view name = "Moon Cat", symbol = "MOON", uri = "https://example.com/1";
    bool is_padded = false;
};

[[nodiscard]] Bytes metadata_account(const MetadataTexts& texts, std::uint8_t kind = 4) {
    Bytes data{kind};
    append(data, numbered_key(1).bytes);
    append(data, kNamedMint.bytes);
    put_text(data, texts.name, texts.is_padded ? kMetaplexNameMax : 0);
    put_text(data, texts.symbol, texts.is_padded ? kMetaplexSymbolMax : 0);
    put_text(data, texts.uri, texts.is_padded ? kMetaplexUriMax : 0);
    return data;
}

// What it says of why it does not decode.
[[nodiscard]] std::string metadata_refusal(BytesView data, const Pubkey& mint = kNamedMint) {
    const auto decoded = decode_metaplex_metadata(data, mint);
    return decoded ? std::string{} : decoded.error().text;
}

// Of the recorded transaction pump_create_old: the mint, and the account that was made for it.
TEST(MetaplexMetadata, IsWhereARecordedCreationHasPutIt) {
    const auto mint = Pubkey::parse("6kPvKNrLqg23mApAvHzMKWohhVdSrA54HvrpYud8pump");
    ASSERT_TRUE(mint);
    EXPECT_EQ(metaplex_metadata_address(*mint).to_string(),
              "83bvkCpuD8XiTjfUp3HSRjtP8dMBddXAphMc5dm6ZCQF");
}

TEST(MetaplexMetadata, TellsTheNamesWithTheirPaddingAndWithout) {
    Bytes plain = metadata_account({}), padded = metadata_account({.is_padded = true});
    plain.resize(679, 1);  // Royalties, creators and the rest, whatever they are.
    padded.resize(679, 0);
    for (const Bytes& data : {plain, padded}) {
        const auto metadata = decode_metaplex_metadata(data, kNamedMint);
        ASSERT_TRUE(metadata) << metadata.error().text;
        EXPECT_EQ(*metadata, (MetaplexMetadata{numbered_key(1), kNamedMint, "Moon Cat", "MOON",
                                               "https://example.com/1"}));
    }
    const auto nameless =
        decode_metaplex_metadata(metadata_account({"", "", "", true}), kNamedMint);
    ASSERT_TRUE(nameless);
    EXPECT_EQ(nameless->name + nameless->symbol + nameless->uri, "");
}

TEST(MetaplexMetadata, AllowsTextsAsLongAsTheProgramDoesAndNotAByteMore) {
    const std::string name(32, 'n'), symbol(10, 's'), uri(200, 'u');
    const auto longest =
        decode_metaplex_metadata(metadata_account({name, symbol, uri}), kNamedMint);
    ASSERT_TRUE(longest) << longest.error().text;
    EXPECT_EQ(longest->uri, uri);
    EXPECT_EQ(metadata_refusal(metadata_account({name + "n", symbol, uri})),
              "metadata has a name of 33 bytes, at most 32 are possible");
    EXPECT_EQ(metadata_refusal(metadata_account({name, symbol + "s", uri})),
              "metadata has a symbol of 11 bytes, at most 10 are possible");
    EXPECT_EQ(metadata_refusal(metadata_account({name, symbol, uri + "u"})),
              "metadata has a URI of 201 bytes, at most 200 are possible");
    Bytes huge = metadata_account({});
    write_le(std::span{huge}, 65, ~std::uint32_t{0});
    EXPECT_EQ(metadata_refusal(huge),
              "metadata has a name of 4294967295 bytes, at most 32 are possible");
}

TEST(MetaplexMetadata, RefusesOtherKindsOtherMintsAndWhatIsCutOff) {
    const Bytes good = metadata_account({});
    ASSERT_EQ(metadata_refusal(good), "");
    for (const std::uint8_t kind : Bytes{0, 1, 3, 5, 255}) {
        EXPECT_NE(
            metadata_refusal(metadata_account({}, kind)).find("of kind " + std::to_string(kind)),
            std::string::npos);
    }
    EXPECT_NE(
        metadata_refusal(good, numbered_key(3)).find("expected " + numbered_key(3).to_string()),
        std::string::npos);
    for (std::size_t size = 0; size < good.size(); ++size) {
        EXPECT_NE(metadata_refusal(BytesView{good}.first(size)), "") << size;
    }
}

// Strangers write these accounts: any bytes are an error, or names within their limits.
TEST(MetaplexMetadata, TakesAnyBytesForAnErrorOrForNamesWithinTheirLimits) {
    Rng rng{7};
    const Bytes good = metadata_account({.is_padded = true});
    std::size_t decoded = 0;
    for (int round = 0; round < 20'000; ++round) {
        Bytes data = good;
        for (std::uint64_t i = rng.below(3); i > 0; --i) {
            data[rng.below(data.size())] = static_cast<std::uint8_t>(rng.below(256));
        }
        data.resize(rng.chance(0.2) ? rng.below(data.size() + 1) : data.size());
        if (const auto metadata = decode_metaplex_metadata(data, kNamedMint)) {
            ++decoded;
            ASSERT_LE(metadata->name.size(), kMetaplexNameMax);
            ASSERT_LE(metadata->symbol.size(), kMetaplexSymbolMax);
            ASSERT_LE(metadata->uri.size(), kMetaplexUriMax);
            ASSERT_TRUE(metadata->uri.empty() || metadata->uri.back() != '\0');
        }
    }
    EXPECT_GT(decoded, 5'000U);
    EXPECT_LT(decoded, 19'000U);
}

}  // namespace
}  // namespace sniperforge::solana
