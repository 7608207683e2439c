// SPDX-License-Identifier: MIT
// The machine's resolver, getaddrinfo, which blocks: it runs on threads of its own, which nobody
// waits for. Asio's would do it on one thread, where one name without an answer (up to half a
// minute) holds up all others, and the end of the program with them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sniperforge/net/reactor.hpp"

namespace sniperforge::net {

// Blocks. For the threads below.
[[nodiscard]] Result<std::vector<std::string>> look_up(const std::string& host);

class SystemResolver {
 public:
    static constexpr std::size_t kThreadsMax = 4;

    // `look_up_host` is called on the threads; it must not refer to anything that may end.
    explicit SystemResolver(Reactor& reactor, Result<std::vector<std::string>> (*look_up_host)(
                                                  const std::string&) = look_up);
    // Abandons what is under way. Before the reactor's own end.
    ~SystemResolver();
    SystemResolver(const SystemResolver&) = delete;
    SystemResolver& operator=(const SystemResolver&) = delete;

    // Names wait their turn while kThreadsMax are being looked up. Whoever asks for one that waits
    // or is being looked up shares its answer: a name that hangs costs one thread however often it
    // is asked for, and no more names wait than there are.
    void resolve(const std::string& host, ResolveHandler handler);

 private:
    struct Door;  // Between the threads and this object; the threads keep it alive.
    void start_waiting();
    void start(const std::string& host);
    void on_found(const std::string& host, const Result<std::vector<std::string>>& found);

    Result<std::vector<std::string>> (*look_up_host_)(const std::string&);
    std::shared_ptr<Door> door_;
    std::map<std::string, std::vector<ResolveHandler>> lookups_;  // By host, waiting or running.
    std::deque<std::string> waiting_;
    std::size_t threads_ = 0;
};

}  // namespace sniperforge::net
