// SPDX-License-Identifier: MIT
// SHA-256 over one or several pieces, hashed as if they were joined.
#pragma once

#include <initializer_list>
#include <span>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"

namespace sniperforge::solana {

[[nodiscard]] Hash sha256(BytesView bytes);
[[nodiscard]] Hash sha256(std::span<const BytesView> pieces);
[[nodiscard]] Hash sha256(std::initializer_list<BytesView> pieces);

}  // namespace sniperforge::solana
