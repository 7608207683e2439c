// SPDX-License-Identifier: MIT
#include "sniperforge/solana/shortvec.hpp"

namespace sniperforge::solana {

void append_shortvec(Bytes& bytes, std::uint16_t value) {
    unsigned rest = value;
    while (rest >= 0x80) {
        bytes.push_back(static_cast<std::uint8_t>(rest | 0x80));
        rest >>= 7;
    }
    bytes.push_back(static_cast<std::uint8_t>(rest));
}

std::optional<std::uint16_t> read_shortvec(ByteReader& reader) {
    constexpr unsigned kLastShift = 14;  // The third byte carries bits 14 and 15.
    unsigned value = 0;
    for (unsigned shift = 0; shift <= kLastShift; shift += 7) {
        const auto byte = reader.read<std::uint8_t>();
        if (!reader.ok()) {
            return std::nullopt;
        }
        value |= static_cast<unsigned>(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            const bool is_minimal = shift == 0 || byte != 0;
            if (!is_minimal || value > 0xffff) {
                return std::nullopt;
            }
            return static_cast<std::uint16_t>(value);
        }
    }
    return std::nullopt;
}

}  // namespace sniperforge::solana
