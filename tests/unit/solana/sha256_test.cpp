// SPDX-License-Identifier: MIT
#include "sniperforge/solana/sha256.hpp"

#include <gtest/gtest.h>

#include "sniperforge/core/hex.hpp"
#include "sniperforge/solana/pda.hpp"

namespace sniperforge::solana {
namespace {

// FIPS 180-4 examples.
TEST(Sha256, MatchesThePublishedExamples) {
    EXPECT_EQ(hex_encode(sha256(BytesView{}).bytes),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hex_encode(sha256(seed("abc")).bytes),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, HashesPiecesAsIfTheyWereJoined) {
    EXPECT_EQ(sha256({seed("a"), seed(""), seed("bc")}), sha256(seed("abc")));
}

}  // namespace
}  // namespace sniperforge::solana
