// SPDX-License-Identifier: MIT
#include "sniperforge/config/loopback.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "config/strict_yaml.hpp"

namespace sniperforge::config {
namespace {

constexpr std::string_view kDigits = "0123456789";

// A decimal number without leading zeros, whole of `text`.
[[nodiscard]] std::optional<std::uint32_t> number_of(std::string_view text, std::uint32_t max) {
    if (text.empty() || text.find_first_not_of(kDigits) != std::string_view::npos ||
        (text.size() > 1 && text.front() == '0')) {
        return std::nullopt;
    }
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && number <= max ? std::optional{number} : std::nullopt;
}

// 127.0.0.0/8 in four parts. Shorter forms and names that begin like it are somebody else's.
[[nodiscard]] bool is_loopback_v4(std::string_view host) {
    int parts = 0;
    while (true) {
        const auto dot = host.find('.');
        const auto part = number_of(host.substr(0, dot), 255);
        if (!part || (parts == 0 && *part != 127) || ++parts > 4) {
            return false;
        }
        if (dot == std::string_view::npos) {
            return parts == 4;
        }
        host.remove_prefix(dot + 1);
    }
}

}  // namespace

Result<LoopbackAddress> parse_loopback(std::string_view text) {
    const auto colon = text.rfind(':');
    const std::string_view host = text.substr(0, colon);
    const auto port =
        colon == std::string_view::npos ? std::nullopt : number_of(text.substr(colon + 1), 65'535);
    if (!port) {
        return fail(fmt::format(
            "{} is not host:port with a port of 0 to 65535; write 127.0.0.1:9301, or \"\" for none",
            quoted(std::string{text})));
    }
    std::string address{host};
    if (host == "localhost") {
        address = "127.0.0.1";
    } else if (host == "[::1]") {
        address = "::1";
    } else if (!is_loopback_v4(host)) {
        return fail(fmt::format(
            "{} may be reached from other machines, and who reaches it may see what is traded; "
            "write 127.0.0.1:{}, and reach it from outside through ssh -L {}:127.0.0.1:{} HOST",
            quoted(std::string{host}), *port, *port, *port));
    }
    return LoopbackAddress{std::move(address), static_cast<std::uint16_t>(*port)};
}

}  // namespace sniperforge::config
