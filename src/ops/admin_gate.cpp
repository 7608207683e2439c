// SPDX-License-Identifier: MIT
#include "ops/admin_gate.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sniperforge::ops {
namespace {

[[nodiscard]] char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

struct Header {
    std::string_view value;
    std::size_t count = 0;
};
[[nodiscard]] Header header_of(const net::HttpRequest& request, std::string_view name) {
    Header found;
    for (const net::HttpHeader& header : request.headers) {
        if (equals_ignoring_case(header.name, name)) {
            found.value = header.value;
            ++found.count;
        }
    }
    return found;
}

// A page of another site reaches us under that site's name, once its name server points here (DNS
// rebinding). Any port: a tunnel has one of its own.
[[nodiscard]] bool is_own_name(std::string_view host) {
    for (const std::string_view own : {"127.0.0.1", "localhost", "[::1]"}) {
        if (!host.starts_with(own)) {
            continue;
        }
        std::string_view port = host.substr(own.size());
        if (port.empty()) {
            return true;
        }
        port.remove_prefix(1);
        return host[own.size()] == ':' && !port.empty() && port.size() <= 5 &&
               port.find_first_not_of("0123456789") == std::string_view::npos;
    }
    return false;
}

// Browsers say where a request comes from; other clients do not. "same-site" is another port of
// this machine, which is another program.
[[nodiscard]] bool is_from_elsewhere(const net::HttpRequest& request, std::string_view host) {
    const Header origin = header_of(request, "Origin");
    if (origin.count > 0 && (origin.count > 1 || origin.value != fmt::format("http://{}", host))) {
        return true;
    }
    const Header site = header_of(request, "Sec-Fetch-Site");
    return site.count > 0 &&
           (site.count > 1 || (site.value != "same-origin" && site.value != "none"));
}

}  // namespace

std::string_view only_header(const net::HttpRequest& request, std::string_view name) {
    const Header header = header_of(request, name);
    return header.count == 1 ? header.value : std::string_view{};
}

std::string_view allowed_methods(Purpose purpose) {
    return purpose == Purpose::Command ? "POST" : "GET, HEAD";
}

std::optional<Refusal> refusal_of(const net::HttpRequest& request, Purpose purpose) {
    if (request.target.size() > kTargetBytesMax) {
        return Refusal{414, fmt::format("the target has {} bytes, at most {} are taken",
                                        request.target.size(), kTargetBytesMax)};
    }
    const Header host = header_of(request, "Host");
    if (host.count != 1) {
        return Refusal{400, fmt::format("{} Host headers; send one", host.count)};
    }
    if (!is_own_name(host.value)) {
        return Refusal{421,
                       "this is not a host of that name; ask for 127.0.0.1, localhost or [::1]"};
    }
    if (is_from_elsewhere(request, host.value)) {
        return Refusal{403, "asked by a page of another site, which is never answered"};
    }
    const bool is_command = purpose == Purpose::Command;
    if (is_command ? request.method != "POST"
                   : request.method != "GET" && request.method != "HEAD") {
        return Refusal{405, fmt::format("only {} is answered here", allowed_methods(purpose))};
    }
    if (!request.target.starts_with('/')) {
        return Refusal{400, "the target is not a path; ask for one like /healthz"};
    }
    // The types that forms have are sent by pages of other sites without asking; this one is not.
    if (is_command && only_header(request, "Content-Type") != "application/json") {
        return Refusal{415, "a command is JSON: Content-Type: application/json"};
    }
    return std::nullopt;
}

TokenShown TokenGate::look(const net::HttpRequest& request, MonoTime now) {
    const Header shown =
        header_of(request, place_ == TokenPlace::Control ? "X-Control-Token" : "Authorization");
    if (shown.count == 0) {
        return TokenShown::Absent;
    }
    const auto forgotten = (now - forgotten_at_) / kWrongTokenForgotten;
    if (wrong_ == 0 || forgotten >= wrong_) {
        wrong_ = 0;
        forgotten_at_ = now;
    } else if (forgotten > 0) {
        wrong_ -= static_cast<std::uint32_t>(forgotten);
        forgotten_at_ = forgotten_at_ + forgotten * kWrongTokenForgotten;
    }
    if (wrong_ >= kWrongTokensMax) {
        return TokenShown::TooManyWrong;
    }
    if (shown.count == 1 && is_right(shown.value)) {
        return TokenShown::Right;
    }
    ++wrong_;
    return TokenShown::Wrong;
}

bool TokenGate::is_right(std::string_view shown) const {
    if (place_ == TokenPlace::Control) {
        return token_.matches(shown);
    }
    constexpr std::string_view kScheme = "Bearer ";
    return shown.size() > kScheme.size() &&
           equals_ignoring_case(shown.substr(0, kScheme.size()), kScheme) &&
           token_.matches(shown.substr(kScheme.size()));
}

}  // namespace sniperforge::ops
