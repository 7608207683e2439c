// SPDX-License-Identifier: MIT
#include "net/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace sniperforge::net {

namespace {

// Path segments from this length on may be access tokens (shortest seen in the wild: 32).
constexpr std::size_t kSecretSegmentLength = 16;
constexpr std::size_t kHostLengthMax = 253;  // RFC 1035.

struct Scheme {
    std::string_view name;
    std::uint16_t port;
    bool is_tls;
};
constexpr std::array<Scheme, 4> kSchemes{
    {{"http", 80, false}, {"https", 443, true}, {"ws", 80, false}, {"wss", 443, true}}};

[[nodiscard]] char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

[[nodiscard]] bool is_host(std::string_view host, bool is_bracketed) {
    return !host.empty() && host.size() <= kHostLengthMax &&
           std::ranges::all_of(host, [is_bracketed](char c) {
               return is_alphanumeric(c) || c == '.' || (c == ':' && is_bracketed) ||
                      ((c == '-' || c == '_') && !is_bracketed);
           });
}

// Printable ASCII without the space: what a request line can carry.
[[nodiscard]] bool is_target(std::string_view target) {
    return !target.empty() && std::ranges::all_of(target, [](char c) { return c > 32 && c < 127; });
}

[[nodiscard]] int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Decodes %XX, and '+' as the space that browsers' forms mean by it.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded.push_back(text[i] == '+' ? ' ' : text[i]);
            continue;
        }
        if (text.size() - i < 3 || hex_digit(text[i + 1]) < 0 || hex_digit(text[i + 2]) < 0) {
            return std::nullopt;
        }
        decoded.push_back(static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])));
        i += 2;
    }
    return decoded;
}

// "host:port", "[v6]:port" or without the port, into `address`; false when malformed.
[[nodiscard]] bool parse_authority(std::string_view authority, Address& address) {
    const bool is_bracketed = authority.starts_with('[');
    std::string_view host = authority;
    std::string_view rest;
    if (is_bracketed) {
        const auto end = authority.find(']');
        if (end == std::string_view::npos) {
            return false;
        }
        host = authority.substr(1, end - 1);
        rest = authority.substr(end + 1);
    } else if (const auto colon = authority.find(':'); colon != std::string_view::npos) {
        host = authority.substr(0, colon);
        rest = authority.substr(colon);
    }
    if (!is_host(host, is_bracketed)) {
        return false;
    }
    std::ranges::transform(host, std::back_inserter(address.host), to_lower);
    if (rest.empty()) {
        return true;
    }
    const char* const end = rest.data() + rest.size();
    const auto [stop, error] = std::from_chars(rest.data() + 1, end, address.port);
    return rest[0] == ':' && error == std::errc{} && stop == end && address.port != 0;
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
    const auto refuse = [text](std::string_view why) {
        return fail(fmt::format("URL '{}': {}", redact_url(text), why));
    };
    const auto separator = text.find("://");
    if (separator == std::string_view::npos) {
        return refuse("no scheme; write https://host or wss://host");
    }
    const auto scheme = std::ranges::find_if(kSchemes, [&](const Scheme& known) {
        return equals_ignoring_case(known.name, text.substr(0, separator));
    });
    if (scheme == kSchemes.end()) {
        return refuse("unknown scheme; http, https, ws and wss are known");
    }
    std::string_view rest = text.substr(separator + 3);
    rest = rest.substr(0, rest.find('#'));
    const auto authority_end = std::min(rest.find_first_of("/?"), rest.size());
    const std::string_view authority = rest.substr(0, authority_end);
    if (authority.contains('@')) {
        return refuse("user info is not supported; give keys in the path, query or a header");
    }
    Url url{.address = {.host = {}, .port = scheme->port, .is_tls = scheme->is_tls},
            .target = std::string{rest.substr(authority_end)}};
    if (!parse_authority(authority, url.address)) {
        return refuse("host or port is malformed; write host:port, port 1 to 65535");
    }
    if (!url.target.starts_with('/')) {
        url.target.insert(url.target.begin(), '/');
    }
    if (!is_target(url.target)) {
        return refuse("the path has a space, control or non-ASCII character; percent-encode it");
    }
    return url;
}

std::string redact_url(std::string_view text) {
    const auto separator = text.find("://");
    const std::size_t start = separator == std::string_view::npos ? 0 : separator + 3;
    std::string redacted{text.substr(0, start)};
    std::string_view rest = text.substr(start);
    const auto query = rest.find_first_of("?#");
    const bool has_query = query != std::string_view::npos;
    rest = rest.substr(0, query);
    auto path = std::min(rest.find('/'), rest.size());
    // A password may hold a slash, so the last '@' anywhere ends the user info.
    if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
        rest = rest.substr(at + 1);
        path = std::min(rest.find('/'), rest.size());
    }
    redacted += rest.substr(0, path);
    while (path < rest.size()) {
        const auto next = std::min(rest.find('/', path + 1), rest.size());
        const std::string_view segment = rest.substr(path + 1, next - path - 1);
        redacted += '/';
        redacted += segment.size() >= kSecretSegmentLength ? "***" : segment;
        path = next;
    }
    return has_query ? redacted + "?***" : redacted;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (const char c : text) {
        if (is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~') {
            encoded.push_back(c);
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        encoded += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
    }
    return encoded;
}

std::optional<std::string> query_value(std::string_view target, std::string_view name) {
    const auto mark = target.find('?');
    if (mark == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view query = target.substr(mark + 1);
    query = query.substr(0, query.find('#'));
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        const auto equals = std::min(pair.find('='), pair.size());
        if (percent_decode(pair.substr(0, equals)) == name) {
            return percent_decode(pair.substr(std::min(equals + 1, pair.size())));
        }
    }
    return std::nullopt;
}

std::string host_header(const Address& address) {
    const std::string host =
        address.host.contains(':') ? fmt::format("[{}]", address.host) : address.host;
    const std::uint16_t own_port = address.is_tls ? 443 : 80;
    return address.port == own_port ? host : fmt::format("{}:{}", host, address.port);
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, to_lower, to_lower);
}

bool has_token(std::string_view list, std::string_view token) {
    while (!list.empty()) {
        const auto end = std::min(list.find(','), list.size());
        std::string_view item = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        item.remove_prefix(std::min(item.find_first_not_of(" \t"), item.size()));
        item = item.substr(0, item.find_last_not_of(" \t") + 1);
        if (equals_ignoring_case(item, token)) {
            return true;
        }
    }
    return false;
}

std::string_view head_defect(const HttpRequest& request) {
    const auto is_value = [](std::string_view value) {
        return std::ranges::all_of(value, [](char c) {
            return c == '\t' || (static_cast<unsigned char>(c) >= 32 && c != 127);
        });
    };
    const auto is_name = [](std::string_view name) {
        constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";  // RFC 9110, 5.6.2.
        return !name.empty() && std::ranges::all_of(name, [&](char c) {
            return is_alphanumeric(c) || kTokenMarks.contains(c);
        });
    };
    if (!is_name(request.method)) {
        return "the method is not a token";
    }
    if (!is_target(request.target)) {
        return "the target has a space, control or non-ASCII character; percent-encode it";
    }
    for (const HttpHeader& header : request.headers) {
        if (!is_name(header.name)) {
            return "a header's name is not a token";
        }
        if (!is_value(header.value)) {
            return "a header's value has a line break or control character";
        }
    }
    return {};
}

}  // namespace sniperforge::net
