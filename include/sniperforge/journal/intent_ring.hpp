// SPDX-License-Identifier: MIT
// The write-ahead ring: fixed slots in a preallocated, memory-mapped file. append() is a copy and a
// checksum: no system call, no heap. What it returned from survives kill -9 of the process, in
// tmpfs as on disk; it does not survive power loss: the recorder copies it to the journal for that.
//
// Two threads may use one ring: the owner appends; the recorder calls mark_copied() for what the
// journal holds durably. A slot is reused only once its record and the next one are: a full ring
// refuses, because overwriting would lose the only trace of an order in flight, and what is left
// begins with a record that the journal has.
//
// Layout: 4,096-byte header {"SFINTENTRING1\n" padded to 16, u32 slot bytes, u32 slot count, u32
// crc32c of the bytes before; at 64 u64 the last sequence of the journal that was on the disk, and
// its complement}; then per slot {u32 crc32c of everything after this field up to the
// body's end, u16 body length, u8 kind, u8 zero, u64 sequence, body}. Little-endian. Sequence n,
// counted from 1, is in slot (n - 1) mod count; a slot that was never used is all zeros.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sniperforge/core/result.hpp"
#include "sniperforge/journal/record.hpp"

namespace sniperforge::journal {

inline constexpr std::size_t kRingSlotBytes = 512;
inline constexpr std::size_t kRingBodyBytesMax = kRingSlotBytes - 16;
inline constexpr std::uint32_t kRingSlotsDefault = 1'024;  // 512 KiB, all of it resident.
inline constexpr std::uint32_t kRingSlotsMax = 1U << 16U;

// Where the header has the journal's sequence, twice: of two that differ, after a kill between
// them, the lower one counts. Zero in rings of versions before.
inline constexpr std::size_t kRingJournalAt = 64, kRingJournalBytes = 16;

struct RingRecord {
    RecordKind kind = RecordKind::Note;
    std::uint64_t sequence = 0;
    std::string body;
};

struct RingContents {
    std::vector<RingRecord> records;  // Intact ones, by sequence.
    std::uint32_t slots_damaged = 0;  // Torn by the crash (at most one) or corrupted later.
    // The journal had this one on the disk, and all before it: one that ends earlier has lost some.
    std::uint64_t journal_sequence = 0;
};

class IntentRing {
 public:
    // Opens or creates. The slots of an existing file are kept, whatever `slots` says, and count as
    // not copied: put them into the journal, then mark_copied(sequence_last()).
    // Holds a lock, like the journal: one writer per file.
    [[nodiscard]] static Result<std::unique_ptr<IntentRing>> open(
        const std::string& path, std::uint32_t slots = kRingSlotsDefault);
    virtual ~IntentRing() = default;

    // Owner's thread. Refuses a body above kRingBodyBytesMax and, when full, everything.
    [[nodiscard]] virtual Result<std::uint64_t> append(RecordKind kind,
                                                       std::span<const std::uint8_t> body) = 0;
    // Recorder's thread: every record up to this sequence is durable elsewhere.
    virtual void mark_copied(std::uint64_t sequence) = 0;
    // Recorder's thread: the journal's last record that is on the disk.
    virtual void note_journal(std::uint64_t sequence) = 0;

    [[nodiscard]] virtual const RingContents& recovered() const = 0;  // As open() found it.
    [[nodiscard]] virtual std::uint64_t sequence_last() const = 0;    // Owner's thread.
    [[nodiscard]] virtual std::uint32_t slots() const = 0;
};

// For looking into a ring that nobody writes.
[[nodiscard]] Result<RingContents> read_intent_ring(const std::string& path);

}  // namespace sniperforge::journal
