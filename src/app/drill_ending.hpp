// SPDX-License-Identifier: MIT
// How a daemon of the drill ended: whether another start goes on with it, and what its report may
// not have.
#pragma once

#include <string>
#include <vector>

#include "app/daemon.hpp"

namespace sniperforge::app {

// The cluster was not ready, fills are not final yet, or orders have no end.
[[nodiscard]] bool is_unfinished(const DaemonResult& result);

// Each as a sentence, of one that ended with 0.
[[nodiscard]] std::vector<std::string> wrong_in_the_end(const DaemonResult& result);

}  // namespace sniperforge::app
