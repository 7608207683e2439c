// SPDX-License-Identifier: MIT
#include "app/shell_word.hpp"

#include <gtest/gtest.h>

namespace sniperforge::app {
namespace {

TEST(ShellWord, IsOneWordWhateverIsInIt) {
    EXPECT_EQ(shell_word("/data/a-b_c.csv.gz"), "/data/a-b_c.csv.gz");
    EXPECT_EQ(shell_word("my data.csv"), "'my data.csv'");
    EXPECT_EQ(shell_word("it's"), R"('it'\''s')");
    EXPECT_EQ(shell_word("$(rm)"), "'$(rm)'");
    EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace sniperforge::app
