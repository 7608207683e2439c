// SPDX-License-Identifier: MIT
// Where the recorded data and the vectors are: $SNIPERFORGE_DATA, by default `shared` beside the
// repository root. Tests skip without it, unless SNIPERFORGE_REQUIRE_DATA=1 (CI), then they fail.
#pragma once

#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace sniperforge::test {

// The checkout that the tests were built from.
[[nodiscard]] std::filesystem::path source_dir();
[[nodiscard]] std::optional<std::filesystem::path> data_dir();
[[nodiscard]] bool is_data_required();

// The whole file, parsed; throws simdjson_error or std::runtime_error, which fails the test.
class JsonFile {
 public:
    explicit JsonFile(const std::filesystem::path& path);
    [[nodiscard]] simdjson::dom::element root() const { return root_; }

 private:
    simdjson::dom::parser parser_;
    simdjson::dom::element root_;
};

// A field that holds a number as text, as those beyond 2^53 do.
[[nodiscard]] inline std::uint64_t number(simdjson::dom::element object, const char* name) {
    return std::stoull(std::string{std::string_view{object[name]}});
}

}  // namespace sniperforge::test

// First line of a test that needs recorded data; names the directory `data` for it.
#define SF_REQUIRE_DATA(data)                                                               \
    const auto data##_found = ::sniperforge::test::data_dir();                              \
    if (!data##_found) {                                                                    \
        if (::sniperforge::test::is_data_required()) {                                      \
            FAIL() << "recorded data is required here but SNIPERFORGE_DATA points nowhere"; \
        }                                                                                   \
        GTEST_SKIP() << "no recorded data: set SNIPERFORGE_DATA to its directory";          \
    }                                                                                       \
    const std::filesystem::path& data = *data##_found
