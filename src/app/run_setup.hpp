// SPDX-License-Identifier: MIT
// What the runs of every mode begin with: settings, the state directory, the log, signals.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "app/commands.hpp"
#include "app/daemon.hpp"
#include "app/state_dir.hpp"

namespace sniperforge::app {

// The settings of a file with their secrets resolved, or the defaults of an empty path.
[[nodiscard]] std::expected<config::Settings, NoRun> load_settings(const std::string& path);
// The same of a command that signs on a chain of others. They must have endpoints, a wallet file,
// and a cold address that is one, if any.
[[nodiscard]] std::expected<config::Settings, NoRun> load_signing_settings(const std::string& path);

struct RunSetup {
    DaemonOptions options;  // But for provenance, endpoints and what is the mode's own.
    FileLock state_lock;
    std::unique_ptr<ops::ServiceManager> manager;  // Null: nobody waits to be told.
};
// Takes the state directory: a named one, or the default of the mode.
[[nodiscard]] std::expected<RunSetup, NoRun> set_up_run(const RunArguments& arguments,
                                                        config::Settings settings);
// Whose chain it is, the endpoints say. On mainnet the pools to watch must be named.
[[nodiscard]] std::expected<bool, NoRun> reads_mainnet(const config::Settings& settings);
// The log as the settings say, and SIGINT and SIGTERM as wishes to stop.
[[nodiscard]] std::expected<void, NoRun> start_process(const config::LoggingSettings& logging);

// What a live run is to do.
struct LiveJob {
    bool is_flattening = false;
    std::optional<RoundTripOptions> round_trip{};
    // Of a trial, below those of the settings; zero: as they say.
    MicroUsd trade_max{}, capital_max{};
    engine::OrderWatcher* watcher = nullptr;
};
// What the run is to know of it; its limits are another matter: they come when the settings are
// certified as they are written.
void take_job(const LiveJob& job, DaemonOptions& options);
// Everything that live mode demands, then the run.
[[nodiscard]] std::expected<DaemonResult, NoRun> run_live_job(const RunArguments& arguments,
                                                              const LiveJob& job);

// One per mode.
[[nodiscard]] int run_sim(const RunArguments& arguments);
[[nodiscard]] int run_paper(const RunArguments& arguments);
[[nodiscard]] int run_live(const RunArguments& arguments);

}  // namespace sniperforge::app
