// SPDX-License-Identifier: MIT
// What a node tells in another form than everybody knew: accounts of programs that were upgraded,
// answers of another version of the node. The chain beneath stays as it is.
#pragma once

#include <string>
#include <string_view>

#include "sim/node_condition.hpp"

namespace sniperforge::sim {

// The text of an answer or of a notification, as the node's faults make it. Draws only for what can
// happen, and counts what does.
[[nodiscard]] std::string retold(NodeCondition& condition, std::string_view text);
// Whether there is anything to tell otherwise.
[[nodiscard]] bool is_retelling(const NodeFaults& faults);

}  // namespace sniperforge::sim
