// SPDX-License-Identifier: MIT
#include "sniperforge/ops/admin_server.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "ops/admin_gate.hpp"
#include "sniperforge/telemetry/rate_limited_log.hpp"

namespace sniperforge::ops {
namespace {

// Anybody on this machine may open them, and what they make us keep must not be what the daemon
// needs: 64 of them with all that may wait for each are 64 MiB.
constexpr std::size_t kConnectionsMax = 64;
// Nothing here takes a body; a client that sends a short one all the same is understood.
constexpr std::size_t kBodyBytesMax = 1'024;
// A page is some 100 kB at most, and a client that reads none of several is gone or hostile.
constexpr std::size_t kQueuedBytesMax = std::size_t{1} << 20U;
// Somebody guesses, or a scraper has an old token: either way it goes on for a while.
constexpr std::uint32_t kLinesPerMinute = 5;

// Pages are text without scripts, are never kept, and are never framed or read by other sites.
[[nodiscard]] std::vector<net::HttpHeader> security_headers() {
    return {{"Content-Security-Policy",
             "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
            {"X-Content-Type-Options", "nosniff"},
            {"X-Frame-Options", "DENY"},
            {"Cross-Origin-Resource-Policy", "same-origin"},
            {"Referrer-Policy", "no-referrer"},
            {"Cache-Control", "no-store"}};
}

[[nodiscard]] net::HttpResponse text_response(int status, const std::string& text,
                                              std::vector<net::HttpHeader> headers = {}) {
    headers.push_back({"Content-Type", "text/plain; charset=utf-8"});
    return {.status = status, .headers = std::move(headers), .body = text + "\n"};
}

}  // namespace

struct AdminServer::State {
    State(net::Reactor& loop, AccessToken token, std::vector<AdminPage> its_pages)
        : reactor{loop}, gate{std::move(token)}, pages{std::move(its_pages)} {}

    [[nodiscard]] net::HttpResponse answer(const net::HttpRequest& request) {
        if (const auto refusal = refusal_of(request)) {
            ++statistics.refused;
            return text_response(refusal->status, refusal->why,
                                 refusal->status == 405
                                     ? std::vector<net::HttpHeader>{{"Allow", "GET, HEAD"}}
                                     : std::vector<net::HttpHeader>{});
        }
        const std::string_view target = request.target;
        const auto question = std::min(target.find('?'), target.size());
        const auto page = std::ranges::find(pages, target.substr(0, question), &AdminPage::path);
        AdminRequest asked{.query = target.substr(std::min(question + 1, target.size()))};
        if (page == pages.end() || page->access != PageAccess::Open) {
            const TokenShown shown = gate.look(request, reactor.now());
            const bool is_needed = page == pages.end() || page->access == PageAccess::Token;
            if (shown != TokenShown::Right && (is_needed || shown != TokenShown::Absent)) {
                return refuse_token(shown);
            }
            asked.is_trusted = shown == TokenShown::Right;
        }
        if (page == pages.end()) {
            ++statistics.refused;
            std::vector<std::string_view> paths;
            std::ranges::transform(pages, std::back_inserter(paths), &AdminPage::path);
            return text_response(
                404, fmt::format("there is no such page; there are {}", fmt::join(paths, ", ")));
        }
        ++statistics.answered;
        return page->answer(asked);
    }

    [[nodiscard]] net::HttpResponse refuse_token(TokenShown shown) {
        if (shown == TokenShown::Absent) {
            ++statistics.tokens_absent;
            return text_response(401, "show the token of ops.token_file: Authorization: Bearer ...",
                                 {{"WWW-Authenticate", "Bearer"}});
        }
        ++statistics.tokens_wrong;
        log.write(reactor.now(), telemetry::Level::Warning, "ops",
                  "a request to the admin server with a wrong token was refused");
        if (shown == TokenShown::TooManyWrong) {
            return text_response(429, "too many wrong tokens; no token is looked at for a second",
                                 {{"Retry-After", "1"}});
        }
        return text_response(401, "that is not the token of ops.token_file",
                             {{"WWW-Authenticate", "Bearer error=\"invalid_token\""}});
    }

    net::Reactor& reactor;
    TokenGate gate;
    std::vector<AdminPage> pages;
    AdminStatistics statistics;
    telemetry::RateLimitedLog log{kLinesPerMinute, std::chrono::minutes{1}};
    std::unique_ptr<net::HttpServer> server;
};

AdminServer::AdminServer(std::unique_ptr<State> state) : state_{std::move(state)} {}
AdminServer::~AdminServer() = default;

Result<std::unique_ptr<AdminServer>> AdminServer::start(net::Reactor& reactor, AdminOptions options,
                                                        std::vector<AdminPage> pages) {
    auto state = std::make_unique<State>(reactor, std::move(options.token), std::move(pages));
    auto server = net::HttpServer::start(
        reactor, options.listen,
        [raw = state.get()](const net::HttpRequest& request, net::HttpResponder respond) {
            respond(raw->answer(request));
        },
        {.connections_max = kConnectionsMax,
         .body_bytes_max = kBodyBytesMax,
         .queued_bytes_max = kQueuedBytesMax,
         .headers = security_headers()});
    if (!server) {
        return Err{server.error()};
    }
    state->server = std::move(*server);
    return std::unique_ptr<AdminServer>{new AdminServer{std::move(state)}};
}

std::uint16_t AdminServer::port() const { return state_->server->port(); }
const AdminStatistics& AdminServer::statistics() const { return state_->statistics; }

}  // namespace sniperforge::ops
