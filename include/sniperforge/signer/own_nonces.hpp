// SPDX-License-Identifier: MIT
// Nonce accounts of a wallet: their addresses follow from it and a number, so that they are found
// again without a file and signed for without another key.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "sniperforge/core/key.hpp"

namespace sniperforge::signer {

inline constexpr std::uint8_t kNoncesMax = 8;
[[nodiscard]] std::string nonce_seed(std::uint8_t number);
[[nodiscard]] Pubkey nonce_address(const Pubkey& wallet, std::uint8_t number);
// Of all of them, by number, whether they were made or not.
[[nodiscard]] std::array<Pubkey, kNoncesMax> nonce_addresses(const Pubkey& wallet);

}  // namespace sniperforge::signer
