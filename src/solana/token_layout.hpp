// SPDX-License-Identifier: MIT
// Where Token-2022 puts its extensions. Source: protocol wire format section 6.1.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::solana {

enum class TokenAccountType : std::uint8_t { Mint = 1, Account = 2 };

// Mints are padded with zeros to the length of an account, then one byte of type, then the entries.
inline constexpr std::size_t kAccountTypeOffset = 165;
inline constexpr std::size_t kExtensionsOffset = 166;

// An account's type byte may also be 0 (not set): the program never leaves an initialised account
// so, but a recorded pool vault has it, and its base fields are sound.
[[nodiscard]] constexpr bool is_type_byte_of(TokenAccountType type, std::uint8_t byte) {
    return byte == static_cast<std::uint8_t>(type) ||
           (type == TokenAccountType::Account && byte == 0);
}
// Checks that the length and the type byte are those of `type`, with or without extensions.
[[nodiscard]] Result<void> check_token_layout(BytesView data, TokenAccountType type);

}  // namespace sniperforge::solana
