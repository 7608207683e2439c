// SPDX-License-Identifier: MIT
#include "app/admin.hpp"

#include <fmt/format.h>

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
    }
    return newest_.get();
}

std::vector<ops::AdminPage> Admin::pages(const ops::AdminThread::Self& self) {
    return {{.path = "/healthz",
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
                                                        .admin = self.statistics()}),
                                ops::kExpositionType);
             }}};
}

Result<std::unique_ptr<Admin>> Admin::start(const config::OpsSettings& settings,
                                            const std::string& state_dir, WallTime started) {
    const auto address = config::parse_loopback(settings.listen);
    if (!address) {
        return fail("ops.listen", address.error());
    }
    const std::string file = admin_token_path(settings, state_dir);
    auto token = admin_token(file);
    if (!token) {
        return fail("ops.token_file", token.error());
    }
    std::unique_ptr<Admin> admin{new Admin{started}};
    auto thread = ops::AdminThread::start(
        {.admin = {.listen = {.host = address->host, .port = address->port},
                   .token = std::move(*token)},
         .poll = [raw = admin.get()] { (void)raw->newest(); }},
        [raw = admin.get()](const ops::AdminThread::Self& self) { return raw->pages(self); });
    if (!thread) {
        return fail(fmt::format("ops.listen {}: {}; choose another port, or 0 for one that is free",
                                settings.listen, thread.error().text));
    }
    admin->thread_ = std::move(*thread);
    const bool is_v6 = address->host.find(':') != std::string::npos;
    admin->url_ = fmt::format("http://{}{}{}:{}", is_v6 ? "[" : "", address->host, is_v6 ? "]" : "",
                              admin->thread_->port());
    telemetry::info("ops", "admin server at {}, for who shows the token of {}", admin->url_, file);
    return admin;
}

}  // namespace sniperforge::app
