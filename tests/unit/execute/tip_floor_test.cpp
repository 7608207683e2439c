// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "sniperforge/execute/lanes.hpp"

namespace sniperforge::execute {
namespace {

[[nodiscard]] std::string floor_body(std::string_view tip) {
    return R"([{"time":"2026-11-01T00:00:00Z","landed_tips_25th_percentile":1e-06,)"
           R"("landed_tips_50th_percentile":)" +
           std::string{tip} +
           R"( ,"landed_tips_75th_percentile":0.002,"landed_tips_95th_percentile":0.5,)"
           R"("landed_tips_99th_percentile":2,"ema_landed_tips_50th_percentile":1e-05}])";
}
[[nodiscard]] std::uint64_t tip_at(std::string_view tip, std::uint32_t percentile = 50) {
    const auto parsed = parse_tip_floor(floor_body(tip), percentile);
    return parsed ? parsed->raw() : 0;
}

TEST(TipFloor, IsReadFromItsDigitsAndRoundedUpToALamport) {
    EXPECT_EQ(tip_at("6.001e-06"), 6'001U);
    EXPECT_EQ(tip_at("6.0010e-6"), 6'001U);
    EXPECT_EQ(tip_at("0.00001"), 10'000U);
    EXPECT_EQ(tip_at("1E-9"), 1U);
    EXPECT_EQ(tip_at("1.0000000001e-9"), 2U);
    EXPECT_EQ(tip_at("1e-10"), 1U);
    EXPECT_EQ(tip_at("0.1000000001"), 100'000'001U);
    EXPECT_EQ(tip_at("3"), 3'000'000'000U);
    EXPECT_EQ(tip_at("18446744073.709551615"), 18'446'744'073'709'551'615U);
}

TEST(TipFloor, IsThatOfThePercentileOrTheNextOneThatIsPublished) {
    EXPECT_EQ(tip_at("0.00001", 25), 1'000U);
    EXPECT_EQ(tip_at("0.00001", 26), 10'000U);
    EXPECT_EQ(tip_at("0.00001", 51), 2'000'000U);
    EXPECT_EQ(tip_at("0.00001", 99), 2'000'000'000U);
}

TEST(TipFloor, IsNothingWhereTheAnswerHasNone) {
    for (const auto* body :
         {"", "[]", "{}", "null", "[1]", "[{}]", "<html>",
          R"([{"landed_tips_50th_percentile":null}])", R"([{"landed_tips_50th_percentile":"0.1"}])",
          R"([{"landed_tips_50th_percentile":-1}])", R"([{"landed_tips_50th_percentile":1e300}])",
          R"([{"landed_tips_50th_percentile":18446744073.709551616}])"}) {
        EXPECT_FALSE(parse_tip_floor(body, 50)) << body;
    }
}

}  // namespace
}  // namespace sniperforge::execute
