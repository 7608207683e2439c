// SPDX-License-Identifier: MIT
// Admin: the daemon's pages for the operator (/healthz, /readyz, /status, /metrics and the
// dashboard), made of the newest replica on a thread of their own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/control_relay.hpp"
#include "app/dashboard_pages.hpp"
#include "app/replica.hpp"
#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/spsc_ring.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/ops/admin_thread.hpp"

namespace sniperforge::app {

class Admin {
 public:
    // An error: the address is taken, or the token file is not as it should be.
    [[nodiscard]] static Result<std::unique_ptr<Admin>> start(const config::OpsSettings& settings,
                                                              const std::string& state_dir,
                                                              WallTime started);
    ~Admin();
    Admin(const Admin&) = delete;
    Admin& operator=(const Admin&) = delete;

    // Loop thread. Dropped, and counted, where the thread lags.
    void publish(std::shared_ptr<const Replica> replica) { ring_.push(std::move(replica)); }
    [[nodiscard]] std::uint64_t dropped() const { return ring_.refused(); }
    // "http://127.0.0.1:9301".
    [[nodiscard]] const std::string& url() const { return url_; }

 private:
    Admin(WallTime started, std::string control_socket, bool is_control_armed)
        : started_{started},
          dashboard_{is_control_armed},
          relay_{std::move(control_socket)},
          is_control_armed_{is_control_armed} {}
    [[nodiscard]] std::vector<ops::AdminPage> pages(const ops::AdminThread::Self& self);
    // Admin thread: the newest that there is, or null.
    [[nodiscard]] const Replica* newest();

    void poll();

    // The loop makes two a second, and the thread looks four times in it.
    SpscRing<std::shared_ptr<const Replica>> ring_{8};
    std::shared_ptr<const Replica> newest_;  // Admin thread's.
    WallTime started_;
    std::string url_;
    DashboardPages dashboard_;
    ControlRelay relay_;  // Of commands, where they are armed.
    bool is_control_armed_;
    ops::AdminThread::Self self_;
    std::unique_ptr<ops::AdminThread> thread_;  // Uses all above, and ends first.
};

}  // namespace sniperforge::app
