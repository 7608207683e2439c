// SPDX-License-Identifier: MIT
// What a sanitized build cannot show.
#pragma once

#if !defined(__has_feature)  // clang's way of asking; g++ defines macros.
#define __has_feature(name) 0
#endif

namespace sniperforge::test {

// The run-time parts of these sanitizers replace mlock by one that does nothing and succeeds: their
// shadow memory would be locked too.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kIsMemoryLocked = false;
#else
inline constexpr bool kIsMemoryLocked = true;
#endif

}  // namespace sniperforge::test
