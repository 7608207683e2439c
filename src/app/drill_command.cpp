// SPDX-License-Identifier: MIT
// `drill`: seeded outages against the whole daemon under virtual time, and the certificate that
// live mode asks for.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "app/build_id.hpp"
#include "app/certificate.hpp"
#include "app/commands.hpp"
#include "app/drill_names.hpp"
#include "app/drill_run.hpp"
#include "app/json_fields.hpp"
#include "app/signals.hpp"
#include "app/state_dir.hpp"
#include "sniperforge/config/load.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/telemetry/log.hpp"
#include "sniperforge/telemetry/process.hpp"

namespace sniperforge::app {
namespace {

// Of the heap, from the runs behind the first ones (which fill caches and pools) to the end.
constexpr std::uint64_t kGrowthMax = std::uint64_t{96} << 20U;
constexpr std::uint64_t kRunsBeforeGrowth = 16;
constexpr std::size_t kViolationsShown = 50;

struct Tally {
    std::uint64_t runs = 0, violations = 0, steps = 0, comparisons = 0, orders = 0, landed = 0;
    net::VirtualLoad load_max;  // Of any run.
    std::map<std::string, CertificateScenario, std::less<>> scenarios;
    std::map<std::string, std::uint64_t> faults;
    std::vector<std::string> shown;  // The first violations.
    std::string last_sha256;
    std::uint64_t memory_first = 0;

