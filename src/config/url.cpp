// SPDX-License-Identifier: MIT
#include "config/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace sniperforge::config {
namespace {

struct Parts {
    std::string_view scheme, authority, host, port, path, query;
    bool is_secure = false;
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

Parts split(std::string_view url) {
    Parts parts;
    const auto colon = url.find("://");
    if (colon == std::string_view::npos) {
        return parts;
    }
    parts.scheme = url.substr(0, colon);
    parts.is_secure = parts.scheme == "https" || parts.scheme == "wss";
    url.remove_prefix(colon + 3);
    const auto authority_end = std::min(url.find_first_of("/?#"), url.size());
    parts.authority = url.substr(0, authority_end);
    const auto query = std::min(url.find_first_of("?#"), url.size());
    parts.path = url.substr(authority_end, query - authority_end);
    parts.query = url.substr(query);

    const auto at = parts.authority.rfind('@');
    parts.host = at == std::string_view::npos ? parts.authority : parts.authority.substr(at + 1);
    const auto bracket = parts.host.rfind(']');  // [::1]:8899
    const auto port = parts.host.rfind(':');
    if (port != std::string_view::npos && (bracket == std::string_view::npos || port > bracket)) {
        parts.port = parts.host.substr(port);
        parts.host = parts.host.substr(0, port);
    }
    return parts;
}

bool is_host(std::string_view host) {
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
        return host.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
    }
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
    });
}

// ":8899"; nothing is fine too.
bool is_port(std::string_view port) {
    if (port.empty()) {
        return true;
    }
    port.remove_prefix(1);
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    return error == std::errc{} && end == port.data() + port.size() && number >= 1 &&
           number <= 65'535;
}

// Providers put keys of 20 to 64 letters and digits into the path. A word that people chose is
// shorter, or has no digits.
bool has_key_like_segment(std::string_view path) {
    constexpr std::size_t kWithDigits = 16;
    constexpr std::size_t kWithoutDigits = 24;
    while (!path.empty()) {
        const auto slash = std::min(path.find('/'), path.size());
        const std::string_view segment = path.substr(0, slash);
        path.remove_prefix(std::min(slash + 1, path.size()));
        const bool has_digits = std::any_of(segment.begin(), segment.end(), is_digit);
        if (segment.size() >= (has_digits ? kWithDigits : kWithoutDigits)) {
            return true;
        }
    }
    return false;
}

}  // namespace

Result<void> check_url(std::string_view url, UrlScheme scheme) {
    const std::string_view name = scheme == UrlScheme::Http ? "http" : "ws";
    const Parts parts = split(url);
    if (parts.scheme != name && parts.scheme != fmt::format("{}s", name)) {
        return fail(fmt::format("must begin with {}s:// (or {}:// on this machine)", name, name));
    }
    const bool has_bad_character =
        std::any_of(url.begin(), url.end(), [](char c) { return c <= ' ' || c >= 0x7F; });
    if (has_bad_character || !is_host(parts.host) || !is_port(parts.port)) {
        return fail(fmt::format("is not a URL of the form {}s://host:port/path", name));
    }
    return {};
}

Result<void> check_url_without_key(std::string_view url, UrlScheme scheme,
                                   std::string_view key_name) {
    const Parts parts = split(url);
    std::string_view place;
    if (parts.authority.find('@') != std::string_view::npos) {
        place = "a user name or password";
    } else if (!parts.query.empty()) {
        place = "a query";
    } else if (has_key_like_segment(parts.path)) {
        place = "what looks like an API key in its path";
    } else {
        return check_url(url, scheme);
    }
    return fail(
        fmt::format("the URL holds {}, and keys do not belong into this file; put the whole "
                    "URL into an environment variable NAME and write {}: env:NAME",
                    place, key_name));
}

bool is_private_on_the_wire(std::string_view url) {
    const Parts parts = split(url);
    const bool is_loopback_v4 =
        parts.host.starts_with("127.") &&
        parts.host.find_first_not_of("0123456789.") == std::string_view::npos;
    return parts.is_secure || is_loopback_v4 || parts.host == "localhost" || parts.host == "[::1]";
}

bool is_reference(std::string_view text) {
    if (text.starts_with("env:")) {
        text.remove_prefix(4);
        return !text.empty() && !is_digit(text.front()) &&
               std::all_of(text.begin(), text.end(),
                           [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
    }
    return text.starts_with("file:/") && text.size() > 6;
}

}  // namespace sniperforge::config
