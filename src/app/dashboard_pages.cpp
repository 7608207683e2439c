// SPDX-License-Identifier: MIT
#include "app/dashboard_pages.hpp"

#include <utility>

#include "app/build_id.hpp"
#include "sniperforge/dashboard/document.hpp"
#include "sniperforge/ops/dashboard_files.hpp"
#include "sniperforge/telemetry/recent_lines.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] net::HttpResponse json_page(std::string json) {
    return {.status = 200,
            .headers = {{"Content-Type", "application/json"}},
            .body = std::move(json) + "\n"};
}

[[nodiscard]] net::HttpResponse nothing_yet() {
    return {.status = 503,
            .headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Retry-After", "1"}},
            .body = "the run has not begun; ask again\n"};
}

[[nodiscard]] net::HttpResponse file_page(const ops::DashboardFile& file, std::string_view etag) {
    net::HttpResponse response{.status = etag == file.etag ? 304 : 200, .headers = {}, .body = {}};
    for (const ops::HeaderLine& line : ops::kPageHeaders) {
        response.headers.push_back({std::string{line.name}, std::string{line.value}});
    }
    response.headers.push_back({"Content-Type", std::string{file.content_type}});
    response.headers.push_back({"ETag", std::string{file.etag}});
    if (response.status == 200) {
        response.body = file.bytes;
    }
    return response;
}

[[nodiscard]] ops::AdminPage page_of(std::string path, const ops::DashboardFile& file) {
    return {.path = std::move(path),
            .access = ops::PageAccess::File,
            .answer = [&file](const ops::AdminRequest& request) {
                return file_page(file, request.etag);
            }};
}

}  // namespace

void DashboardPages::hear(std::shared_ptr<const Replica> replica,
                          const ops::AdminThread::Self& self) {
    if (!replica->shown) {
        return;
    }
    newest_ = std::move(replica);
    const dashboard::Snapshot& shown = *newest_->shown;
    history_.add({.at = shown.taken_at,
                  .equity = shown.equity,
                  .realized = newest_->report.pnl_realized,
                  .updates = newest_->report.updates});
    if (streams_.has_listeners()) {
        streams_.tell(event(self.wall_now()), self.now());
    }
}

// The loop took what only it can; the rest the replica has anyway.
std::string DashboardPages::document(WallTime now) const {
    dashboard::Snapshot snapshot = *newest_->shown;
    snapshot.phase = newest_->phase;
    snapshot.feed = newest_->feed;
    snapshot.endpoints = newest_->endpoints;
    snapshot.lanes = newest_->lanes;
    snapshot.report = newest_->report;
    const auto warnings = telemetry::recent_warnings();
    return dashboard::to_json(snapshot, {.build_id = build_id(),
                                         .has_charts = ops::has_dashboard_charts(),
                                         .is_control_armed = is_control_armed_,
                                         .now = now,
                                         .warnings = warnings});
}

std::string DashboardPages::event(WallTime now) const {
    return ops::event_text("state", newest_->shown->number, document(now));
}

std::vector<ops::AdminPage> DashboardPages::pages(const ops::AdminThread::Self& self) {
    std::vector<ops::AdminPage> pages;
    for (const ops::DashboardFile& file : ops::dashboard_files()) {
        pages.push_back(page_of(std::string{file.path}, file));
    }
    pages.push_back(page_of("/", *ops::dashboard_file("/")));
    pages.push_back({.path = "/api/dashboard",
                     .access = ops::PageAccess::Token,
                     .answer = [this, self](const ops::AdminRequest&) {
                         return newest_ ? json_page(document(self.wall_now())) : nothing_yet();
                     }});
    pages.push_back({.path = "/api/history",
                     .access = ops::PageAccess::Token,
                     .answer = [this](const ops::AdminRequest&) {
                         return json_page(dashboard::to_json(history_));
                     }});
    pages.push_back({.path = "/api/events",
                     .access = ops::PageAccess::Token,
                     .answer = [this, self](const ops::AdminRequest&) {
                         return streams_.open(newest_ ? event(self.wall_now()) : ": welcome\n\n",
                                              self.now());
                     }});
    return pages;
}

}  // namespace sniperforge::app
