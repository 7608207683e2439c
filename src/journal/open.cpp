// SPDX-License-Identifier: MIT
// What a writer does before it writes: takes over, looks for what is whole, cuts what is not.
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <span>
#include <utility>

#include "journal/file_journal_writer.hpp"

namespace sniperforge::journal {

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
    if (auto completed = complete_end(*found); !completed) {
        return completed;
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
    if (auto written = write_head(identity); !written) {
        return written;
    }
    if (auto named = file_.rename_as_new(segment_path(path_, 1)); !named) {
        return named;
    }
    return file_.sync_directory();
}

// Of the first segment.
Result<void> FileJournalWriter::write_head(const std::string& identity) {
    SegmentHead head;
    head.identity = identity;
    buffer_ = encode_head(head);
    bytes_head_ = buffer_.size();
    return sync();
}

Result<void> FileJournalWriter::scan(const WriterOptions& options, const Segments& segments) {
    Scanner scanner{file_};
    if (auto begun = scanner.begin(); !begun) {
        return begun;
    }
    bytes_head_ = scanner.bytes_good();
    const std::uint64_t sequence_head =
        scanner.head().sequence_before + scanner.head().checkpoint_records;
    bool is_ended = false;
    const auto read = scanner.read_on([&](const Record& record) {
        if (record.kind == RecordKind::SegmentEnded) {
            is_ended = true;
            return false;
        }
        if (record.sequence == sequence_head) {
            bytes_head_ = scanner.bytes_good();
        }
        if (options.visit) {
            options.visit(record);
        }
        return true;
    });
    if (!read) {
        return read;
    }
    if (is_ended) {
        return next_is_missing(path_, segments);
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
        const auto sound = scanner.sound_behind();
        if (!sound) {
            return Err<Error>{sound.error()};
        }
        bytes_cut_sound_ = *sound;
        if (auto cut = cut_tail(bytes_written_, *size); !cut) {
            return cut;
        }
    }
    if (bytes_written_ > 0) {
        return {};
    }
    return write_head(options.identity);  // Its creation was interrupted.
}

// A cut between the newest one's name and the end of the one before it, or a disk without room for
// that end. What is not the end that the newest one tells of is left as it is.
Result<void> FileJournalWriter::complete_end(const Segments& segments) const {
    const std::size_t count = segments.whole.size();
    if (count < 2 || segments.whole[count - 2].number + 1 != number_) {
        return {};
    }
    Scanner newest{file_};
    if (auto begun = newest.begin(); !begun) {
        return begun;
    }
    const SegmentHead& head = newest.head();
    const std::vector<std::uint8_t> end = encode_end(head);
    std::vector<std::uint8_t> stored(end.size());
    const auto before = File::open(segments.whole[count - 2].path, O_RDONLY);
    const auto got = before ? before->read_at(head.previous_bytes, stored) : Result<std::size_t>{0};
    if (!before || (got && *got == end.size() && stored == end)) {
        return {};  // A start needs the newest one only.
    }
    Scanner scanner{*before};
    if (!scanner.begin()) {
        return {};
    }
    // As far as it can be read.
    (void)scanner.read_on([](const Record&) { return true; });
    if (scanner.bytes_good() == head.previous_bytes &&
        scanner.sequence_last() == head.sequence_before &&
        scanner.checksum_last() == head.previous_checksum) {
        end_segment(before->path(), head);
    }
    return {};
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

}  // namespace sniperforge::journal
