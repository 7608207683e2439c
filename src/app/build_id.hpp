// SPDX-License-Identifier: MIT
// Which build this is: version and the commit it was built from.
#pragma once

#include <string>

namespace sniperforge::app {

[[nodiscard]] std::string build_id();

}  // namespace sniperforge::app
