// SPDX-License-Identifier: MIT
#include "sniperforge/journal/copy.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "journal/chain.hpp"

namespace sniperforge::journal {
namespace {

constexpr std::size_t kCopyBlockBytes = std::size_t{64} << 10U;

[[nodiscard]] Result<void> copy_bytes(const File& from, const File& to, std::uint64_t bytes) {
    std::vector<std::uint8_t> block(kCopyBlockBytes);
    for (std::uint64_t done = 0; done < bytes;) {
        const auto wanted =
            static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), bytes - done));
        const auto got = from.read_at(done, std::span{block}.first(wanted));
        if (!got) {
            return Err<Error>{got.error()};
        }
        if (*got == 0) {
            return fail(fmt::format("{} became shorter than {} bytes while it was copied",
                                    from.path(), bytes));
        }
        if (auto written = to.write_at(done, std::span{block}.first(*got)); !written.result) {
            return written.result;
        }
        done += *got;
    }
    return to.sync_data();
}

// How much of the newest segment is copied: its good records, and nothing that says that there is
// another one.
[[nodiscard]] Result<std::uint64_t> bytes_of_newest(const File& file) {
    Scanner scanner{file};
    if (auto begun = scanner.begin(); !begun) {
        return Err<Error>{begun.error()};
    }
    std::uint64_t bytes = scanner.bytes_good();
    const auto read = scanner.read_on([&](const Record& record) {
        if (record.kind == RecordKind::SegmentEnded) {
            return false;
        }
        bytes = scanner.bytes_good();
        return true;
    });
    if (!read) {
        return Err<Error>{read.error()};
    }
    return bytes;
}

struct Copied {
    File source, target;
    std::string path;  // That it gets when all of them are written.
    std::uint64_t bytes = 0;
};

// Opened before anything is read: what the writer deletes meanwhile is still there.
[[nodiscard]] Result<std::vector<Copied>> open_all(const std::string& from, const std::string& to,
                                                   std::uint64_t first) {
    auto found = find_segments(from);
    if (!found) {
        return Err<Error>{found.error()};
    }
    std::erase_if(found->whole, [&](const Segment& segment) { return segment.number < first; });
    std::vector<Copied> copies;
    for (std::size_t i = 0; i < found->whole.size(); ++i) {
        const Segment& segment = found->whole[i];
        std::error_code ignored;
        auto source = File::open(segment.path, O_RDONLY);
        if (!source && copies.empty() && i + 1 < found->whole.size() &&
            !std::filesystem::exists(segment.path, ignored)) {
            continue;
        }
        if (!source) {
            return Err<Error>{source.error()};
        }
        const auto bytes = i + 1 == found->whole.size() ? bytes_of_newest(*source) : source->size();
        if (!bytes) {
            return Err<Error>{bytes.error()};
        }
        copies.push_back({std::move(*source), File{}, segment_path(to, segment.number), *bytes});
    }
    return copies;
}

[[nodiscard]] Result<void> write_all(std::vector<Copied>& copies) {
    for (Copied& copy : copies) {
        auto target = File::open(part_path(copy.path), O_WRONLY | O_CREAT | O_TRUNC);
        if (!target) {
            return Err<Error>{target.error()};
        }
        copy.target = std::move(*target);
        if (auto copied = copy_bytes(copy.source, copy.target, copy.bytes); !copied) {
            return copied;
        }
    }
    // The newest first: it stands for itself, the others do not.
    for (auto copy = copies.rbegin(); copy != copies.rend(); ++copy) {
        if (auto named = copy->target.rename(copy->path); !named) {
            return named;
        }
    }
    return copies.front().target.sync_directory();
}

}  // namespace

Result<SoundRun> sound_run(const std::string& path) {
    SoundRun run;
    for (std::uint64_t first = 1; true;) {
        const auto read = read_chain(path, first, [](const Record&) {});
        if (!read) {
            return Err<Error>{read.error()};
        }
        const ReadSummary& summary = read->summary;
        if (summary.problem.empty()) {
            run.first = first;
            return run;
        }
        const auto listed = list_segments(path);
        if (!listed) {
            return Err<Error>{listed.error()};
        }
        // One that does not fit the one before it may be sound itself.
        const std::uint64_t next = summary.segments == 0 || read->stopped_at == first
                                       ? read->stopped_at + 1
                                       : read->stopped_at;
        if (summary.bytes_bad > 0 || listed->empty() || next > listed->back().number) {
            return fail(summary.problem);
        }
        if (run.left_out.find(summary.problem) == std::string::npos) {
            run.left_out += (run.left_out.empty() ? "" : "; ") + summary.problem;
        }
        first = next;
    }
}

Result<ReadSummary> copy_journal(const std::string& from, const std::string& to,
                                 std::uint64_t first) {
    if (has_journal(to)) {
        return fail(
            fmt::format("{} is there already and is not written over; name another "
                        "directory, or move it away",
                        newest_file(to)));
    }
    const auto read = read_chain(from, first, [](const Record&) {});
    if (!read) {
        return Err<Error>{read.error()};
    }
    const ReadSummary& summary = read->summary;
    // Behind damage in front of the newest segment there are records all the same.
    const bool is_more_behind =
        !summary.problem.empty() && summary.bytes_bad == 0 && files_of(from).size() > 1;
    if (summary.records == 0 && !is_more_behind) {
        return fail(fmt::format("{} has no record to copy{}{}", from,
                                summary.problem.empty() ? "" : ": ", summary.problem));
    }
    auto copies = open_all(from, to, first);
    if (!copies) {
        return Err<Error>{copies.error()};
    }
    if (auto written = write_all(*copies); !written) {
        for (const Copied& copy : *copies) {
            std::error_code ignored;
            std::filesystem::remove(part_path(copy.path), ignored);
            std::filesystem::remove(copy.path, ignored);
        }
        return Err<Error>{written.error()};
    }
    return summary;
}

Result<void> rename_journal(const std::string& from, const std::string& to) {
    const auto found = find_segments(from);
    if (!found) {
        return Err<Error>{found.error()};
    }
    for (auto segment = found->whole.rbegin(); segment != found->whole.rend(); ++segment) {
        auto file = File::open(segment->path, O_RDONLY);
        if (!file) {
            return Err<Error>{file.error()};
        }
        if (auto named = file->rename(segment_path(to, segment->number)); !named) {
            return named;
        }
        if (auto durable = file->sync_directory(); !durable) {
            return durable;
        }
    }
    return {};
}

}  // namespace sniperforge::journal
