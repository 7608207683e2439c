// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/trial_store.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "analytics/sqlite.hpp"
#include "sniperforge/analytics/store.hpp"
#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::analytics {
namespace {

const std::string kData(64, 'a');
const std::string kOtherData(64, 'b');

StudyInfo study_on(const std::string& data, const std::string& name = "s") {
    return {name, data, "sharpe_annual", "build 1", WallTime{123}};
}

Trial trial_with(double sharpe) {
    Trial trial;
    trial.fold = 2;
    trial.number = 7;
    trial.parameters_json = R"({"level":3})";
    trial.trades = 44;
    trial.objective = Estimate{1.5, Interval{0.5, 2.5}};
    trial.sharpe_daily = sharpe;
    trial.seed = kU64Max;
    return trial;
}

// Of many pages.
Trial large_trial() {
    Trial trial = trial_with(0.1);
    trial.parameters_json = "\"" + std::string(100'000, 'p') + "\"";
    return trial;
}

class TrialStoreTest : public ::testing::Test {
 protected:
    void SetUp() override {
        directory_ = std::filesystem::path{::testing::TempDir()} /
                     (std::string{"trials_"} +
                      ::testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::remove_all(directory_);
        std::filesystem::create_directories(directory_);
        path_ = directory_ / "trials.db";
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }

    [[nodiscard]] std::unique_ptr<TrialStore> open() const {
        auto store = TrialStore::open(path_);
        EXPECT_TRUE(store) << store.error().text;
        return store ? std::move(*store) : nullptr;
    }
    [[nodiscard]] std::string open_error() const {
        const auto store = TrialStore::open(path_);
        return store ? "" : store.error().text;
    }
    void execute(const std::string& sql) const {
        const auto database = Database::open(path_);
        ASSERT_TRUE(database);
        const auto done = (*database)->execute(sql.c_str());
        ASSERT_TRUE(done) << done.error().text;
    }

    std::filesystem::path directory_;
    std::filesystem::path path_;
};

TEST_F(TrialStoreTest, KeepsEverythingOfATrialAcrossReopening) {
    ASSERT_TRUE(open()->add(study_on(kData, "first"), trial_with(0.1)));
    const auto rows = open()->rows(kData, 10);
    ASSERT_TRUE(rows) << rows.error().text;
    ASSERT_EQ(rows->size(), 1U);
    const TrialStore::TrialRow& row = rows->front();
    EXPECT_EQ(row.study.study, "first");
    EXPECT_EQ(row.study.data_sha256, kData);
    EXPECT_EQ(row.study.objective, "sharpe_annual");
    EXPECT_EQ(row.study.build_id, "build 1");
    EXPECT_EQ(row.study.at, WallTime{123});
    EXPECT_EQ(row.parameters_json, R"({"level":3})");
    EXPECT_EQ(row.fold, 2U);
    EXPECT_EQ(row.number, 7U);
    EXPECT_EQ(row.trades, 44U);
    EXPECT_EQ(row.seed, kU64Max);
    EXPECT_EQ(row.objective->value, 1.5);
    EXPECT_EQ(row.objective->ci95->low, 0.5);
    EXPECT_EQ(row.objective->ci95->high, 2.5);
    EXPECT_EQ(*row.sharpe_daily, 0.1);
}

TEST_F(TrialStoreTest, WhatIsLackingComesBackAsALack) {
    const auto store = open();
    Trial no_interval = trial_with(0);
    no_interval.objective = Estimate{0.0, std::unexpected{Lack::TooFewClusters}};
    Trial nothing = trial_with(0);
    nothing.objective = std::unexpected{Lack::NoVariation};
    nothing.sharpe_daily = std::unexpected{Lack::NoTrades};
    ASSERT_TRUE(store->add(study_on(kData), no_interval));
    ASSERT_TRUE(store->add(study_on(kData), nothing));
    ASSERT_TRUE(store->add(study_on(kData), trial_with(0.25)));  // What was unbound stays apart.
    const auto rows = store->rows(kData, 10);
    ASSERT_EQ(rows->size(), 3U);
    EXPECT_EQ((*rows)[0].objective->value, 1.5);  // The newest first.
    EXPECT_EQ((*rows)[1].objective.error(), Lack::NoVariation);
    EXPECT_EQ((*rows)[1].sharpe_daily.error(), Lack::NoTrades);
    EXPECT_EQ((*rows)[2].objective->value, 0.0);
    EXPECT_EQ((*rows)[2].objective->ci95.error(), Lack::TooFewClusters);
    EXPECT_EQ(store->rows(kData, 1)->size(), 1U);
}

// The point of it: the tenth evening's search deflates by all ten.
TEST_F(TrialStoreTest, CountsTheTrialsOfAllStudiesAndRunsOnTheSameData) {
    EXPECT_EQ(open()->trials_on(kData)->count, 0U);
    ASSERT_TRUE(open()->add(study_on(kData, "monday"), trial_with(0.1)));
    ASSERT_TRUE(open()->add(study_on(kData, "tuesday"), trial_with(0.3)));
    ASSERT_TRUE(open()->add(study_on(kOtherData), trial_with(0.9)));
    const auto trials = open()->trials_on(kData);
    ASSERT_TRUE(trials);
    EXPECT_EQ(trials->count, 2U);
    EXPECT_NEAR(trials->sharpe_variance, 0.02, 1e-12);

    const ReturnShape shape{250, 0.2, 0, 3};
    const double before = *deflated_sharpe(shape, *trials);
    const auto store = open();
    for (int i = 0; i < 8; ++i) {
        ASSERT_TRUE(store->add(study_on(kData, "wednesday"), trial_with(i % 2 == 0 ? 0.1 : 0.3)));
    }
    EXPECT_LT(*deflated_sharpe(shape, *open()->trials_on(kData)), before);
}

// Leaving them out would make a single ratio the best of one trial.
TEST_F(TrialStoreTest, TrialsWithoutARatioAreCountedAndDeflate) {
    const auto store = open();
    ASSERT_TRUE(store->add(study_on(kData), trial_with(0.5)));
    Trial failed = trial_with(0);
    failed.sharpe_daily = std::unexpected{Lack::NoTrades};
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(store->add(study_on(kData), failed));
    }
    const auto trials = store->trials_on(kData);
    EXPECT_EQ(trials->count, 4U);
    EXPECT_NEAR(trials->sharpe_variance, 0.0625, 1e-12);  // Of 0.5 and three zeros.
}

TEST_F(TrialStoreTest, NoTrialCanBeRemovedOrChanged) {
    ASSERT_TRUE(open()->add(study_on(kData), trial_with(0.1)));
    const auto database = Database::open(path_);
    const auto removed = (*database)->execute("DELETE FROM trials");
    ASSERT_FALSE(removed);
    EXPECT_NE(removed.error().text.find("stays counted"), std::string::npos);
    EXPECT_FALSE((*database)->execute("UPDATE trials SET sharpe = 0"));
    EXPECT_EQ(open()->trials_on(kData)->count, 1U);
}

TEST_F(TrialStoreTest, RefusesDataWithoutAProperHash) {
    const auto store = open();
    for (const std::string& hash : {std::string{}, std::string(63, 'a'), std::string(65, 'a'),
                                    std::string(64, 'A'), std::string(64, 'g')}) {
        EXPECT_FALSE(store->add(study_on(hash), trial_with(0)));
        EXPECT_FALSE(store->trials_on(hash));
    }
    EXPECT_TRUE(store->add(study_on(std::string(64, '0')), trial_with(0)));
}

TEST_F(TrialStoreTest, IsPrivate) {
    (void)open();
    struct stat status{};
    ASSERT_EQ(::stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0640U);
}

TEST_F(TrialStoreTest, RefusesADamagedFileAndSaysWhy) {
    {
        ASSERT_TRUE(open()->add(study_on(kData), large_trial()));
    }
    const auto size = std::filesystem::file_size(path_);
    {
        // The middle of the tables; the first page still says that it is a database.
        std::fstream file{path_, std::ios::in | std::ios::out | std::ios::binary};
        file.seekp(static_cast<std::streamoff>(4'096));
        file << std::string(size / 2, '\x5a');
    }
    const std::string error = open_error();
    EXPECT_TRUE(error.find("damaged") != std::string::npos ||
                error.find("malformed") != std::string::npos)
        << error;
}

TEST_F(TrialStoreTest, RefusesATruncatedFile) {
    {
        ASSERT_TRUE(open()->add(study_on(kData), large_trial()));
    }
    std::filesystem::resize_file(path_, std::filesystem::file_size(path_) / 2);
    EXPECT_NE(open_error(), "");
}

TEST_F(TrialStoreTest, RefusesWhatIsNoTrialStoreAndLeavesItAlone) {
    std::ofstream{path_} << std::string(5'000, 'x');
    EXPECT_NE(open_error().find("file is not a database"), std::string::npos) << open_error();
    std::filesystem::remove(path_);
    ASSERT_TRUE(Store::open(path_));
    EXPECT_NE(open_error().find("a database of something else"), std::string::npos) << open_error();
    ASSERT_TRUE(Store::open(path_));
}

TEST_F(TrialStoreTest, RefusesANewerVersion) {
    ASSERT_TRUE(open());
    execute("PRAGMA user_version = 3");
    EXPECT_NE(open_error().find("schema version 3, this program knows 2"), std::string::npos)
        << open_error();
    execute("PRAGMA user_version = 2");
    EXPECT_TRUE(open());
}

// A part of what was searched is searched, and its trials count.
TEST_F(TrialStoreTest, DataThatSharesRowsWithSearchedDataIsNamedWithItsTrials) {
    const std::vector<std::uint64_t> blocks{1, 2, kU64Max}, part{2, 5, kU64Max}, other{6, 7};
    ASSERT_TRUE(open()->add_print({kData, blocks}));
    ASSERT_TRUE(open()->add_print({kData, blocks})) << "again";
    const auto before = open()->seen({kOtherData, part});
    ASSERT_TRUE(before) << before.error().text;
    EXPECT_TRUE(before->others.empty()) << "nothing was tried on it";
    ASSERT_TRUE(open()->add(study_on(kData, "monday"), trial_with(0.1)));
    ASSERT_TRUE(open()->add(study_on(kData, "tuesday"), trial_with(0.3)));
    const auto seen = open()->seen({kOtherData, part});
    ASSERT_TRUE(seen);
    ASSERT_EQ(seen->others.size(), 1U);
    EXPECT_EQ(seen->others[0].data_sha256, kData);
    EXPECT_EQ(seen->others[0].study, "monday");
    EXPECT_EQ(seen->others[0].shared, 2U);
    EXPECT_EQ(seen->trials.count, 2U);
    EXPECT_EQ(searched_of(*seen, {kOtherData, part}), Searched::Yes);
    const auto own = open()->seen({kData, blocks});
    EXPECT_TRUE(own->others.empty());
    EXPECT_EQ(searched_of(*own, {kData, blocks}), Searched::Yes);
    const auto apart = open()->seen({kOtherData, other});
    EXPECT_EQ(apart->trials.count, 0U);
    EXPECT_EQ(searched_of(*apart, {kOtherData, other}), Searched::No);
    EXPECT_EQ(searched_of(*open()->seen({kOtherData, {}}), {kOtherData, {}}), Searched::Unknown)
        << "too few rows to know them again";
}

TEST_F(TrialStoreTest, TrialsOfBeforeRowsWereKeptMakeItUnknown) {
    ASSERT_TRUE(open()->add(study_on(kData), trial_with(0.1)));
    for (const auto* sql : {"DROP TABLE row_blocks", "PRAGMA user_version = 1"}) {
        execute(sql);
    }
    const std::vector<std::uint64_t> blocks{1};
    const auto seen = open()->seen({kOtherData, blocks});
    ASSERT_TRUE(seen) << seen.error().text;
    EXPECT_EQ(seen->unprinted, 1U);
    EXPECT_EQ(searched_of(*seen, {kOtherData, blocks}), Searched::Unknown);
    EXPECT_EQ(open()->trials_on(kData)->count, 1U) << "they stay counted";
    ASSERT_TRUE(open()->add_print({kData, std::vector<std::uint64_t>{9}}));
    EXPECT_EQ(open()->seen({kOtherData, blocks})->unprinted, 0U);
    EXPECT_EQ(searched_of(*open()->seen({kOtherData, blocks}), {kOtherData, blocks}), Searched::No);
}

}  // namespace
}  // namespace sniperforge::analytics
