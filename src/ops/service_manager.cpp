// SPDX-License-Identifier: MIT
#include "sniperforge/ops/service_manager.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <optional>

namespace sniperforge::ops {
namespace {

// The manager may miss two before it kills.
constexpr int kFeedsPerTimeout = 3;

[[nodiscard]] std::string_view variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view{} : std::string_view{value};
}

[[nodiscard]] std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_whole = error == std::errc{} && end == text.data() + text.size();
    return is_whole && value > 0 ? std::optional{value} : std::nullopt;
}

// "/path", or "@name" for one that is in no file system; another form is none of ours.
[[nodiscard]] std::string address_of(std::string_view name) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (name.size() < 2 || name.size() >= sizeof address.sun_path ||
        (name.front() != '/' && name.front() != '@')) {
        return {};
    }
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name.front() == '@') {
        address.sun_path[0] = '\0';
    }
    // Every byte of the length belongs to an abstract name.
    const std::size_t size = offsetof(sockaddr_un, sun_path) + name.size();
    return {reinterpret_cast<const char*>(&address), size};
}

[[nodiscard]] Duration watchdog_timeout() {
    const auto pid = variable("WATCHDOG_PID");
    if (!pid.empty() && number(pid) != std::int64_t{::getpid()}) {
        return Duration{0};
    }
    return std::chrono::microseconds{number(variable("WATCHDOG_USEC")).value_or(0)};
}

// What systemd compares with its own clock.
[[nodiscard]] std::int64_t monotonic_us() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

}  // namespace

ServiceManager::ServiceManager() : address_{address_of(variable("NOTIFY_SOCKET"))} {
    if (address_.empty()) {
        return;
    }
    fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const timeval wait_max{.tv_sec = 1, .tv_usec = 0};
    (void)::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &wait_max, sizeof wait_max);
    watchdog_interval_ = watchdog_timeout() / kFeedsPerTimeout;
}

ServiceManager::~ServiceManager() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

bool ServiceManager::tell(std::string_view lines, int flags) const {
    sockaddr_un address{};
    std::memcpy(&address, address_.data(), address_.size());
    return fd_ >= 0 && ::sendto(fd_, lines.data(), lines.size(), flags | MSG_NOSIGNAL,
                                reinterpret_cast<const sockaddr*>(&address),
                                static_cast<socklen_t>(address_.size())) >= 0;
}

void ServiceManager::tell_ready() {
    if (stage_ == Stage::Starting && tell("READY=1", MSG_DONTWAIT)) {
        stage_ = Stage::Ready;
    }
}

void ServiceManager::tell_stopping() {
    if (stage_ != Stage::Stopping && tell("STOPPING=1", MSG_DONTWAIT)) {
        stage_ = Stage::Stopping;
    }
}

void ServiceManager::tell_status(const std::string& text) {
    if (text != status_ && tell("STATUS=" + text, MSG_DONTWAIT)) {
        status_ = text;
    }
}

void ServiceManager::extend_start(std::uint64_t progress, Duration more) {
    if (stage_ == Stage::Starting && progress > progress_ &&
        tell(fmt::format("EXTEND_TIMEOUT_USEC={}", more / std::chrono::microseconds{1}),
             MSG_DONTWAIT)) {
        progress_ = progress;
    }
}

void ServiceManager::feed_watchdog(MonoTime now) {
    const bool is_due = !is_fed_ || now - fed_at_ >= watchdog_interval_;
    if (watchdog_interval_ > Duration{0} && is_due && tell("WATCHDOG=1", MSG_DONTWAIT)) {
        fed_at_ = now;
        is_fed_ = true;
    }
}

// One that is not ready yet, or not any more, must not be called so by the end of a reload.
void ServiceManager::tell_reloading() {
    if (stage_ == Stage::Ready) {
        (void)tell(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", monotonic_us()), 0);
    }
}

void ServiceManager::tell_reloaded() {
    if (stage_ == Stage::Ready) {
        (void)tell("READY=1", 0);
    }
}

}  // namespace sniperforge::ops
