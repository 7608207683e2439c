// SPDX-License-Identifier: MIT
#include "sniperforge/journal/record.hpp"

#include <gtest/gtest.h>

namespace sniperforge::journal {
namespace {

TEST(RecordKind, HasANameForEachKind) {
    for (int kind = 1; kind <= 13; ++kind) {
        EXPECT_NE(to_string(static_cast<RecordKind>(kind)), "unknown") << kind;
    }
    EXPECT_EQ(to_string(static_cast<RecordKind>(14)), "unknown");
    EXPECT_TRUE(is_decision(RecordKind::Report));
    EXPECT_FALSE(is_decision(RecordKind::Note));
    EXPECT_FALSE(is_decision(RecordKind::Checkpoint));
}

}  // namespace
}  // namespace sniperforge::journal
