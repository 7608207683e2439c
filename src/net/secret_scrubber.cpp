// SPDX-License-Identifier: MIT
#include "sniperforge/net/secret_scrubber.hpp"

#include <algorithm>
#include <optional>

#include "sniperforge/net/http.hpp"

namespace sniperforge::net {
namespace {

constexpr std::string_view kMask = "***";

// Calls `take` with each part of `text` between the separators.
template <typename Take>
void for_each_part(std::string_view text, std::string_view separators, Take take) {
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(separators), text.size());
        take(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

}  // namespace

void SecretScrubber::add(std::string_view secret) {
    const auto insert = [this](std::string_view text) {
        if (text.size() >= kSecretBytesMin &&
            std::find(secrets_.begin(), secrets_.end(), text) == secrets_.end()) {
            secrets_.emplace_back(text);
        }
    };
    insert(secret);
    // As a server that decodes it would repeat it.
    if (const auto decoded = query_value("?x=" + std::string{secret}, "x")) {
        insert(*decoded);
    }
    std::stable_sort(secrets_.begin(), secrets_.end(),
                     [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

void SecretScrubber::add_url(std::string_view url) {
    const auto scheme = url.find("://");
    std::string_view rest = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
    if (const auto query = rest.find_first_of("?#"); query != std::string_view::npos) {
        for_each_part(rest.substr(query + 1), "&#", [this](std::string_view pair) {
            const auto equals = pair.find('=');
            add(equals == std::string_view::npos ? pair : pair.substr(equals + 1));
        });
        rest = rest.substr(0, query);
    }
    // A password may hold a slash, so the last '@' anywhere ends the user info.
    if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
        for_each_part(rest.substr(0, at), ":", [this](std::string_view part) { add(part); });
        rest = rest.substr(at + 1);
    }
    const auto path = std::min(rest.find('/'), rest.size());
    for_each_part(rest.substr(path), "/", [this](std::string_view segment) {
        const bool has_digits = segment.find_first_of("0123456789") != std::string_view::npos;
        if (segment.size() >= (has_digits ? kPathSecretWithDigitsBytesMin : kPathSecretBytesMin)) {
            add(segment);
        }
    });
}

std::string SecretScrubber::scrub(std::string_view text) const {
    std::string scrubbed{text};
    for (const std::string& secret : secrets_) {
        for (auto at = scrubbed.find(secret); at != std::string::npos;
             at = scrubbed.find(secret, at + kMask.size())) {
            scrubbed.replace(at, secret.size(), kMask);
        }
    }
    return scrubbed;
}

}  // namespace sniperforge::net
