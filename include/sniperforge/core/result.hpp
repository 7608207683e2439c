// SPDX-License-Identifier: MIT
// Result<T>: a value, or an error that says what was attempted. Expected failures travel in it;
// exceptions of libraries stop at the module that called the library.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace sniperforge {

// Text for people: what was attempted, the value, the limit, and what to do next.
struct Error {
    std::string text;

    [[nodiscard]] bool operator==(const Error&) const = default;
};

template <typename T, typename E = Error>
using Result = std::expected<T, E>;

template <typename E>
using Err = std::unexpected<E>;

// The usual way to fail: `return fail("...")`.
[[nodiscard]] inline std::unexpected<Error> fail(std::string text) {
    return std::unexpected<Error>{Error{std::move(text)}};
}

// The same failure, told from further out: "reading pool X: account has 3 bytes".
[[nodiscard]] inline std::unexpected<Error> fail(std::string_view context, const Error& cause) {
    return fail(std::string{context} + ": " + cause.text);
}

}  // namespace sniperforge