    void add(const DrillOutcome& outcome);
    void violate(std::string text) {
        ++violations;
        if (shown.size() < kViolationsShown) {
            shown.push_back(std::move(text));
        }
    }
};

void Tally::add(const DrillOutcome& outcome) {
    ++runs;
    steps += outcome.steps;
    comparisons += outcome.comparisons;
    load_max.tasks = std::max(load_max.tasks, outcome.load_max.tasks);
    load_max.streams = std::max(load_max.streams, outcome.load_max.streams);
    orders += outcome.orders;
    landed += outcome.landed;
    CertificateScenario& scenario = scenarios[outcome.scenario];
    scenario.name = outcome.scenario;
    ++scenario.runs;
    scenario.violations += outcome.violation_count;
    for (const auto& [kind, times] : outcome.faults) {
        faults[kind] += times;
    }
    for (const std::string& each : outcome.violations) {
        violate(fmt::format("{} --seed {}: {}", outcome.scenario, outcome.seed, each));
    }
    violations += outcome.violation_count - outcome.violations.size();
    last_sha256 = outcome.journal_sha256;
    if (runs == kRunsBeforeGrowth) {
        memory_first = telemetry::resident_anonymous_bytes().value_or(0);
    }
}

// Whatever grows with the number of runs grows with time in a daemon.
void check_memory(Tally& tally) {
    const std::uint64_t now = telemetry::resident_anonymous_bytes().value_or(0);
    if (tally.memory_first > 0 && now > tally.memory_first + kGrowthMax) {
        tally.violate(
            fmt::format("memory grew from {} bytes after {} runs to {} after {}, allowed {}",
                        tally.memory_first, kRunsBeforeGrowth, now, tally.runs,
                        tally.memory_first + kGrowthMax));
    }
}

// All seeds on so many threads; a run shares nothing with another.
void drill_all(const DrillArguments& arguments, const config::Settings& settings, Tally& tally) {
    std::atomic<std::uint64_t> next{0};
    std::mutex mutex;  // Guards the tally and what is printed.
    const auto work = [&] {
        for (std::uint64_t i = next++; i < arguments.seeds && !is_stop_signalled(); i = next++) {
            const std::uint64_t seed = arguments.seed + i;
            const std::string_view scenario = arguments.scenario == "all"
                                                  ? scenario_of_seed(seed)
                                                  : std::string_view{arguments.scenario};
            const DrillOutcome outcome = run_drill(scenario, seed, settings);
            const std::scoped_lock lock{mutex};
            tally.add(outcome);
            if (outcome.violation_count > 0 || arguments.seeds == 1) {
                fmt::print(stderr, "{} --seed {}: {} orders, {} landed, {} violations{}{}\n",
                           outcome.scenario, outcome.seed, outcome.orders, outcome.landed,
                           outcome.violation_count, outcome.violations.empty() ? "" : ", first: ",
                           outcome.violations.empty() ? "" : outcome.violations.front());
            } else if (tally.runs % 100 == 0) {
                fmt::print(stderr, "{} of {} runs, {} violations\n", tally.runs, arguments.seeds,
                           tally.violations);
            }
        }
    };
    std::vector<std::thread> threads;
    for (std::uint64_t i = 1; i < arguments.jobs; ++i) {
        threads.emplace_back(work);
    }
    work();
    for (std::thread& thread : threads) {
        thread.join();
    }
}

[[nodiscard]] Result<Certificate> certificate_of(const DrillArguments& arguments,
                                                 const config::Settings& settings,
                                                 const Tally& tally) {
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
    certificate.faults = tally.faults;
    for (const auto& [name, scenario] : tally.scenarios) {
        certificate.scenarios.push_back(scenario);
    }
    certificate.not_drilled = settings_not_drilled(settings);
    certificate.is_passed = tally.violations == 0 && tally.runs >= kCertificateSeedsMin &&
                            tally.scenarios.size() == kDrillScenarios.size() && tally.landed > 0;
    return certificate;
}

[[nodiscard]] std::string report_json(const Tally& tally, const Certificate& certificate,
                                      bool is_written) {
    JsonFields scenarios, faults;
    for (const auto& [name, each] : tally.scenarios) {
        scenarios.raw(name,
                      fmt::format(R"({{"runs":{},"violations":{}}})", each.runs, each.violations));
    }
    for (const auto& [kind, times] : tally.faults) {
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

void print_report(const Tally& tally, const Certificate& certificate,
                  const std::string& certificate_line) {
    fmt::print("{:<16} {:>6} {:>11}\n", "scenario", "runs", "violations");
    for (const auto& [name, each] : tally.scenarios) {
        fmt::print("{:<16} {:>6} {:>11}\n", name, each.runs, each.violations);
    }
    fmt::print("\n{:<32} {:>11}\n", "fault", "injected");
    for (const auto& [kind, times] : tally.faults) {
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
    fmt::print("journal of the last run: {}\n{}\n", tally.last_sha256, certificate_line);
    fmt::print(
        "not drilled, those of the simulated cluster stood in for them: {}; `doctor --live` looks "
        "at your own\n",
        fmt::join(certificate.not_drilled, ", "));
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
    if (directory && arguments.scenario == "all" && arguments.seeds >= kCertificateSeedsMin) {
        std::error_code is_none;
        std::filesystem::remove(certificate_path(*directory), is_none);
    }
}

[[nodiscard]] Result<bool> store(const DrillArguments& arguments, const Certificate& certificate) {
    if (!certificate.is_passed && certificate.violations == 0) {
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
    Tally tally;
    drill_all(arguments, *settings, tally);
    check_memory(tally);
    const auto certificate = certificate_of(arguments, *settings, tally);
    if (!certificate) {
        return fail_with(kExitNotReady, certificate.error().text);
    }
    const auto written = store(arguments, *certificate);
    if (!written) {
        return fail_with(kExitNotReady, written.error().text);
    }
    if (arguments.is_json) {
        fmt::print("{}\n", report_json(tally, *certificate, *written));
    } else {
        print_report(tally, *certificate,
                     certificate->is_passed ? "PASSED: the certificate is written"
                     : tally.violations > 0
                         ? "FAILED: the certificate says so"
                         : fmt::format("no violation, and no certificate: it needs {} "
                                       "seeds of --scenario all, and an order that lands",
                                       kCertificateSeedsMin));
    }
    if (is_stop_signalled()) {
        return fail_with(kExitFailed,
                         fmt::format("stopped after {} of {} runs", tally.runs, arguments.seeds));
    }
    return tally.violations == 0 ? kExitOk : kExitFailed;
}

}  // namespace sniperforge::app
