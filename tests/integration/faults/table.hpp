// SPDX-License-Identifier: MIT
// The table that the program prints at its end: of each fault the state that it must end in, how
// long that took, and how long it may take.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/time.hpp"

namespace sniperforge::faults {

struct Timing {
    std::string_view what;
    std::optional<Duration> took;  // Nothing: it never happened.
    Duration bound;
};

// A row of the table. A timing that never happened or is over its bound fails the test.
void conclude(std::string fault, std::string end_state, std::vector<Timing> timings);

// A fault's name as part of a test's.
[[nodiscard]] std::string word_of(std::string_view fault);

}  // namespace sniperforge::faults
