// SPDX-License-Identifier: MIT
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sniperforge/config/load.hpp"

namespace sniperforge::config::test {

// The problems of a text, or "loads".
[[nodiscard]] inline std::string problems_of(std::string_view yaml) {
    const auto settings = load_text(yaml, "f.yaml");
    return settings ? "loads" : settings.error().text();
}
inline void expect_problem(std::string_view yaml, std::string_view expected) {
    EXPECT_EQ(problems_of(yaml), fmt::format("f.yaml:{}\n", expected));
}
inline void expect_loads(std::string_view yaml) { EXPECT_EQ(problems_of(yaml), "loads") << yaml; }

}  // namespace sniperforge::config::test
