// SPDX-License-Identifier: MIT
// 64 bits of lamports into 32: 4.3 SOL is where it starts to lose money.
#include <cstdint>

std::uint32_t stored(std::uint64_t lamports) {
#ifdef SF_WRONG
    return lamports;
#else
    return static_cast<std::uint32_t>(lamports);
#endif
}
