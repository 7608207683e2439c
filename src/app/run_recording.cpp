// SPDX-License-Identifier: MIT
#include "app/run_recording.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <utility>

#include "app/build_id.hpp"
#include "app/certificate.hpp"
#include "sniperforge/config/load.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

namespace fs = std::filesystem;

// Where the recording's disk is the journal's, that keeps what its limit may still take.
[[nodiscard]] std::uint64_t left_to_journal(const DaemonOptions& options) {
    const fs::path file{options.record_to};
    struct stat recorded{}, state{};
    const fs::path directory = file.has_parent_path() ? file.parent_path() : fs::path{"."};
    const bool is_elsewhere = ::stat(directory.c_str(), &recorded) == 0 &&
                              ::stat(options.state_dir.c_str(), &state) == 0 &&
                              recorded.st_dev != state.st_dev;
    return is_elsewhere ? 0 : options.settings.recorder.journal_bytes_max;
}

// Asked before an earlier file of that name is overwritten. What cannot be asked fails when it is
// written.
[[nodiscard]] std::optional<std::uint64_t> room_for(const std::string& path) {
    std::error_code error;
    const fs::path directory =
        fs::path{path}.has_parent_path() ? fs::path{path}.parent_path() : ".";
    const fs::space_info space = fs::space(directory, error);
    return error ? std::nullopt : std::optional{static_cast<std::uint64_t>(space.available)};
}

}  // namespace

Result<std::unique_ptr<recording::Recording>> open_recording(net::Reactor& reactor,
                                                             const Pubkey& wallet,
                                                             const DaemonOptions& options) {
    if (options.record_to.empty()) {
        return nullptr;
    }
    // It flattens from inside what the pipeline tells it: a tap would take that for the pipeline's.
    if (options.round_trip) {
        return fail("a round trip is not recorded: it shows each of its steps by itself");
    }
    std::string settings = recording::settings_text(options.settings);
    if (const auto again = config::load_text(settings, "settings"); !again) {
        return fail(
            fmt::format("the run is not recorded to {}: its settings could not be read back "
                        "from there:\n{}",
                        options.record_to, again.error().text()));
    }
    const std::uint64_t reserve = left_to_journal(options);
    if (const auto room = room_for(options.record_to); room && *room < reserve) {
        // As where it gets full later. Whoever holds positions must not be kept from a start.
        telemetry::error("recording",
                         "nothing is recorded to {}: its disk has {} bytes free, and {} are left "
                         "to the journal (recorder.journal_bytes_max); make room, or record to "
                         "another disk. The run goes on",
                         options.record_to, *room, reserve);
        return nullptr;
    }
    return recording::Recording::open({.path = options.record_to,
                                       .is_threaded = !options.is_virtual_time,
                                       .free_bytes_min = reserve},
                                      {.build_id = build_id(),
                                       .config_sha256 = config_sha256(options.settings),
                                       .settings = std::move(settings),
                                       .provenance = options.provenance,
                                       .wallet = wallet,
                                       .scenario = options.scenario,
                                       .seed = options.seed,
                                       .is_virtual_time = options.is_virtual_time,
                                       .begun = reactor.now(),
                                       .begun_wall = reactor.wall_now()},
                                      reactor);
}

void close_recording(recording::Recording* recording, const std::string& journal_sha256) {
    if (recording == nullptr) {
        return;
    }
    const auto totals = recording->close(journal_sha256);
    if (!totals) {
        telemetry::error("recording", "{}; what is in the file can be replayed up to there",
                         totals.error().text);
    } else if (!totals->is_whole()) {
        telemetry::error("recording",
                         "{} records were not written: the recording ends before them, and says so",
                         totals->records_lost);
    } else {
        telemetry::info("recording", "{} records", totals->records);
    }
}

}  // namespace sniperforge::app
