// SPDX-License-Identifier: MIT
// A monotonic time and a wall time have no distance: their zeros have nothing to do with each
// other.
#include "sniperforge/core/time.hpp"

using sniperforge::MonoTime;
using sniperforge::WallTime;

auto elapsed(MonoTime now, [[maybe_unused]] MonoTime start, [[maybe_unused]] WallTime started_at) {
#ifdef SF_WRONG
    return now - started_at;
#else
    return now - start;
#endif
}
