// SPDX-License-Identifier: MIT
#include "app/run_recording.hpp"

#include <fmt/format.h>

#include <utility>

#include "app/build_id.hpp"
#include "app/certificate.hpp"
#include "sniperforge/config/load.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {

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
    return recording::Recording::open(
        {.path = options.record_to,
         .is_threaded = !options.is_virtual_time,
         .free_bytes_min = options.settings.recorder.journal_bytes_max},
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
