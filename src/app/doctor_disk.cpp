// SPDX-License-Identifier: MIT
// What a state directory takes of the disk: each part with its bound, how fast it grows, when it
// reaches the bound and what then. docs/operations.md has the same as a table.
#include "app/doctor_disk.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

#include "app/doctor.hpp"
#include "app/journal_problem.hpp"
#include "app/kept_aside.hpp"
#include "app/state_dir.hpp"
#include "sniperforge/analytics/store_retention.hpp"
#include "sniperforge/core/utc_text.hpp"
#include "sniperforge/journal/journal.hpp"

namespace sniperforge::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDiskSubject = "machine";
// The ring (512 KiB), SQLite's -wal (4 MiB), a segment of the journal that is being begun (16 MiB)
// and creators.sfc with the next one beside it (24 MiB), with room for a log.
constexpr std::uint64_t kBesides = 64ULL << 20U;
// Over less time the growth of the journal is no rate.
constexpr Duration kRateSpanMin = std::chrono::hours{1};
constexpr Duration kDay = std::chrono::hours{24};

[[nodiscard]] std::string mib(std::uint64_t bytes) {
    return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1U << 20U));
}

[[nodiscard]] std::string or_null(const std::optional<std::uint64_t>& value) {
    return value ? fmt::format("{}", *value) : std::string{"null"};
}

[[nodiscard]] std::string forecast(const DiskPart& part) {
    const auto days = part.days_left();
    if (part.left() == 0) {
        return "the limit is reached";
    }
    return days ? fmt::format("{} a day, so the limit is reached in {} days", mib(part.bytes_a_day),
                              *days)
                : "too little is there to tell how fast it grows";
}

// `more` begins with a comma.
[[nodiscard]] std::string json(const DiskPart& part, std::string_view more) {
    return fmt::format(
        R"({{"bytes":{},"bytes_max":{},"bytes_a_day":{},"days_left":{}{}}})", part.bytes,
        part.bytes_max,
        or_null(part.bytes_a_day == 0 ? std::nullopt : std::optional{part.bytes_a_day}),
        or_null(part.days_left()), more);
}

[[nodiscard]] DiskPart check_journal(const config::RecorderSettings& settings,
                                     const std::string& state_dir, Findings& findings) {
    DiskPart part{.bytes_max = settings.journal_bytes_max};
    const auto names = journal::files_of(state_dir + "/journal.sfj");
    std::uint64_t first_bytes = 0;
    fs::file_time_type first{}, last{};
    for (const std::string& name : names) {
        std::error_code error;
        const fs::path path = fs::path{state_dir} / name;
        const std::uint64_t bytes = fs::file_size(path, error);
        const auto at = error ? fs::file_time_type{} : fs::last_write_time(path, error);
        if (error) {
            continue;  // Deleted meanwhile by a daemon that runs.
        }
        if (part.bytes == 0) {
            first = at;
            first_bytes = bytes;
        }
        part.bytes += bytes;
        last = at;
    }
    const auto span = std::chrono::duration_cast<Duration>(last - first);
    if (span >= kRateSpanMin) {
        part.bytes_a_day = static_cast<std::uint64_t>(
            static_cast<double>(part.bytes - first_bytes) * static_cast<double>(kDay.count()) /
            static_cast<double>(span.count()));
    }
    findings.add({Verdict::Ok, kDiskSubject, "journal",
                  fmt::format("{} in {} segments, recorder.journal_bytes_max {}, "
                              "recorder.segments_max {}; {}; then the oldest segments go",
                              mib(part.bytes), names.size(), mib(part.bytes_max),
                              settings.segments_max, forecast(part)),
                  "", json(part, fmt::format(R"(,"segments":{})", names.size()))});
    return part;
}

// A start tells of damage by what it does about it; whoever asks before it starts is told, too.
void check_records(const std::string& state_dir, Findings& findings) {
    if (!journal::has_journal(state_dir + "/journal.sfj")) {
        return;
    }
    const auto facts = verify_journal(state_dir);
    if (!facts) {
        return findings.add(
            {Verdict::Fail, kDiskSubject, "records", facts.error().text,
             "no daemon starts on it: see that its files are ours and may be read"});
    }
    const journal::ReadSummary& summary = facts->summary;
    const auto problem = journal_problem(*facts, state_dir);
    if (!problem) {
        return findings.add({Verdict::Ok, kDiskSubject, "records",
                             fmt::format("{} of the journal are whole", summary.records), ""});
    }
    // What a kill leaves: the last record and one slot of the ring, which the next start mends.
    // Under a daemon the same is being written, and the ring is ahead of the journal.
    const bool is_end_alone = facts->records_missing.empty() && !facts->is_before_newest &&
                              !facts->is_misreckoned && summary.bytes_bad_sound == 0 &&
                              facts->ring_slots_damaged <= 1;
    const bool is_mended =
        is_end_alone && (!facts->is_gap_found || FileLock::is_held(state_dir + "/lock"));
    findings.add({is_mended ? Verdict::Warn : Verdict::Fail, kDiskSubject, "records", *problem,
                  is_mended ? "nothing, where a process was killed or a daemon writes right now; "
                              "`sniperforge journal verify` looks again"
                            : "copy the directory before the next start; `sniperforge journal "
                              "verify` looks again"});
}

