// SPDX-License-Identifier: MIT
// The journal's writer on real files; journal.hpp says what it does.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "journal/segments.hpp"
#include "sniperforge/journal/decision_digest.hpp"
#include "sniperforge/journal/journal.hpp"

namespace sniperforge::journal {

// append() writes from here on, so that memory stays flat when commits are rare.
inline constexpr std::size_t kBufferBytesWrite = std::size_t{64} << 10U;

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
    bool is_behind() const override { return is_behind_; }
    std::uint64_t bytes() const override { return bytes_older_ + bytes_written_ + buffer_.size(); }
    std::uint64_t bytes_grown() const override {
        return bytes_written_ + buffer_.size() - bytes_head_;
    }
    std::uint64_t sequence_last() const override { return sequence_last_; }
    std::uint64_t bytes_cut() const override { return bytes_cut_; }
    const std::string& cut_reason() const override { return cut_reason_; }
    std::uint64_t bytes_cut_sound() const override { return bytes_cut_sound_; }
    std::string decision_sha256() const override { return decisions_.text(); }

 private:
    struct Older {
        std::string path;
        std::uint64_t bytes = 0;
    };
    Result<void> take_over();
    Result<void> set_aside(const Segments& segments);
    Result<void> create(const std::string& identity);
    Result<void> write_head(const std::string& identity);
    Result<void> scan(const WriterOptions& options, const Segments& segments);
    Result<void> cut_tail(std::uint64_t from, std::uint64_t size);
    Result<void> keep_tail(const File& source, std::uint64_t from, std::uint64_t size) const;
    static void end_segment(const std::string& path, const SegmentHead& next);
    Result<void> complete_end(const Segments& segments) const;
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
    bool is_behind_ = false;
    std::uint64_t bytes_written_ = 0;
    std::uint64_t sequence_last_ = 0;
    std::uint64_t bytes_cut_ = 0, bytes_cut_sound_ = 0;
    std::string cut_reason_;
    std::string failure_;  // Of a failed fdatasync(): nothing is accepted any more.
    DecisionDigest decisions_;
};

}  // namespace sniperforge::journal
