// SPDX-License-Identifier: MIT
// What the operator has a running daemon do.
#include <fmt/format.h>

#include <thread>
#include <utility>

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
    feed.settings_changed(options.settings.feed);
    pipeline.settings_changed();
    for (const config::SettingChange& change : plan.changes) {
        telemetry::info("app", "reloaded {}: {} -> {}{}", change.key, change.before, change.after,
                        change.is_looser ? ", which loosens a limit" : "");
    }
    return {};
}

void Daemon::State::serve_commands(MonoTime now) {
    const auto is_answer_due = [this] { return resuming && resuming->answered; };
    if (const auto* order = commands && !is_answer_due() ? commands->take() : nullptr) {
        obey(*order, [this](const ManualResult& result) { commands->answer(result); });
    }
    if (options.next_command && !is_answer_due()) {
        if (const auto order = options.next_command()) {
            obey(*order, options.on_obeyed);
        }
    }
    advance_resume(now);
}

// A run that is to trade: one that begins by itself to sell, or to buy once, ends by itself.
std::optional<ManualResult> Daemon::State::refusal_of(
    const engine::OperatorCommand& command) const {
    // A round trip waits a while for what a person has to end.
    const bool is_resumed = options.round_trip && command.verb == engine::OperatorVerb::Resume;
    if ((options.is_flattening || options.round_trip) && !is_resumed) {
        return ManualResult{kExitRefused,
                            "a rescue and a round trip end by themselves; `stop` ends them now"};
    }
    if (!is_running) {
        return ManualResult{kExitNotReady,
                            "the daemon is starting and has no books yet; try again"};
    }
    if (is_draining || is_ended) {
        return ManualResult{kExitNotReady, "the run is ending: nothing more is bought or sold"};
    }
    if (is_signer_gone && command.verb == engine::OperatorVerb::Resume) {
        return ManualResult{
            kExitRefused,
            "the process with the key has ended, so that nothing can be signed: stop the daemon "
            "and start it again"};
    }
    return std::nullopt;
}

// To buy less is done at once, and written down then; to buy again only once it is on the disk.
void Daemon::State::obey(const engine::OperatorCommand& command, const Answered& answered) {
    if (const auto refusal = refusal_of(command)) {
        return answered(*refusal);
    }
    if (command.verb == engine::OperatorVerb::Resume) {
        return begin_resume(command, answered);
    }
    ManualResult result{.answer = pipeline.obey(command)};
    result.write_number = recorder->write_soon();
    publish();
    if (command.verb == engine::OperatorVerb::Flatten) {
        judge_flattened(result);
    }
    if (!result.answer.is_journalled) {
        note_unwritten(command, result);
    }
    answered(result);
}

void Daemon::State::begin_resume(const engine::OperatorCommand& command, const Answered& answered) {
    const auto prepared = pipeline.prepare_resume(command);
    // Of what the journal did take it is the last word, also where it did not take all.
    resuming = Resuming{.command = command,
                        .write_number = recorder->write_soon(),
                        .since = reactor.now(),
                        .answered = answered};
    if (!prepared) {
        answer_resume({kExitFailed, prepared.error().text});
        if (!pipeline.is_resuming()) {
            resuming.reset();  // Nothing of it is on its way, to be let go of later.
        }
    }
}

void Daemon::State::advance_resume(MonoTime now) {
    if (!resuming) {
        return;
    }
    if (!pipeline.is_resuming() || recorder->is_written(resuming->write_number)) {
        ManualResult result{.answer = pipeline.let_go()};
        judge_resumed(result);
        answer_resume(std::move(result));
        resuming.reset();
    } else if (recorder->has_failed()) {
        answer_resume(
            {kExitFailed,
             "it is not done: the disk did not take its record, and what stood stands; "
             "whether a part of it got there the next start says: look at `status` then"});
        resuming.reset();
    } else if (now - resuming->since >= kPatience) {
        ManualResult result;
        note_unwritten(resuming->command, result);
        answer_resume(std::move(result));
    }
}

// Once: what comes of it later `status` tells.
void Daemon::State::answer_resume(ManualResult result) {
    result.write_number = resuming->write_number;
    if (result.exit_code == kExitFailed) {
        result.answer.refused = result.problem;
        result.answer.before = result.answer.after = pipeline.state();
        result.answer.is_journalled = false;
        result.answer.standing = pipeline.standing();
    }
    publish();
    if (const auto answered = std::exchange(resuming->answered, {})) {
        answered(result);
    }
}

void Daemon::State::abandon_resume() {
    if (resuming && resuming->answered) {
        resuming->answered({kExitNotReady,
                            "the run ended before the disk had taken it: the next start says "
                            "whether it stands; look at `status` then"});
    }
    resuming.reset();
}

// Control thread.
std::string Daemon::State::reload() {
    if (options.manager != nullptr) {
        options.manager->tell_reloading();
    }
    std::string answer = reloader->reload(system_wall_now());
    if (options.manager != nullptr) {
        options.manager->tell_reloaded();
    }
    return answer;
}

std::optional<std::string> Daemon::State::answer_line(std::string_view line) {
    if (line == "reload") {
        return reload();
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
    // Whoever is answered may kill us. What a `resume` wrote was waited for before it was done.
    const bool is_written_later = (*command)->verb != engine::OperatorVerb::Resume;
    for (Duration waited{0}; is_written_later && !recorder->is_written(result->write_number);
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
                     telemetry::info("app", "SIGHUP: {}", reload());
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

Result<void> Daemon::State::start_admin() {
    if (options.settings.ops.listen.empty()) {
        return {};
    }
    auto started = Admin::start(options.settings.ops, options.state_dir, reactor.wall_now());
    if (!started) {
        return Err{started.error()};
    }
    admin = std::move(*started);
    timeline.emplace(reactor, options.watcher);
    pipeline.watch_orders(*timeline);
    return {};
}

}  // namespace sniperforge::app
