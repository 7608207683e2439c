// SPDX-License-Identifier: MIT
// ControlRelay: a command of the dashboard goes to the daemon's own control socket, as `sniperforge
// pause` would send it: one way in, one order, one journal. A thread waits for the answer, so that
// nobody else waits for it.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "sniperforge/net/http.hpp"
#include "sniperforge/net/reactor.hpp"

namespace sniperforge::app {

class ControlRelay {
 public:
    explicit ControlRelay(std::string socket) : socket_{std::move(socket)} {}
    ~ControlRelay() { close(); }
    ControlRelay(const ControlRelay&) = delete;
    ControlRelay& operator=(const ControlRelay&) = delete;

    // Admin thread, which `post` has do something. One at a time: another is refused with 409.
    void relay(std::string_view body, net::HttpResponder respond,
               const std::function<void(net::Task)>& post);
    // Waits for the one that is under way; takes none after it. While the admin thread is there.
    void close();

 private:
    void send(const std::string& line, net::HttpResponder respond,
              const std::function<void(net::Task)>& post);

    std::string socket_;
    std::mutex mutex_;  // Between the admin thread and whoever closes us. Guards both below.
    std::thread thread_;
    bool is_closed_ = false;
    bool is_busy_ = false;  // Admin thread's.
};

}  // namespace sniperforge::app
