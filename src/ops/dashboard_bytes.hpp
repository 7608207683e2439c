// SPDX-License-Identifier: MIT
// What cmake/embed_dashboard.cmake makes.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "sniperforge/ops/dashboard_files.hpp"

namespace sniperforge::ops {

[[nodiscard]] std::span<const DashboardFile> embedded_dashboard_files();
[[nodiscard]] bool has_embedded_charts();

}  // namespace sniperforge::ops
