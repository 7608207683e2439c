// SPDX-License-Identifier: MIT
// A negative change compares as a huge amount.
#include <cstdint>

bool is_affordable(std::int64_t change, std::uint64_t balance) {
#ifdef SF_WRONG
    return change < balance;
#else
    return change < 0 || static_cast<std::uint64_t>(change) < balance;
#endif
}
