// SPDX-License-Identifier: MIT
// Members of JSON that was parsed: what is not there, or is another kind of value, is nothing, or
// empty or zero.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string_view>

namespace sniperforge::app {

template <typename Value>
[[nodiscard]] std::optional<Value> json_member_if_any(simdjson::dom::element object,
                                                      std::string_view name) {
    Value value{};
    return object[name].get(value) == simdjson::SUCCESS ? std::optional{value} : std::nullopt;
}
template <typename Value>
[[nodiscard]] Value json_member(simdjson::dom::element object, std::string_view name) {
    return json_member_if_any<Value>(object, name).value_or(Value{});
}

}  // namespace sniperforge::app
