// SPDX-License-Identifier: MIT
// AdminServer: pages for the operator over HTTP on loopback. What is asked from another site, under
// another name or without the token is refused before any page is looked at. Reads only: GET and
// HEAD.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
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
};

struct AdminRequest {
    std::string_view query;   // Behind the "?", still percent-encoded.
    bool is_trusted = false;  // It showed the token. Never of a page that is Open.
};

struct AdminPage {
    std::string path;
    PageAccess access = PageAccess::Token;
    std::function<net::HttpResponse(const AdminRequest& request)> answer;
};

struct AdminOptions {
    net::Address listen;
    AccessToken token;
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
