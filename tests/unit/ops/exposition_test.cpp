// SPDX-License-Identifier: MIT
#include "sniperforge/ops/exposition.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace sniperforge::ops {
namespace {

TEST(Exposition, WritesEachFamilyWithItsHelpItsTypeAndItsSamples) {
    Exposition out;
    out.counter("sniperforge_x_sent_total", "What was sent.");
    out.sample(std::uint64_t{18'446'744'073'709'551'615U}, {{"endpoint", "a"}, {"method", "m"}});
    out.sample(std::uint64_t{0}, {{"endpoint", "b"}, {"method", "m"}});
    out.gauge("sniperforge_x_lamports", "May be below zero.");
    out.sample(std::int64_t{-5});
    out.gauge("sniperforge_x_seconds", "A time.");
    out.sample(0.25);
    out.gauge("sniperforge_x_live", "A truth.");
    out.sample(true, {{"socket", "s"}});
    EXPECT_EQ(out.text(),
              "# HELP sniperforge_x_sent_total What was sent.\n"
              "# TYPE sniperforge_x_sent_total counter\n"
              "sniperforge_x_sent_total{endpoint=\"a\",method=\"m\"} 18446744073709551615\n"
              "sniperforge_x_sent_total{endpoint=\"b\",method=\"m\"} 0\n"
              "# HELP sniperforge_x_lamports May be below zero.\n"
              "# TYPE sniperforge_x_lamports gauge\n"
              "sniperforge_x_lamports -5\n"
              "# HELP sniperforge_x_seconds A time.\n"
              "# TYPE sniperforge_x_seconds gauge\n"
              "sniperforge_x_seconds 0.25\n"
              "# HELP sniperforge_x_live A truth.\n"
              "# TYPE sniperforge_x_live gauge\n"
              "sniperforge_x_live{socket=\"s\"} 1\n");
}

TEST(Exposition, WritesAHistogramWithCumulativeBucketsItsSumAndItsCount) {
    Exposition out;
    out.histogram("h_seconds", "Times.");
    constexpr std::array<double, 2> kBounds{0.000005, 2.5};
    constexpr std::array<std::uint64_t, 2> kAtMost{1, 3};
    out.buckets(kBounds, kAtMost, 12.5, 4, {{"path", "own"}});
    EXPECT_EQ(out.text(),
              "# HELP h_seconds Times.\n"
              "# TYPE h_seconds histogram\n"
              "h_seconds_bucket{path=\"own\",le=\"5e-06\"} 1\n"
              "h_seconds_bucket{path=\"own\",le=\"2.5\"} 3\n"
              "h_seconds_bucket{path=\"own\",le=\"+Inf\"} 4\n"
              "h_seconds_sum{path=\"own\"} 12.5\n"
              "h_seconds_count{path=\"own\"} 4\n");
}

// A label that could end its own quotes could add samples of its own.
TEST(Exposition, NoTextEscapesFromALabelOrAHelp) {
    Exposition out;
    out.gauge("x", "a \\ and a\nline");
    out.sample(1.0, {{"l", "q\" b\\ n\n t\t \xff ~"}});
    EXPECT_EQ(out.text(),
              "# HELP x a \\\\ and a\\nline\n# TYPE x gauge\n"
              "x{l=\"q\\\" b\\\\ n\\n t? ? ~\"} 1\n");
}

TEST(Exposition, WritesWhatIsNoNumberAsPrometheusReadsIt) {
    Exposition out;
    out.gauge("x", "h");
    out.sample(std::numeric_limits<double>::infinity());
    out.sample(-std::numeric_limits<double>::infinity());
    out.sample(std::numeric_limits<double>::quiet_NaN());
    EXPECT_TRUE(out.text().ends_with("x +Inf\nx -Inf\nx NaN\n"));
}

}  // namespace
}  // namespace sniperforge::ops
