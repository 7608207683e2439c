// SPDX-License-Identifier: MIT
// What the operator has a running daemon do.
#include "app/daemon_state.hpp"
#include "app/signals.hpp"
#include "app/system_time.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {

Result<void> Daemon::State::take_over(const ReloadPlan& plan) {
    if (is_draining || is_ended) {
        return fail("the run is ending");
    }
    // First: what is not written down is not done.
    if (auto written = write_down(plan, records, reactor.wall_now()); !written) {
        return written;
    }
    config::take_live(plan.settings, options.settings);
    pipeline.settings_changed();
    for (const config::SettingChange& change : plan.changes) {
        telemetry::info("app", "reloaded {}: {} -> {}{}", change.key, change.before, change.after,
                        change.is_looser ? ", which loosens a limit" : "");
    }
    return {};
}

Result<void> Daemon::State::start_control() {
    // The control thread only wakes the loop; the tick takes what is queued.
    const auto wake = [this] { reactor.post([] {}); };
    reloader.emplace(options.settings_loaded,
                     ReloadSource{.path = options.config_path,
                                  .state_dir = options.state_dir,
                                  .is_certificate_asked = options.is_certificate_asked,
                                  .is_single_job = options.is_single_job()},
                     wake);
    auto started = ops::ControlServer::start(
        options.state_dir + "/control.sock",
        {.wake = wake,
         .answer = [this](std::string_view command) -> std::optional<std::string> {
             return command == "reload" ? std::optional{reloader->reload(system_wall_now())}
                                        : std::nullopt;
         },
         .poll =
             [this] {
                 if (take_reload_signal()) {
                     telemetry::info("app", "SIGHUP: {}", reloader->reload(system_wall_now()));
                 }
             },
         .known = ", reload"});
    if (!started) {
        return Err{started.error()};
    }
    control = std::move(*started);
    install_reload_handler();
    return {};
}

}  // namespace sniperforge::app
