// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <fmt/format.h>

#include <filesystem>

#include "journal/chain.hpp"
#include "sniperforge/journal/journal.hpp"

namespace sniperforge::journal {
namespace {

// Reads segment after segment and holds each against what the next one says of it.
class ChainReader {
 public:
    ChainReader(const std::string& path, const std::function<void(const Record&)>& visit)
        : path_{path}, visit_{visit} {}

    // False: reading ends here; the summary says why. What is behind the end of one that has a next
    // one counts for nothing: the next one says where that end is.
    [[nodiscard]] Result<bool> read(const Segment& segment, bool is_last);
    // The last record read says that there is another segment.
    [[nodiscard]] bool is_ended() const { return is_ended_; }
    [[nodiscard]] ReadSummary& summary() { return summary_; }

 private:
    bool stop(std::string problem) {
        summary_.problem = std::move(problem);
        return false;
    }
    // What is wrong with the head where it stands.
    [[nodiscard]] std::string misfit(const Segment& segment, const Scanner& scanner) const;

    const std::string& path_;
    const std::function<void(const Record&)>& visit_;
    ReadSummary summary_;
    std::uint64_t number_last_ = 0, bytes_last_ = 0;
    std::uint32_t checksum_last_ = 0;
    std::string damage_;  // Behind the last record of the segment before.
    bool is_ended_ = false;
};

std::string ChainReader::misfit(const Segment& segment, const Scanner& scanner) const {
    const SegmentHead& head = scanner.head();
    const std::string name = name_of(segment.path);
    if (head.number != segment.number) {
        return fmt::format("{} says that it is segment {}", name, head.number);
    }
    if (number_last_ == 0) {
        return {};
    }
    if (segment.number != number_last_ + 1) {
        return fmt::format("{} is missing: {} is there and so is {}",
                           name_of(segment_path(path_, number_last_ + 1)),
                           name_of(segment_path(path_, number_last_)), name);
    }
    if (head.sequence_before != summary_.sequence_last || head.previous_bytes != bytes_last_ ||
        head.previous_checksum != checksum_last_) {
        return fmt::format(
            "{} follows a segment of {} bytes whose last record is {} with checksum {:#010x}, and "
            "{} has {} bytes, record {} and {:#010x}: one of the two is of another journal, or "
            "was changed{}{}",
            name, head.previous_bytes, head.sequence_before, head.previous_checksum,
            name_of(segment_path(path_, number_last_)), bytes_last_, summary_.sequence_last,
            checksum_last_, damage_.empty() ? "" : "; ", damage_);
    }
    return {};
}

Result<bool> ChainReader::read(const Segment& segment, bool is_last) {
    const auto file = File::open(segment.path, O_RDONLY);
    if (!file) {
        return Err<Error>{file.error()};
    }
    Scanner scanner{*file};
    if (auto begun = scanner.begin(); !begun) {
        // The newest one may be as it should be.
        return is_last ? Result<bool>{Err<Error>{begun.error()}} : stop(begun.error().text);
    }
    if (scanner.problem().empty()) {
        if (std::string problem = misfit(segment, scanner); !problem.empty()) {
            return stop(std::move(problem));
        }
    }
    if (++summary_.segments == 1) {
        summary_.records_gone = scanner.head().sequence_before;
    }
    is_ended_ = false;
    bytes_last_ = scanner.bytes_good();
    summary_.sequence_last = scanner.head().sequence_before;
    const auto read = scanner.read_on([&](const Record& record) {
        if (record.kind == RecordKind::SegmentEnded) {
            is_ended_ = true;
            return false;
        }
        bytes_last_ = scanner.bytes_good();
        summary_.sequence_last = scanner.sequence_last();
        checksum_last_ = scanner.checksum_last();
        ++summary_.records;
        visit_(record);
        return true;
    });
    if (!read) {
        return Err<Error>{read.error()};
    }
    number_last_ = segment.number;
    summary_.bytes_good += bytes_last_;
    const auto size = file->size();
    if (!size) {
        return Err<Error>{size.error()};
    }
    damage_ = scanner.problem();
    // Without a problem the rest arrived after the last read.
    if (is_last && !scanner.problem().empty()) {
        summary_.bytes_bad = *size - bytes_last_;
        const auto sound = scanner.sound_behind();
        if (!sound) {
            return Err<Error>{sound.error()};
        }
        summary_.bytes_bad_sound = *sound;
        return stop(scanner.problem());
    }
    return true;
}

[[nodiscard]] std::string missing(const std::string& path, std::uint64_t number) {
    return fmt::format("{} is missing: the end of {} says that it was begun",
                       name_of(segment_path(path, number + 1)),
                       name_of(segment_path(path, number)));
}

}  // namespace

bool has_journal(const std::string& path) {
    const auto listed = list_segments(path);
    return !listed || !listed->empty();
}

std::vector<std::string> files_of(const std::string& path) {
    std::vector<std::string> names;
    for (const Segment& segment : list_segments(path).value_or(std::vector<Segment>{})) {
        if (segment.path != path) {
            names.push_back(name_of(segment.path));
        }
    }
    return names;
}

std::string newest_file(const std::string& path) {
    const auto listed = list_segments(path);
    return listed && !listed->empty() ? listed->back().path : std::string{};
}

Result<ReadSummary> read_journal(const std::string& path,
                                 const std::function<void(const Record&)>& visit) {
    auto read = read_chain(path, 1, visit);
    if (!read) {
        return Err<Error>{read.error()};
    }
    return std::move(read->summary);
}

Result<ChainRead> read_chain(const std::string& path, std::uint64_t first,
                             const std::function<void(const Record&)>& visit) {
    auto found = find_segments(path);
    if (!found) {
        return Err<Error>{found.error()};
    }
    std::erase_if(found->whole, [&](const Segment& segment) { return segment.number < first; });
    if (found->whole.empty()) {
        return fail(fmt::format("opening {}: No such file or directory", path));
    }
    ChainReader reader{path, visit};
    std::uint64_t stopped_at = 0;
    for (std::size_t i = 0; i < found->whole.size(); ++i) {
        const Segment segment = found->whole[i];
        std::error_code ignored;
        // One that its writer has deleted since it was listed.
        if (reader.summary().segments == 0 && i + 1 < found->whole.size() &&
            !std::filesystem::exists(segment.path, ignored)) {
            continue;
        }
        const auto more = reader.read(segment, i + 1 == found->whole.size());
        if (!more) {
            return Err<Error>{more.error()};
        }
        stopped_at = segment.number;
        if (!*more) {
            break;
        }
        if (i + 1 < found->whole.size() || !reader.is_ended()) {
            continue;
        }
        // Begun since the others were listed, or lost.
        const Segment next{segment.number + 1, segment_path(path, segment.number + 1)};
        if (!found->torn.empty() || !std::filesystem::exists(next.path, ignored)) {
            reader.summary().problem = missing(path, segment.number);
            break;
        }
        found->whole.push_back(next);
    }
    for (const Segment& torn : found->torn) {
        std::error_code ignored;
        const auto bytes = std::filesystem::file_size(torn.path, ignored);
        ReadSummary& summary = reader.summary();
        summary.bytes_bad += ignored ? 0 : bytes;
        summary.problem += fmt::format("{}{}: {}", summary.problem.empty() ? "" : "; ",
                                       name_of(torn.path), found->why);
    }
    return ChainRead{std::move(reader.summary()), stopped_at};
}

Result<ReadSummary> read_newest(const std::string& path,
                                const std::function<void(const Record&)>& visit) {
    auto found = find_segments(path);
    if (!found) {
        return Err<Error>{found.error()};
    }
    if (found->whole.empty()) {
        return fail(fmt::format("opening {}: No such file or directory", path));
    }
    ChainReader reader{path, visit};
    while (true) {
        const Segment newest = found->whole.back();
        if (const auto read = reader.read(newest, true); !read) {
            return Err<Error>{read.error()};
        }
        if (!reader.is_ended()) {
            return reader.summary();
        }
        // A daemon may have begun the next one meanwhile.
        found = find_segments(path);
        if (!found) {
            return Err<Error>{found.error()};
        }
        if (found->whole.empty()) {
            return fail(fmt::format("{} was moved away while it was read", newest.path));
        }
        if (found->whole.back().number <= newest.number) {
            return next_is_missing(path, *found);
        }
    }
}

}  // namespace sniperforge::journal
