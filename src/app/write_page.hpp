// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "sniperforge/core/result.hpp"

namespace sniperforge::app {

// A report's page to a file, over one that is there.
[[nodiscard]] Result<void> write_page(const std::string& path, const std::string& page);

}  // namespace sniperforge::app
