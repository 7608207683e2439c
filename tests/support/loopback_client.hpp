// SPDX-License-Identifier: MIT
// One exchange over a real socket with a server on loopback, and nothing of our own network code.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace sniperforge::test {

class LoopbackClient {
 public:
    explicit LoopbackClient(std::uint16_t port)
        : fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        // Against a server that hangs: the test then fails instead of waiting for ever.
        const timeval limit{.tv_sec = 20, .tv_usec = 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        is_connected_ =
            ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    ~LoopbackClient() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    LoopbackClient(LoopbackClient&& other) noexcept
        : fd_{std::exchange(other.fd_, -1)}, is_connected_{other.is_connected_} {}
    LoopbackClient& operator=(LoopbackClient&&) = delete;

    [[nodiscard]] bool is_connected() const { return is_connected_; }
    void send(std::string_view text) const {
        (void)::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
    }
    void end() const { ::shutdown(fd_, SHUT_WR); }
    // Everything until the server closes; `is_in_time` false: it did not.
    [[nodiscard]] std::string receive_all(bool& is_in_time) const {
        std::string text;
        char chunk[4'096];
        while (true) {
            const auto count = ::recv(fd_, chunk, sizeof chunk, 0);
            if (count <= 0) {
                is_in_time = count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
                return text;
            }
            text.append(chunk, static_cast<std::size_t>(count));
        }
    }
    // What is there next, behind `text`; false: the server closed, or nothing came in time.
    [[nodiscard]] bool receive_more(std::string& text) const {
        char chunk[4'096];
        const auto count = ::recv(fd_, chunk, sizeof chunk, 0);
        text.append(chunk, count > 0 ? static_cast<std::size_t>(count) : 0);
        return count > 0;
    }

 private:
    int fd_;
    bool is_connected_ = false;
};

// A GET on a connection of its own: head and body as they came.
[[nodiscard]] inline std::string get(std::uint16_t port, std::string_view target,
                                     std::string_view headers = {}) {
    const LoopbackClient client{port};
    client.send("GET " + std::string{target} + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
                std::string{headers} + "Connection: close\r\n\r\n");
    bool is_in_time = false;
    return client.receive_all(is_in_time);
}

}  // namespace sniperforge::test
