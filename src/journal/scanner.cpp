// SPDX-License-Identifier: MIT
#include "journal/scanner.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/journal/crc32c.hpp"
#include "sniperforge/journal/journal.hpp"

namespace sniperforge::journal {
namespace {

// Few system calls for many small records, and little memory.
constexpr std::size_t kReadBytes = std::size_t{64} << 10U;

[[nodiscard]] std::string newer(const std::string& path) {
    return fmt::format(
        "{} was written by a newer version of SniperForge than this one, which reads journals up "
        "to schema {}: start that version, or a newer one; nothing of it was changed",
        path, kSchemaVersion);
}

// Whether they begin with a sound record; there are enough of them for its header.
[[nodiscard]] bool begins_with_record(std::span<const std::uint8_t> bytes) {
    const std::size_t whole = kRecordHeaderBytes + read_le<std::uint32_t>(bytes, 4);
    return read_le<std::uint32_t>(bytes, 0) == kRecordMagic && whole <= bytes.size() &&
           read_le<std::uint32_t>(bytes, 8) ==
               crc32c(bytes.first(whole).subspan(kRecordSummedFrom));
}

// Whether a sound record stands anywhere in them.
[[nodiscard]] bool has_record(std::span<const std::uint8_t> bytes) {
    for (; bytes.size() >= kRecordHeaderBytes; bytes = bytes.subspan(1)) {
        if (begins_with_record(bytes)) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::uint32_t encode_record(RecordKind kind, std::uint64_t sequence, std::int64_t wall_ns,
                            std::string_view body, std::vector<std::uint8_t>& out) {
    const std::size_t start = out.size();
    out.resize(start + kRecordHeaderBytes + body.size());
    const std::span<std::uint8_t> record = std::span{out}.subspan(start);
    write_le(record, 0, kRecordMagic);
    write_le(record, 4, static_cast<std::uint32_t>(body.size()));
    write_le(record, 12, static_cast<std::uint32_t>(kind));  // u8 kind and 3 zero bytes.
    write_le(record, 16, sequence);
    write_le(record, 24, wall_ns);
    std::copy(body.begin(), body.end(), record.begin() + kRecordHeaderBytes);
    const std::uint32_t checksum = crc32c(record.subspan(kRecordSummedFrom));
    write_le(record, 8, checksum);
    return checksum;
}

Result<std::span<const std::uint8_t>> Scanner::view(std::uint64_t offset, std::size_t count) {
    const std::uint64_t from = good_ + offset;
    if (from < buffer_offset_ || from + count > buffer_offset_ + buffer_.size()) {
        buffer_.resize(std::max(count, kReadBytes));
        const auto got = file_.read_at(from, buffer_);
        if (!got) {
            buffer_.clear();
            return Err<Error>{got.error()};
        }
        buffer_.resize(*got);
        buffer_offset_ = from;
    }
    const auto skipped = static_cast<std::size_t>(from - buffer_offset_);
    return std::span<const std::uint8_t>{buffer_}.subspan(
        skipped, std::min(count, buffer_.size() - skipped));
}

bool Scanner::damaged(std::string problem, bool is_torn) {
    problem_ = std::move(problem);
    is_torn_ = is_torn;
    return false;
}

Result<void> Scanner::begin() {
    const auto header = view(0, kFileHeaderBytes);
    if (!header) {
        return Err<Error>{header.error()};
    }
    const auto begins_as = [&](const auto& expected) {
        return std::equal(header->begin(), header->end(), expected.begin());
    };
    if (!begins_as(kFileHeader) && begins_as(kSegmentHeader)) {
        return begin_segment();
    }
    if (!begins_as(kFileHeader)) {
        const std::string_view text{reinterpret_cast<const char*>(header->data()), header->size()};
        return fail(text.starts_with("SFJOURNAL") ? newer(file_.path())
                                                  : fmt::format("{} is not a journal (it does not "
                                                                "begin with SFJOURNAL); move it "
                                                                "away or name another",
                                                                file_.path()));
    }
    if (header->size() < kFileHeaderBytes) {
        damaged(fmt::format("file header has {} of {} bytes", header->size(), kFileHeaderBytes),
                true);
        return {};
    }
    good_ = kFileHeaderBytes;
    return {};
}

Result<void> Scanner::begin_segment() {
    const auto header = view(0, kSegmentHeaderBytes);
    if (!header) {
        return Err<Error>{header.error()};
    }
    if (header->size() < kSegmentHeaderBytes) {
        damaged(
            fmt::format("segment header has {} of {} bytes", header->size(), kSegmentHeaderBytes),
            true);
        return {};
    }
    const auto computed = crc32c(header->first(kSegmentHeaderBytes - 4));
    const auto identity_bytes = read_le<std::uint32_t>(*header, 52);
    if (computed != read_le<std::uint32_t>(*header, kSegmentHeaderBytes - 4) ||
        identity_bytes > kIdentityBytesMax) {
        // It was whole before the segment had its name.
        return fail(fmt::format(
            "{} was changed or its disk is failing, its header does not fit its checksum: restore "
            "a backup (`sniperforge journal restore`), or move the directory's files away and let "
            "the wallet's history on the chain tell what is held",
            file_.path()));
    }
    const auto schema = read_le<std::uint32_t>(*header, 16);
    if (schema > kSchemaVersion) {
        return fail(newer(file_.path()));
    }
    if (schema < kSchemaVersion) {
        return fail(fmt::format(
            "{} says that it has schema {}, and segments begin with schema {}: it was changed; "
            "restore a backup (`sniperforge journal restore`)",
            file_.path(), schema, kSchemaVersion));
    }
    head_.checkpoint_records = read_le<std::uint32_t>(*header, 20);
    head_.number = read_le<std::uint64_t>(*header, 24);
    head_.sequence_before = sequence_last_ = read_le<std::uint64_t>(*header, 32);
    head_.previous_bytes = read_le<std::uint64_t>(*header, 40);
    head_.previous_checksum = read_le<std::uint32_t>(*header, 48);
    const auto identity = header->subspan(kIdentityAt, identity_bytes);
    head_.identity.assign(identity.begin(), identity.end());
    good_ = kSegmentHeaderBytes;
    return {};
}

Result<std::uint64_t> Scanner::sound_behind() {
    std::uint64_t sound = 0;
    for (std::uint64_t at = problem_.empty() ? kU64Max : 1; at != kU64Max;) {
        const auto header = view(at, kRecordHeaderBytes);
        if (!header) {
            return Err<Error>{header.error()};
        }
        if (header->size() < kRecordHeaderBytes) {
            break;
        }
        const std::size_t whole = kRecordHeaderBytes + read_le<std::uint32_t>(*header, 4);
        if (read_le<std::uint32_t>(*header, 0) != kRecordMagic ||
            whole > kRecordHeaderBytes + kBodyBytesMax) {
            ++at;
            continue;
        }
        const auto record = view(at, whole);
        if (!record) {
            return Err<Error>{record.error()};
        }
        const bool is_sound = record->size() == whole && begins_with_record(*record);
        sound += is_sound ? whole : 0;
        at += is_sound ? whole : 1;
    }
    return sound;
}

Result<bool> Scanner::next(Record& record) {
    if (!problem_.empty()) {
        return false;
    }
    const auto header = view(0, kRecordHeaderBytes);
    if (!header) {
        return Err<Error>{header.error()};
    }
    if (header->empty()) {
        return false;
    }
    if (header->size() < kRecordHeaderBytes) {
        return damaged(fmt::format("offset {}: record header has {} of {} bytes", good_,
                                   header->size(), kRecordHeaderBytes),
                       true);
    }
    const auto magic = read_le<std::uint32_t>(*header, 0);
    const auto length = read_le<std::uint32_t>(*header, 4);
    if (magic != kRecordMagic) {
        return damaged(fmt::format("offset {}: {:#010x} is not the mark of a record", good_, magic),
                       false);
    }
    if (length > kBodyBytesMax) {
        return damaged(fmt::format("offset {}: body length {} > {}", good_, length, kBodyBytesMax),
                       false);
    }
    const std::size_t whole_bytes = kRecordHeaderBytes + length;
    const auto whole = view(0, whole_bytes);
    if (!whole) {
        return Err<Error>{whole.error()};
    }
    if (whole->size() < whole_bytes) {
        // A length that was changed reaches over the records behind it.
        return damaged(
            fmt::format("offset {}: record has {} of {} bytes", good_, whole->size(), whole_bytes),
            !has_record(whole->subspan(1)));
    }
    const auto stored = read_le<std::uint32_t>(*whole, 8);
    const auto computed = crc32c(whole->subspan(kRecordSummedFrom));
    if (stored != computed) {
        const auto behind = view(whole_bytes, 1);
        if (!behind) {
            return Err<Error>{behind.error()};
        }
        return damaged(
            fmt::format("offset {}: checksum {:#010x}, stored {:#010x}", good_, computed, stored),
            behind->empty());
    }
    const auto kind = read_le<std::uint32_t>(*whole, 12);
    if (kind < static_cast<std::uint32_t>(RecordKind::RunStarted) ||
        kind > static_cast<std::uint32_t>(kRecordKindLast)) {
        // Sound but strange: cutting it would lose what a newer version wrote.
        return fail(
            fmt::format("{} offset {}: record kind {} is unknown; use the version that "
                        "wrote it, or a newer one",
                        file_.path(), good_, kind));
    }
    record.kind = static_cast<RecordKind>(kind);
    record.sequence = read_le<std::uint64_t>(*whole, 16);
    if (record.sequence != sequence_last_ + 1) {
        return damaged(fmt::format("offset {}: sequence {} follows {}", good_, record.sequence,
                                   sequence_last_),
                       false);
    }
    record.wall_ns = read_le<std::int64_t>(*whole, 24);
    const auto body = whole->subspan(kRecordHeaderBytes);
    record.body.assign(reinterpret_cast<const char*>(body.data()), body.size());
    sequence_last_ = record.sequence;
    checksum_last_ = stored;
    good_ += whole_bytes;
    return true;
}

}  // namespace sniperforge::journal
