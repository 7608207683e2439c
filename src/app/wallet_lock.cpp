// SPDX-License-Identifier: MIT
#include "app/wallet_lock.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

namespace sniperforge::app {
namespace {

// A name of the kernel's own (unix(7), "abstract"): it begins with a zero byte, every user of the
// network namespace shares it, no file is behind it, and it goes with the process.
class WalletName {
 public:
    explicit WalletName(const Pubkey& wallet) : text_{"sniperforge-wallet-" + wallet.to_string()} {
        static_assert(sizeof(sockaddr_un::sun_path) > 1 + 19 + 44);
        address_.sun_family = AF_UNIX;
        std::ranges::copy(text_, address_.sun_path + 1);
    }
    [[nodiscard]] const sockaddr* address() const {
        return reinterpret_cast<const sockaddr*>(&address_);
    }
    [[nodiscard]] socklen_t size() const {
        return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text_.size());
    }
    // As ss(8) shows it.
    [[nodiscard]] std::string shown() const { return "@" + text_; }

 private:
    std::string text_;
    sockaddr_un address_{};
};

// Those who asked who it is and were not answered: nobody ever is, the kernel says it.
constexpr int kAskersMax = 64;

[[nodiscard]] int open_socket() {
    return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

// With the errno that connect() left; nothing: nobody listens.
[[nodiscard]] std::optional<std::string> ask_holder(int asker, const WalletName& name) {
    if (::connect(asker, name.address(), name.size()) != 0) {
        return errno == ECONNREFUSED ? std::nullopt
                                     : std::optional<std::string>{"a process of this machine"};
    }
    struct ucred holder{};
    socklen_t size = sizeof holder;
    if (::getsockopt(asker, SOL_SOCKET, SO_PEERCRED, &holder, &size) != 0) {
        return "a process of this machine";
    }
    return fmt::format("process {} of user id {}", holder.pid, holder.uid);
}

}  // namespace

WalletLock::~WalletLock() {
    if (socket_ >= 0) {
        ::close(socket_);
    }
}

WalletLock& WalletLock::operator=(WalletLock&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(socket_, other.socket_);
    return *this;
}

std::optional<std::string> holder_of(const Pubkey& wallet) {
    const int asker = open_socket();
    if (asker < 0) {
        return std::nullopt;
    }
    auto holder = ask_holder(asker, WalletName{wallet});
    ::close(asker);
    return holder;
}

Result<WalletLock> WalletLock::take(const Pubkey& wallet) {
    WalletLock lock;
    auto file = lock_wallet_file(wallet);
    if (!file) {
        return Err{file.error()};
    }
    lock.file_ = std::move(*file);
    const WalletName name{wallet};
    lock.socket_ = open_socket();
    if (lock.socket_ < 0) {
        return fail(fmt::format(
            "opening the socket {} that keeps others from the wallet {}: {}; where a unit has "
            "RestrictAddressFamilies=, AF_UNIX must be among them",
            name.shown(), wallet.to_string(), std::strerror(errno)));
    }
    if (::bind(lock.socket_, name.address(), name.size()) == 0 &&
        ::listen(lock.socket_, kAskersMax) == 0) {
        return lock;
    }
    if (errno != EADDRINUSE) {
        return fail(fmt::format("taking the name {} that keeps others from the wallet {}: {}",
                                name.shown(), wallet.to_string(), std::strerror(errno)));
    }
    return fail(fmt::format(
        "the wallet {} is in use by another sniperforge: {} holds {}; stop that "
        "one first",
        wallet.to_string(), holder_of(wallet).value_or("a process that is ending"), name.shown()));
}

}  // namespace sniperforge::app
