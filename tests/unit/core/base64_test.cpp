// SPDX-License-Identifier: MIT
#include "sniperforge/core/base64.hpp"

#include <gtest/gtest.h>

#include <array>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/rng.hpp"

namespace sniperforge {
namespace {

// RFC 4648 section 10.
TEST(Base64, MatchesTheExamplesOfTheRfc) {
    const std::pair<const char*, const char*> examples[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (const auto& [plain, text] : examples) {
        const BytesView bytes = bytes_of(plain);
        EXPECT_EQ(base64_encode(bytes), text);
        EXPECT_EQ(base64_decode(text).value(), Bytes(bytes.begin(), bytes.end()));
        EXPECT_EQ(base64_encoded_size(std::string_view{plain}.size()),
                  std::string_view{text}.size());
    }
}

TEST(Base64, SurvivesBothWaysAtEveryLength) {
    Rng rng{6};
    for (std::size_t size = 0; size < 300; ++size) {
        std::vector<std::uint8_t> bytes(size);
        rng.fill(bytes);
        ASSERT_EQ(base64_decode(base64_encode(bytes)).value(), bytes);
    }
}

TEST(Base64, AcceptsEachTextThatItWouldWriteAndNoOther) {
    for (const char* bad :
         {"Zg=", "Zg", "Z", "Zg==Zg==", "=", "====", "A===", "Zm=v", "Zm9v=", "Zm9v====", "Zm 8",
          "Zm8\n", "Zm9-", "Zm9_", "Zh==", "Zm9=", "\x80m9v", "Zm\xffv"}) {
        EXPECT_FALSE(base64_decode(bad)) << bad;
    }
}

TEST(Base64, RefusesEveryCharacterOutsideItsAlphabetInEveryPlace) {
    constexpr std::string_view kLetters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t place = 0; place < 8; ++place) {
        for (int c = 0; c < 256; ++c) {
            std::string text = "AAAAAAAA";
            text[place] = static_cast<char>(c);
            const bool is_allowed = kLetters.find(static_cast<char>(c)) != std::string_view::npos ||
                                    (c == '=' && place == 7);
            EXPECT_EQ(base64_decode(text).has_value(), is_allowed) << place << " " << c;
        }
    }
}

TEST(Base64, DecodesIntoABufferThatIsLargeEnough) {
    std::array<std::uint8_t, 4> out{};
    EXPECT_EQ(base64_decode_to("Zm9vYg==", out).value(), 4U);
    EXPECT_EQ(out[3], 'b');
    const auto refused = base64_decode_to("Zm9vYmE=", out);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("5 bytes, the buffer 4"), std::string::npos);
    EXPECT_EQ(base64_decode_to("", std::span<std::uint8_t>{}).value(), 0U);
}

}  // namespace
}  // namespace sniperforge
