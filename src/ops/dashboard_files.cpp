// SPDX-License-Identifier: MIT
#include "sniperforge/ops/dashboard_files.hpp"

#include <algorithm>

#include "ops/dashboard_bytes.hpp"

namespace sniperforge::ops {

const DashboardFile* dashboard_file(std::string_view path) {
    const std::string_view wanted = path == "/" ? "/index.html" : path;
    const auto files = embedded_dashboard_files();
    const auto found = std::ranges::find(files, wanted, &DashboardFile::path);
    return found == files.end() ? nullptr : &*found;
}

std::span<const DashboardFile> dashboard_files() { return embedded_dashboard_files(); }

bool has_dashboard_charts() { return has_embedded_charts(); }

}  // namespace sniperforge::ops
