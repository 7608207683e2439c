// SPDX-License-Identifier: MIT
#include "sniperforge/config/flat_mapping.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

namespace sniperforge::config {
namespace {

TEST(FlatMapping, GivesKeysValuesAndLinesInFileOrder) {
    const auto entries =
        parse_flat_mapping("# a scenario\nb: 0.5\n\na: \"x y\"\nc: ''\n", "s.yaml");
    ASSERT_TRUE(entries) << entries.error().text;
    ASSERT_EQ(entries->size(), 3U);
    EXPECT_EQ((*entries)[0].key, "b");
    EXPECT_EQ((*entries)[0].value, "0.5");
    EXPECT_EQ((*entries)[0].line, 2);
    EXPECT_EQ((*entries)[1].key, "a");
    EXPECT_EQ((*entries)[1].value, "x y");
    EXPECT_EQ((*entries)[1].line, 4);
    EXPECT_EQ((*entries)[2].value, "");
}

TEST(FlatMapping, TellsAllProblemsAtOnce) {
    const auto entries = parse_flat_mapping("a: 1\nb: [1]\na: 2\nc:\n", "s.yaml");
    ASSERT_FALSE(entries);
    EXPECT_EQ(entries.error().text,
              "s.yaml:2: b: write one value on the same line\n"
              "s.yaml:3: \"a\" was written before, in line 1; keep one\n"
              "s.yaml:4: c: write one value on the same line");
    EXPECT_FALSE(parse_flat_mapping("- a\n", "s.yaml"));
}

TEST(FlatMapping, ReadsAFileAndTakesAnEmptyOneForNoEntries) {
    const std::string path = ::testing::TempDir() + "flat.yaml";
    {
        std::ofstream{path};
    }
    const auto empty = read_flat_mapping(path);
    ASSERT_TRUE(empty);
    EXPECT_TRUE(empty->empty());
    std::remove(path.c_str());
    const auto missing = read_flat_mapping(path);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().text, path + ": cannot be opened: No such file or directory");
}

}  // namespace
}  // namespace sniperforge::config
