// SPDX-License-Identifier: MIT
#include "journal/segments.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/journal/crc32c.hpp"
#include "sniperforge/journal/journal.hpp"

namespace sniperforge::journal {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDigitsMin = 6;

// Zero: not the name of one.
[[nodiscard]] std::uint64_t number_of(const std::string& name, const fs::path& path) {
    const std::string before = path.stem().string() + "-";
    const std::string behind = path.extension().string();
    if (!name.starts_with(before) || !name.ends_with(behind) ||
        name.size() < before.size() + kDigitsMin + behind.size()) {
        return 0;
    }
    const char* const first = name.data() + before.size();
    const char* const last = name.data() + name.size() - behind.size();
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(first, last, number);
    return error == std::errc{} && end == last ? number : 0;
}

struct HeadProblem {
    std::string text;  // Empty: its header and its checkpoint are there.
    bool is_torn = false;
};
[[nodiscard]] Result<HeadProblem> problem_of_head(const Segment& segment) {
    const auto file = File::open(segment.path, O_RDONLY);
    if (!file) {
        return Err<Error>{file.error()};
    }
    Scanner scanner{*file};
    if (auto begun = scanner.begin(); !begun) {
        return Err<Error>{begun.error()};
    }
    Record record;
    for (std::uint32_t i = 0; scanner.problem().empty() && i < scanner.head().checkpoint_records;
         ++i) {
        const auto more = scanner.next(record);
        if (!more) {
            return Err<Error>{more.error()};
        }
        if (!*more || record.kind != RecordKind::Checkpoint) {
            if (!scanner.problem().empty()) {
                break;
            }
            return HeadProblem{fmt::format("its checkpoint has {} of {} parts", i,
                                           scanner.head().checkpoint_records),
                               !*more};
        }
    }
    if (scanner.problem().empty() && scanner.head().number != segment.number) {
        return HeadProblem{fmt::format("it says that it is segment {}", scanner.head().number)};
    }
    return HeadProblem{scanner.problem(), scanner.is_torn()};
}

}  // namespace

std::string name_of(const std::string& path) { return fs::path{path}.filename().string(); }

std::string segment_path(const std::string& path, std::uint64_t number) {
    const fs::path whole{path};
    return (whole.parent_path() /
            fmt::format("{}-{:06}{}", whole.stem().string(), number, whole.extension().string()))
        .string();
}

std::string part_path(const std::string& path) { return path + ".part"; }

Result<std::vector<Segment>> list_segments(const std::string& path) {
    const fs::path whole{path};
    std::vector<Segment> segments;
    std::error_code error;
    const fs::path directory = whole.parent_path().empty() ? "." : whole.parent_path();
    for (fs::directory_iterator entry{directory, error}, end; !error && entry != end;
         entry.increment(error)) {
        if (const auto number = number_of(entry->path().filename().string(), whole); number > 0) {
            segments.push_back({number, segment_path(path, number)});
        }
    }
    // One that cannot be read is not empty; one that is not there is.
    if (error && error != std::errc::no_such_file_or_directory) {
        return fail(fmt::format("reading the directory {} for the segments of {}: {}",
                                directory.string(), whole.filename().string(), error.message()));
    }
    std::ranges::sort(segments, {}, &Segment::number);
    error.clear();
    const bool is_one_file = fs::exists(whole, error);
    if (error) {
        return fail(fmt::format("looking for {}: {}", path, error.message()));
    }
    if (!is_one_file) {
        return segments;
    }
    if (!segments.empty()) {
        return fail(
            fmt::format("{} and {} are there: the first is a journal of one file, of a version "
                        "before segments. Move away the one that is not the newest",
                        path, segments.front().path));
    }
    return std::vector<Segment>{{1, path}};
}

std::vector<std::uint8_t> encode_head(const SegmentHead& head) {
    std::vector<std::uint8_t> bytes(kSegmentHeaderBytes);
    std::copy(kSegmentHeader.begin(), kSegmentHeader.end(), bytes.begin());
    const std::string_view identity = std::string_view{head.identity}.substr(0, kIdentityBytesMax);
    write_le(std::span{bytes}, 16, kSchemaVersion);
    write_le(std::span{bytes}, 20, head.checkpoint_records);
    write_le(std::span{bytes}, 24, head.number);
    write_le(std::span{bytes}, 32, head.sequence_before);
    write_le(std::span{bytes}, 40, head.previous_bytes);
    write_le(std::span{bytes}, 48, head.previous_checksum);
    write_le(std::span{bytes}, 52, static_cast<std::uint32_t>(identity.size()));
    std::copy(identity.begin(), identity.end(), bytes.begin() + kIdentityAt);
    write_le(std::span{bytes}, kSegmentHeaderBytes - 4,
             crc32c(std::span{bytes}.first(kSegmentHeaderBytes - 4)));
    return bytes;
}

std::vector<std::uint8_t> encode_end(const SegmentHead& next) {
    std::vector<std::uint8_t> record;
    (void)encode_record(RecordKind::SegmentEnded, next.sequence_before + 1, 0,
                        fmt::format(R"({{"next":{}}})", next.number), record);
    return record;
}

Result<Segments> find_segments(const std::string& path) {
    auto listed = list_segments(path);
    if (!listed) {
        return Err<Error>{listed.error()};
    }
    Segments found;
    found.whole = std::move(*listed);
    // A first segment has nothing before it: what is torn of its header is written again.
    if (found.whole.empty() || found.whole.back().number == 1) {
        return found;
    }
    const Segment last = found.whole.back();
    auto problem = problem_of_head(last);
    if (!problem) {
        return Err<Error>{problem.error()};
    }
    if (problem->text.empty()) {
        return found;
    }
    found.whole.pop_back();
    const bool is_one_before = !found.whole.empty() && found.whole.back().number + 1 == last.number;
    if (!problem->is_torn || !is_one_before) {
        return fail(
            fmt::format("{} is damaged ({}), and {}: restore a backup (`sniperforge journal "
                        "restore`), or move the directory's files away and let the wallet's "
                        "history on the chain tell what is held",
                        last.path, problem->text,
                        problem->is_torn ? "the segment before it is not there"
                                         : "was whole once: what is behind the damage is in no "
                                           "segment before it"));
    }
    found.torn.push_back(last);
    found.why = std::move(problem->text);
    return found;
}

std::unexpected<Error> next_is_missing(const std::string& path, const Segments& segments) {
    const std::uint64_t number = segments.whole.back().number;
    const std::string next = segment_path(path, number + 1);
    return fail(fmt::format(
        "{} {}, and {} says that it was whole once: put it back, restore a backup (`sniperforge "
        "journal restore`), or move the directory's files away and let the wallet's history on "
        "the chain tell what is held",
        next, segments.torn.empty() ? "is missing" : "is damaged (" + segments.why + ")",
        name_of(segments.whole.back().path)));
}

}  // namespace sniperforge::journal
