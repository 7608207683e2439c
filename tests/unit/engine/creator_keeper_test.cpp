// SPDX-License-Identifier: MIT
// What runs saw of creators on its way to the file of the next one, and back.
#include "engine/creator_keeper.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "sniperforge/engine/archive.hpp"
#include "sniperforge/engine/creator_file.hpp"
#include "sniperforge/engine/recorder.hpp"
#include "sniperforge/journal/whole_file.hpp"
#include "support/keys.hpp"

namespace sniperforge::engine {
namespace {

namespace fs = std::filesystem;
using sniperforge::test::key_of;

constexpr std::int64_t kBegin = 1'796'032'800'000'000'000;
constexpr std::int64_t kMinute = 60'000'000'000;

[[nodiscard]] detect::CreatorRecord record_of(std::uint64_t creator, std::uint32_t launches) {
    detect::CreatorRecord record{.creator = key_of(creator)};
    record.past = {.launches = launches,
                   .emptied = 1,
                   .dumped = 2,
                   .first = {Slot{3}, WallTime{4}},
                   .last = {Slot{5}, WallTime{6}},
                   .ended_within_seconds = 7};
    record.tokens = {{key_of(2), WallTime{8}, detect::TokenEnd::Dumped}};
    return record;
}

class CreatorKeeperTest : public ::testing::Test {
 protected:
    void SetUp() override {
        fs::remove_all(directory);
        fs::create_directories(directory);
    }
    void TearDown() override { fs::remove_all(directory); }
    // Those that a run would begin with.
    [[nodiscard]] std::vector<detect::CreatorRecord> on_disk() const {
        const CreatorsRead read = read_creators(directory);
        EXPECT_EQ(read.problem, "");
        return read.book.creators;
    }

