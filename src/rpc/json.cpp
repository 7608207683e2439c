// SPDX-License-Identifier: MIT
#include "rpc/json.hpp"

#include <fmt/format.h>

#include <charconv>

namespace sniperforge::rpc::json {

namespace {

// What stands in quotes stays as it is.
[[nodiscard]] std::string without_space(std::string_view json) {
    std::string out;
    out.reserve(json.size());
    bool is_quoted = false, is_escaped = false;
    for (const char each : json) {
        const bool is_space = each == ' ' || each == '\t' || each == '\n' || each == '\r';
        if (is_quoted || !is_space) {
            out.push_back(each);
        }
        is_quoted = is_quoted != (each == '"' && !is_escaped);
        is_escaped = is_quoted && each == '\\' && !is_escaped;
    }
    return out;
}

}  // namespace

void throw_bad_member(std::string_view name, std::string_view expected,
                      simdjson::error_code error) {
    throw BadMember{fmt::format("{}: {} ({})", name, expected, simdjson::error_message(error))};
}

void throw_bad_member(std::string_view name, std::string_view problem) {
    throw BadMember{fmt::format("{}: {}", name, problem)};
}

bool find_member(ondemand::object& object, std::string_view name, ondemand::value& out) {
    // Not find_field_unordered(): simdjson 3.0 and later take for granted there that the second
    // pass meets what the first one met, which malformed text can belie. Each of these two passes
    // checks for itself.
    auto error = object.find_field(name).get(out);
    if (error == simdjson::NO_SUCH_FIELD) {
        bool has_fields = false;
        error = object.reset().get(has_fields);
        if (error == simdjson::SUCCESS) {
            error = object.find_field(name).get(out);
        }
    }
    if (error == simdjson::NO_SUCH_FIELD) {
        return false;
    }
    if (error != simdjson::SUCCESS) {
        throw_bad_member(name, "unreadable", error);
    }
    return true;
}

ondemand::value member(ondemand::object& object, std::string_view name) {
    ondemand::value value;
    if (!find_member(object, name, value)) {
        throw_bad_member(name, "missing");
    }
    return value;
}

ondemand::object to_object(ondemand::value value, std::string_view name) {
    ondemand::object object;
    if (const auto error = value.get_object().get(object); error != simdjson::SUCCESS) {
        throw_bad_member(name, "expected an object", error);
    }
    return object;
}

ondemand::array to_array(ondemand::value value, std::string_view name) {
    ondemand::array array;
    if (const auto error = value.get_array().get(array); error != simdjson::SUCCESS) {
        throw_bad_member(name, "expected an array", error);
    }
    return array;
}

std::uint64_t to_u64(ondemand::value value, std::string_view name) {
    std::uint64_t number = 0;
    if (const auto error = value.get_uint64().get(number); error != simdjson::SUCCESS) {
        throw_bad_member(name, "expected an unsigned 64-bit integer", error);
    }
    return number;
}

bool to_bool(ondemand::value value, std::string_view name) {
    bool flag = false;
    if (const auto error = value.get_bool().get(flag); error != simdjson::SUCCESS) {
        throw_bad_member(name, "expected true or false", error);
    }
    return flag;
}

std::string_view to_text(ondemand::value value, std::string_view name) {
    std::string_view text;
    if (const auto error = value.get_string().get(text); error != simdjson::SUCCESS) {
        throw_bad_member(name, "expected a string", error);
    }
    return text;
}

bool is_null(ondemand::value& value, std::string_view name) {
    ondemand::json_type type{};
    if (const auto error = value.type().get(type); error != simdjson::SUCCESS) {
        throw_bad_member(name, "expected a value", error);
    }
    return type == ondemand::json_type::null && value.is_null();
}

std::string to_json(ondemand::value value, std::string_view name) {
    std::string_view text;
    if (const auto error = simdjson::to_json_string(value).get(text); error != simdjson::SUCCESS) {
        throw_bad_member(name, "expected a value", error);
    }
    return without_space(text);
}

std::string to_json_or_empty(ondemand::value value, std::string_view name) {
    return is_null(value, name) ? std::string{} : to_json(value, name);
}

bool has_error(ondemand::object& members) {
    ondemand::value told = member(members, "err");
    return !is_null(told, "err");
}

std::uint64_t to_u64_in_text(ondemand::value value, std::string_view name) {
    const std::string_view text = to_text(value, name);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
        throw_bad_member(
            name, fmt::format("\"{}\" is not an unsigned 64-bit integer", text.substr(0, 40)));
    }
    return number;
}

}  // namespace sniperforge::rpc::json
