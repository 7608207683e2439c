// SPDX-License-Identifier: MIT
#include "sniperforge/journal/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "journal/scanner.hpp"
#include "journal/segments.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/core/sha256.hpp"

namespace sniperforge::journal {
namespace {

// append() writes from here on, so that memory stays flat when commits are rare.
constexpr std::size_t kBufferBytesWrite = std::size_t{64} << 10U;
// A disk that refuses writes (full, say) is tried again at each sync() while less than this waits.
constexpr std::size_t kBufferBytesMax = std::size_t{4} << 20U;

class FileJournalWriter final : public JournalWriter {
 public:
    FileJournalWriter(std::string path, Disk* disk) : path_{std::move(path)}, disk_{disk} {
        buffer_.reserve(2 * kBufferBytesWrite);
    }

    Result<void> prepare(const WriterOptions& options);
    Result<void> begin_segment(std::int64_t wall_ns, const std::vector<std::string>& checkpoint,
                               const std::string& identity) override;
    Result<void> prune() override;
    std::size_t segments() const override { return older_.size() + 1; }
    Result<std::uint64_t> append(RecordKind kind, std::int64_t wall_ns,
                                 std::string_view body) override;
    Result<void> sync() override;
    std::uint64_t bytes() const override { return bytes_older_ + bytes_written_ + buffer_.size(); }
    std::uint64_t bytes_grown() const override {
        return bytes_written_ + buffer_.size() - bytes_head_;
    }
    std::uint64_t sequence_last() const override { return sequence_last_; }
    std::uint64_t bytes_cut() const override { return bytes_cut_; }
    const std::string& cut_reason() const override { return cut_reason_; }
    std::string decision_sha256() const override { return hex_encode(decisions_.digest()); }

 private:
    struct Older {
        std::string path;
        std::uint64_t bytes = 0;
    };
    Result<void> take_over();
    Result<void> set_aside(const Segments& segments);
    Result<void> create(const std::string& identity);
    Result<void> scan(const WriterOptions& options, const Segments& segments);
    Result<void> cut_tail(std::uint64_t from, std::uint64_t size);
    Result<void> keep_tail(const File& source, std::uint64_t from, std::uint64_t size) const;
    void end_segment(const File& ended, std::uint64_t bytes) const;
    Result<void> write_buffer();

