// SPDX-License-Identifier: MIT
// Fails on purpose on one input. The replay test proves with it that a failing target is noticed,
// and a fuzzer that does not find the word within a minute is not working.
#include <string_view>

#include "fuzz_target.hpp"

SF_FUZZ_TARGET {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    SF_ASSERT(!text.starts_with("CANARY"));
    return 0;
}
