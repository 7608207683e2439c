// SPDX-License-Identifier: MIT
#include "app/admin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "app/admin_token.hpp"
#include "app/metrics.hpp"
#include "app/readiness.hpp"
#include "sniperforge/config/loopback.hpp"
#include "sniperforge/ops/exposition.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] net::HttpResponse page_of(int status, std::string text,
                                        std::string_view type = "text/plain; charset=utf-8") {
    return {.status = status,
            .headers = {{"Content-Type", std::string{type}}},
            .body = std::move(text)};
}

// Who does not show the token learns nothing but the status.
[[nodiscard]] net::HttpResponse readiness_page(const Replica* replica, MonoTime now,
                                               bool is_trusted) {
    const auto lines = obstacles(replica, now);
    const int status = lines.empty() ? 200 : 503;
    if (!is_trusted) {
        return page_of(status, "");
    }
    return page_of(
        status, lines.empty() ? "ready\n" : fmt::format("not ready\n{}\n", fmt::join(lines, "\n")));
}

}  // namespace

const Replica* Admin::newest() {
    std::shared_ptr<const Replica> newer;
    while (ring_.pop(newer)) {
        newest_ = std::move(newer);
        dashboard_.hear(newest_, self_);
    }
    return newest_.get();
}

void Admin::poll() {
    (void)newest();
    dashboard_.keep_alive(self_.now());
}

// A command that is under way is answered while its thread is there.
Admin::~Admin() { relay_.close(); }

std::vector<ops::AdminPage> Admin::pages(const ops::AdminThread::Self& self) {
    self_ = self;
    std::vector<ops::AdminPage> pages = dashboard_.pages(self);
    if (is_control_armed_) {
        pages.push_back({.path = "/api/control",
                         .access = ops::PageAccess::Command,
                         .answer_later = [this, self](const ops::AdminRequest& request,
                                                      net::HttpResponder respond) {
                             relay_.relay(request.body, std::move(respond), self.post);
                         }});
    }
    std::vector<ops::AdminPage> own{
        {.path = "/healthz",
         .access = ops::PageAccess::Open,
         .answer =
             [this, self](const ops::AdminRequest&) {
                 const bool is_well = is_alive(newest(), self.now());
                 return page_of(is_well ? 200 : 503, is_well ? "ok\n" : "not ok\n");
             }},
        {.path = "/readyz",
         .access = ops::PageAccess::Partly,
         .answer =
             [this, self](const ops::AdminRequest& request) {
                 return readiness_page(newest(), self.now(), request.is_trusted);
             }},
        {.path = "/status",
         .access = ops::PageAccess::Token,
         .answer =
             [this](const ops::AdminRequest&) {
                 const Replica* const replica = newest();
                 return replica == nullptr
                            ? page_of(503, "the loop has told nothing yet; ask again\n")
                            : page_of(200, status_json(*replica) + "\n", "application/json");
             }},
        {.path = "/metrics",
         .access = ops::PageAccess::Token,
         .answer = [this, self](const ops::AdminRequest&) {
             return page_of(200,
                            metrics_text(newest(), {.now = self.now(),
                                                    .started = started_,
                                                    .process = process_figures(),
                                                    .admin = self.statistics(),
                                                    .streams = dashboard_.streams()}),
                            ops::kExpositionType);
         }}};
    std::ranges::move(own, std::back_inserter(pages));
    return pages;
}

Result<std::unique_ptr<Admin>> Admin::start(const config::OpsSettings& settings,
                                            const std::string& state_dir, WallTime started) {
    const auto address = config::parse_loopback(settings.listen);
    if (!address) {
        return fail("ops.listen", address.error());
    }
    auto tokens = admin_tokens(settings, state_dir);
    if (!tokens) {
        return Err{tokens.error()};
    }
    std::unique_ptr<Admin> admin{
        new Admin{started, state_dir + "/control.sock", tokens->control.has_value()}};
    auto thread = ops::AdminThread::start(
        {.admin = {.listen = {.host = address->host, .port = address->port},
                   .token = std::move(tokens->reading),
                   .control_token = std::move(tokens->control)},
         .poll = [raw = admin.get()] { raw->poll(); }},
        [raw = admin.get()](const ops::AdminThread::Self& self) { return raw->pages(self); });
    if (!thread) {
        return fail(fmt::format("ops.listen {}: {}; choose another port, or 0 for one that is free",
                                settings.listen, thread.error().text));
    }
    admin->thread_ = std::move(*thread);
    const bool is_v6 = address->host.find(':') != std::string::npos;
    admin->url_ = fmt::format("http://{}{}{}:{}", is_v6 ? "[" : "", address->host, is_v6 ? "]" : "",
                              admin->thread_->port());
    telemetry::info("ops", "dashboard and metrics at {}, for who shows the token of {}; {}",
                    admin->url_, admin_token_path(settings, state_dir),
                    admin->is_control_armed_
                        ? "commands too, for who shows that of " + settings.control_token_file
                        : "no commands (ops.control_token_file)");
    return admin;
}

}  // namespace sniperforge::app
