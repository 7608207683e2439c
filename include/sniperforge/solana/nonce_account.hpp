// SPDX-License-Identifier: MIT
// Durable nonce accounts (80 bytes, owned by the system program).
// Source: protocol wire format section 3.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::solana {

inline constexpr std::size_t kNonceAccountBytes = 80;

struct NonceAccount {
    Pubkey authority;
    Hash nonce;  // Goes where the recent blockhash would.
    Lamports fee_per_signature;

    [[nodiscard]] bool operator==(const NonceAccount&) const = default;
};

// Fails unless the account is a current-version, initialised nonce.
[[nodiscard]] Result<NonceAccount> decode_nonce_account(BytesView data);
[[nodiscard]] Bytes encode_nonce_account(const NonceAccount& account);

}  // namespace sniperforge::solana
