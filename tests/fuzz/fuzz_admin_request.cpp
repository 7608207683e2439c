// SPDX-License-Identifier: MIT
// Whatever bytes a client sends to the admin server, it learns nothing and orders nothing without
// the tokens, and the server goes on. The first byte chooses: the bytes as they are, or in the head
// of a request that has both tokens and the name of another host, so that who could hide that name
// would get in.
#include <array>
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "fuzz_target.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "sniperforge/ops/admin_server.hpp"

namespace sniperforge::ops {
namespace {

constexpr std::string_view kToken = "0123456789abcdef0123456789abcdef";
constexpr std::string_view kControlToken = "fedcba9876543210fedcba9876543210";
constexpr std::string_view kSecret = "TELLS-EVERYTHING";
const net::Address kAddress{.host = "127.0.0.1", .port = 9301};

struct Client final : net::StreamEvents {
    void on_connected() override { stream->write(bytes_of(sent)); }
    std::span<std::uint8_t> read_buffer() override { return buffer; }
    void on_read(std::size_t count, MonoTime) override {
        received.append(reinterpret_cast<const char*>(buffer.data()), count);
    }
    void on_closed(const Error&) override {}

    std::string sent, received;
    std::array<std::uint8_t, 4'096> buffer{};
    std::unique_ptr<net::ByteStream> stream;
};

[[nodiscard]] std::string send(net::VirtualReactor& reactor, std::string text) {
    Client client;
    client.sent = std::move(text);
    client.stream = reactor.connect(kAddress, client);
    reactor.run_until(reactor.now() + std::chrono::milliseconds{2});
    return client.received;
}

[[nodiscard]] net::HttpResponse secret() {
    return {.status = 200, .headers = {}, .body = std::string{kSecret}};
}

[[nodiscard]] std::string request_of(std::uint8_t choice, std::string_view text) {
    if (choice % 3 == 0) {
        return std::string{text};
    }
    std::string request = choice % 3 == 1
                              ? "GET /secret HTTP/1.1\r\n"
                              : "POST /command HTTP/1.1\r\nContent-Type: application/json\r\n";
    request += text;
    request += "\r\nHost: evil.example\r\nAuthorization: Bearer ";
    request += kToken;
    request += "\r\nX-Control-Token: ";
    request += kControlToken;
    return request + "\r\n\r\n";
}

void check(std::span<const std::uint8_t> input) {
    if (input.empty()) {
        return;
    }
    net::VirtualReactor reactor;
    const auto server = AdminServer::start(
        reactor,
        {.listen = kAddress,
         .token = *AccessToken::from_text(kToken),
         .control_token = *AccessToken::from_text(kControlToken)},
        {{.path = "/open",
          .access = PageAccess::Open,
          .answer =
              [](const AdminRequest& request) {
                  SF_ASSERT(!request.is_trusted);
                  return net::HttpResponse{.status = 200, .headers = {}, .body = "well"};
              }},
         {.path = "/secret",
          .access = PageAccess::Token,
          .answer = [](const AdminRequest&) { return secret(); }},
         {.path = "/command",
          .access = PageAccess::Command,
          .answer_later = [](const AdminRequest&, net::HttpResponder respond) {
              respond(secret());
          }}});
    SF_ASSERT(server.has_value());
    const std::string_view text{reinterpret_cast<const char*>(input.data()) + 1, input.size() - 1};
    const std::string answer = send(reactor, request_of(input[0], text));
    SF_ASSERT(answer.find(kSecret) == std::string::npos);
    SF_ASSERT(answer.empty() || answer.starts_with("HTTP/1.1 "));
    SF_ASSERT(send(reactor, "GET /open HTTP/1.1\r\nHost: localhost\r\n\r\n").ends_with("well"));
    // And the tokens open it, so that there was something to keep.
    reactor.run_until(reactor.now() + std::chrono::minutes{1});
    SF_ASSERT(send(reactor, "GET /secret HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
                                std::string{kToken} + "\r\n\r\n")
                  .ends_with(kSecret));
}

}  // namespace
}  // namespace sniperforge::ops

SF_FUZZ_TARGET {
    sniperforge::ops::check({data, size});
    return 0;
}
