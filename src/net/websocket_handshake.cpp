// SPDX-License-Identifier: MIT
#include "net/websocket_handshake.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "net/http_codec.hpp"
#include "net/url.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/core/base64.hpp"

namespace sniperforge::net {

namespace {

constexpr std::string_view kKeySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455, 1.3.
constexpr std::size_t kKeyBytes = 16;
constexpr std::size_t kSha1Bytes = 20;
// Of a refusal's body, in error texts.
constexpr std::size_t kQuotedBytesMax = 200;
// Names and values together: half of what servers commonly take as a head.
constexpr std::size_t kOwnHeaderBytesMax = 4U << 10U;
// Shorter words ("Bearer", "v1") are no secrets, and masking them would spoil the text.
constexpr std::size_t kSecretWordMin = 8;

[[nodiscard]] std::string_view find(const std::vector<HttpHeader>& headers, std::string_view name) {
    for (const HttpHeader& header : headers) {
        if (equals_ignoring_case(header.name, name)) {
            return header.value;
        }
    }
    return {};
}

[[nodiscard]] UpgradeAnswer refuse(int status, std::vector<HttpHeader> headers, std::string why) {
    return {
        .is_accepted = false,
        .bytes = format_response(
            HttpResponse{.status = status, .headers = std::move(headers), .body = std::move(why)},
            {.keeps_alive = false, .has_body = true})};
}

[[nodiscard]] bool is_of_the_handshake(std::string_view name) {
    constexpr std::array<std::string_view, 6> kNames{
        "host", "upgrade", "connection", "transfer-encoding", "content-length", "expect"};
    constexpr std::string_view kPrefix = "sec-websocket-";
    return std::ranges::any_of(
               kNames, [name](std::string_view own) { return equals_ignoring_case(own, name); }) ||
           equals_ignoring_case(name.substr(0, kPrefix.size()), kPrefix);
}

void mask_word(std::string& text, std::string_view secret) {
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
        text.replace(at, secret.size(), "***");
        at += 3;
    }
}

void mask_values(std::string& text, const std::vector<HttpHeader>& headers) {
    for (const HttpHeader& header : headers) {
        std::string_view rest = header.value;
        while (!rest.empty()) {
            const auto end = std::min(rest.find_first_of(" \t,;="), rest.size());
            if (end >= kSecretWordMin) {
                mask_word(text, rest.substr(0, end));
            }
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
}

}  // namespace

std::string quote(std::string_view text, const std::vector<HttpHeader>& secrets) {
    std::string quoted{text};
    mask_values(quoted, secrets);  // First: a cut secret would not be found.
    quoted.resize(std::min(quoted.size(), kQuotedBytesMax));
    for (char& c : quoted) {
        if (static_cast<unsigned char>(c) < 32 || c == 127) {
            c = ' ';
        }
    }
    return quoted;
}

std::string accept_key(std::string_view key) {
    const std::string text = std::string{key}.append(kKeySuffix);
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    const int is_done =
        EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha1(), nullptr);
    SF_ASSERT(is_done == 1);
    return base64_encode(std::span{digest}.first(kSha1Bytes));
}

Result<void> check_own_headers(const std::vector<HttpHeader>& headers) {
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < headers.size(); ++i) {
        const HttpRequest alone{.method = "GET", .headers = {headers[i]}, .body = {}};
        if (const std::string_view defect = head_defect(alone); !defect.empty()) {
            return fail(
                fmt::format("header {} of {} cannot be sent: {}", i + 1, headers.size(), defect));
        }
        if (is_of_the_handshake(headers[i].name)) {
            return fail(
                fmt::format("header '{}' is the handshake's own; leave it out", headers[i].name));
        }
        bytes += headers[i].name.size() + headers[i].value.size();
    }
    if (bytes > kOwnHeaderBytesMax) {
        return fail(fmt::format("headers of {} bytes > {} bytes, the most that servers surely take",
                                bytes, kOwnHeaderBytesMax));
    }
    return {};
}

std::string format_upgrade_request(const Url& url, std::string_view key,
                                   const std::vector<HttpHeader>& own_headers) {
    std::string text = fmt::format(
        "GET {} HTTP/1.1\r\n"
        "Host: {}\r\n"
        "Upgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        "Sec-WebSocket-Key: {}\r\n"
        "Sec-WebSocket-Version: 13\r\n",
        url.target, host_header(url.address), key);
    for (const HttpHeader& header : own_headers) {
        text += fmt::format("{}: {}\r\n", header.name, header.value);
    }
    return text + "\r\n";
}

Result<void> check_upgrade_response(const HttpResponse& response, std::string_view key,
                                    const std::vector<HttpHeader>& own_headers) {
    if (response.status != 101) {
        const std::string_view retry_after = response.header("Retry-After");
        return fail(fmt::format(
            "the server answered {} {}{}{}{}{}", response.status, status_text(response.status),
            retry_after.empty() ? "" : ", retry after ", quote(retry_after, own_headers),
            response.body.empty() ? "" : ": ", quote(response.body, own_headers)));
    }
    if (!equals_ignoring_case(response.header("Upgrade"), "websocket") ||
        !has_token(response.header("Connection"), "upgrade")) {
        return fail("the server switched to something that is not WebSocket");
    }
    if (response.header("Sec-WebSocket-Accept") != accept_key(key)) {
        return fail("Sec-WebSocket-Accept does not match our key");
    }
    if (!response.header("Sec-WebSocket-Extensions").empty() ||
        !response.header("Sec-WebSocket-Protocol").empty()) {
        return fail("the server chose an extension or subprotocol that was not offered");
    }
    return {};
}

UpgradeAnswer answer_upgrade(const HttpRequest& request) {
    const auto& headers = request.headers;
    if (request.method != "GET" || !equals_ignoring_case(find(headers, "Upgrade"), "websocket") ||
        !has_token(find(headers, "Connection"), "upgrade")) {
        return refuse(400, {}, "this port speaks WebSocket only\n");
    }
    if (find(headers, "Sec-WebSocket-Version") != "13") {
        return refuse(426, {{.name = "Sec-WebSocket-Version", .value = "13"}},
                      "only version 13 is spoken\n");
    }
    const std::string_view key = find(headers, "Sec-WebSocket-Key");
    std::array<std::uint8_t, kKeyBytes> decoded{};
    const auto decoded_bytes = base64_decode_to(key, decoded);
    if (!decoded_bytes || *decoded_bytes != kKeyBytes) {
        return refuse(400, {}, "Sec-WebSocket-Key is not 16 bytes in base64\n");
    }
    return {.is_accepted = true,
            .bytes = fmt::format("HTTP/1.1 101 Switching Protocols\r\n"
                                 "Upgrade: websocket\r\n"
                                 "Connection: Upgrade\r\n"
                                 "Sec-WebSocket-Accept: {}\r\n"
                                 "\r\n",
                                 accept_key(key))};
}

}  // namespace sniperforge::net
