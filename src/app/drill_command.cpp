// SPDX-License-Identifier: MIT
// `drill`: seeded outages against the whole daemon under virtual time, and the certificate that
// live mode asks for.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include "app/build_id.hpp"
#include "app/certificate.hpp"
#include "app/commands.hpp"
#include "app/drill_names.hpp"
#include "app/drill_run.hpp"
#include "app/drill_tally.hpp"
#include "app/drill_venues.hpp"
#include "app/json_fields.hpp"
#include "app/signals.hpp"
#include "app/state_dir.hpp"
#include "sniperforge/config/load.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] Result<Certificate> certificate_of(const DrillArguments& arguments,
                                                 const config::Settings& settings,
                                                 const DrillTally& tally) {
    const auto executable = executable_sha256();
    if (!executable) {
        return Err{executable.error()};
    }
    Certificate certificate;
    certificate.build_id = build_id();
    certificate.executable_sha256 = *executable;
    certificate.config_sha256 = config_sha256(settings);
    const std::int64_t now_s = net::make_asio_reactor()->wall_now().seconds();
    certificate.created = WallTime{now_s * 1'000'000'000};
    certificate.seed_first = arguments.seed;
    certificate.seeds = tally.runs;
    certificate.violations = tally.violations;
    certificate.steps = tally.steps;
    certificate.orders = tally.orders;
    certificate.landed = tally.landed;
    certificate.faults = {tally.activity.faults.begin(), tally.activity.faults.end()};
    FaultsUndone undone = faults_undone(tally.activity);
    for (const FaultDemand& demand : undone.missing) {
        certificate.faults_missing.emplace_back(demand.kind);
    }
    certificate.faults_not_drilled = std::move(undone.not_drilled);
    certificate.faults_not_drilled.merge(faults_beyond_drills(settings));
    if (std::string reason = tally.reason_idle(); !reason.empty()) {
        certificate.faults_not_drilled.emplace("purchase_after_a_death", std::move(reason));
    }
    for (const auto& [name, scenario] : tally.scenarios) {
        certificate.scenarios.push_back(scenario);
    }
    certificate.not_drilled = settings_not_drilled(settings);
    certificate.is_passed = tally.violations == 0 && tally.runs >= kCertificateSeedsMin &&
                            tally.scenarios.size() == kDrillScenarios.size() && tally.landed > 0 &&
                            certificate.faults_missing.empty();
    return certificate;
}

[[nodiscard]] std::string report_json(const DrillTally& tally, const Certificate& certificate,
                                      bool is_written) {
    JsonFields scenarios, faults;
    for (const auto& [name, each] : tally.scenarios) {
        scenarios.raw(name,
                      fmt::format(R"({{"runs":{},"violations":{}}})", each.runs, each.violations));
    }
    for (const auto& [kind, times] : tally.activity.faults) {
        faults.raw(kind, fmt::format("{}", times));
    }
    std::vector<std::string> violations;
    for (const std::string& each : tally.shown) {
        violations.push_back(json_quoted(each));
    }
    return JsonFields{}
        .raw("seeds", fmt::format("{}", tally.runs))
        .raw("seed_first", fmt::format("{}", certificate.seed_first))
        .raw("scenarios", scenarios.object())
        .raw("faults_injected", faults.object())
        .raw("steps", fmt::format("{}", tally.steps))
        .raw("books_compared", fmt::format("{}", tally.comparisons))
        .raw("tasks_max", fmt::format("{}", tally.load_max.tasks))
        .raw("connections_max", fmt::format("{}", tally.load_max.streams))
        .raw("orders", fmt::format("{}", tally.orders))
        .raw("landed", fmt::format("{}", tally.landed))
        .raw("violation_count", fmt::format("{}", tally.violations))
        .raw("violations", json_array(violations))
        .text("journal_sha256", tally.last_sha256)
        .raw("certificate", to_json(certificate))
        .boolean("certificate_written", is_written)
        .object();
}

void print_report(const DrillArguments& arguments, const DrillTally& tally,
                  const Certificate& certificate, const std::string& certificate_line) {
    fmt::print("{:<16} {:>6} {:>11}\n", "scenario", "runs", "violations");
    for (const auto& [name, each] : tally.scenarios) {
        fmt::print("{:<16} {:>6} {:>11}\n", name, each.runs, each.violations);
    }
    fmt::print("\n{:<32} {:>11}\n", "fault", "injected");
    for (const auto& [kind, times] : tally.activity.faults) {
        fmt::print("{:<32} {:>11}\n", kind, times);
    }
    fmt::print(
        "\n{} runs, {} orders, {} landed, judged at {} steps, {} violations; the books held "
        "against "
        "the chain {} times on the way, at most {} tasks waiting and {} connection ends open\n",
        tally.runs, tally.orders, tally.landed, tally.steps, tally.violations, tally.comparisons,
        tally.load_max.tasks, tally.load_max.streams);
    for (const std::string& each : tally.shown) {
        fmt::print("VIOLATION {}\n", each);
    }
    // Of fewer runs it says how few they were.
    for (const std::string& line : is_certifying(arguments) ? faults_not_drilled_lines(certificate)
                                                            : std::vector<std::string>{}) {
        fmt::print("NOT DRILLED {}\n", line);
    }
    fmt::print("journal of the last run: {}\n{}\n", tally.last_sha256, certificate_line);
    fmt::print(
        "settings that were not drilled, those of the simulated cluster stood in for them: {}; "
        "`doctor --live` looks at your own\n",
        fmt::join(certificate.not_drilled, ", "));
}

// Long enough to certify, and there is a fault that nobody knows the daemon survives.
[[nodiscard]] bool is_untried(const DrillArguments& arguments, const Certificate& certificate) {
    return is_certifying(arguments) && !certificate.faults_missing.empty();
}

[[nodiscard]] std::string verdict(const DrillArguments& arguments, const DrillTally& tally,
                                  const Certificate& certificate) {
    if (certificate.is_passed) {
        return certificate.faults_not_drilled.empty()
                   ? "PASSED: the certificate is written"
                   : fmt::format(
                         "PASSED: the certificate is written, and names {} kinds that were "
                         "not drilled with these settings",
                         certificate.faults_not_drilled.size());
    }
    if (tally.violations > 0) {
        return "FAILED: the certificate says so";
    }
    if (is_untried(arguments, certificate)) {
        return fmt::format(
            "NOT CERTIFIED: no violation, but {} kinds of fault were not injected in {} runs: {}. "
            "More seeds draw more of them: --seeds {}",
            certificate.faults_missing.size(), tally.runs,
            fmt::join(certificate.faults_missing, ", "), 2 * arguments.seeds);
    }
    const std::string untried = arguments.scenario != "all" || certificate.faults_missing.empty()
                                    ? ""
                                    : fmt::format("kinds of fault that were not injected: {}\n",
                                                  fmt::join(certificate.faults_missing, ", "));
    return fmt::format(
        "{}no violation, and no certificate: it needs {} seeds of --scenario all, "
        "each kind of fault, and an order that lands",
        untried, kCertificateSeedsMin);
}

// A certificate that passed, or one that takes back what passed before. Fewer seeds than it needs
// and no violation say nothing, and leave what is there.
[[nodiscard]] Result<std::string> certificate_dir(const DrillArguments& arguments) {
    return state_dir_of(arguments.state_dir, "live");
}

// A drill takes minutes: that its certificate cannot be stored is said before. One of a single
// scenario, which passes without any, needs no directory unless one was named.
[[nodiscard]] Result<void> check_storable(const DrillArguments& arguments) {
    if (arguments.scenario != "all" && arguments.state_dir.empty()) {
        return {};
    }
    const auto directory = certificate_dir(arguments);
    if (!directory) {
        return Err{directory.error()};
    }
    if (auto created = create_state_dir(*directory); !created) {
        return created;
    }
    if (::access(directory->c_str(), W_OK | X_OK) != 0) {
        return fail(
            fmt::format("{}: this user may not write there ({}), and the certificate is "
                        "stored in it; name another directory with --state-dir",
                        *directory, std::strerror(errno)));
    }
    return {};
}

// A drill that is to certify and does not come to its end, by an assertion or a kill, must not
// leave an earlier certificate behind.
void withdraw_certificate(const DrillArguments& arguments) {
    const auto directory = certificate_dir(arguments);
    if (directory && is_certifying(arguments)) {
        std::error_code is_none;
        std::filesystem::remove(certificate_path(*directory), is_none);
    }
}

// `idle`: violations that are runs which bought nothing. Of few runs, or those of one scenario,
// they say too little to put an end to a certificate that more gave.
[[nodiscard]] Result<bool> store(const DrillArguments& arguments, const Certificate& certificate,
                                 std::uint64_t idle) {
    const std::uint64_t others = certificate.violations - std::min(idle, certificate.violations);
    if (!certificate.is_passed &&
        (is_certifying(arguments) ? certificate.violations : others) == 0) {
        return false;
    }
    const auto directory = certificate_dir(arguments);
    if (!directory) {
        return Err{directory.error()};
    }
    if (auto created = create_state_dir(*directory); !created) {
        return Err{created.error()};
    }
    if (auto written = write_certificate(*directory, certificate); !written) {
        return Err{written.error()};
    }
    return true;
}

[[nodiscard]] Result<config::Settings> settings_of_drill(const std::string& path) {
    if (path.empty()) {
        return config::Settings{};
    }
    auto loaded = config::load_file(path);
    if (!loaded) {
        return fail(loaded.error().text());
    }
    return std::move(*loaded);
}

[[nodiscard]] bool is_known(const std::string& scenario) {
    return scenario == "all" ||
           std::ranges::find(kDrillScenarios, scenario) != kDrillScenarios.end();
}

}  // namespace

