// SPDX-License-Identifier: MIT
// Public keys by number: the same number, the same key. Its low byte is the key's first, to tell
// keys apart in what a test prints.
#pragma once

#include <cstdint>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/rng.hpp"

namespace sniperforge::test {

[[nodiscard]] inline Pubkey key_of(std::uint64_t number) {
    Rng rng{number};
    Pubkey key;
    rng.fill(key.bytes);
    key.bytes[0] = static_cast<std::uint8_t>(number);
    return key;
}

}  // namespace sniperforge::test
