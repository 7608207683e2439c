// SPDX-License-Identifier: MIT
// What the kernel knows about this process: memory, CPU time and how often it was kept from
// running. Every call reads the kernel; none belongs on the hot path.
#pragma once

#include <cstdint>
#include <string>

#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::telemetry {

// From /proc/self/status, in bytes.
[[nodiscard]] Result<std::uint64_t> resident_bytes();      // VmRSS, shared libraries included.
[[nodiscard]] Result<std::uint64_t> resident_bytes_max();  // VmHWM: its highest value so far.
[[nodiscard]] Result<std::uint64_t> resident_anonymous_bytes();  // RssAnon: heap and stacks only.

struct CpuTimes {
    Duration user{0};
    Duration system{0};
};
// Of all threads together, ended ones included.
[[nodiscard]] Result<CpuTimes> cpu_times();

// How often a thread was taken off its core while it still had work.
[[nodiscard]] Result<std::uint64_t> involuntary_context_switches();         // All threads.
[[nodiscard]] Result<std::uint64_t> thread_involuntary_context_switches();  // The calling one.

struct ScheduleTimes {
    Duration on_cpu{0};
    Duration run_delay{
        0};  // Runnable but waiting for a core: the share of latency that is not ours.
    std::uint64_t timeslices = 0;
};
// From /proc/self/schedstat: the main thread. Fails on kernels without CONFIG_SCHED_INFO.
[[nodiscard]] Result<ScheduleTimes> main_thread_schedule();
// From /proc/thread-self/schedstat: the calling thread.
[[nodiscard]] Result<ScheduleTimes> thread_schedule();

// From /proc/self/stat, to 10 ms: so long after the machine's start the kernel made this process,
// time that the machine slept included.
[[nodiscard]] Result<Duration> process_start();

// Which start of the machine this is, as the kernel names it; empty where it does not.
[[nodiscard]] std::string boot_id();

}  // namespace sniperforge::telemetry
