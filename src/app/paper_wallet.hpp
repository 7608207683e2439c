// SPDX-License-Identifier: MIT
// Whose books those of paper mode are. Records, files and reports have a wallet in any mode; this
// one is an address off the curve, for which no key can exist. Books of it are on paper, and no
// others.
#pragma once

#include "sniperforge/core/key.hpp"

namespace sniperforge::app {

[[nodiscard]] const Pubkey& paper_wallet();

}  // namespace sniperforge::app
