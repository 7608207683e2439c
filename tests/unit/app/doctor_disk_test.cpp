// SPDX-License-Identifier: MIT
#include "app/doctor_disk.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "app/doctor.hpp"
#include "app/state_dir.hpp"
#include "sniperforge/analytics/store.hpp"
#include "sniperforge/engine/records.hpp"
#include "sniperforge/journal/journal.hpp"

namespace sniperforge::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;
// 100 + 64 MiB for trading, 300 MiB for all.
DiskRoom room_of(std::uint64_t free) {
    return {.directory = "here",
            .free = free,
            .journal = {.bytes = 400 * kMiB, .bytes_max = 500 * kMiB, .bytes_a_day = 10 * kMiB},
            .store = {.bytes = 0, .bytes_max = 100 * kMiB, .bytes_a_day = 0},
            .kept = {.bytes = 50 * kMiB, .bytes_max = 86 * kMiB, .bytes_a_day = 0}};
}

TEST(DoctorDisk, WantsWhatTheBudgetsMayTakeBeyondWhatIsThere) {
    const Finding enough = judge_room(room_of(300 * kMiB));
    EXPECT_EQ(enough.verdict, Verdict::Ok);
    EXPECT_EQ(enough.advice, "");
    const Finding less = judge_room(room_of(300 * kMiB - 1));
    EXPECT_EQ(less.verdict, Verdict::Warn);
    EXPECT_TRUE(less.advice.starts_with("at 10.0 MiB a day it is full in 29 days: make room for"))
        << less.advice;
    EXPECT_EQ(judge_room(room_of(164 * kMiB)).verdict, Verdict::Warn);
}

TEST(DoctorDisk, FailsWhereTheJournalMayNotHaveItsRoom) {
    const Finding full = judge_room(room_of(164 * kMiB - 1));
    EXPECT_EQ(full.verdict, Verdict::Fail);
    EXPECT_NE(full.found.find("164.0 MiB free"), std::string::npos) << full.found;
    EXPECT_NE(full.found.find("100.0 MiB by the journal and 64.0 MiB beside it"),
              std::string::npos);
    EXPECT_NE(full.advice.find("recorder.journal_bytes_max"), std::string::npos);
    EXPECT_EQ(full.details, R"({"bytes_free":171966463,"bytes_wanted_journal":171966464,)"
                            R"("bytes_wanted":314572800,"days_left":16})");
}

TEST(DoctorDisk, APartOverItsBudgetWantsNothingMore) {
    const DiskPart over{.bytes = 11, .bytes_max = 10, .bytes_a_day = 1};
    EXPECT_EQ(over.left(), 0U);
    EXPECT_EQ(over.days_left(), 0U);
    EXPECT_EQ((DiskPart{.bytes = 3, .bytes_max = 10, .bytes_a_day = 2}).days_left(), 3U);
    EXPECT_EQ((DiskPart{.bytes = 3, .bytes_max = 10, .bytes_a_day = 0}).days_left(), std::nullopt);
}

class DoctorDiskFilesTest : public ::testing::Test {
 protected:
    DoctorDiskFilesTest() {
        directory = fs::path{::testing::TempDir()} / ("sf_disk_" + std::to_string(::getpid()));
        fs::remove_all(directory);
        fs::create_directories(directory);
    }
    ~DoctorDiskFilesTest() override { fs::remove_all(directory); }

    void put(const std::string& name, std::size_t bytes) const {
        std::ofstream{directory / name} << std::string(bytes, 'x');
    }
    void check() { check_disk(settings, directory, findings); }
    [[nodiscard]] Finding found(const std::string& check) const {
        const auto at = std::ranges::find(findings.all(), check, &Finding::check);
        return at == findings.all().end() ? Finding{} : *at;
    }

    fs::path directory;
    config::Settings settings;
    Findings findings{true};
};

