// SPDX-License-Identifier: MIT
// What a lane answers to a transaction.
#pragma once

#include <string>
#include <string_view>

namespace sniperforge::execute {

// Neither accepted nor an error: it says nothing that we can read.
struct LaneReply {
    bool is_accepted = false;
    bool is_limited = false;
    std::string error;  // In its words; empty: none.
};
[[nodiscard]] LaneReply read_lane_reply(std::string_view body);

}  // namespace sniperforge::execute
