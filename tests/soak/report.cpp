// SPDX-License-Identifier: MIT
#include "report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "resubscribe.hpp"
#include "schedule.hpp"

namespace sniperforge::soak {
namespace {

constexpr double kSlotMs = 400;
// Source: PERFORMANCE, sections 2 (rule 4) and 3 (RECOVERY); docs/adr/0009-feed.md.
constexpr double kResubscribeGoalMs = 25, kStallGoalSlots = 2, kRunDelayMaxPercent = 1;
constexpr double kTickSlots = 0.3;  // The tick, and the sampling of this program.

[[nodiscard]] double ms(Duration duration) { return static_cast<double>(duration.count()) / 1e6; }

[[nodiscard]] std::string text_of(const std::optional<Duration>& duration) {
    return duration ? fmt::format("{:.0f}", ms(*duration)) : "-";
}

[[nodiscard]] std::string_view met(bool is_met) { return is_met ? "met" : "MISSED"; }

void print_phases(const Result& result) {
    fmt::print("{:<40} {:>7} {:>8} {:>10} {:>8} {:>8} {:>7} {:>7} {:>7} {:>7} {:>11} {:>8} {:>9}\n",
               "phase (the node is sick, then well)", "faults", "blind at", "seen again",
               "blind ms", "longest", "blinded", "stale", "single", "doubled", "reads lost",
               "slowest", "sent lost");
    for (const PhaseResult& phase : result.phases) {
        const TrafficCounts& traffic = phase.traffic;
        fmt::print(
            "{:<40} {:>7} {:>8} {:>10} {:>8.0f} {:>8.0f} {:>7} {:>7} {:>7} {:>7} {:>11} {:>8.1f} "
            "{:>9}\n",
            phases()[phase.index].name, phase.faults, text_of(phase.noticed),
            text_of(phase.recovered), ms(phase.blind), ms(phase.blind_longest), phase.accounts_lost,
            phase.stale, phase.stale_single, phase.duplicates,
            fmt::format("{}/{}", traffic.reads_failed, traffic.reads), ms(traffic.read_slowest),
            fmt::format("{}/{}", traffic.sends_failed, traffic.sends));
    }
}

void print_times(const Result& result) {
    Duration failover{0}, slowest{0};
    std::optional<Duration> stall;
    for (const PhaseResult& phase : result.phases) {
        const Duration read = phase.traffic.read_slowest;
        slowest = std::max(slowest, read);
        if (phases()[phase.index].is_failing_over) {
            failover = std::max(failover, read);
        }
        if (phases()[phase.index].name == "silent") {
            stall = phase.noticed;
        }
    }
    fmt::print(
        "failover: slowest read {:.1f} ms while a node answered with errors, {:.1f} ms in "
        "all phases (one that never answers costs the request timeout)\n",
        ms(failover), ms(slowest));
    if (stall) {
        // The slot in which the silence begins is not missed, nor is a tick of the watchdog.
        const double slots = ms(*stall) / kSlotMs;
        fmt::print(
            "stall: noticed {:.0f} ms, {:.1f} slots, after the silence began; goal {:.0f} "
            "missed slots, so at most {:.2f}: {}\n",
            ms(*stall), slots, kStallGoalSlots, kStallGoalSlots + 1 + kTickSlots,
            met(slots <= kStallGoalSlots + 1 + kTickSlots));
    } else {
        fmt::print("stall: never noticed, MISSED\n");
    }
}

void print_load(const Result& result, bool has_own_process) {
    const double seconds = ms(result.end.at - result.begin.at) / 1e3;
    const double cpu = ms(result.end.cpu - result.begin.cpu) / 1e3;
    const auto updates = static_cast<double>(result.end.updates - result.begin.updates);
    const auto heard = static_cast<double>(result.end.notifications - result.begin.notifications);
    fmt::print(
        "updates: {:.0f} in {:.0f} s handed on, {:.0f}/s; with copies {:.0f} notifications, "
        "{:.0f}/s\n",
        updates, seconds, updates / seconds, heard, heard / seconds);
    if (!has_own_process) {
        fmt::print("CPU and memory are not told: the chain shares this process\n");
        return;
    }
    constexpr double kMb = 1e6;
    fmt::print(
        "client: {:.2f} s of CPU, {:.1f} % of a core: {:.0f} updates/s per core, {:.0f} "
        "notifications/s per core (the judge's share included)\n",
        cpu, 100 * cpu / seconds, updates / cpu, heard / cpu);
    const auto rss = [](std::uint64_t bytes) { return static_cast<double>(bytes) / kMb; };
    fmt::print(
        "client memory: RSS {:.1f} MB after warming up, {:.1f} MB at the end ({:+.2f} %); "
        "anonymous {:.1f} and {:.1f} MB\n",
        rss(result.begin.resident_bytes), rss(result.end.resident_bytes),
        100 * (rss(result.end.resident_bytes) / rss(result.begin.resident_bytes) - 1),
        rss(result.begin.anonymous_bytes), rss(result.end.anonymous_bytes));
    const double delay = 100 * ms(result.end.run_delay - result.begin.run_delay) / 1e3 / seconds;
    fmt::print(
        "run delay: {:.2f} % of the time{}\n", delay,
        delay > kRunDelayMaxPercent ? ": INVALID (contended), the times above are not ours" : "");
}

}  // namespace

void print_report(const Result& result, bool has_own_process) {
    print_phases(result);
    fmt::print("\n");
    print_times(result);
    print_load(result, has_own_process);
    const faults::Findings& found = result.findings;
    fmt::print(
        "feed: {} duplicates dropped, {} accounts backfilled, {} audited, {} gaps found, {} "
        "slots abandoned, {} copies renewed as deaf\n",
        result.feed.duplicates, result.feed.backfilled, result.feed.audited, result.feed.gaps_found,
        result.feed.slots_abandoned, result.feed.deaf_found);
    fmt::print("launches: {} made, {} heard\n", result.launches, found.accounts_new);
    fmt::print(
        "lost after backfill: {}; handed on twice: {}; account-slots believed unheard: {} of "
        "positions and armed pools, {} of scanned ones\n",
        result.differing, found.duplicates, found.stale_while_sighted, found.stale_single);
    if (found.stale_single > 0) {
        fmt::print(
            "of those the longest was stale for {} slots: a notification that the only copy "
            "never sends is found by the audit, within {} slots here\n",
            found.stale_single_slots_max, result.audit_slots_max);
    }
}

void print_resubscribing(const std::vector<Duration>& sorted) {
    if (sorted.size() < kResubscribeRounds) {
        fmt::print("reconnect and resubscribe of {}: {} of {} rounds within a minute: MISSED\n",
                   kResubscribed, sorted.size(), kResubscribeRounds);
        return;
    }
    const double median = ms(sorted[sorted.size() / 2]);
    fmt::print(
        "reconnect and resubscribe of {}: median {:.1f} ms, worst {:.1f} ms of {}; goal {:.0f} "
        "ms: {}\n",
        kResubscribed, median, ms(sorted.back()), sorted.size(), kResubscribeGoalMs,
        met(median <= kResubscribeGoalMs));
}

int print_verdict(const Result& result) {
    for (const std::string& violation : result.violations) {
        fmt::print("VIOLATION {}\n", violation);
    }
    fmt::print("soak {}: {} violations\n", result.violations.empty() ? "passed" : "FAILED",
               result.violations.size());
    return result.violations.empty() ? 0 : 1;
}

}  // namespace sniperforge::soak
