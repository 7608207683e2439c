// SPDX-License-Identifier: MIT
// AdminServer: pages for the operator over HTTP on loopback. What is asked from another site, under
// another name or without the token is refused before any page is looked at. GET and HEAD read;
// POST is for commands alone, which need a second token.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/result.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/ops/access_token.hpp"

namespace sniperforge::ops {

enum class PageAccess : std::uint8_t {
    Open,    // For everybody on this machine: tells nothing but its status.
    Partly,  // The same; who shows the token is told more.
    Token,
    File,     // For everybody: a part of the program, the same in every run.
    Command,  // POST of JSON, with the token and the control token. Nothing else is a POST.
};

struct AdminRequest {
    std::string_view query;   // Behind the "?", still percent-encoded.
    bool is_trusted = false;  // It showed the token. Never of a page that is Open or a File.
    std::string_view etag{};  // Of the copy that the client has (If-None-Match); may be empty.
    std::string_view body{};
};

struct AdminPage {
    std::string path;
    PageAccess access = PageAccess::Token;
    std::function<net::HttpResponse(const AdminRequest& request)> answer{};
    // In its place, where the answer is not there at once. The request is gone after the call.
    std::function<void(const AdminRequest& request, net::HttpResponder respond)> answer_later{};
};

struct AdminOptions {
    net::Address listen;
    AccessToken token;
    std::optional<AccessToken> control_token{};  // Nothing: every command is refused.
};

// Requests by what became of them. What is no HTTP never gets so far.
struct AdminStatistics {
    std::uint64_t answered = 0;
    std::uint64_t refused = 0;        // For its form, its origin or its target.
    std::uint64_t tokens_absent = 0;  // Of pages that want one.
    std::uint64_t tokens_wrong = 0;   // Those that were not looked at any more included.
};

class AdminServer {
 public:
    // `pages` are answered on the reactor's thread.
    [[nodiscard]] static Result<std::unique_ptr<AdminServer>> start(net::Reactor& reactor,
                                                                    AdminOptions options,
                                                                    std::vector<AdminPage> pages);
    ~AdminServer();
    AdminServer(const AdminServer&) = delete;
    AdminServer& operator=(const AdminServer&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    // Reactor's thread.
    [[nodiscard]] const AdminStatistics& statistics() const;

 private:
    struct State;
    explicit AdminServer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace sniperforge::ops
