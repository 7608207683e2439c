// SPDX-License-Identifier: MIT
// DashboardPages: the dashboard as the admin server has it: the files of the page, the newest
// document, the equity curve, and the stream that tells each document once. Admin thread, all of
// it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/replica.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/dashboard/history.hpp"
#include "sniperforge/ops/admin_thread.hpp"
#include "sniperforge/ops/event_streams.hpp"

namespace sniperforge::app {

class DashboardPages {
 public:
    explicit DashboardPages(bool is_control_armed) : is_control_armed_{is_control_armed} {}

    // A replica with what the page shows; others are passed over.
    void hear(std::shared_ptr<const Replica> replica, const ops::AdminThread::Self& self);
    // Now and then, so that those who listen know that somebody is there.
    void keep_alive(MonoTime now) { streams_.keep_alive(now); }
    [[nodiscard]] std::vector<ops::AdminPage> pages(const ops::AdminThread::Self& self);
    [[nodiscard]] ops::EventStreams::Statistics streams() { return streams_.statistics(); }

 private:
    // Of the newest; there is one.
    [[nodiscard]] std::string document(WallTime now) const;
    [[nodiscard]] std::string event(WallTime now) const;

    bool is_control_armed_;
    std::shared_ptr<const Replica> newest_;  // With what is shown; null before the first.
    dashboard::History history_;
    ops::EventStreams streams_;
};

}  // namespace sniperforge::app
