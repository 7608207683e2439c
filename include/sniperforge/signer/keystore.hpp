// SPDX-License-Identifier: MIT
// A key at rest: its seed under a passphrase, argon2id and XSalsa20-Poly1305 (libsodium's
// secretbox). The file is text of ten lines, and only the very bytes that we would write are
// opened:
//
//   sniperforge-keystore 1
//   address <base58>          in clear, so that it can be shown without the passphrase
//   kdf argon2id13
//   opslimit 3                passes
//   memlimit 268435456        bytes
//   salt <hex, 16 bytes>
//   cipher xsalsa20poly1305
//   nonce <hex, 24 bytes>
//   ciphertext <hex, 48 bytes: 16 of the tag, 32 of the seed>
//   checksum <hex, SHA-256 of the lines above>
//
// The checksum is no protection: it tells a damaged file from a wrong passphrase, which the cipher
// cannot. Nothing in it is secret, and nothing of it is trusted before it is within its bounds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/solana/keypair.hpp"

namespace sniperforge::signer {

// What one guess of the passphrase costs, us and everybody else.
struct KeystoreCost {
    std::uint64_t passes = 0;        // argon2's t, libsodium's opslimit.
    std::uint64_t memory_bytes = 0;  // A whole number of KiB.

    [[nodiscard]] bool operator==(const KeystoreCost&) const = default;
};

// libsodium's INTERACTIVE, the weakest that it recommends, and SENSITIVE, its strongest: a file
// from elsewhere can neither be a weak one nor make us take all memory. The default is MODERATE:
// about half a second once per start, and 256 MiB that are given back before anything else is
// built.
inline constexpr KeystoreCost kKeystoreCostMin{2, std::uint64_t{64} << 20U};
inline constexpr KeystoreCost kKeystoreCostMax{4, std::uint64_t{1} << 30U};
inline constexpr KeystoreCost kKeystoreCostDefault{3, std::uint64_t{256} << 20U};

// A file is about 500 bytes; what is longer is none.
inline constexpr std::size_t kKeystoreBytesMax = 1'024;
inline constexpr std::size_t kPassphraseBytesMax = 1'024;

// Whether the text means to be a keystore, of whatever version and however damaged.
[[nodiscard]] bool is_keystore(std::string_view text);

// Whether a keystore of this text may be sealed with it: 1 to kPassphraseBytesMax bytes without
// control characters. The error does not quote it.
[[nodiscard]] Result<void> check_passphrase(std::string_view passphrase);

// The whole file. A fresh salt and nonce each time.
[[nodiscard]] Result<std::string> seal_keystore(const solana::Keypair& keypair,
                                                std::string_view passphrase,
                                                const KeystoreCost& cost = kKeystoreCostDefault);

// The address that the file says it is of. It is proven only by opening.
[[nodiscard]] Result<Pubkey> keystore_address(std::string_view text);

// Refuses what is damaged, outside the bounds above, or not what the passphrase opens, and a key
// that is not of the address in the file.
[[nodiscard]] Result<solana::Keypair> open_keystore(std::string_view text,
                                                    std::string_view passphrase);

}  // namespace sniperforge::signer
