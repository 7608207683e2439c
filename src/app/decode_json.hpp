// SPDX-License-Identifier: MIT
// Members of JSON objects from files, by type: what is missing or something else is nothing.
#pragma once

#include <fmt/format.h>
#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sniperforge/core/result.hpp"

namespace sniperforge::app {

using JsonElement = simdjson::dom::element;

[[nodiscard]] inline std::optional<std::string_view> text_of(JsonElement object, const char* name) {
    std::string_view text;
    return object[name].get(text) == simdjson::SUCCESS ? std::optional{text} : std::nullopt;
}

[[nodiscard]] inline std::optional<std::uint64_t> number_of(JsonElement object, const char* name) {
    std::uint64_t number = 0;
    return object[name].get(number) == simdjson::SUCCESS ? std::optional{number} : std::nullopt;
}

[[nodiscard]] inline bool flag_of(JsonElement object, const char* name) {
    bool flag = false;
    return object[name].get(flag) == simdjson::SUCCESS && flag;
}

// A missing or null member is an empty list.
[[nodiscard]] inline std::vector<JsonElement> list_of(JsonElement object, const char* name) {
    simdjson::dom::array list;
    if (object[name].get(list) != simdjson::SUCCESS) {
        return {};
    }
    return {list.begin(), list.end()};
}

[[nodiscard]] inline Result<std::uint8_t> byte_of(JsonElement value, std::string_view what) {
    std::uint64_t number = 0;
    if (value.get(number) != simdjson::SUCCESS || number > 255) {
        return fail(fmt::format("{} is no number from 0 to 255", what));
    }
    return static_cast<std::uint8_t>(number);
}

}  // namespace sniperforge::app
