// SPDX-License-Identifier: MIT
#include "net/system_resolver.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace sniperforge::net {

Result<std::vector<std::string>> look_up(const std::string& host) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* found = nullptr;
    if (const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0) {
        return fail(error == EAI_SYSTEM ? std::generic_category().message(errno)
                                        : std::string{gai_strerror(error)});
    }
    std::vector<std::string> addresses;
    for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        if (getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0,
                        NI_NUMERICHOST) == 0) {
            addresses.emplace_back(text.data());
        }
    }
    freeaddrinfo(found);
    return addresses;
}

struct SystemResolver::Door {
    std::mutex mutex;
    Reactor* reactor = nullptr;          // Guarded; null once the resolver has gone.
    SystemResolver* resolver = nullptr;  // The loop thread's.
};

SystemResolver::SystemResolver(Reactor& reactor,
                               Result<std::vector<std::string>> (*look_up_host)(const std::string&))
    : look_up_host_{look_up_host}, door_{std::make_shared<Door>()} {
    door_->reactor = &reactor;
    door_->resolver = this;
}

SystemResolver::~SystemResolver() {
    const std::scoped_lock lock{door_->mutex};
    door_->reactor = nullptr;
    door_->resolver = nullptr;
}

void SystemResolver::resolve(const std::string& host, ResolveHandler handler) {
    const auto [lookup, is_new] = lookups_.try_emplace(host);
    lookup->second.push_back(std::move(handler));
    if (is_new) {
        waiting_.push_back(host);
        start_waiting();
    }
}

void SystemResolver::start_waiting() {
    while (threads_ < kThreadsMax && !waiting_.empty()) {
        const std::string host = std::move(waiting_.front());
        waiting_.pop_front();
        start(host);
    }
}

void SystemResolver::start(const std::string& host) {
    try {
        std::thread{[door = door_, host, look_up_host = look_up_host_] {
            auto found = look_up_host(host);
            const std::scoped_lock lock{door->mutex};
            if (door->reactor != nullptr) {
                door->reactor->post([door, host, answer = std::move(found)]() mutable {
                    if (door->resolver != nullptr) {
                        --door->resolver->threads_;
                        door->resolver->on_found(host, answer);
                    }
                });
            }
        }}.detach();
        ++threads_;
    } catch (const std::system_error& error) {
        on_found(host, fail(fmt::format("starting a thread for the resolver: {}", error.what())));
    }
}

void SystemResolver::on_found(const std::string& host,
                              const Result<std::vector<std::string>>& found) {
    auto lookup = lookups_.extract(host);
    start_waiting();
    for (ResolveHandler& handler : lookup.mapped()) {
        handler(found);
    }
}

}  // namespace sniperforge::net
