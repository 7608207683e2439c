// SPDX-License-Identifier: MIT
#include "sniperforge/solana/sha256.hpp"

#include <sodium.h>

namespace sniperforge::solana {

static_assert(crypto_hash_sha256_BYTES == Hash::kSize);

Hash sha256(BytesView bytes) {
    Hash hash;
    crypto_hash_sha256(hash.bytes.data(), bytes.data(), bytes.size());
    return hash;
}

Hash sha256(std::span<const BytesView> pieces) {
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    for (const BytesView piece : pieces) {
        crypto_hash_sha256_update(&state, piece.data(), piece.size());
    }
    Hash hash;
    crypto_hash_sha256_final(&state, hash.bytes.data());
    return hash;
}

Hash sha256(std::initializer_list<BytesView> pieces) {
    return sha256(std::span<const BytesView>{pieces.begin(), pieces.size()});
}

}  // namespace sniperforge::solana