    std::string path_;  // Of the whole.
    Disk* disk_;
    File file_;                 // The newest segment.
    std::vector<Older> older_;  // Oldest first.
    std::uint64_t bytes_older_ = 0;
    std::uint64_t number_ = 1;  // Of the newest.
    std::uint64_t bytes_head_ = 0;
    std::uint32_t checksum_last_ = 0;
    std::vector<std::uint8_t> buffer_;  // Appended, not yet written.
    std::uint64_t bytes_written_ = 0;
    std::uint64_t sequence_last_ = 0;
    std::uint64_t bytes_cut_ = 0;
    std::string cut_reason_;
    std::string failure_;  // Of a failed fdatasync(): nothing is accepted any more.
    Sha256 decisions_;
};

Result<void> FileJournalWriter::prepare(const WriterOptions& options) {
    std::error_code ignored;
    if (auto taken = take_over(); !taken) {
        return taken;
    }
    auto found = find_segments(path_);
    if (!found) {
        return Err<Error>{found.error()};
    }
    if (found->whole.empty()) {
        return create(options.identity);
    }
    const Segment newest = found->whole.back();
    auto file = File::open(newest.path, O_RDWR);
    if (!file) {
        return Err<Error>{file.error()};
    }
    file_ = std::move(*file);
    number_ = newest.number;
    if (auto locked = file_.lock(); !locked) {
        return locked;
    }
    std::filesystem::remove(part_path(path_), ignored);  // It was not begun in the end.
    for (const Segment& segment : std::span{found->whole}.first(found->whole.size() - 1)) {
        const auto bytes = std::filesystem::file_size(segment.path, ignored);
        older_.push_back({segment.path, ignored ? 0 : bytes});
        bytes_older_ += older_.back().bytes;
    }
    if (auto scanned = scan(options, *found); !scanned) {
        return scanned;
    }
    file_.set_disk(disk_);
    return file_.sync_directory();
}

// By its name alone: at each moment there is all of it. A version that knows no segments finds no
// journal then, and does not go on with half of one.
Result<void> FileJournalWriter::take_over() {
    if (std::error_code ignored; !std::filesystem::exists(path_, ignored)) {
        return {};
    }
    if (const auto listed = list_segments(path_); !listed) {
        return Err<Error>{listed.error()};
    }
    auto file = File::open(path_, O_RDWR);
    if (!file) {
        return Err<Error>{file.error()};
    }
    if (auto locked = file->lock(); !locked) {
        return locked;
    }
    Scanner scanner{*file};
    if (auto begun = scanner.begin(); !begun) {
        return begun;
    }
    if (auto named = file->rename(segment_path(path_, 1)); !named) {
        return named;
    }
    return file->sync_directory();
}

// Written whole before it has its name.
Result<void> FileJournalWriter::create(const std::string& identity) {
    auto file = File::open(part_path(path_), O_RDWR | O_CREAT | O_TRUNC);
    if (!file) {
        return Err<Error>{file.error()};
    }
    file_ = std::move(*file);
    file_.set_disk(disk_);
    if (auto locked = file_.lock(); !locked) {
        return locked;
    }
    SegmentHead head;
    head.identity = identity;
    buffer_ = encode_head(head);
    bytes_head_ = buffer_.size();
    if (auto synced = sync(); !synced) {
        return synced;
    }
    if (auto named = file_.rename(segment_path(path_, 1)); !named) {
        return named;
    }
    return file_.sync_directory();
}

Result<void> FileJournalWriter::scan(const WriterOptions& options, const Segments& segments) {
    Scanner scanner{file_};
    if (auto begun = scanner.begin(); !begun) {
        return begun;
    }
    Record record;
    bytes_head_ = scanner.bytes_good();
    const std::uint64_t sequence_head =
        scanner.head().sequence_before + scanner.head().checkpoint_records;
    while (true) {
        const auto more = scanner.next(record);
        if (!more) {
            return Err<Error>{more.error()};
        }
        if (!*more) {
            break;
        }
        if (record.kind == RecordKind::SegmentEnded) {
            return next_is_missing(path_, segments);
        }
        if (record.sequence == sequence_head) {
            bytes_head_ = scanner.bytes_good();
        }
        if (options.visit) {
            options.visit(record);
        }
    }
    const auto size = file_.size();
    if (!size) {
        return Err<Error>{size.error()};
    }
    sequence_last_ = scanner.sequence_last();
    checksum_last_ = scanner.checksum_last();
    bytes_written_ = scanner.bytes_good();
    if (auto aside = set_aside(segments); !aside) {
        return aside;
    }
    if (*size > bytes_written_) {
        cut_reason_ = scanner.problem();
        if (auto cut = cut_tail(bytes_written_, *size); !cut) {
            return cut;
        }
    }
    if (bytes_written_ > 0) {
        return {};
    }
    // Its creation was interrupted.
    SegmentHead head;
    head.identity = options.identity;
    buffer_ = encode_head(head);
    bytes_head_ = buffer_.size();
    return sync();
}

// Was being begun when everything ended; what it was to begin with is in the one before it.
Result<void> FileJournalWriter::set_aside(const Segments& segments) {
    for (const Segment& torn : segments.torn) {
        const auto file = File::open(torn.path, O_RDONLY);
        if (!file) {
            return Err<Error>{file.error()};
        }
        const auto size = file->size();
        if (!size) {
            return Err<Error>{size.error()};
        }
        if (auto kept = keep_tail(*file, 0, *size); !kept) {
            return kept;
        }
        std::error_code error;
        if (!std::filesystem::remove(torn.path, error) || error) {
            return fail(fmt::format("removing {}: {}", torn.path, error.message()));
        }
        bytes_cut_ += *size;
        cut_reason_ = name_of(torn.path) + ": " + segments.why;
        if (auto synced = file_.sync_directory(); !synced) {
            return synced;
        }
    }
    return {};
}

Result<void> FileJournalWriter::cut_tail(std::uint64_t from, std::uint64_t size) {
    if (auto kept = keep_tail(file_, from, size); !kept) {
        return kept;
    }
    if (auto truncated = file_.truncate(from); !truncated) {
        return truncated;
    }
    bytes_cut_ += size - from;
    return file_.sync_data();
}

// After a power loss good records can stand behind a torn one. They are no part of the journal any
// more, but evidence: nothing is thrown away.
Result<void> FileJournalWriter::keep_tail(const File& source, std::uint64_t from,
                                          std::uint64_t size) const {
    const auto kept = File::open(path_ + ".cut", O_WRONLY | O_CREAT);
    if (!kept) {
        return Err<Error>{kept.error()};
    }
    auto offset = kept->size();
    if (!offset) {
        return Err<Error>{offset.error()};
    }
    std::vector<std::uint8_t> block(kBufferBytesWrite);
    while (from < size) {
        const auto wanted = std::min<std::uint64_t>(block.size(), size - from);
        const auto got = source.read_at(from, std::span{block}.first(wanted));
        if (!got) {
            return Err<Error>{got.error()};
        }
        if (*got == 0) {
            break;
        }
        if (auto written = kept->write_at(*offset, std::span{block}.first(*got)); !written.result) {
            return written.result;
        }
        from += *got;
        *offset += *got;
    }
    return kept->sync_data();
}

Result<std::uint64_t> FileJournalWriter::append(RecordKind kind, std::int64_t wall_ns,
                                                std::string_view body) {
    if (!failure_.empty()) {
        return fail(failure_);
    }
    if (body.size() > kBodyBytesMax) {
        return fail(fmt::format("{}: a {} record of {} bytes is longer than {}", file_.path(),
                                to_string(kind), body.size(), kBodyBytesMax));
    }
    if (buffer_.size() >= kBufferBytesMax) {
        return fail(fmt::format("{}: {} bytes wait to be written, more than {}; is the disk full?",
                                file_.path(), buffer_.size(), kBufferBytesMax));
    }
    checksum_last_ = encode_record(kind, ++sequence_last_, wall_ns, body, buffer_);
    if (is_decision(kind)) {
        std::array<std::uint8_t, 5> head{static_cast<std::uint8_t>(kind)};
        write_le(std::span<std::uint8_t>{head}, 1, static_cast<std::uint32_t>(body.size()));
        decisions_.update(head);
        decisions_.update(bytes_of(body));
    }
    if (buffer_.size() >= kBufferBytesWrite) {
        // The record is accepted either way; sync() tells when writing does not recover.
        (void)write_buffer();
    }
    return sequence_last_;
}

Result<void> FileJournalWriter::write_buffer() {
    const auto written = file_.write_at(bytes_written_, buffer_);
    bytes_written_ += written.bytes;
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(written.bytes));
    return written.result;
}

Result<void> FileJournalWriter::sync() {
    if (!failure_.empty()) {
        return fail(failure_);
    }
    if (auto written = write_buffer(); !written) {
        return written;
    }
    if (auto synced = file_.sync_data(); !synced) {
        failure_ = synced.error().text + "; restart to check the journal";
        return fail(failure_);
    }
    return {};
}

// The order of things is what matters (ADR 0025): at each moment a start finds either all of the
// old segment and nothing behind it, or a new one that is whole.
Result<void> FileJournalWriter::begin_segment(std::int64_t wall_ns,
                                              const std::vector<std::string>& checkpoint,
                                              const std::string& identity) {
    if (!failure_.empty()) {
        return fail(failure_);
    }
    SF_ASSERT(buffer_.empty() && !checkpoint.empty());
    SegmentHead head{.number = number_ + 1,
                     .checkpoint_records = static_cast<std::uint32_t>(checkpoint.size()),
                     .sequence_before = sequence_last_,
                     .previous_bytes = bytes_written_,
                     .previous_checksum = checksum_last_,
                     .identity = identity};
    std::vector<std::uint8_t> bytes = encode_head(head);
    std::uint64_t sequence = sequence_last_;
    std::uint32_t checksum = 0;
    for (const std::string& body : checkpoint) {
        SF_ASSERT(body.size() <= kBodyBytesMax);
        checksum = encode_record(RecordKind::Checkpoint, ++sequence, wall_ns, body, bytes);
    }
    const std::string part = part_path(path_);
    const auto written = [&]() -> Result<File> {
        auto file = File::open(part, O_RDWR | O_CREAT | O_TRUNC);
        if (!file) {
            return file;
        }
        file->set_disk(disk_);
        if (auto locked = file->lock(); !locked) {
            return Err<Error>{locked.error()};
        }
        if (auto put = file->write_at(0, bytes); !put.result) {
            return Err<Error>{put.result.error()};
        }
        if (auto synced = file->sync_data(); !synced) {
            return Err<Error>{synced.error()};
        }
        return file;
    };
    auto next = written();
    if (auto named = next ? next->rename(segment_path(path_, head.number))
                          : Result<void>{Err<Error>{next.error()}};
        !named) {
        std::error_code ignored;
        std::filesystem::remove(part, ignored);
        return fail("beginning a segment of the journal", named.error());
    }
    // Which of the two the next start finds is not known until then: neither is written to.
    if (auto durable = next->sync_directory(); !durable) {
        failure_ = durable.error().text + "; restart to check the journal";
        return fail(failure_);
    }
    std::swap(file_, *next);
    end_segment(*next, bytes_written_);
    const auto size = next->size();
    older_.push_back({next->path(), size ? *size : bytes_written_});
    bytes_older_ += older_.back().bytes;
    number_ = head.number;
    bytes_written_ = bytes_head_ = bytes.size();
    sequence_last_ = sequence;
    checksum_last_ = checksum;
    if (disk_ != nullptr) {
        disk_->begin_segment(bytes_written_);
    }
    return {};
}

// That there was a next one, for when it gets lost. Without it only that is not noticed.
void FileJournalWriter::end_segment(const File& ended, std::uint64_t bytes) const {
    std::vector<std::uint8_t> record;
    (void)encode_record(RecordKind::SegmentEnded, sequence_last_ + 1, 0,
                        fmt::format(R"({{"next":{}}})", number_ + 1), record);
    auto plain = File::open(ended.path(), O_WRONLY);
    if (plain && plain->write_at(bytes, record).result) {
        (void)plain->sync_data();
    }
}

Result<void> FileJournalWriter::prune() {
    if (older_.empty()) {
        return {};
    }
    std::error_code error;
    std::filesystem::remove(older_.front().path, error);
    if (error) {
        return fail(fmt::format("deleting {}: {}", older_.front().path, error.message()));
    }
    bytes_older_ -= older_.front().bytes;
    older_.erase(older_.begin());
    if (disk_ != nullptr) {
        disk_->pruned();
    }
    // In this order after a loss of power, too: no older one comes back behind a gap.
    return file_.sync_directory();
}

}  // namespace

Result<std::unique_ptr<JournalWriter>> JournalWriter::open(const std::string& path,
                                                           const WriterOptions& options) {
    auto writer = std::make_unique<FileJournalWriter>(path, options.disk);
    if (auto prepared = writer->prepare(options); !prepared) {
        return Err<Error>{prepared.error()};
    }
    return writer;
}

}  // namespace sniperforge::journal
