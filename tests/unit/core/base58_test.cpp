// SPDX-License-Identifier: MIT
#include "sniperforge/core/base58.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "sniperforge/core/hex.hpp"
#include "sniperforge/core/rng.hpp"
#include "support/data.hpp"

namespace sniperforge {
namespace {

constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

// Schoolbook conversion, digit by digit: slow, and simple enough to be right.
std::string slow_encode(std::vector<std::uint8_t> bytes) {
    std::string out;
    const auto zeros = std::find_if(bytes.begin(), bytes.end(), [](auto b) { return b != 0; });
    const auto ones = static_cast<std::size_t>(zeros - bytes.begin());
    while (std::any_of(bytes.begin(), bytes.end(), [](auto b) { return b != 0; })) {
        unsigned remainder = 0;
        for (auto& byte : bytes) {
            const unsigned value = remainder << 8 | byte;
            byte = static_cast<std::uint8_t>(value / 58);
            remainder = value % 58;
        }
        out.push_back(kAlphabet[remainder]);
    }
    out.append(ones, '1');
    std::reverse(out.begin(), out.end());
    return out;
}

TEST(Base58, MatchesEveryVectorBothWays) {
    SF_REQUIRE_DATA(data);
    const test::JsonFile file{data / "vectors" / "wire.json"};
    std::size_t count = 0;
    for (simdjson::dom::element vector : file.root()["base58"]) {
        const auto bytes = hex_decode(std::string_view{vector["hex"]}).value();
        const std::string text{std::string_view{vector["base58"]}};
        EXPECT_EQ(base58_encode(bytes), text);
        EXPECT_EQ(base58_decode(text).value(), bytes);
        ++count;
    }
    EXPECT_GT(count, 0U);
}

TEST(Base58, AgreesWithASchoolbookConversionOfAnyLength) {
    Rng rng{5};
    for (int round = 0; round < 3'000; ++round) {
        std::vector<std::uint8_t> bytes(rng.below(90));
        rng.fill(bytes);
        std::fill_n(bytes.begin(), rng.below(bytes.size() + 1) / 4, std::uint8_t{0});
        const std::string text = base58_encode(bytes);
        ASSERT_EQ(text, slow_encode(bytes)) << hex_encode(bytes);
        ASSERT_EQ(base58_decode(text).value(), bytes);
    }
}

// Values around the powers of 58^10, where one limb of the encoder ends and the next begins.
TEST(Base58, KeepsZeroDigitsInsideLongNumbers) {
    for (std::size_t ones = 0; ones < 45; ++ones) {
        for (const char* head : {"2", "z"}) {
            const std::string text = head + std::string(ones, '1');
            const auto bytes = base58_decode(text).value();
            EXPECT_EQ(base58_encode(bytes), text);
            EXPECT_EQ(slow_encode(bytes), text);
        }
    }
}

TEST(Base58, CarriesAWholeTransactionOfTheLargestBytes) {
    std::vector<std::uint8_t> bytes(1232, 0xff);
    const std::string text = base58_encode(bytes);
    EXPECT_EQ(text, slow_encode(bytes));
    EXPECT_EQ(base58_decode(text).value(), bytes);
}

TEST(Base58, RefusesCharactersOutsideItsAlphabetAndSaysWhere) {
    for (int c = 0; c < 256; ++c) {
        const std::string text = std::string("2g") + static_cast<char>(c);
        const bool is_digit = kAlphabet.find(static_cast<char>(c)) != std::string_view::npos;
        EXPECT_EQ(base58_decode(text).has_value(), is_digit) << c;
    }
    const auto refused = base58_decode("abc0def");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("at 3"), std::string::npos) << refused.error().text;
}

TEST(Base58, BoundsItsInput) {
    EXPECT_TRUE(base58_decode(std::string(1'700, '1')));
    EXPECT_FALSE(base58_decode(std::string(1'701, '1')));
}

TEST(Base58, FillsABufferOnlyWhenTheSizeIsExact) {
    std::array<std::uint8_t, 3> out{};
    EXPECT_TRUE(base58_decode("a3gV", out));
    EXPECT_EQ(hex_encode(out), "626262");
    const auto shorter = base58_decode("2g", out);
    ASSERT_FALSE(shorter);
    EXPECT_NE(shorter.error().text.find("1 bytes, expected 3"), std::string::npos);
    EXPECT_FALSE(base58_decode("1a3gV", out));
    EXPECT_EQ(hex_encode(out), "626262");
}

}  // namespace
}  // namespace sniperforge
