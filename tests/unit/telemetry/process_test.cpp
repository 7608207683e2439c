// SPDX-License-Identifier: MIT
#include "sniperforge/telemetry/process.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "telemetry/proc_text.hpp"

namespace sniperforge::telemetry {
namespace {

constexpr std::string_view kStatus =
    "Name:\tx\nVmHWM:\t   20000 kB\nVmRSS:\t   18000 kB\nRssAnon:\t     512 kB\nThreads:\t1\n";

TEST(ProcText, ReadsAFieldInBytes) {
    EXPECT_EQ(kilobytes_field(kStatus, "VmRSS", "status"), 18'000U * 1'024U);
    EXPECT_EQ(kilobytes_field(kStatus, "RssAnon", "status"), 512U * 1'024U);
}

TEST(ProcText, DoesNotTakeAFieldWhoseNameOnlyBeginsAlike) {
    const auto result = kilobytes_field(kStatus, "Rss", "status");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().text, "status has no line Rss: this kernel does not report it");
}

TEST(ProcText, RefusesAFieldThatIsNotInKilobytes) {
    EXPECT_FALSE(kilobytes_field(kStatus, "Threads", "status"));
    EXPECT_FALSE(kilobytes_field("VmRSS:\t 18 MB\n", "VmRSS", "status"));
    EXPECT_FALSE(kilobytes_field("VmRSS:\t kB\n", "VmRSS", "status"));
    EXPECT_FALSE(kilobytes_field("VmRSS:\t 99999999999999999999 kB\n", "VmRSS", "status"));
    EXPECT_FALSE(kilobytes_field("VmRSS:\t 18014398509481984 kB\n", "VmRSS", "status"));
    EXPECT_TRUE(kilobytes_field("VmRSS:\t 18014398509481983 kB", "VmRSS", "status"));
}

TEST(ProcText, ReadsSchedstatAndRefusesTwoNumbers) {
    const auto times = parse_schedstat("123 45 6\n", "schedstat");
    ASSERT_TRUE(times);
    EXPECT_EQ(times->on_cpu.count(), 123);
    EXPECT_EQ(times->run_delay.count(), 45);
    EXPECT_EQ(times->timeslices, 6U);
    EXPECT_FALSE(parse_schedstat("123 45\n", "schedstat"));
    EXPECT_FALSE(parse_schedstat("", "schedstat"));
}

TEST(ProcText, ReadsTheStartOfAProcessWhateverItsName) {
    constexpr std::string_view kFields =
        "R 27059 27059 17236 0 -1 4194304 99 0 0 0 0 0 0 0 20 0 1 0 4544597 3133440 382";
    for (const std::string name : {"(cat)", "(a) b (c 1 2)", "()"}) {
        const auto start = parse_start_time(fmt::format("7 {} {}", name, kFields), 100, "stat");
        ASSERT_TRUE(start) << start.error().text;
        EXPECT_EQ(*start, std::chrono::milliseconds{45'445'970});
    }
    EXPECT_EQ(parse_start_time("7 (x) R 1 1 1 0 -1 4 9 0 0 0 0 0 0 0 20 0 1 0 3", 100, "stat"),
              std::chrono::milliseconds{30});
    EXPECT_FALSE(parse_start_time("7 (x) R 1 1 1 0 -1 4 9 0 0 0 0 0 0 0 20 0 1 0", 100, "stat"));
    EXPECT_FALSE(parse_start_time("7 (x", 100, "stat"));
    EXPECT_FALSE(parse_start_time("", 100, "stat"));
}

TEST(Process, BeganBehindTheMachine) {
    const auto start = process_start();
    ASSERT_TRUE(start) << start.error().text;
    EXPECT_GT(*start, Duration{0});
    EXPECT_EQ(process_start(), start);
}

TEST(Process, SeesAnAllocationInTheAnonymousMemory) {
    const auto before = resident_anonymous_bytes();
    ASSERT_TRUE(before) << before.error().text;
    constexpr std::size_t kBytes = std::size_t{32} << 20U;
    const std::vector<char> block(kBytes, 'x');
    const auto after = resident_anonymous_bytes();
    ASSERT_TRUE(after);
    EXPECT_GE(*after, *before + kBytes - (kBytes >> 3U));
    EXPECT_EQ(block.back(), 'x');

    const auto resident = resident_bytes();
    const auto highest = resident_bytes_max();
    ASSERT_TRUE(resident);
    ASSERT_TRUE(highest);
    EXPECT_GE(*resident, *after);
    EXPECT_GE(*highest, kBytes);
}

TEST(Process, CpuTimeAndSwitchesOnlyGrow) {
    const auto times = cpu_times();
    const auto switches = involuntary_context_switches();
    const auto own_switches = thread_involuntary_context_switches();
    ASSERT_TRUE(times);
    ASSERT_TRUE(switches);
    ASSERT_TRUE(own_switches);
    volatile std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < 5'000'000; ++i) {
        sum = sum + i;
    }
    const auto later = cpu_times();
    ASSERT_TRUE(later);
    EXPECT_GT(later->user + later->system, times->user + times->system);
    EXPECT_GE(*involuntary_context_switches(), *switches);
    EXPECT_GE(*thread_involuntary_context_switches(), *own_switches);
}

TEST(Process, ScheduleIsReadOrTheErrorNamesTheFile) {
    for (const auto& schedule : {main_thread_schedule(), thread_schedule()}) {
        if (schedule) {
            EXPECT_GT(schedule->on_cpu.count(), 0);
        } else {
            EXPECT_NE(schedule.error().text.find("schedstat"), std::string::npos);
        }
    }
}

}  // namespace
}  // namespace sniperforge::telemetry
