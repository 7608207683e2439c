// SPDX-License-Identifier: MIT
// A signed order as the write-ahead ring keeps it: written for every order between signing and
// sending, so fixed-size and binary. What it holds is what following the order after a crash needs;
// its legs and its pools are in the journal, if they got there.
#pragma once

#include <array>
#include <cstdint>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/engine/recorder.hpp"

namespace sniperforge::engine {

inline constexpr std::size_t kSignedRecordBytes = 228;
// Of an order on a nonce.
inline constexpr std::size_t kLeasedRecordBytes =
    kSignedRecordBytes + Pubkey::kSize + Hash::kSize + sizeof(std::uint64_t);
// Behind either of them, of an entry in parts.
inline constexpr std::size_t kEntryPartBytes = sizeof(std::uint64_t) + 2;
// Behind the first, of a cycle that offers more than the least.
inline constexpr std::size_t kBidBytes = 1;

struct SignedRecord {
    std::array<std::uint8_t, kLeasedRecordBytes + kEntryPartBytes> bytes{};
    std::size_t size = kSignedRecordBytes;

    [[nodiscard]] BytesView view() const { return BytesView{bytes}.first(size); }
};

[[nodiscard]] SignedRecord encode_signed(const OrderIntent& intent, const OrderSigned& order);
[[nodiscard]] Result<SignedOrder> decode_signed(BytesView body);

}  // namespace sniperforge::engine
