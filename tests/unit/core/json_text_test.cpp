// SPDX-License-Identifier: MIT
#include "sniperforge/core/json_text.hpp"

#include <gtest/gtest.h>

namespace sniperforge {
namespace {

TEST(JsonText, LeavesPlainAndUtf8TextAlone) {
    EXPECT_EQ(json_escaped("plain \xc3\xa9 \xf0\x9f\x90\xb8"), "plain \xc3\xa9 \xf0\x9f\x90\xb8");
}

TEST(JsonText, EscapesQuotesBackslashesAndControlCharacters) {
    EXPECT_EQ(json_escaped("a\"b\\c\n\x1f\x7f "), "a\\\"b\\\\c\\u000a\\u001f\\u007f ");
    EXPECT_EQ(json_quoted("x"), "\"x\"");
}

// Token names are chosen by strangers; what is printed must stay valid JSON.
TEST(JsonText, ReplacesWhatIsNotUtf8) {
    const std::string replacement = "\xef\xbf\xbd";
    EXPECT_EQ(json_escaped("\x80"), replacement);
    EXPECT_EQ(json_escaped("\xc3"), replacement);
    EXPECT_EQ(json_escaped("\xc0\xaf"), replacement + replacement);                    // Overlong.
    EXPECT_EQ(json_escaped("\xed\xa0\x80"), replacement + replacement + replacement);  // Surrogate.
    EXPECT_EQ(json_escaped("\xf4\x90\x80\x80"),
              replacement + replacement + replacement + replacement);  // > U+10FFFF.
}

}  // namespace
}  // namespace sniperforge
