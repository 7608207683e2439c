// SPDX-License-Identifier: MIT
#include "net/socket_options.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>

namespace sniperforge::net {

boost::system::error_code set_socket_options(int socket, SocketSide side) {
    boost::system::error_code error;
    const auto set = [&](int level, int name, std::int64_t value) {
        const int number = static_cast<int>(value);
        if (!error && setsockopt(socket, level, name, &number, sizeof number) != 0) {
            error.assign(errno, boost::system::system_category());
        }
    };
    // Orders are small and urgent: never wait for more bytes to fill a packet.
    set(IPPROTO_TCP, TCP_NODELAY, 1);
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, kProbeAfter / std::chrono::seconds{1});
    set(IPPROTO_TCP, TCP_KEEPINTVL, kProbeInterval / std::chrono::seconds{1});
    set(IPPROTO_TCP, TCP_KEEPCNT, kProbesMax);
    if (side == SocketSide::Connected) {
        set(IPPROTO_TCP, TCP_USER_TIMEOUT, kUnacknowledgedMax / std::chrono::milliseconds{1});
    }
    return error;
}

}  // namespace sniperforge::net
