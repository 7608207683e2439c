// SPDX-License-Identifier: MIT
#include "sniperforge/journal/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "journal/scanner.hpp"
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
    explicit FileJournalWriter(File file) : file_{std::move(file)} {
        buffer_.reserve(2 * kBufferBytesWrite);
    }

    Result<void> prepare();
    Result<std::uint64_t> append(RecordKind kind, std::int64_t wall_ns,
                                 std::string_view body) override;
    Result<void> sync() override;
    std::uint64_t bytes() const override { return bytes_written_ + buffer_.size(); }
    std::uint64_t sequence_last() const override { return sequence_last_; }
    std::uint64_t bytes_cut() const override { return bytes_cut_; }
    const std::string& cut_reason() const override { return cut_reason_; }
    std::string decision_sha256() const override { return hex_encode(decisions_.digest()); }

 private:
    Result<void> cut_tail(std::uint64_t from, std::uint64_t size);
    Result<void> keep_tail(std::uint64_t from, std::uint64_t size) const;
    Result<void> write_buffer();

    File file_;
    std::vector<std::uint8_t> buffer_;  // Appended, not yet written.
    std::uint64_t bytes_written_ = 0;
    std::uint64_t sequence_last_ = 0;
    std::uint64_t bytes_cut_ = 0;
    std::string cut_reason_;
    std::string failure_;  // Of a failed fdatasync(): nothing is accepted any more.
    Sha256 decisions_;
};

Result<void> FileJournalWriter::prepare() {
    if (auto locked = file_.lock(); !locked) {
        return locked;
    }
    Scanner scanner{file_};
    if (auto begun = scanner.begin(); !begun) {
        return begun;
    }
    Record record;
    while (true) {
        const auto more = scanner.next(record);
        if (!more) {
            return Err<Error>{more.error()};
        }
        if (!*more) {
            break;
        }
    }
    const auto size = file_.size();
    if (!size) {
        return Err<Error>{size.error()};
    }
    sequence_last_ = scanner.sequence_last();
    bytes_written_ = scanner.bytes_good();
    if (*size > bytes_written_) {
        cut_reason_ = scanner.problem();
        if (auto cut = cut_tail(bytes_written_, *size); !cut) {
            return cut;
        }
    }
    if (bytes_written_ == 0) {
        buffer_.assign(kFileHeader.begin(), kFileHeader.end());
        if (auto synced = sync(); !synced) {
            return synced;
        }
    }
    return file_.sync_directory();
}

Result<void> FileJournalWriter::cut_tail(std::uint64_t from, std::uint64_t size) {
    if (auto kept = keep_tail(from, size); !kept) {
        return kept;
    }
    if (auto truncated = file_.truncate(from); !truncated) {
        return truncated;
    }
    bytes_cut_ = size - from;
    return file_.sync_data();
}

// After a power loss good records can stand behind a torn one. They are no part of the journal any
// more, but evidence: nothing is thrown away.
Result<void> FileJournalWriter::keep_tail(std::uint64_t from, std::uint64_t size) const {
    const auto kept = File::open(file_.path() + ".cut", O_WRONLY | O_CREAT);
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
        const auto got = file_.read_at(from, std::span{block}.first(wanted));
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
    encode_record(kind, ++sequence_last_, wall_ns, body, buffer_);
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

}  // namespace

Result<std::unique_ptr<JournalWriter>> JournalWriter::open(const std::string& path, Disk* disk) {
    auto file = File::open(path, O_RDWR | O_CREAT);
    if (!file) {
        return Err<Error>{file.error()};
    }
    file->set_disk(disk);
    auto writer = std::make_unique<FileJournalWriter>(std::move(*file));
    if (auto prepared = writer->prepare(); !prepared) {
        return Err<Error>{prepared.error()};
    }
    return writer;
}

Result<ReadSummary> read_journal(const std::string& path,
                                 const std::function<void(const Record&)>& visit) {
    const auto file = File::open(path, O_RDONLY);
    if (!file) {
        return Err<Error>{file.error()};
    }
    Scanner scanner{*file};
    if (auto begun = scanner.begin(); !begun) {
        return Err<Error>{begun.error()};
    }
    ReadSummary summary;
    Record record;
    while (true) {
        const auto more = scanner.next(record);
        if (!more) {
            return Err<Error>{more.error()};
        }
        if (!*more) {
            break;
        }
        ++summary.records;
        visit(record);
    }
    const auto size = file->size();
    if (!size) {
        return Err<Error>{size.error()};
    }
    summary.bytes_good = scanner.bytes_good();
    summary.problem = scanner.problem();
    // Without a problem the rest arrived after the last read.
    summary.bytes_bad = summary.problem.empty() ? 0 : *size - summary.bytes_good;
    return summary;
}

}  // namespace sniperforge::journal
