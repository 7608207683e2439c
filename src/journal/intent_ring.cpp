// SPDX-License-Identifier: MIT
#include "sniperforge/journal/intent_ring.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

#include "journal/file.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/journal/crc32c.hpp"

namespace sniperforge::journal {
namespace {

constexpr std::size_t kRingHeaderBytes = 4'096;  // One page: slots do not share one with it.
constexpr std::array<std::uint8_t, 16> kRingMagic = {'S', 'F', 'I', 'N', 'T', 'E', 'N',
                                                     'T', 'R', 'I', 'N', 'G', '1', '\n'};
constexpr std::size_t kHeaderSummed = 24;
constexpr std::size_t kSlotHeaderBytes = 16;
constexpr std::size_t kSlotSummedFrom = 4;

std::uint64_t file_bytes(std::uint32_t slots) {
    return kRingHeaderBytes + std::uint64_t{slots} * kRingSlotBytes;
}

std::array<std::uint8_t, kHeaderSummed + 4> make_header(std::uint32_t slots) {
    std::array<std::uint8_t, kHeaderSummed + 4> header{};
    const std::span<std::uint8_t> bytes{header};
    std::copy(kRingMagic.begin(), kRingMagic.end(), header.begin());
    write_le(bytes, 16, static_cast<std::uint32_t>(kRingSlotBytes));
    write_le(bytes, 20, slots);
    write_le(bytes, kHeaderSummed, crc32c(bytes.first(kHeaderSummed)));
    return header;
}

// How many slots the file has; 0 when it was never finished, which is no loss: a ring is used only
// after its header is there.
Result<std::uint32_t> slots_of(const File& file) {
    std::array<std::uint8_t, kHeaderSummed + 4> header{};
    const auto got = file.read_at(0, header);
    const auto size = file.size();
    if (!got || !size) {
        return Err<Error>{got ? size.error() : got.error()};
    }
    const bool is_all_zero =
        std::all_of(header.begin(), header.end(), [](std::uint8_t byte) { return byte == 0; });
    if (is_all_zero) {
        return 0;
    }
    const auto slots = read_le<std::uint32_t>(header, 20);
    if (header != make_header(slots) || slots == 0 || slots > kRingSlotsMax ||
        *size != file_bytes(slots)) {
        return fail(
            fmt::format("{} ({} bytes) is not an intent ring or its header is damaged; "
                        "move it away to start a new one",
                        file.path(), *size));
    }
    return slots;
}

// Space is taken now: a full filesystem would otherwise kill the process at a later store (SIGBUS).
Result<void> create(const File& file, std::uint32_t slots) {
    if (auto emptied = file.truncate(0); !emptied) {
        return emptied;
    }
    if (const int error = ::posix_fallocate(file.fd(), 0, static_cast<off_t>(file_bytes(slots)));
        error != 0) {
        return fail(fmt::format("reserving {} bytes for {}: {}", file_bytes(slots), file.path(),
                                std::strerror(error)));
    }
    if (auto written = file.write_at(0, make_header(slots)); !written.result) {
        return written.result;
    }
    return file.sync_directory();
}

// Appends the slot's record when it is intact.
void read_slot(std::span<const std::uint8_t> slot, std::uint64_t index, std::uint32_t slots,
               RingContents& out) {
    if (std::all_of(slot.begin(), slot.begin() + kSlotHeaderBytes,
                    [](std::uint8_t byte) { return byte == 0; })) {
        return;  // Never used.
    }
    const auto length = read_le<std::uint16_t>(slot, 4);
    const auto kind = read_le<std::uint16_t>(slot, 6);
    const auto sequence = read_le<std::uint64_t>(slot, 8);
    const bool is_intact =
        length <= kRingBodyBytesMax && sequence > 0 && (sequence - 1) % slots == index &&
        kind >= static_cast<std::uint16_t>(RecordKind::RunStarted) &&
        kind <= static_cast<std::uint16_t>(RecordKind::Note) &&
        read_le<std::uint32_t>(slot, 0) ==
            crc32c(slot.subspan(kSlotSummedFrom, kSlotHeaderBytes - kSlotSummedFrom + length));
    if (!is_intact) {
        ++out.slots_damaged;
        return;
    }
    const auto body = slot.subspan(kSlotHeaderBytes, length);
    out.records.push_back({static_cast<RecordKind>(kind),
                           sequence,
                           {reinterpret_cast<const char*>(body.data()), body.size()}});
}

Result<RingContents> read_slots(const File& file, std::uint32_t slots) {
    RingContents contents;
    std::array<std::uint8_t, kRingJournalBytes> noted{};
    if (const auto got = file.read_at(kRingJournalAt, noted); !got) {
        return Err<Error>{got.error()};
    }
    contents.journal_sequence =
        std::min(read_le<std::uint64_t>(noted, 0), ~read_le<std::uint64_t>(noted, 8));
    std::array<std::uint8_t, kRingSlotBytes> slot{};
    for (std::uint32_t index = 0; index < slots; ++index) {
        const auto got =
            file.read_at(kRingHeaderBytes + std::uint64_t{index} * kRingSlotBytes, slot);
        if (!got) {
            return Err<Error>{got.error()};
        }
        read_slot(slot, index, slots, contents);
    }
    std::sort(contents.records.begin(), contents.records.end(),
              [](const RingRecord& a, const RingRecord& b) { return a.sequence < b.sequence; });
    return contents;
}

class MappedIntentRing final : public IntentRing {
 public:
    MappedIntentRing(File file, std::uint32_t slots, RingContents recovered)
        : file_{std::move(file)}, slots_{slots}, recovered_{std::move(recovered)} {
        if (!recovered_.records.empty()) {
            sequence_last_ = recovered_.records.back().sequence;
            copied_ = recovered_.records.front().sequence - 1;
        }
    }
    MappedIntentRing(const MappedIntentRing&) = delete;
    MappedIntentRing& operator=(const MappedIntentRing&) = delete;
    ~MappedIntentRing() override {
        if (map_ != MAP_FAILED) {
            ::munmap(map_, file_bytes(slots_));
        }
    }

