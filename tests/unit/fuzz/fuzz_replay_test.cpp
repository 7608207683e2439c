// SPDX-License-Identifier: MIT
// Every file of the fuzz corpora, replayed through its target. A crash that a fuzzer finds becomes
// a test by adding its input to the corpus.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#define SF_FUZZ_NAME(name) extern "C" int name(const std::uint8_t* data, std::size_t size);
#include "fuzz_targets.inc"
#undef SF_FUZZ_NAME

namespace sniperforge {
namespace {

using Entry = int (*)(const std::uint8_t*, std::size_t);

struct Target {
    std::string name;
    Entry entry;
};

const std::vector<Target> kTargets{
#define SF_FUZZ_NAME(name) {#name, name},
#include "fuzz_targets.inc"
#undef SF_FUZZ_NAME
};

std::filesystem::path corpus_of(const Target& target) {
    return std::filesystem::path{SF_FUZZ_CORPUS} / target.name.substr(std::string{"fuzz_"}.size());
}

std::vector<std::filesystem::path> files_of(const Target& target) {
    std::vector<std::filesystem::path> files;
    if (std::filesystem::is_directory(corpus_of(target))) {
        for (const auto& file : std::filesystem::directory_iterator{corpus_of(target)}) {
            files.push_back(file.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

void run(const Target& target, const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    const std::vector<char> chars{std::istreambuf_iterator<char>{in}, {}};
    const std::vector<std::uint8_t> bytes{chars.begin(), chars.end()};
    EXPECT_EQ(target.entry(bytes.data(), bytes.size()), 0) << file;
    // Cut short and extended, each seed stands for many more.
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        target.entry(bytes.data(), size);
    }
    std::vector<std::uint8_t> longer = bytes;
    longer.push_back(0);
    target.entry(longer.data(), longer.size());
}

void replay(const Target& target) {
    const auto files = files_of(target);
    ASSERT_FALSE(files.empty()) << "no corpus in " << corpus_of(target);
    for (const auto& file : files) {
        SCOPED_TRACE(file.string());
        run(target, file);
    }
}

const Target& target_named(std::string_view name) {
    const auto found = std::find_if(kTargets.begin(), kTargets.end(),
                                    [name](const Target& target) { return target.name == name; });
    if (found == kTargets.end()) {
        throw std::runtime_error("no fuzz target " + std::string{name});
    }
    return *found;
}

TEST(FuzzReplay, FindsNothingWrongWithTheCorporaOfAllTargets) {
    std::size_t replayed = 0;
    for (const Target& target : kTargets) {
        if (target.name != "fuzz_canary") {
            replay(target);
            ++replayed;
        }
    }
    EXPECT_GE(replayed, 3U);
}

// If the canary's corpus could pass, so could any other crash.
TEST(FuzzReplayDeathTest, NoticesATargetThatFails) {
    EXPECT_DEATH(replay(target_named("fuzz_canary")), "CANARY");
}

}  // namespace
}  // namespace sniperforge
