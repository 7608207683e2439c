// SPDX-License-Identifier: MIT
// SF_ASSERT: for what cannot happen unless we are wrong. On in release; prints and aborts.
// Never for input: bad input is a Result.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace sniperforge::detail {

[[noreturn]] inline void assertion_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
    std::abort();
}

}  // namespace sniperforge::detail

#define SF_ASSERT(condition)                                                         \
    do {                                                                             \
        if (!(condition)) [[unlikely]] {                                             \
            ::sniperforge::detail::assertion_failed(#condition, __FILE__, __LINE__); \
        }                                                                            \
    } while (false)
