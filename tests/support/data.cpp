// SPDX-License-Identifier: MIT
#include "support/data.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string_view>

namespace sniperforge::test {

std::filesystem::path source_dir() { return SF_SOURCE_DIR; }

std::optional<std::filesystem::path> data_dir() {
    const char* configured = std::getenv("SNIPERFORGE_DATA");
    const std::filesystem::path path = configured != nullptr
                                           ? std::filesystem::path{configured}
                                           : source_dir().parent_path() / "shared";
    if (!std::filesystem::is_directory(path / "vectors")) {
        return std::nullopt;
    }
    return path;
}

bool is_data_required() {
    const char* required = std::getenv("SNIPERFORGE_REQUIRE_DATA");
    return required != nullptr && std::string_view{required} == "1";
}

JsonFile::JsonFile(const std::filesystem::path& path) {
    if (const auto error = parser_.load(path.string()).get(root_); error != simdjson::SUCCESS) {
        throw std::runtime_error(path.string() + ": " + simdjson::error_message(error));
    }
}

}  // namespace sniperforge::test
