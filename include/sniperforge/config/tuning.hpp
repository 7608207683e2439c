// SPDX-License-Identifier: MIT
// Settings that a search over recorded data may vary, with the ranges that `load` accepts: those of
// the strategies and the exits that are one number or one choice.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::config {

struct Tunable {
    std::string name;  // "momentum.bars".
    // Both are part of it, in the smallest unit; written with so many digits behind the point. It
    // is what the other settings leave of the range of a file.
    std::uint64_t low = 0, high = 0;
    unsigned decimals = 0;
    std::vector<std::string> choices;  // In place of the range where it has some.
};
// In the order of the file.
[[nodiscard]] std::vector<Tunable> tunables(const Settings& settings);

struct TunedValue {
    std::string name, text;  // As a file would have it.
};
// Sets them, or says what `load` would say of a file with these values.
[[nodiscard]] Result<void> tune(Settings& settings, std::span<const TunedValue> values);

}  // namespace sniperforge::config
