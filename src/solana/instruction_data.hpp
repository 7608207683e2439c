// SPDX-License-Identifier: MIT
// Building instruction data field by field.
#pragma once

#include <cstdint>

#include "sniperforge/core/bytes.hpp"

namespace sniperforge::solana {

template <typename... Integers>
[[nodiscard]] Bytes data_of(Integers... fields) {
    Bytes data;
    data.reserve((sizeof fields + ... + 0));
    (append_le(data, fields), ...);
    return data;
}

// Whether the fields read are exactly the data, to its last byte.
[[nodiscard]] inline bool is_used_up(const ByteReader& reader) {
    return reader.ok() && reader.remaining() == 0;
}

}  // namespace sniperforge::solana
