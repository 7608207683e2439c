// SPDX-License-Identifier: MIT
#include "app/kept_aside.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "app/state_dir.hpp"
#include "sniperforge/analytics/store.hpp"

namespace sniperforge::app {
namespace {

namespace fs = std::filesystem;

class KeptAsideTest : public ::testing::Test {
 protected:
    KeptAsideTest() {
        directory = fs::path{::testing::TempDir()} / ("sf_aside_" + std::to_string(::getpid()));
        fs::remove_all(directory);
        fs::create_directories(directory);
    }
    ~KeptAsideTest() override { fs::remove_all(directory); }

    // Written in this hour of its own time.
    void put(const std::string& name, std::size_t bytes, int hour) const {
        std::ofstream{directory / name} << std::string(bytes, 'x');
        written_at(name, hour);
    }
    void written_at(const std::string& name, int hour) const {
        fs::last_write_time(directory / name,
                            fs::file_time_type{std::chrono::hours{24 * 365 + hour}});
    }
    // A store of a run of this kind.
    void put_store(const fs::path& name, Provenance provenance, int hour) const {
        {
            auto store = analytics::Store::open(directory / name).value();
            analytics::RunInfo run;
            run.run_id = "r";
            run.provenance = provenance;
            EXPECT_TRUE(store->begin_run(run));
        }
        written_at(name, hour);
    }
    // A directory with one.
    void put_books(const std::string& name, Provenance provenance, int hour) const {
        fs::create_directory(directory / name);
        put_store(fs::path{name} / "trades.sqlite", provenance, hour);
        written_at(name, hour);
    }
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const Aside& item : kept_aside_in(directory).items) {
            names.push_back(item.name);
        }
        return names;
    }
    // What it says.
    [[nodiscard]] std::string bound(std::uint64_t bytes_max) const {
        ::testing::internal::CaptureStderr();
        bound_kept_aside(directory, bytes_max);
        return ::testing::internal::GetCapturedStderr();
    }
    using Names = std::vector<std::string>;

    fs::path directory;
};

TEST_F(KeptAsideTest, NamesAndCountsWhatStartsHavePutAsideAndNothingElse) {
    for (const char* const name : {"trades.sqlite", "journal-000001.sfj", "intents.ring",
                                   "set-aside-mine", "intents.ring.gap-", "notes"}) {
        put(name, 7, 0);
    }
    EXPECT_TRUE(kept_aside_in(directory).items.empty());
    EXPECT_TRUE(kept_aside_in(directory / "not-there").items.empty());
    put("journal.sfj.cut", 5, 1);
    put("trades.sqlite.damaged-1", 3, 1);
    put("trades.sqlite.damaged-1-wal", 4, 2);
    fs::create_directory(directory / "set-aside-1");
    put("set-aside-1/intents.ring", 2, 1);
    const KeptAside kept = kept_aside_in(directory);
    EXPECT_EQ(names(), (Names{"journal.sfj.cut", "set-aside-1", "trades.sqlite.damaged-1"}));
    EXPECT_EQ(kept.bytes, 14U);
    EXPECT_EQ(kept.items[2].bytes, 7U) << "with what SQLite keeps beside it";
    ASSERT_TRUE(clear_run_files(directory));
    EXPECT_TRUE(fs::exists(directory / "trades.sqlite.damaged-1"));
}

TEST_F(KeptAsideTest, DeletesTheOldestAboveTheLimitAndSaysSoAndNothingAtIt) {
    put("intents.ring.gap-1", 100, 3);
    put("intents.ring.gap-2", 100, 1);  // The oldest, whatever its number.
    put("intents.ring.gap-3", 100, 2);
    EXPECT_EQ(bound(300), "");
    EXPECT_EQ(names().size(), 3U);
    const std::string said = bound(299);
    EXPECT_EQ(names(), (Names{"intents.ring.gap-1", "intents.ring.gap-3"}));
    EXPECT_NE(said.find("intents.ring.gap-2 was deleted, 100 bytes of 2"), std::string::npos)
        << said;
    EXPECT_NE(said.find("200 bytes are left, recorder.aside_bytes_max is 299"), std::string::npos);
}

TEST_F(KeptAsideTest, TheNewestOfEachKindStaysAndIsToldWhereItIsOverTheLimit) {
    put_store("trades.sqlite.damaged-1", Provenance::Sim, 1);
    put("trades.sqlite.damaged-1-shm", 50, 1);
    put("trades.sqlite.damaged-2", 100, 2);
    put("intents.ring.gap-1", 100, 0);
    const std::string said = bound(1);
    EXPECT_EQ(names(), (Names{"intents.ring.gap-1", "trades.sqlite.damaged-2"}));
    EXPECT_FALSE(fs::exists(directory / "trades.sqlite.damaged-1-shm"));
    EXPECT_NE(said.find("has 200 bytes, recorder.aside_bytes_max is 1"), std::string::npos) << said;
}

TEST_F(KeptAsideTest, BooksThatMayBeOfLiveModeStay) {
    put_books("set-aside-1", Provenance::Sim, 1);
    put_books("set-aside-2", Provenance::Live, 2);
    fs::create_directory(directory / "set-aside-3");  // Nothing says of what it is.
    put("set-aside-3/journal-000001.sfj", 100, 3);
    written_at("set-aside-3", 3);
    put_books("set-aside-4", Provenance::Test, 4);
    put_books("set-aside-5", Provenance::Sim, 5);
    (void)bound(1);
    EXPECT_EQ(names(), (Names{"set-aside-2", "set-aside-3", "set-aside-5"}));
    EXPECT_TRUE(fs::exists(directory / "set-aside-2" / "trades.sqlite"));
}

// What was made after one was damaged has what the journal still had: less.
TEST_F(KeptAsideTest, ATradeStoreThatMayBeOfLiveModeStaysHoweverOldAndDamaged) {
    put("trades.sqlite.damaged-1", 100, 1);  // Nobody can read of what it is.
    put_store("trades.sqlite.damaged-2", Provenance::Live, 2);
    put_store("trades.sqlite.damaged-3", Provenance::Test, 3);
    put_store("trades.sqlite.damaged-4", Provenance::Sim, 4);
    const std::string said = bound(1);
    EXPECT_EQ(names(), (Names{"trades.sqlite.damaged-1", "trades.sqlite.damaged-2",
                              "trades.sqlite.damaged-4"}));
    EXPECT_NE(said.find("books and trade stores that may be of live mode"), std::string::npos)
        << said;
}

// It is one file that every start adds to: below a megabyte it goes on, then the next is begun.
TEST_F(KeptAsideTest, CutsGetANumberOnceTheyAreAMegabyteAndGoAsTheOthersDo) {
    constexpr std::size_t kMegabyte = std::size_t{1} << 20U;
    put("journal.sfj.cut", kMegabyte - 1, 1);
    EXPECT_EQ(bound(10 * kMegabyte), "");
    EXPECT_EQ(names(), Names{"journal.sfj.cut"});
    for (int hour = 2; hour <= 4; ++hour) {
        put("journal.sfj.cut", kMegabyte, hour);
        EXPECT_EQ(bound(10 * kMegabyte), "");
    }
    EXPECT_EQ(names(), (Names{"journal.sfj.cut-1", "journal.sfj.cut-2", "journal.sfj.cut-3"}));
    (void)bound(2 * kMegabyte);
    EXPECT_EQ(names(), (Names{"journal.sfj.cut-2", "journal.sfj.cut-3"}));
}

}  // namespace
}  // namespace sniperforge::app
