// SPDX-License-Identifier: MIT
#include "sniperforge/solana/nonce_account.hpp"

#include <gtest/gtest.h>

#include "unit/solana/wire_vectors.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

TEST(NonceAccount, DecodesTheRecordedAccount) {
    SF_REQUIRE_DATA(data);
    const AccountFixture fixture{data, "solana/nonce_account"};
    const auto nonce = decode_nonce_account(fixture.data);
    ASSERT_TRUE(nonce) << nonce.error().text;
    const Json expected = fixture.expected();
    EXPECT_EQ(nonce->authority, key(Json{expected["authority"]}));
    EXPECT_EQ(nonce->nonce, hash(expected["nonce_blockhash"]));
    EXPECT_EQ(nonce->fee_per_signature.raw(), decimal(expected["lamports_per_signature"]));
    EXPECT_EQ(encode_nonce_account(*nonce), fixture.data);
}

TEST(NonceAccount, RefusesOtherSizesOldVersionsAndUninitialisedOnes) {
    const Bytes good = encode_nonce_account({numbered_key(1), Hash{}, Lamports{5'000}});
    ASSERT_TRUE(decode_nonce_account(good));
    EXPECT_FALSE(decode_nonce_account(BytesView{good}.first(79)));
    Bytes bad = good;
    bad.push_back(0);
    EXPECT_FALSE(decode_nonce_account(bad));
    bad = good;
    bad[0] = 0;  // Legacy version: its nonce value is not valid for new transactions.
    EXPECT_FALSE(decode_nonce_account(bad));
    bad = good;
    bad[4] = 0;
    EXPECT_FALSE(decode_nonce_account(bad));
}

}  // namespace
}  // namespace sniperforge::solana
