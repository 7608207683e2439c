// SPDX-License-Identifier: MIT
#include "app/write_page.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace sniperforge::app {

Result<void> write_page(const std::string& path, const std::string& page) {
    errno = 0;
    std::ofstream file{path, std::ios::binary | std::ios::trunc};
    file << page;
    file.close();
    if (!file) {
        return fail(
            fmt::format("writing the report to {}: {}; name a file with --html that can be "
                        "written",
                        path, errno == 0 ? "it failed" : std::strerror(errno)));
    }
    return {};
}

}  // namespace sniperforge::app
