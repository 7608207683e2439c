// SPDX-License-Identifier: MIT
#include "sniperforge/core/decimal.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "sniperforge/core/rng.hpp"

namespace sniperforge {
namespace {

TEST(ParseDecimal, ReadsWholesAndFractionsExactly) {
    EXPECT_EQ(parse_sol("0.5").value(), Lamports{500'000'000});
    EXPECT_EQ(parse_sol("0.000000001").value(), Lamports{1});
    EXPECT_EQ(parse_sol("3").value(), Lamports{3'000'000'000});
    EXPECT_EQ(parse_sol("0").value(), Lamports{0});
    EXPECT_EQ(parse_usd("12.340000").value(), MicroUsd{12'340'000});
    EXPECT_EQ(parse_decimal("007", 0).value(), 7U);
}

TEST(ParseDecimal, AcceptsTheLargestAmountAndNotOneMore) {
    EXPECT_EQ(parse_sol("18446744073.709551615").value(), Lamports::max());
    EXPECT_FALSE(parse_sol("18446744073.709551616"));
    EXPECT_FALSE(parse_sol("18446744074"));
    EXPECT_EQ(parse_decimal("18446744073709551615", 0).value(), kU64Max);
    EXPECT_FALSE(parse_decimal("18446744073709551616", 0));
    EXPECT_FALSE(parse_decimal("99999999999999999999999", 0));
}

TEST(ParseDecimal, AcceptsAsManyDigitsAsTheScaleAndNotOneMore) {
    EXPECT_TRUE(parse_sol("1.123456789"));
    EXPECT_FALSE(parse_sol("1.1234567890"));
    EXPECT_FALSE(parse_decimal("1.0", 0));
}

TEST(ParseDecimal, RefusesEverythingThatIsNotADecimalAndShowsTheRightForm) {
    for (const char* bad : {"", ".", ".5", "5.", "1..2", "1.2.3", "-1", "+1", "1e3", "0,5", " 1",
                            "1 ", "0x10", "1_000", "inf", "nan", "\xd9\xa1"}) {
        EXPECT_FALSE(parse_decimal(bad, 9)) << bad;
    }
    const auto refused = parse_sol("0,5");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("\"0,5\""), std::string::npos);
    EXPECT_NE(refused.error().text.find("\"0.5\""), std::string::npos);
    // Not what would be refused again.
    const auto fraction = parse_decimal("1.5", 0);
    ASSERT_FALSE(fraction);
    EXPECT_NE(fraction.error().text.find("\"1.5\" is not a whole number"), std::string::npos);
    EXPECT_EQ(fraction.error().text.find("0.5"), std::string::npos);
}

TEST(FormatDecimal, WritesTheShortestExactForm) {
    EXPECT_EQ(format_sol(Lamports{500'000'000}), "0.5");
    EXPECT_EQ(format_sol(Lamports{3'000'000'000}), "3");
    EXPECT_EQ(format_sol(Lamports{1}), "0.000000001");
    EXPECT_EQ(format_sol(Lamports{0}), "0");
    EXPECT_EQ(format_sol(Lamports::max()), "18446744073.709551615");
    EXPECT_EQ(format_usd(MicroUsd{12'340'000}), "12.34");
    EXPECT_EQ(format_decimal(std::uint64_t{1'230}, 0), "1230");
}

TEST(FormatDecimal, WritesTheSignOfDeltas) {
    EXPECT_EQ(format_sol(LamportsDelta{-1}), "-0.000000001");
    EXPECT_EQ(format_sol(LamportsDelta{1'500'000'000}), "1.5");
    EXPECT_EQ(format_decimal(std::numeric_limits<std::int64_t>::min(), 0), "-9223372036854775808");
}

TEST(FormatDecimal, IsReadBackExactly) {
    Rng rng{8};
    for (int i = 0; i < 20'000; ++i) {
        const std::uint64_t value = rng.next() >> rng.below(64);
        const auto scale = static_cast<unsigned>(rng.below(19));
        const std::string text = format_decimal(value, scale);
        ASSERT_EQ(parse_decimal(text, scale).value(), value) << text << " at scale " << scale;
    }
}

}  // namespace
}  // namespace sniperforge
