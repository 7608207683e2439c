// SPDX-License-Identifier: MIT
// Reloading: the control thread reads the settings file again and holds it against what runs, the
// loop takes over what may change while it runs. All of a file, or nothing of it (docs/reload.md).
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "app/handover.hpp"
#include "sniperforge/config/reload.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/engine/records.hpp"

namespace sniperforge::app {

struct ReloadSource {
    std::string path;  // Of the settings; empty: the run began without a file.
    std::string state_dir;
    bool is_certificate_asked = false;  // What loosens a limit must have been drilled.
    bool is_single_job = false;         // It ends by itself (daemon.hpp).
};

// What the loop is to go on with.
struct ReloadPlan {
    config::Settings settings;
    std::vector<config::SettingChange> changes;  // All of them live; none: nothing changed.
};
struct ReloadRefused {
    int exit_code = 0;
    std::vector<std::string> problems;           // Every one that was found.
    std::vector<config::SettingChange> changes;  // What the file says, as far as it was read.
};

[[nodiscard]] std::expected<ReloadPlan, ReloadRefused> plan_reload(const config::Settings& running,
                                                                   const ReloadSource& source,
                                                                   WallTime now);

// What changed is told in so many bytes, as the journal has it: a quarter of the longest record,
// so that an answer that names all of it twice fits a client's line of 1 MiB.
inline constexpr std::size_t kChangesBytesMax = std::size_t{1} << 18U;
[[nodiscard]] Result<void> check_size(const std::vector<config::SettingChange>& changes);

// Loop thread: an error, and nothing may be changed, unless a recorder that has not failed took it.
[[nodiscard]] Result<void> write_down(const ReloadPlan& plan, engine::RecordKeeper& keeper,
                                      WallTime at);

// One line of JSON.
[[nodiscard]] std::string to_json(const ReloadPlan& plan);
[[nodiscard]] std::string to_json(const ReloadRefused& refused);

class Reloader {
 public:
    // `wake` must only post. The loop is given so long to take a plan.
    Reloader(config::Settings running, ReloadSource source, std::function<void()> wake,
             Duration patience = std::chrono::seconds{5});

    // Control thread. Waits for the loop. What became of it, as JSON.
    [[nodiscard]] std::string reload(WallTime now);
    // Loop thread: has `apply` take over a plan that waits, if one does; an error: nothing was
    // changed. Does not wait.
    using Apply = std::function<Result<void>(const ReloadPlan&)>;
    void serve(const Apply& apply);

 private:
    config::Settings running_;  // Control thread's, like this:
    ReloadSource source_;
    Handover<ReloadPlan, Result<void>> handover_;
};

}  // namespace sniperforge::app