    std::string directory = ::testing::TempDir() + "/creators_" +
                            ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::string path = directory + "/creators.sfc";
    Hash genesis = Hash::from(key_of(1).bytes);
};

TEST_F(CreatorKeeperTest, TheFileTellsAllOfItAgain) {
    EXPECT_TRUE(on_disk().empty()) << "there is none";
    detect::CreatorRecord untimed = record_of(12, 1);
    untimed.past.ended_within_seconds.reset();
    ASSERT_TRUE(write_creators(directory, {genesis, {record_of(11, 9), untimed}}));
    const CreatorsRead read = read_creators(directory);
    EXPECT_EQ(read.problem, "");
    EXPECT_EQ(read.book.genesis, genesis);
    ASSERT_EQ(read.book.creators.size(), 2U);
    const detect::CreatorRecord& record = read.book.creators[0];
    EXPECT_EQ(record.creator, key_of(11));
    EXPECT_EQ(to_string(record.past), to_string(record_of(11, 9).past));
    EXPECT_EQ(record.past.first.slot, Slot{3});
    EXPECT_EQ(record.past.last.slot, Slot{5});
    ASSERT_EQ(record.tokens.size(), 1U);
    EXPECT_EQ(record.tokens[0].mint, key_of(2));
    EXPECT_EQ(record.tokens[0].launched_at, WallTime{8});
    EXPECT_EQ(record.tokens[0].end, detect::TokenEnd::Dumped);
    EXPECT_FALSE(read.book.creators[1].past.ended_within_seconds);
}

TEST_F(CreatorKeeperTest, ADamagedFileIsToldAndBeginsEmpty) {
    ASSERT_TRUE(write_creators(directory, {genesis, {record_of(11, 9)}}));
    std::string bytes;
    {
        std::ifstream file{path, std::ios::binary};
        bytes.assign(std::istreambuf_iterator<char>{file}, {});
    }
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    std::ofstream{path, std::ios::binary} << bytes;
    const CreatorsRead read = read_creators(directory);
    EXPECT_TRUE(read.book.creators.empty());
    EXPECT_TRUE(read.book.genesis.is_zero());
    EXPECT_NE(read.problem.find("creators.sfc"), std::string::npos) << read.problem;
    EXPECT_NE(read.problem.find("damaged"), std::string::npos) << read.problem;
}

// Sound by its checksum, and not what this version writes.
TEST_F(CreatorKeeperTest, AFileWithOtherPartsOrTooManyBeginsEmpty) {
    detect::CreatorRecord full = record_of(11, 20);
    full.tokens.resize(detect::CreatorRecord::kTokensMax);
    ASSERT_TRUE(write_creators(directory, {genesis, {full}}));
    EXPECT_EQ(on_disk().size(), 1U);
    full.tokens.resize(detect::CreatorRecord::kTokensMax + 1);
    ASSERT_TRUE(write_creators(directory, {genesis, {full}}));
    EXPECT_NE(read_creators(directory).problem, "");
    EXPECT_TRUE(read_creators(directory).book.creators.empty());
    const journal::WholeFileForm form{{'S', 'F', 'C', 'R', 'E', 'A', 'T', '\n'}, 1, 100};
    ASSERT_TRUE(journal::write_whole_file(path, form, Bytes(31)));
    EXPECT_NE(read_creators(directory).problem, "");
}

TEST_F(CreatorKeeperTest, WritesOnceAMinuteWhatChangedAndTheRestAtTheEnd) {
    CreatorKeeper keeper{directory};
    keeper.begin({genesis, {record_of(10, 1)}});
    keeper.commit(true);
    EXPECT_FALSE(fs::exists(path)) << "nothing has changed";
    keeper.note(record_of(11, 1), kBegin);
    keeper.commit(false);
    EXPECT_TRUE(on_disk().empty());
    keeper.note(record_of(11, 2), kBegin + kMinute - 1);
    keeper.commit(false);
    EXPECT_TRUE(on_disk().empty());
    keeper.note(record_of(11, 3), kBegin + kMinute);
    keeper.commit(false);
    auto written = on_disk();
    ASSERT_EQ(written.size(), 2U);
    EXPECT_EQ(written[1].past.launches, 3U);
    keeper.note(record_of(12, 1), kBegin + kMinute + 1);
    keeper.commit(false);
    EXPECT_EQ(on_disk().size(), 2U);
    keeper.note(record_of(12, 1), kBegin - 1);
    keeper.commit(false);
    EXPECT_EQ(on_disk().size(), 3U) << "the clock was set back";
    keeper.note(record_of(13, 1), kBegin);
    keeper.commit(true);
    EXPECT_EQ(on_disk().size(), 4U);
}

// What was there may be of this chain.
TEST_F(CreatorKeeperTest, WritesNothingBeforeItIsKnownWhichChainItIs) {
    ASSERT_TRUE(write_creators(directory, {genesis, {record_of(11, 9)}}));
    CreatorKeeper keeper{directory};
    keeper.note(record_of(12, 1), kBegin);
    keeper.commit(true);
    EXPECT_EQ(on_disk().size(), 1U);
}

TEST_F(CreatorKeeperTest, TriesAgainWhereTheDiskDidNotTakeIt) {
    CreatorKeeper keeper{directory};
    keeper.begin({genesis, {}});
    fs::create_directories(path + ".new");
    keeper.note(record_of(11, 1), kBegin);
    keeper.commit(true);
    EXPECT_FALSE(fs::exists(path));
    fs::remove(path + ".new");
    keeper.commit(true);
    EXPECT_EQ(on_disk().size(), 1U);
}

// On its own thread, as in a run.
TEST_F(CreatorKeeperTest, TheRecorderHasItOnTheDiskWhenItIsClosed) {
    for (const bool is_threaded : {false, true}) {
        auto recorder = Recorder::open(
            {.state_dir = directory, .is_threaded = is_threaded, .settings = {}}, {});
        ASSERT_TRUE(recorder) << recorder.error().text;
        CreatorsRead before = read_creators(directory);
        before.book.genesis = genesis;
        (*recorder)->keep_creators(before.book, WallTime{kBegin});
        (*recorder)->note_creator(record_of(is_threaded ? 12 : 11, 5), WallTime{kBegin});
        ASSERT_TRUE((*recorder)->close(WallTime{kBegin}, "{}"));
        EXPECT_EQ(on_disk().size(), is_threaded ? 2U : 1U);
    }
}

}  // namespace
}  // namespace sniperforge::engine
