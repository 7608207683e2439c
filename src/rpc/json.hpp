// SPDX-License-Identifier: MIT
// Reading members of JSON objects in place, with errors that name the member. The exceptions below
// never leave this module: read_document() and decode_notification() turn them into results.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::rpc::json {

namespace ondemand = simdjson::ondemand;

// A member that is missing or is not what it must be.
struct BadMember {
    std::string text;
};
// "lamports: expected an unsigned 64-bit integer (INCORRECT_TYPE)".
[[noreturn]] void throw_bad_member(std::string_view name, std::string_view expected,
                                   simdjson::error_code error);
[[noreturn]] void throw_bad_member(std::string_view name, std::string_view problem);

// Members may stand in any order; reading them in document order costs one pass. A value must be
// read before the next member of the same object is asked for.
[[nodiscard]] ondemand::value member(ondemand::object& object, std::string_view name);
// False when the object has no such member.
[[nodiscard]] bool find_member(ondemand::object& object, std::string_view name,
                               ondemand::value& out);

// `name` is for the error text only.
[[nodiscard]] ondemand::object to_object(ondemand::value value, std::string_view name);
[[nodiscard]] ondemand::array to_array(ondemand::value value, std::string_view name);
[[nodiscard]] std::uint64_t to_u64(ondemand::value value, std::string_view name);
[[nodiscard]] bool to_bool(ondemand::value value, std::string_view name);
// Unescaped, valid until the parser's next document.
[[nodiscard]] std::string_view to_text(ondemand::value value, std::string_view name);
[[nodiscard]] bool is_null(ondemand::value& value, std::string_view name);
// The value's own JSON without the white space between its tokens, which some servers write: who
// looks into it need not know their habits.
[[nodiscard]] std::string to_json(ondemand::value value, std::string_view name);
// The same, or nothing for null: how the chain says "no error".
[[nodiscard]] std::string to_json_or_empty(ondemand::value value, std::string_view name);
// Whether its `err` is anything but null.
[[nodiscard]] bool has_error(ondemand::object& members);
// A decimal integer inside a string, as token amounts are written.
[[nodiscard]] std::uint64_t to_u64_in_text(ondemand::value value, std::string_view name);

template <typename Key>
[[nodiscard]] Key to_key(ondemand::value value, std::string_view name) {
    auto key = Key::parse(to_text(value, name));
    if (!key) {
        throw_bad_member(name, key.error().text);
    }
    return *key;
}

[[nodiscard]] inline ondemand::object object_member(ondemand::object& object,
                                                    std::string_view name) {
    return to_object(member(object, name), name);
}
[[nodiscard]] inline ondemand::array array_member(ondemand::object& object, std::string_view name) {
    return to_array(member(object, name), name);
}
[[nodiscard]] inline std::uint64_t u64_member(ondemand::object& object, std::string_view name) {
    return to_u64(member(object, name), name);
}
template <typename Key>
[[nodiscard]] Key key_member(ondemand::object& object, std::string_view name) {
    return to_key<Key>(member(object, name), name);
}

// Elements of an array; a broken element is an error that names the array.
template <typename Visit>
void for_each(ondemand::array array, std::string_view name, Visit visit) {
    for (auto element : array) {
        ondemand::value value;
        if (const auto error = std::move(element).get(value); error != simdjson::SUCCESS) {
            throw_bad_member(name, "expected an array", error);
        }
        visit(value);
    }
}

// Every field once, in document order; the visitor must read the value or leave it alone.
template <typename Visit>
void for_each_field(ondemand::object& object, std::string_view name, Visit visit) {
    for (auto result : object) {
        ondemand::field field;
        if (const auto error = std::move(result).get(field); error != simdjson::SUCCESS) {
            throw_bad_member(name, "expected an object", error);
        }
        std::string_view key;
        if (const auto error = field.unescaped_key().get(key); error != simdjson::SUCCESS) {
            throw_bad_member(name, "unreadable key", error);
        }
        visit(key, field.value());
    }
}

// Runs `read(object)` on the document, whose root must be an object. `text` may grow by the
// parser's padding.
template <typename Read>
[[nodiscard]] auto read_document(std::string& text, Read read)
    -> Result<decltype(read(std::declval<ondemand::object&>()))> {
    try {
        text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
        ondemand::parser parser;
        ondemand::document document;
        if (const auto error =
                parser.iterate(text.data(), text.size(), text.capacity()).get(document);
            error != simdjson::SUCCESS) {
            throw_bad_member("document", "expected JSON", error);
        }
        ondemand::object root;
        if (const auto error = document.get_object().get(root); error != simdjson::SUCCESS) {
            throw_bad_member("document", "expected an object", error);
        }
        return read(root);
    } catch (const BadMember& bad) {
        return fail(bad.text);
    } catch (const simdjson::simdjson_error& error) {
        return fail(std::string{"not readable as JSON: "} + error.what());
    }
}

}  // namespace sniperforge::rpc::json