    Result<void> map();
    Result<std::uint64_t> append(RecordKind kind, std::span<const std::uint8_t> body) override;
    void mark_copied(std::uint64_t sequence) override {
        copied_.store(sequence, std::memory_order_release);
    }
    void note_journal(std::uint64_t sequence) override {
        const std::span<std::uint8_t> noted{static_cast<std::uint8_t*>(map_) + kRingJournalAt,
                                            kRingJournalBytes};
        write_le(noted, 0, sequence);
        write_le(noted, 8, ~sequence);
    }
    const RingContents& recovered() const override { return recovered_; }
    std::uint64_t sequence_last() const override { return sequence_last_; }
    std::uint32_t slots() const override { return slots_; }

 private:
    File file_;
    std::uint32_t slots_;
    RingContents recovered_;
    void* map_ = MAP_FAILED;
    std::uint64_t sequence_last_ = 0;       // Owner's thread.
    std::atomic<std::uint64_t> copied_{0};  // Written by the recorder's thread.
};

Result<void> MappedIntentRing::map() {
    // Populated: no page fault at the first order.
    map_ = ::mmap(nullptr, file_bytes(slots_), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
                  file_.fd(), 0);
    if (map_ == MAP_FAILED) {
        return fail(fmt::format("mapping {} bytes of {}: {}", file_bytes(slots_), file_.path(),
                                std::strerror(errno)));
    }
    return {};
}

Result<std::uint64_t> MappedIntentRing::append(RecordKind kind,
                                               std::span<const std::uint8_t> body) {
    if (body.size() > kRingBodyBytesMax) {
        return fail(fmt::format("{}: a {} record of {} bytes is longer than a slot's {}",
                                file_.path(), to_string(kind), body.size(), kRingBodyBytesMax));
    }
    const std::uint64_t copied = copied_.load(std::memory_order_acquire);
    const std::uint64_t waiting = sequence_last_ > copied ? sequence_last_ - copied : 0;
    // Once round, the oldest record that stays is one that was copied, also where a crash tears the
    // slot that is written now: whoever reads them finds where both meet.
    const bool goes_round = sequence_last_ >= slots_;
    if (waiting >= slots_ - (goes_round ? 1U : 0U)) {
        return fail(
            fmt::format("{} is full: {} records are not in the journal yet (slots: {}); is the "
                        "disk slow or full?",
                        file_.path(), waiting, slots_));
    }
    const std::uint64_t sequence = sequence_last_ + 1;
    const std::size_t index = static_cast<std::size_t>((sequence - 1) % slots_);
    const std::span<std::uint8_t> slot{
        static_cast<std::uint8_t*>(map_) + kRingHeaderBytes + index * kRingSlotBytes,
        kRingSlotBytes};
    // The order of stores does not matter to a reader after a crash: unless all of them were done,
    // the checksum differs.
    write_le(slot, 4, static_cast<std::uint16_t>(body.size()));
    write_le(slot, 6, static_cast<std::uint16_t>(kind));  // u8 kind and a zero byte.
    write_le(slot, 8, sequence);
    std::copy(body.begin(), body.end(), slot.begin() + kSlotHeaderBytes);
    write_le(
        slot, 0,
        crc32c(slot.subspan(kSlotSummedFrom, kSlotHeaderBytes - kSlotSummedFrom + body.size())));
    // The caller sends next; the compiler must not move these stores behind that.
    std::atomic_thread_fence(std::memory_order_release);
    sequence_last_ = sequence;
    return sequence;
}

}  // namespace

Result<std::unique_ptr<IntentRing>> IntentRing::open(const std::string& path, std::uint32_t slots) {
    if (slots == 0 || slots > kRingSlotsMax) {
        return fail(
            fmt::format("intent ring {}: {} slots is outside 1 to {}", path, slots, kRingSlotsMax));
    }
    auto file = File::open(path, O_RDWR | O_CREAT);
    if (!file) {
        return Err<Error>{file.error()};
    }
    if (auto locked = file->lock(); !locked) {
        return Err<Error>{locked.error()};
    }
    auto existing = slots_of(*file);
    if (!existing) {
        return Err<Error>{existing.error()};
    }
    if (*existing == 0) {
        if (auto created = create(*file, slots); !created) {
            return Err<Error>{created.error()};
        }
        existing = slots;
    }
    auto contents = read_slots(*file, *existing);
    if (!contents) {
        return Err<Error>{contents.error()};
    }
    auto ring =
        std::make_unique<MappedIntentRing>(std::move(*file), *existing, std::move(*contents));
    if (auto mapped = ring->map(); !mapped) {
        return Err<Error>{mapped.error()};
    }
    return ring;
}

Result<RingContents> read_intent_ring(const std::string& path) {
    const auto file = File::open(path, O_RDONLY);
    if (!file) {
        return Err<Error>{file.error()};
    }
    const auto slots = slots_of(*file);
    if (!slots) {
        return Err<Error>{slots.error()};
    }
    return read_slots(*file, *slots);
}

}  // namespace sniperforge::journal