[[nodiscard]] DiskPart check_store(const config::RecorderSettings& settings,
                                   const std::string& state_dir, Findings& findings) {
    DiskPart part{.bytes_max = settings.trades_bytes_max};
    const std::string path = state_dir + "/trades.sqlite";
    if (std::error_code error; !fs::exists(path, error)) {
        return part;
    }
    const auto use = analytics::use_of_store(path);
    if (!use) {
        findings.add({Verdict::Warn, kDiskSubject, "trade store", use.error().text,
                      "if it is damaged the next start sets it aside and makes it again from the "
                      "journal; if another program has it, ask again when that has ended"});
        return part;
    }
    part.bytes = use->file;
    part.bytes_a_day = use->bytes_a_day;
    const std::string found = fmt::format(
        "{}, {} of them used by {} orders{}, recorder.trades_bytes_max {}, recorder.trades_days "
        "{}; {}",
        mib(use->file), mib(use->used), use->orders,
        use->orders == 0 ? "" : " since " + utc_text(use->first), mib(part.bytes_max),
        settings.trades_days, forecast(part));
    const std::string details =
        json(part, fmt::format(R"(,"bytes_used":{},"orders":{})", use->used, use->orders));
    if (use->used > part.bytes_max) {
        findings.add({Verdict::Warn, kDiskSubject, "trade store", found,
                      "a daemon that runs for some minutes deletes what may go; where that is not "
                      "enough raise recorder.trades_bytes_max, or copy the file away and lower "
                      "recorder.trades_days",
                      details});
        return part;
    }
    findings.add({Verdict::Ok, kDiskSubject, "trade store", found, "", details});
    return part;
}

[[nodiscard]] DiskPart check_kept(const config::RecorderSettings& settings,
                                  const std::string& state_dir, Findings& findings) {
    const KeptAside kept = kept_aside_in(state_dir);
    const DiskPart part{.bytes = kept.bytes, .bytes_max = settings.aside_bytes_max};
    if (kept.items.empty()) {
        return part;
    }
    std::string names;
    for (const Aside& item : kept.items) {
        names += fmt::format("{}{} ({} bytes)", names.empty() ? "" : ", ", item.name, item.bytes);
    }
    findings.add(
        {Verdict::Warn, kDiskSubject, "kept aside",
         fmt::format("{} bytes in {} that starts have put aside, recorder.aside_bytes_max {}: {}",
                     kept.bytes, state_dir,
                     kept.bytes > part.bytes_max ? fmt::format("{} is passed", part.bytes_max)
                                                 : fmt::format("{}", part.bytes_max),
                     names),
         "nothing reads them any more: once you have looked at them, move or delete them. A start "
         "deletes the oldest above the limit, but not the newest of a kind, or books and trade "
         "stores that may be of live mode",
         json(part, fmt::format(R"(,"items":{})", kept.items.size()))});
    return part;
}

}  // namespace

std::string existing_above(const std::string& path) {
    std::error_code error;
    fs::path at = fs::absolute(path, error);
    while (!fs::exists(at, error) && at.has_relative_path()) {
        at = at.parent_path();
    }
    return at.string();
}

Finding judge_room(const DiskRoom& room) {
    // What the budgets may take yet, beyond what is there.
    const std::uint64_t trading = room.journal.left() + kBesides;
    const std::uint64_t all = trading + room.store.left() + room.kept.left();
    const std::uint64_t growth = room.journal.bytes_a_day + room.store.bytes_a_day;
    const auto days =
        growth == 0 || room.free >= all ? std::nullopt : std::optional{room.free / growth};
    Finding finding{
        .verdict = Verdict::Ok,
        .subject = kDiskSubject,
        .check = "disk",
        .found = fmt::format("{} free at {}; may be taken yet: {} by the journal and {} beside it, "
                             "{} by the trade store, {} by what is put aside",
                             mib(room.free), room.directory, mib(room.journal.left()),
                             mib(kBesides), mib(room.store.left()), mib(room.kept.left())),
        .details = fmt::format(R"({{"bytes_free":{},"bytes_wanted_journal":{},"bytes_wanted":{},)"
                               R"("days_left":{}}})",
                               room.free, trading, all, or_null(days))};
    const std::string when =
        days ? fmt::format("at {} a day it is full in {} days: ", mib(growth), *days) : "";
    if (room.free < trading) {
        finding.verdict = Verdict::Fail;
        finding.advice = fmt::format(
            "{}make room for {}, or lower recorder.journal_bytes_max: a "
            "full disk ends every entry",
            when, mib(trading - room.free));
    } else if (room.free < all) {
        finding.verdict = Verdict::Warn;
        finding.advice = fmt::format(
            "{}make room for {}, or lower recorder.trades_bytes_max or "
            "recorder.aside_bytes_max",
            when, mib(all - room.free));
    }
    return finding;
}

void check_disk(const config::Settings& settings, const std::string& state_dir,
                Findings& findings) {
    DiskRoom room{.directory = existing_above(state_dir)};
    room.journal = check_journal(settings.recorder, state_dir, findings);
    check_records(state_dir, findings);
    room.store = check_store(settings.recorder, state_dir, findings);
    room.kept = check_kept(settings.recorder, state_dir, findings);
    struct statvfs space{};
    if (::statvfs(room.directory.c_str(), &space) != 0) {
        return findings.add(
            {Verdict::Fail, kDiskSubject, "disk",
             fmt::format("asking {} for its space: {}", room.directory, std::strerror(errno)),
             "name a directory that you may read with --state-dir"});
    }
    room.free = static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize;
    findings.add(judge_room(room));
}

}  // namespace sniperforge::app
