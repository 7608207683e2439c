// SPDX-License-Identifier: MIT
// One of two nodes is lost to whoever asks it.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <ostream>
#include <string>

#include "sniperforge/sim/faults.hpp"

namespace sniperforge::test {

struct LostNode {
    const char* name;
    std::size_t node;
    sim::NodeFaults faults;
};
inline void PrintTo(const LostNode& lost, std::ostream* out) { *out << lost.name; }

// Asked first, or second; it hangs with its connections open, is gone with them, or has a gateway
// before it that says so.
class LostNodes : public ::testing::WithParamInterface<LostNode> {
 public:
    [[nodiscard]] static auto all() {
        return ::testing::Values(LostNode{"TheFirstHangs", 0, {.hang_probability = 1}},
                                 LostNode{"TheSecondHangs", 1, {.hang_probability = 1}},
                                 LostNode{"TheFirstDies", 0, {.is_down = true}},
                                 LostNode{"TheSecondDies", 1, {.is_down = true}},
                                 LostNode{"TheFirstFails", 0, {.gateway_error_probability = 1}},
                                 LostNode{"TheSecondFails", 1, {.gateway_error_probability = 1}});
    }
    [[nodiscard]] static std::string name_of(const ::testing::TestParamInfo<LostNode>& info) {
        return info.param.name;
    }
};

}  // namespace sniperforge::test
