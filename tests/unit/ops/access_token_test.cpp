// SPDX-License-Identifier: MIT
#include "sniperforge/ops/access_token.hpp"

#include <gtest/gtest.h>

#include "unit/ops/admin_test_support.hpp"

namespace sniperforge::ops {
namespace {

using test::kToken;

TEST(AccessToken, MatchesItselfAndNothingElse) {
    const auto token = AccessToken::from_text(kToken);
    ASSERT_TRUE(token);
    EXPECT_TRUE(token->matches(kToken));
    for (std::size_t i = 0; i < kToken.size(); ++i) {
        std::string other{kToken};
        other[i] = static_cast<char>(other[i] ^ 1);
        EXPECT_FALSE(token->matches(other)) << i;
    }
    EXPECT_FALSE(token->matches(""));
    EXPECT_FALSE(token->matches(kToken.substr(0, 31)));
    EXPECT_FALSE(token->matches(std::string{kToken} + "0"));
    EXPECT_FALSE(token->matches(std::string{kToken} + "\n"));
}

TEST(AccessToken, ALinesEndIsNotPartOfIt) {
    const auto token = AccessToken::from_text(std::string{kToken} + " \r\n");
    ASSERT_TRUE(token);
    EXPECT_TRUE(token->matches(kToken));
}

TEST(AccessToken, TakesThirtyTwoCharactersAndNotThirtyOneAndNoWordOfIt) {
    for (const std::string& weak :
         {std::string{}, std::string{kToken.substr(0, 31)}, std::string(513, 'a'),
          std::string(32, 'a'), std::string{"abcdefgabcdefgabcdefgabcdefgabcdefg"},  // 7 kinds.
          std::string{"0123456789abcdef 0123456789abcdef"},
          std::string{"0123456789abcdef\"123456789abcdef"}}) {
        const auto token = AccessToken::from_text(weak);
        ASSERT_FALSE(token) << weak;
        EXPECT_NE(token.error().text.find("openssl rand -hex 32"), std::string::npos);
        if (weak.size() > 8) {
            EXPECT_EQ(token.error().text.find(weak), std::string::npos);
        }
    }
    EXPECT_TRUE(AccessToken::from_text("abcdefghabcdefghabcdefghabcdefgh"));  // 8 kinds.
}

}  // namespace
}  // namespace sniperforge::ops
