// SPDX-License-Identifier: MIT
#include "sniperforge/journal/copy.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "journal/file.hpp"

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

}  // namespace

Result<ReadSummary> copy_journal(const std::string& from, const std::string& to) {
    if (std::error_code ignored; std::filesystem::exists(to, ignored)) {
        return fail(
            fmt::format("{} is there already and is not written over; name another "
                        "directory, or move it away",
                        to));
    }
    const auto summary = read_journal(from, [](const Record&) {});
    if (!summary) {
        return Err<Error>{summary.error()};
    }
    if (summary->records == 0) {
        return fail(fmt::format("{} has no record to copy{}{}", from,
                                summary->problem.empty() ? "" : ": ", summary->problem));
    }
    const std::string part = to + ".part";
    const auto source = File::open(from, O_RDONLY);
    if (!source) {
        return Err<Error>{source.error()};
    }
    const auto target = File::open(part, O_WRONLY | O_CREAT | O_TRUNC);
    if (!target) {
        return Err<Error>{target.error()};
    }
    std::error_code error;
    if (auto copied = copy_bytes(*source, *target, summary->bytes_good); !copied) {
        std::filesystem::remove(part, error);
        return Err<Error>{copied.error()};
    }
    std::filesystem::rename(part, to, error);
    if (error) {
        return fail(fmt::format("renaming {} to {}: {}", part, to, error.message()));
    }
    if (auto durable = target->sync_directory(); !durable) {
        return Err<Error>{durable.error()};
    }
    return *summary;
}

}  // namespace sniperforge::journal