int drill_command(const DrillArguments& arguments) {
    if (!is_known(arguments.scenario)) {
        return fail_with(kExitUsage,
                         fmt::format("--scenario \"{}\" is none of the drill's; write "
                                     "all, {}",
                                     arguments.scenario, fmt::join(kDrillScenarios, ", ")));
    }
    const auto settings = settings_of_drill(arguments.config);
    if (!settings) {
        return fail_with(kExitUsage, settings.error().text);
    }
    // What a daemon says while it is drilled is what it should: thousands of warnings and errors.
    const auto level = arguments.is_verbose ? telemetry::Level::Info : telemetry::Level::Off;
    if (auto started = telemetry::start_logging(level, ""); !started) {
        return fail_with(kExitUsage, started.error().text);
    }
    install_signal_handlers();
    if (auto storable = check_storable(arguments); !storable) {
        return fail_with(kExitNotReady, storable.error().text);
    }
    withdraw_certificate(arguments);
    DrillTally tally;
    tally.activity.venues_to_buy_at = venues_to_buy_at(*settings);
    play_seeds(
        arguments,
        [&settings](std::string_view scenario, std::uint64_t seed) {
            return run_drill(scenario, seed, *settings);
        },
        tally);
    tally.check_memory();
    tally.check_idle();
    const auto certificate = certificate_of(arguments, *settings, tally);
    if (!certificate) {
        return fail_with(kExitNotReady, certificate.error().text);
    }
    const auto written = store(arguments, *certificate, tally.idle.size());
    if (!written) {
        return fail_with(kExitNotReady, written.error().text);
    }
    if (arguments.is_json) {
        fmt::print("{}\n", report_json(tally, *certificate, *written));
    } else {
        print_report(arguments, tally, *certificate, verdict(arguments, tally, *certificate));
    }
    if (is_stop_signalled()) {
        return fail_with(kExitFailed,
                         fmt::format("stopped after {} of {} runs", tally.runs, arguments.seeds));
    }
    return tally.violations > 0 || is_untried(arguments, *certificate) ? kExitFailed : kExitOk;
}

}  // namespace sniperforge::app
