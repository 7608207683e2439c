// SPDX-License-Identifier: MIT
// A JSON object that is put together member by member, in the order in which they are shown.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sniperforge/core/json_text.hpp"
#include "sniperforge/core/key.hpp"

namespace sniperforge::app {

class JsonFields {
 public:
    using Member = std::pair<std::string, std::string>;

    // `json` is one JSON value already.
    JsonFields& raw(std::string_view name, std::string json) {
        members_.emplace_back(name, std::move(json));
        return *this;
    }
    JsonFields& text(std::string_view name, std::string_view value) {
        return raw(name, json_quoted(value));
    }
    JsonFields& boolean(std::string_view name, bool value) {
        return raw(name, value ? "true" : "false");
    }
    // At most 32 bits: wider numbers are strings, because JSON readers lose digits above 2^53.
    JsonFields& narrow(std::string_view name, std::int64_t value) {
        return raw(name, fmt::format("{}", value));
    }
    JsonFields& wide(std::string_view name, std::uint64_t value) {
        return raw(name, fmt::format("\"{}\"", value));
    }
    JsonFields& wide_signed(std::string_view name, std::int64_t value) {
        return raw(name, fmt::format("\"{}\"", value));
    }
    JsonFields& key(std::string_view name, const Pubkey& value) {
        return raw(name, fmt::format("\"{}\"", value.to_string()));
    }
    JsonFields& key(std::string_view name, const std::optional<Pubkey>& value) {
        return value ? key(name, *value) : null(name);
    }
    JsonFields& null(std::string_view name) { return raw(name, "null"); }

    [[nodiscard]] const std::vector<Member>& members() const { return members_; }
    [[nodiscard]] std::string object() const {
        std::string out = "{";
        for (const auto& [name, json] : members_) {
            out += (out.size() > 1 ? "," : "") + json_quoted(name) + ":" + json;
        }
        return out + "}";
    }

 private:
    std::vector<Member> members_;
};

// [a,b,c] of JSON values.
[[nodiscard]] inline std::string json_array(const std::vector<std::string>& values) {
    return fmt::format("[{}]", fmt::join(values, ","));
}

}  // namespace sniperforge::app
