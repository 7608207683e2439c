// SPDX-License-Identifier: MIT
#include "app/reload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/certificate.hpp"
#include "app/commands.hpp"
#include "sniperforge/config/load.hpp"
#include "sniperforge/core/json_text.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] std::string changes_json(const std::vector<config::SettingChange>& changes) {
    std::string json;
    for (const config::SettingChange& change : changes) {
        json += fmt::format(R"({}{{"key":{},"before":{},"after":{},"is_live":{},"is_looser":{}}})",
                            json.empty() ? "" : ",", json_quoted(change.key),
                            json_quoted(change.before), json_quoted(change.after), change.is_live,
                            change.is_looser);
    }
    return fmt::format("[{}]", json);
}

// Of what a file may be wrong in; an answer has an end. Each is short: it shows the beginning of a
// long value.
constexpr std::size_t kProblemsMax = 100;

[[nodiscard]] std::expected<ReloadPlan, ReloadRefused> refuse(
    int exit_code, std::vector<std::string> problems,
    std::vector<config::SettingChange> changes = {}) {
    if (problems.size() > kProblemsMax) {
        const std::size_t more = problems.size() - kProblemsMax;
        problems.resize(kProblemsMax);
        problems.push_back(fmt::format("and {} more", more));
    }
    return std::unexpected{ReloadRefused{exit_code, std::move(problems), std::move(changes)}};
}

}  // namespace

std::expected<ReloadPlan, ReloadRefused> plan_reload(const config::Settings& running,
                                                     const ReloadSource& source, WallTime now) {
    if (source.is_single_job) {
        return refuse(kExitRefused,
                      {"a rescue, a round trip and a trial with limits of its own keep what they "
                       "began with and end by themselves"});
    }
    if (source.path.empty()) {
        return refuse(kExitRefused,
                      {"the run began without a settings file, and has none to read again; start "
                       "it with --config"});
    }
    auto loaded = config::load_file(source.path);
    if (!loaded) {
        return refuse(kExitUsage, loaded.error().problems);
    }
    ReloadPlan plan{std::move(*loaded), {}};
    plan.changes = config::changes_between(running, plan.settings);
    if (auto checked = check_size(plan.changes); !checked) {
        return refuse(kExitRefused, {checked.error().text});
    }
    std::vector<std::string> problems;
    for (const config::SettingChange& change : plan.changes) {
        if (!change.is_live) {
            problems.push_back(
                fmt::format("{}: {} -> {} takes a restart; put it back, or stop the "
                            "daemon and start it with the file",
                            change.key, change.before, change.after));
        }
    }
    if (!problems.empty()) {
        return refuse(kExitRefused, std::move(problems), std::move(plan.changes));
    }
    const auto looser = std::ranges::find(plan.changes, true, &config::SettingChange::is_looser);
    if (source.is_certificate_asked && looser != plan.changes.end()) {
        if (auto checked = check_certificate(source.state_dir, plan.settings, now); !checked) {
            for (const config::SettingChange& change : plan.changes) {
                if (change.is_looser) {
                    problems.push_back(
                        fmt::format("{}: {} -> {} loosens a limit, which takes a "
                                    "drill with these settings first",
                                    change.key, change.before, change.after));
                }
            }
            problems.push_back(checked.error().text);
            return refuse(kExitRefused, std::move(problems), std::move(plan.changes));
        }
    }
    return plan;
}

Result<void> check_size(const std::vector<config::SettingChange>& changes) {
    const std::size_t bytes = engine::body_of(engine::SettingsChanged{"", changes}).size();
    if (bytes > kChangesBytesMax) {
        return fail(fmt::format(
            "{} changes take {} bytes to tell, the most is {}: change fewer at a time, or stop the "
            "daemon and start it with the file",
            changes.size(), bytes, kChangesBytesMax));
    }
    return {};
}

// A recorder that has failed takes what comes and writes none of it.
Result<void> write_down(const ReloadPlan& plan, engine::RecordKeeper& keeper, WallTime at) {
    if (keeper.has_failed() ||
        !keeper.record(engine::SettingsChanged{config_sha256(plan.settings), plan.changes}, at) ||
        keeper.has_failed()) {
        return fail("the journal cannot take the change; `status` says what is wrong with it");
    }
    return {};
}

std::string to_json(const ReloadPlan& plan) {
    return fmt::format(R"({{"ok":true,"exit_code":0,"problems":[],"changes":{}}})",
                       changes_json(plan.changes));
}

std::string to_json(const ReloadRefused& refused) {
    std::string problems;
    for (const std::string& problem : refused.problems) {
        problems += (problems.empty() ? "" : ",") + json_quoted(problem);
    }
    return fmt::format(R"({{"ok":false,"exit_code":{},"problems":[{}],"changes":{}}})",
                       refused.exit_code, problems, changes_json(refused.changes));
}

Reloader::Reloader(config::Settings running, ReloadSource source, std::function<void()> wake,
                   Duration patience)
    : running_{std::move(running)},
      source_{std::move(source)},
      handover_{std::move(wake), patience} {}

std::string Reloader::reload(WallTime now) {
    const auto plan = plan_reload(running_, source_, now);
    if (!plan) {
        return to_json(plan.error());
    }
    if (plan->changes.empty()) {
        return to_json(*plan);
    }
    const auto looked = handover_.ask(*plan);
    if (!looked || !*looked) {
        const Error& error = looked ? looked->error() : looked.error();
        return to_json(ReloadRefused{kExitFailed, {error.text}, plan->changes});
    }
    running_ = plan->settings;
    return to_json(*plan);
}

void Reloader::serve(const Apply& apply) { handover_.serve(apply); }

}  // namespace sniperforge::app
