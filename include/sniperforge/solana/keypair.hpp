// SPDX-License-Identifier: MIT
// An ed25519 key that can sign. Its secret lives in guarded, locked memory that is wiped when it
// goes; it cannot be copied or printed, and only export_seed and export_keygen_json let it out,
// into memory of the same kind.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/solana/secret_buffer.hpp"

namespace sniperforge::solana {

inline constexpr std::size_t kSeedSize = 32;

// Prepares libsodium. Call once before any thread starts; safe to call again. Everything below
// also calls it, so tests need not.
[[nodiscard]] Result<void> initialise_crypto();

class Keypair {
 public:
    // A new key from the operating system's random source (never from core's Rng).
    [[nodiscard]] static Result<Keypair> generate();
    // RFC 8032 key of a 32-byte seed. The caller wipes its own copy of the seed.
    [[nodiscard]] static Result<Keypair> from_seed(std::span<const std::uint8_t, kSeedSize> seed);
    // The text of a solana-keygen file: a JSON array of 64 numbers, seed then public key. Fails
    // when the two halves do not belong together. Error texts never quote the contents.
    [[nodiscard]] static Result<Keypair> from_json_array(std::string_view text);

    [[nodiscard]] const Pubkey& public_key() const { return public_key_; }
    // Deterministic ed25519 signature over exactly these bytes. No allocation, about 15 us.
    [[nodiscard]] Signature sign(BytesView message) const;
    // Whether the system keeps the secret out of swap. A key that owns something should be.
    [[nodiscard]] bool is_locked() const { return secret_.is_locked(); }

 private:
    friend Result<SecretBuffer> export_seed(const Keypair& keypair);
    friend Result<SecretBuffer> export_keygen_json(const Keypair& keypair);

    Keypair() = default;
    [[nodiscard]] static Result<Keypair> with_secret_memory();

    SecretBuffer secret_;  // 64 bytes: seed, then public key. Empty when moved from.
    Pubkey public_key_;
};

// The 32 bytes that from_seed takes.
[[nodiscard]] Result<SecretBuffer> export_seed(const Keypair& keypair);
// The secret as solana-keygen writes it, for a file of mode 0600.
[[nodiscard]] Result<SecretBuffer> export_keygen_json(const Keypair& keypair);

// Whether `signature` is this key's signature of `message`.
[[nodiscard]] bool verify(const Pubkey& key, BytesView message, const Signature& signature);

// Whether the 32 bytes decompress to a point of the ed25519 curve, by the runtime's rule: y is
// reduced modulo p and neither canonical form nor the subgroup is checked. Program-derived
// addresses are the ones for which this is false.
[[nodiscard]] bool is_on_curve(const Pubkey& key);

}  // namespace sniperforge::solana
