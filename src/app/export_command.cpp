// SPDX-License-Identifier: MIT
// `export`: the lots of a state directory's runs as CSV or JSON.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "app/commands.hpp"
#include "app/lot_export.hpp"
#include "app/moment.hpp"
#include "app/operator_line.hpp"
#include "app/state_dir.hpp"
#include "app/state_records.hpp"
#include "app/system_time.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] Result<ExportPeriod> period_of(const ExportArguments& arguments, WallTime now) {
    ExportPeriod period;
    for (const auto& [text, moment] :
         {std::pair{&arguments.since, &period.since}, std::pair{&arguments.until, &period.until}}) {
        if (text->empty()) {
            continue;
        }
        const auto parsed = parse_moment(*text, now);
        if (!parsed) {
            return Err{parsed.error()};
        }
        *moment = *parsed;
    }
    if (period.since && period.until && *period.until <= *period.since) {
        return fail(fmt::format("--until {} is not behind --since {}; give a later one",
                                arguments.until, arguments.since));
    }
    return period;
}

[[nodiscard]] std::unexpected<Error> unwritten(const std::string& path) {
    return fail(
        fmt::format("writing {}: {}; name a file with --output in a directory that can be "
                    "written, with room on its disk",
                    path, std::strerror(errno)));
}

// Beside it, synced, and then by its name: it is there whole or as it was before.
[[nodiscard]] Result<void> write_atomically(const std::string& path, std::string_view content) {
    const std::string beside = path + ".part";
    const int file =
        ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (file < 0) {
        return unwritten(beside);
    }
    bool is_written = true;
    while (is_written && !content.empty()) {
        const ssize_t wrote = ::write(file, content.data(), content.size());
        is_written = wrote > 0 || (wrote < 0 && errno == EINTR);
        content.remove_prefix(wrote > 0 ? static_cast<std::size_t>(wrote) : 0);
    }
    is_written = is_written && ::fsync(file) == 0;
    const int failure = errno;
    is_written = ::close(file) == 0 && is_written;
    if (!is_written || std::rename(beside.c_str(), path.c_str()) != 0) {
        errno = is_written ? errno : failure;
        auto error = unwritten(path);
        (void)::unlink(beside.c_str());
        return error;
    }
    return {};
}

// With --output nothing else is on standard output; without it, nothing but the export.
void tell_what_lacks(const StateRecords& records) {
    if (records.lots.records_gone > 0) {
        tell_operator(fmt::format(
            "warning: {} records are in segments of the journal that were deleted "
            "(recorder.segments_max): what was sold then is in no row, and of lots that were "
            "bought then the fees are not known",
            records.lots.records_gone));
    }
}

}  // namespace

int export_command(const ExportArguments& arguments) {
    const auto directory = state_dir_of(arguments.state_dir, arguments.mode);
    if (!directory) {
        return fail_with(kExitUsage, directory.error().text);
    }
    const auto period = period_of(arguments, system_wall_now());
    if (!period) {
        return fail_with(kExitUsage, fmt::format("export: {}", period.error().text));
    }
    const auto records = read_state_records(*directory);
    if (!records) {
        return fail_with(kExitFailed, records.error().text);
    }
    if (!records->has_journal) {
        return fail_with(kExitNotReady,
                         fmt::format("no journal is in {}; start a run with `sniperforge run`, or "
                                     "name its directory with --state-dir",
                                     *directory));
    }
    if (!records->lots.problem.empty()) {
        return fail_with(kExitFailed,
                         fmt::format("the journal in {} is damaged, and an export of it would lack "
                                     "rows: {}; `sniperforge journal verify` says what can be done",
                                     *directory, records->lots.problem));
    }
    const std::string content = arguments.format == "csv" ? lots_csv(*records, *period)
                                                          : lots_json(*records, *period) + "\n";
    tell_what_lacks(*records);
    if (!arguments.output.empty()) {
        const auto written = write_atomically(arguments.output, content);
        return written ? kExitOk : fail_with(kExitFailed, written.error().text);
    }
    const bool is_out = std::fwrite(content.data(), 1, content.size(), stdout) == content.size() &&
                        std::fflush(stdout) == 0;
    return is_out ? kExitOk
                  : fail_with(kExitFailed,
                              fmt::format("writing to standard output: {}", std::strerror(errno)));
}

}  // namespace sniperforge::app
