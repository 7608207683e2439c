// SPDX-License-Identifier: MIT
// What is asked of the kernel for a TCP connection.
#pragma once

#include <boost/system/error_code.hpp>
#include <chrono>

#include "sniperforge/core/time.hpp"

namespace sniperforge::net {

// A peer that has gone without a word is noticed within 15 s: bytes of ours that stay
// unacknowledged for kUnacknowledgedMax end the connection; while there are none, probes go out
// after kProbeAfter of silence, and the same time without any sign of life, three probes included,
// ends it.
inline constexpr Duration kUnacknowledgedMax = std::chrono::seconds{14};
inline constexpr Duration kProbeAfter = std::chrono::seconds{8};
inline constexpr Duration kProbeInterval = std::chrono::seconds{2};
inline constexpr int kProbesMax = 3;

enum class SocketSide { Connected, Accepted };

// No Nagle, and the above. An accepted peer may be slow to read without being gone, and the kernel
// counts a closed window like silence: there only the probes end the connection.
[[nodiscard]] boost::system::error_code set_socket_options(int socket, SocketSide side);

}  // namespace sniperforge::net
