// SPDX-License-Identifier: MIT
// What a service manager is told of this process, by the protocol of systemd's Type=notify
// (sd_notify(3)): lines in a datagram to the socket that NOTIFY_SOCKET names. Where there is none,
// nothing happens. The loop never waits for it: what is not taken is told again with a later tick.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "sniperforge/core/time.hpp"

namespace sniperforge::ops {

class ServiceManager {
 public:
    // Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
    ServiceManager();
    ~ServiceManager();
    ServiceManager(const ServiceManager&) = delete;
    ServiceManager& operator=(const ServiceManager&) = delete;

    [[nodiscard]] bool is_there() const { return fd_ >= 0; }

    // ---- Loop thread; each says its thing once, and nothing that was said already ----
    void tell_ready();
    void tell_stopping();
    // What people read of it: one line.
    void tell_status(const std::string& text);
    // The start has got as far as `progress`, a number that grows: it may take so long from now on.
    void extend_start(std::uint64_t progress, Duration more);
    // From the loop's own tick alone: a loop that hangs must be missed. Three times in the time
    // after which the manager kills, if it asked us to.
    void feed_watchdog(MonoTime now);

    // ---- Control thread, around a reload. May wait for a second ----
    void tell_reloading();
    void tell_reloaded();

 private:
    enum class Stage : std::uint8_t { Starting, Ready, Stopping };
    // False where nobody took it.
    [[nodiscard]] bool tell(std::string_view lines, int flags) const;

    int fd_ = -1;
    std::string address_;  // As bytes of a sockaddr_un.
    Duration watchdog_interval_{0};
    // Loop thread's, but for `stage_`.
    std::atomic<Stage> stage_{Stage::Starting};
    std::string status_;
    std::uint64_t progress_ = 0;
    MonoTime fed_at_;
    bool is_fed_ = false;
};

}  // namespace sniperforge::ops
