// SPDX-License-Identifier: MIT
// A bare integer does not say whether it counts SOL or lamports.
#include "sniperforge/core/quantity.hpp"

using sniperforge::Lamports;

Lamports tip() {
#ifdef SF_WRONG
    return 5;
#else
    return Lamports{5};
#endif
}
