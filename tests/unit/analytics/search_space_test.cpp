// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/search_space.hpp"

#include <gtest/gtest.h>

namespace sniperforge::analytics {
namespace {

std::string refusal(std::vector<Parameter> parameters) {
    const auto space = SearchSpace::of(std::move(parameters));
    return space ? "" : space.error().text;
}

TEST(SearchSpace, NamesWhatItHolds) {
    const auto space =
        SearchSpace::of({{"hold \"s\"", IntegerRange{-5, 9}}, {"exit", Choices{{"time", "stop"}}}});
    ASSERT_TRUE(space);
    EXPECT_EQ(space->json({-5, 1}), R"({"hold \"s\"":-5,"exit":"stop"})");
    EXPECT_EQ(space->number({7, 0}, "hold \"s\""), 7);
    EXPECT_EQ(space->choice({7, 0}, "exit"), "time");
    EXPECT_TRUE(space->contains({-5, 0}));
    EXPECT_TRUE(space->contains({9, 1}));
    for (const ParameterValues& values :
         {ParameterValues{-6, 0}, {10, 0}, {0, -1}, {0, 2}, {0}, {0, 0, 0}}) {
        EXPECT_FALSE(space->contains(values));
    }
}

TEST(SearchSpace, RefusesWhatCannotBeSearchedWithItsName) {
    EXPECT_NE(refusal({}).find("at least one parameter"), std::string::npos);
    EXPECT_NE(refusal({{"", IntegerRange{0, 1}}}).find("without a name"), std::string::npos);
    EXPECT_NE(refusal({{"a", IntegerRange{0, 1}}, {"a", Choices{{"x"}}}}).find("\"a\": the space"),
              std::string::npos);
    EXPECT_EQ(refusal({{"a", IntegerRange{1, 1}}}), "");
    EXPECT_EQ(refusal({{"a", IntegerRange{1, 0}}}),
              "a search cannot vary \"a\": its range ends at 0, before it begins at 1");
    EXPECT_EQ(refusal({{"a", IntegerRange{1, 5, Scale::Log}}}), "");
    EXPECT_NE(refusal({{"a", IntegerRange{0, 5, Scale::Log}}}).find("begins at 1 or above"),
              std::string::npos);
    constexpr std::int64_t kMax = std::int64_t{1} << 52;
    EXPECT_EQ(refusal({{"a", IntegerRange{-kMax, kMax}}}), "");
    EXPECT_NE(refusal({{"a", IntegerRange{0, kMax + 1}}}).find("leaves"), std::string::npos);
    EXPECT_NE(refusal({{"a", Choices{}}}).find("no choices"), std::string::npos);
    EXPECT_NE(refusal({{"a", Choices{{"x", "x"}}}}).find("\"x\" twice"), std::string::npos);
}

}  // namespace
}  // namespace sniperforge::analytics
