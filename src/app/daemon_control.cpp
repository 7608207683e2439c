// SPDX-License-Identifier: MIT
// What the operator has a running daemon do.
#include <fmt/format.h>

#include <thread>

#include "app/commands.hpp"
#include "app/daemon_state.hpp"
#include "app/signals.hpp"
#include "app/system_time.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

// A loop that is busy for so long has more to say than this.
constexpr Duration kPatience = std::chrono::seconds{5};
// A commit is recorder.commit_interval away, and a disk behind it.
constexpr Duration kLook = std::chrono::milliseconds{2};

}  // namespace

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

// A run that is to trade: one that begins by itself to sell, or to buy once, ends by itself.
ManualResult Daemon::State::obey(const engine::OperatorCommand& command) {
    // A round trip waits a while for what a person has to end.
    const bool is_resumed = options.round_trip && command.verb == engine::OperatorVerb::Resume;
    if ((options.is_flattening || options.round_trip) && !is_resumed) {
        return {kExitRefused, "a rescue and a round trip end by themselves; `stop` ends them now"};
    }
    if (!is_running) {
        return {kExitNotReady, "the daemon is starting and has no books yet; try again"};
    }
    if (is_draining || is_ended) {
        return {kExitNotReady, "the run is ending: nothing more is bought or sold"};
    }
    if (is_signer_gone && command.verb == engine::OperatorVerb::Resume) {
        return {
            kExitRefused,
            "the process with the key has ended, so that nothing can be signed: stop the daemon "
            "and start it again"};
    }
    ManualResult result{.answer = pipeline.obey(command)};
    result.write_number = recorder->write_soon();
    if (control) {
        control->publish(status_json());
    }
    judge(command, result);
    return result;
}

// What a person asked for, and what it did not bring about.
void Daemon::State::judge(const engine::OperatorCommand& command, ManualResult& result) {
    const engine::OperatorAnswer& answer = result.answer;
    if (!answer.refused.empty()) {
        result.exit_code = kExitFailed;
        result.problem = answer.refused;
        return;
    }
    if (!answer.is_journalled) {
        return note_unwritten(command, result);
    }
    if (command.verb != engine::OperatorVerb::Resume) {
        return;
    }
    for (const StandingCause& each : answer.standing) {
        const bool is_for_a_person =
            each.cause == StateCause::DrawdownReached ||
            (each.cause == StateCause::BooksDoubted && real && real->reconciler.doubt());
        if (is_for_a_person) {
            result.exit_code = kExitRefused;
            result.problem = fmt::format("no entries all the same: {}: {}; ends with {}",
                                         to_string(each.cause), each.figures, each.ending);
        }
    }
}

std::optional<std::string> Daemon::State::answer_line(std::string_view line) {
    if (line == "reload") {
        return reloader->reload(system_wall_now());
    }
    const auto command = command_of(line);
    if (!command) {
        return std::nullopt;
    }
    if (!*command) {
        return to_json(engine::OperatorCommand{}, ManualResult{kExitUsage, command->error().text});
    }
    auto result = commands->ask(**command);
    if (!result) {
        return to_json(**command, ManualResult{kExitFailed, result.error().text});
    }
    // Whoever is answered may kill us. Of what was refused nothing is written.
    const bool is_done = result->answer.refused.empty();
    for (Duration waited{0}; is_done && !recorder->is_written(result->write_number);
         waited += kLook) {
        if (waited >= kPatience) {
            note_unwritten(**command, *result);
            break;
        }
        std::this_thread::sleep_for(kLook);
    }
    return to_json(**command, *result);
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
    commands.emplace(wake, kPatience);
    auto started = ops::ControlServer::start(
        options.state_dir + "/control.sock",
        {.wake = wake,
         .answer = [this](std::string_view line) { return answer_line(line); },
         .poll =
             [this] {
                 if (take_reload_signal()) {
                     telemetry::info("app", "SIGHUP: {}", reloader->reload(system_wall_now()));
                 }
             },
         .known = ", reload, pause, resume, flatten"});
    if (!started) {
        return Err{started.error()};
    }
    control = std::move(*started);
    install_reload_handler();
    return {};
}

}  // namespace sniperforge::app
