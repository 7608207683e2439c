// SPDX-License-Identifier: MIT
#include "sniperforge/journal/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "journal/file_journal_writer.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/sha256.hpp"

namespace sniperforge::journal {
namespace {

// A disk that refuses writes (full, say) is tried again at each sync() while less than this waits.
constexpr std::size_t kBufferBytesMax = std::size_t{4} << 20U;

}  // namespace

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
    decisions_.add(kind, body);
    if (disk_ != nullptr) {
        disk_->appended({kind, sequence_last_, wall_ns, std::string{body}});
    }
    if (buffer_.size() >= kBufferBytesWrite) {
        // The record is accepted either way; is_behind() says that sync() should try again.
        (void)write_buffer();
    }
    return sequence_last_;
}

Result<void> FileJournalWriter::write_buffer() {
    const auto written = file_.write_at(bytes_written_, buffer_);
    bytes_written_ += written.bytes;
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(written.bytes));
    is_behind_ = !written.result.has_value();
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
    end_segment(next->path(), head);
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

// That there was a next one, for when it gets lost. Without it only that is not noticed: the next
// start writes it.
void FileJournalWriter::end_segment(const std::string& path, const SegmentHead& next) {
    const auto plain = File::open(path, O_WRONLY);
    if (plain && plain->write_at(next.previous_bytes, encode_end(next)).result) {
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

Result<std::unique_ptr<JournalWriter>> JournalWriter::open(const std::string& path,
                                                           const WriterOptions& options) {
    auto writer = std::make_unique<FileJournalWriter>(path, options.disk);
    if (auto prepared = writer->prepare(options); !prepared) {
        return Err<Error>{prepared.error()};
    }
    return writer;
}

}  // namespace sniperforge::journal
