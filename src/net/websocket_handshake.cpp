// SPDX-License-Identifier: MIT
#include "net/websocket_handshake.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

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

// The start of a text from outside, without control characters.
[[nodiscard]] std::string quote(std::string_view text) {
    std::string quoted{text.substr(0, kQuotedBytesMax)};
    for (char& c : quoted) {
        if (static_cast<unsigned char>(c) < 32 || c == 127) {
            c = ' ';
        }
    }
    return quoted;
}

}  // namespace

std::string accept_key(std::string_view key) {
    const std::string text = std::string{key}.append(kKeySuffix);
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    const int is_done =
        EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha1(), nullptr);
    SF_ASSERT(is_done == 1);
    return base64_encode(std::span{digest}.first(kSha1Bytes));
}

std::string format_upgrade_request(const Url& url, std::string_view key) {
    return fmt::format(
        "GET {} HTTP/1.1\r\n"
        "Host: {}\r\n"
        "Upgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        "Sec-WebSocket-Key: {}\r\n"
        "Sec-WebSocket-Version: 13\r\n"
        "\r\n",
        url.target, host_header(url.address), key);
}

Result<void> check_upgrade_response(const HttpResponse& response, std::string_view key) {
    if (response.status != 101) {
        const std::string_view retry_after = response.header("Retry-After");
        return fail(fmt::format("the server answered {} {}{}{}{}{}", response.status,
                                status_text(response.status),
                                retry_after.empty() ? "" : ", retry after ", quote(retry_after),
                                response.body.empty() ? "" : ": ", quote(response.body)));
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