TEST_F(DoctorDiskFilesTest, TellsTheJournalsSizeAndWhenItReachesItsLimit) {
    settings.recorder.journal_bytes_max = 10'000;
    put("journal-000001.sfj", 1'000);
    put("journal-000002.sfj", 2'000);
    const fs::file_time_type now{std::chrono::hours{1'000}};
    fs::last_write_time(directory / "journal-000001.sfj", now);
    fs::last_write_time(directory / "journal-000002.sfj", now + std::chrono::hours{12});
    check();
    EXPECT_EQ(found("journal").details,
              R"({"bytes":3000,"bytes_max":10000,"bytes_a_day":4000,"days_left":1,"segments":2})");
    EXPECT_EQ(found("disk").subject, "machine");
}

TEST_F(DoctorDiskFilesTest, TellsDamageOfTheJournalFromWhatAKillLeaves) {
    check();
    EXPECT_EQ(found("records").check, "") << "there is no journal";
    std::ofstream{directory / "journal.sfj"} << "something else";
    findings = Findings{true};
    check();
    EXPECT_EQ(found("records").verdict, Verdict::Fail);
    EXPECT_NE(found("records").found.find("is not a journal"), std::string::npos)
        << found("records").found;
    fs::remove(directory / "journal.sfj");
    findings = Findings{true};
    {
        auto writer = journal::JournalWriter::open(directory / "journal.sfj");
        ASSERT_TRUE(writer);
        for (int note = 0; note < 3; ++note) {
            const std::string body = engine::body_of(engine::RecorderItem{engine::RunNote{"note"}});
            ASSERT_TRUE((*writer)->append(journal::RecordKind::Note, note, body));
        }
        ASSERT_TRUE((*writer)->sync());
    }
    const auto verdict = [&] {
        findings = Findings{true};
        check();
        return found("records").verdict;
    };
    EXPECT_EQ(verdict(), Verdict::Ok);
    const fs::path file = directory / "journal-000001.sfj";
    const auto sound = fs::file_size(file);
    std::ofstream{file, std::ios::app | std::ios::binary} << "torn";
    EXPECT_EQ(verdict(), Verdict::Warn);
    EXPECT_NE(found("records").found.find("cuts them off"), std::string::npos);
    fs::resize_file(file, sound);

    std::fstream damaged{file, std::ios::in | std::ios::out | std::ios::binary};
    damaged.seekp(static_cast<std::streamoff>(sound * 2 / 3));
    damaged.put('\xff');
    damaged.close();
    EXPECT_EQ(verdict(), Verdict::Fail);
    EXPECT_NE(found("records").found.find("damaged in its middle"), std::string::npos)
        << found("records").found;
    const auto lock = FileLock::take(directory / "lock", "the directory", "");
    ASSERT_TRUE(lock);
    EXPECT_EQ(verdict(), Verdict::Fail) << "no daemon that writes explains that";
}

TEST_F(DoctorDiskFilesTest, TellsTheStoresSizeAndWarnsAboveItsLimitAndWhereItCannotBeRead) {
    {
        auto store = analytics::Store::open(directory / "trades.sqlite").value();
    }
    check();
    EXPECT_EQ(found("trade store").verdict, Verdict::Ok);
    EXPECT_NE(found("trade store").details.find(R"("orders":0)"), std::string::npos);

    settings.recorder.trades_bytes_max = 1;
    findings = Findings{true};
    check();
    EXPECT_EQ(found("trade store").verdict, Verdict::Warn);
    EXPECT_NE(found("trade store").advice.find("recorder.trades_bytes_max"), std::string::npos);

    put("trades.sqlite", 5'000);
    findings = Findings{true};
    check();
    EXPECT_EQ(found("trade store").verdict, Verdict::Warn);
    EXPECT_NE(found("trade store").found.find("trades.sqlite"), std::string::npos);
    EXPECT_NE(found("trade store").advice.find("sets it aside"), std::string::npos);
}

TEST_F(DoctorDiskFilesTest, NamesWhatIsKeptAsideWithItsSizes) {
    check();
    EXPECT_EQ(found("kept aside").check, "") << "nothing is";
    put("intents.ring.gap-1", 5);
    check();
    EXPECT_NE(found("kept aside").found.find("intents.ring.gap-1 (5 bytes)"), std::string::npos);
    EXPECT_EQ(found("kept aside").details,
              R"({"bytes":5,"bytes_max":268435456,"bytes_a_day":null,"days_left":null,"items":1})");
}

}  // namespace
}  // namespace sniperforge::app
