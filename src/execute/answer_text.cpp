// SPDX-License-Identifier: MIT
#include "execute/answer_text.hpp"

#include <algorithm>

#include "sniperforge/core/decimal.hpp"

namespace sniperforge::execute {

std::string excerpt_of(std::string_view body) {
    constexpr std::size_t kExcerptMax = 200;
    std::string text{body.substr(0, kExcerptMax)};
    std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return text;
}

std::string excerpt_of(std::string_view body, const net::SecretScrubber& secrets) {
    // The excerpt is short, so no more than its surroundings are looked at.
    constexpr std::size_t kLookedAtMax = 8'192;
    return excerpt_of(secrets.scrub(body.substr(0, kLookedAtMax)));
}

std::optional<std::uint64_t> seconds_in(const net::HttpResponse& response,
                                        std::string_view header) {
    const auto seconds = parse_decimal(response.header(header), 0);
    return seconds ? std::optional{*seconds} : std::nullopt;
}

}  // namespace sniperforge::execute
