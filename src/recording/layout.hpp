// SPDX-License-Identifier: MIT
// Bytes of the file: what stands before each part, the parts of its ends, and numbers of any
// length.
#pragma once

#include <cstdint>
#include <optional>

#include "sniperforge/core/archive.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/recording/format.hpp"

namespace sniperforge::recording {

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<Header> auto& header) {
    archive(header.build_id, header.config_sha256, header.settings, header.provenance,
            header.wallet, header.scenario, header.seed, header.is_virtual_time, header.begun,
            header.begun_wall);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<Totals> auto& totals) {
    archive(totals.ended_wall, totals.journal_sha256, totals.records, totals.records_lost);
}

// Behind the magic: u32 version, u32 bytes of the header, u32 CRC-32C of them. Then the header.
inline constexpr std::size_t kFileHeadBytes = 20;

// Before each block: u32 mark, u32 kind, u32 bytes of its records, u32 bytes with the texts of
// decisions behind them, u32 bytes as stored, u32 records, u64 number of the first record, u32
// CRC-32C of all of the block but this.
inline constexpr std::size_t kBlockHeadBytes = 36;
inline constexpr std::uint32_t kBlockMark = 0x4b424653;  // "SFBK".
enum class BlockKind : std::uint32_t { Records = 1, End = 2 };

struct BlockHead {
    BlockKind kind = BlockKind::Records;
    std::uint32_t record_bytes = 0;  // Of the content, the texts of decisions follow.
    std::uint32_t bytes = 0;
    std::uint32_t stored_bytes = 0;
    std::uint32_t records = 0;
    std::uint64_t first = 0;
};

// A monotonic time is kept as it is: it means something beside the others of its file.
inline constexpr Duration kAsItIs{0};
// A recording is read by what wrote it: no list of parts has an older form in it.
inline constexpr std::uint64_t kLayoutNewest = kU64Max;

// Seven bits a byte, the lowest first.
inline void append_number(Bytes& bytes, std::uint64_t value) {
    while (value >= 0x80) {
        bytes.push_back(static_cast<std::uint8_t>(value | 0x80U));
        value >>= 7U;
    }
    bytes.push_back(static_cast<std::uint8_t>(value));
}
[[nodiscard]] inline std::uint64_t read_number(ByteReader& reader) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const auto byte = reader.read<std::uint8_t>();
        value |= std::uint64_t{byte & 0x7fU} << shift;
        if ((byte & 0x80U) == 0) {
            break;
        }
    }
    return value;
}
// Small ones of either sign take one byte.
inline void append_step(Bytes& bytes, std::int64_t step) {
    append_number(
        bytes, (static_cast<std::uint64_t>(step) << 1U) ^ static_cast<std::uint64_t>(step >> 63U));
}
[[nodiscard]] inline std::int64_t read_step(ByteReader& reader) {
    const std::uint64_t value = read_number(reader);
    return static_cast<std::int64_t>((value >> 1U) ^ (~(value & 1U) + 1));
}

}  // namespace sniperforge::recording
