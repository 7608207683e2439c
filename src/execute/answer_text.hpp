// SPDX-License-Identifier: MIT
// What is told of an answer, and what its headers tell. Answers are untrusted and may be long.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sniperforge/net/http.hpp"
#include "sniperforge/net/secret_scrubber.hpp"

namespace sniperforge::execute {

// Text of a body that is worth showing.
[[nodiscard]] std::string excerpt_of(std::string_view body);
// Without our own secrets, which are looked for before anything is cut: half of one stays one.
[[nodiscard]] std::string excerpt_of(std::string_view body, const net::SecretScrubber& secrets);

// A header that is a count of seconds, in digits alone; a date is not read.
[[nodiscard]] std::optional<std::uint64_t> seconds_in(const net::HttpResponse& response,
                                                      std::string_view header);

}  // namespace sniperforge::execute
