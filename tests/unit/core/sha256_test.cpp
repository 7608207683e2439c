// SPDX-License-Identifier: MIT
#include "sniperforge/core/sha256.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/sha256_blocks.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/hex.hpp"

namespace sniperforge {
namespace {

std::string sha256_hex(std::string_view text) {
    Sha256 hash;
    hash.update(bytes_of(text));
    return hex_encode(hash.digest());
}

// The examples of FIPS 180-4 and of the NIST test vectors.
TEST(Sha256, AgreesWithThePublishedVectors) {
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256_hex("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
                         "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"),
              "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
    EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, GivesTheSameDigestHoweverTheInputIsCut) {
    std::string text;
    for (int i = 0; i < 300; ++i) {
        text.push_back(static_cast<char>(i * 7));
    }
    const std::string whole = sha256_hex(text);
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        Sha256 hash;
        for (std::size_t at = 0; at < text.size(); at += piece) {
            hash.update(bytes_of(std::string_view{text}.substr(at, piece)));
        }
        EXPECT_EQ(hex_encode(hash.digest()), whole) << piece;
    }
}

// Lengths around the places where the padding needs another block.
TEST(Sha256, PadsEveryLengthOfOneBlockRight) {
    EXPECT_EQ(sha256_hex(std::string(55, 'a')),
              "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
    EXPECT_EQ(sha256_hex(std::string(56, 'a')),
              "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a");
    EXPECT_EQ(sha256_hex(std::string(63, 'a')),
              "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34");
    EXPECT_EQ(sha256_hex(std::string(64, 'a')),
              "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
}

TEST(Sha256, DigestMayBeTakenInBetweenWithoutDisturbingTheStream) {
    Sha256 hash;
    hash.update(bytes_of("ab"));
    (void)hash.digest();
    hash.update(bytes_of("c"));
    EXPECT_EQ(hex_encode(hash.digest()), sha256_hex("abc"));
}

// Whatever this machine has, others have the other one.
TEST(Sha256, IsTheSameInIntegersAsByTheProcessorsOwnInstructions) {
    const CompressBlock by_processor = compress_by_processor();
    if (by_processor == nullptr) {
        GTEST_SKIP() << "this processor has no instructions for SHA-256";
    }
    std::array<std::uint8_t, 64> block{};
    Sha256State one{1, 2, 3, 4, 5, 6, 7, 0xffff'ffff}, other = one;
    for (unsigned i = 0; i < 1'000; ++i) {
        block[i % block.size()] = static_cast<std::uint8_t>(block[i % block.size()] + 1 + i * 7);
        compress_in_integers(one, block.data());
        by_processor(other, block.data());
        ASSERT_EQ(one, other) << i;
    }
}

}  // namespace
}  // namespace sniperforge
