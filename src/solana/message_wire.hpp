// SPDX-License-Identifier: MIT
// What the files that read and write messages share.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/solana/message.hpp"

namespace sniperforge::solana {

// A first byte with this bit is a version, else the count of signatures of a legacy message.
inline constexpr std::uint8_t kVersionBit = 0x80;
inline constexpr std::uint8_t kVersion0 = 0x80;
inline constexpr std::uint8_t kVersion1 = 0x81;

// Of a version 1 message: version, header, config mask, lifetime, and the two counts.
inline constexpr std::size_t kFixedBytesV1 = 1 + 3 + 4 + Hash::kSize + 1 + 1;

// Reads the static keys behind a header that was read already, and checks both: no key twice, a
// writable payer, no more in the header than there are keys.
[[nodiscard]] Decoded<void> read_keys(ByteReader& reader, std::size_t count, Message& out);
// Every account that an instruction uses is in the combined index space.
[[nodiscard]] Decoded<void> check_indexes(const Message& message);

// The rest of a version 1 message, behind its version byte, to its last byte.
[[nodiscard]] Decoded<void> parse_message_v1(ByteReader& reader, Message& out);
[[nodiscard]] Bytes serialize_message_v1(const Message& message);

}  // namespace sniperforge::solana
