// SPDX-License-Identifier: MIT
// Nonce accounts of a wallet: their addresses follow from it and a number, so that they are found
// again without a file and signed for without another key.
#pragma once

#include <cstdint>
#include <string>

#include "sniperforge/core/key.hpp"

namespace sniperforge::signer {

inline constexpr std::uint8_t kNoncesMax = 8;
[[nodiscard]] std::string nonce_seed(std::uint8_t number);
[[nodiscard]] Pubkey nonce_address(const Pubkey& wallet, std::uint8_t number);

}  // namespace sniperforge::signer
