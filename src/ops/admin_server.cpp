// SPDX-License-Identifier: MIT
#include "sniperforge/ops/admin_server.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "ops/admin_gate.hpp"
#include "sniperforge/telemetry/rate_limited_log.hpp"

namespace sniperforge::ops {
namespace {

// Anybody on this machine may open them, and what they make us keep must not be what the daemon
// needs: 160 of them with all that may wait for each are 80 MiB.
constexpr std::size_t kConnectionsMax = 160;
// A command with its reason has 1.3 kB at most, every character of it escaped.
constexpr std::size_t kBodyBytesMax = 2'048;
// A page is some 200 kB at most, and a client that reads none of several is gone or hostile.
constexpr std::size_t kQueuedBytesMax = std::size_t{1} << 19U;
// Somebody guesses, or a scraper has an old token: either way it goes on for a while.
constexpr std::uint32_t kLinesPerMinute = 5;

// Pages are text without scripts, are never kept, and are never framed or read by other sites. One
// that has scripts says so itself.
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
    State(net::Reactor& loop, AdminOptions options, std::vector<AdminPage> its_pages)
        : reactor{loop},
          gate{std::move(options.token), TokenPlace::Authorization},
          pages{std::move(its_pages)} {
        if (options.control_token) {
            control_gate.emplace(std::move(*options.control_token), TokenPlace::Control);
        }
    }

    void answer(const net::HttpRequest& request, net::HttpResponder respond) {
        const std::string_view target = request.target;
        const auto question = std::min(target.find('?'), target.size());
        const auto page = std::ranges::find(pages, target.substr(0, question), &AdminPage::path);
        const bool is_command = page != pages.end() && page->access == PageAccess::Command;
        const Purpose purpose = is_command ? Purpose::Command : Purpose::Read;
        if (const auto refusal = refusal_of(request, purpose)) {
            ++statistics.refused;
            std::vector<net::HttpHeader> headers;
            if (refusal->status == 405) {
                headers.push_back({"Allow", std::string{allowed_methods(purpose)}});
            }
            return respond(text_response(refusal->status, refusal->why, std::move(headers)));
        }
        AdminRequest asked{.query = target.substr(std::min(question + 1, target.size())),
                           .etag = only_header(request, "If-None-Match"),
                           .body = request.body};
        if (auto refused = refusal_for_token(page == pages.end() ? nullptr : &*page, request,
                                             asked.is_trusted)) {
            return respond(std::move(*refused));
        }
        if (page == pages.end()) {
            ++statistics.refused;
            return respond(text_response(
                404, fmt::format("there is no such page; there are {}", fmt::join(paths(), ", "))));
        }
        ++statistics.answered;
        if (page->answer_later) {
            return page->answer_later(asked, std::move(respond));
        }
        respond(page->answer(asked));
    }

    // What there is tells nobody who does not show the token: no page is one that wants it.
    [[nodiscard]] std::optional<net::HttpResponse> refusal_for_token(
        const AdminPage* page, const net::HttpRequest& request, bool& is_trusted) {
        const PageAccess access = page == nullptr ? PageAccess::Token : page->access;
        if (access == PageAccess::Open || access == PageAccess::File) {
            return std::nullopt;
        }
        const TokenShown shown = gate.look(request, reactor.now());
        is_trusted = shown == TokenShown::Right;
        if (!is_trusted && (access != PageAccess::Partly || shown != TokenShown::Absent)) {
            return refuse_token(shown);
        }
        if (access != PageAccess::Command) {
            return std::nullopt;
        }
        const TokenShown control =
            control_gate ? control_gate->look(request, reactor.now()) : TokenShown::Wrong;
        return control == TokenShown::Right ? std::nullopt : std::optional{refuse_control(control)};
    }

    [[nodiscard]] net::HttpResponse refuse_token(TokenShown shown) {
        if (shown == TokenShown::Absent) {
            ++statistics.tokens_absent;
            return text_response(401, "show the token of ops.token_file: Authorization: Bearer ...",
                                 {{"WWW-Authenticate", "Bearer"}});
        }
        note_wrong("a request to the admin server with a wrong token was refused");
        if (shown == TokenShown::TooManyWrong) {
            return too_many_wrong();
        }
        return text_response(401, "that is not the token of ops.token_file",
                             {{"WWW-Authenticate", "Bearer error=\"invalid_token\""}});
    }

    // Not 401, which would say that the other token is wrong.
    [[nodiscard]] net::HttpResponse refuse_control(TokenShown shown) {
        if (shown == TokenShown::Absent) {
            ++statistics.tokens_absent;
            return text_response(
                403, "show the token of ops.control_token_file, too: X-Control-Token: ...");
        }
        note_wrong("a command to the admin server with a wrong control token was refused");
        return shown == TokenShown::TooManyWrong
                   ? too_many_wrong()
                   : text_response(403, "that is not the token of ops.control_token_file");
    }

    [[nodiscard]] static net::HttpResponse too_many_wrong() {
        return text_response(429, "too many wrong tokens; no token is looked at for a second",
                             {{"Retry-After", "1"}});
    }

    void note_wrong(std::string_view what) {
        ++statistics.tokens_wrong;
        log.write(reactor.now(), telemetry::Level::Warning, "ops", "{}", what);
    }

    // Without the files of a page, which people do not ask for one by one.
    [[nodiscard]] std::vector<std::string_view> paths() const {
        std::vector<std::string_view> paths;
        for (const AdminPage& page : pages) {
            if (page.access != PageAccess::File || page.path == "/") {
                paths.push_back(page.path);
            }
        }
        return paths;
    }

    net::Reactor& reactor;
    TokenGate gate;
    std::optional<TokenGate> control_gate;
    std::vector<AdminPage> pages;
    AdminStatistics statistics;
    telemetry::RateLimitedLog log{kLinesPerMinute, std::chrono::minutes{1}};
    std::unique_ptr<net::HttpServer> server;
};

AdminServer::AdminServer(std::unique_ptr<State> state) : state_{std::move(state)} {}
AdminServer::~AdminServer() = default;

Result<std::unique_ptr<AdminServer>> AdminServer::start(net::Reactor& reactor, AdminOptions options,
                                                        std::vector<AdminPage> pages) {
    const net::Address listen = options.listen;
    auto state = std::make_unique<State>(reactor, std::move(options), std::move(pages));
    auto server = net::HttpServer::start(
        reactor, listen,
        [raw = state.get()](const net::HttpRequest& request, net::HttpResponder respond) {
            raw->answer(request, std::move(respond));
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
