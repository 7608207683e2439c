// SPDX-License-Identifier: MIT
// Every case of every vector file there is: whatever lies in the vectors directory is found by its
// name, and what is not known or cannot be run fails.
#include "unit/dex/vectors.hpp"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <vector>

namespace sniperforge::dex {
namespace test {

void VectorCases::run(const std::function<void()>& run_case) {
    SCOPED_TRACE(std::string{section_} + ", case " + std::to_string(count_) + " of the file");
    ++count_;
    const int failures_before = failures();
    try {
        run_case();
    } catch (const std::exception& error) {
        ADD_FAILURE() << "the case cannot be run: " << error.what();
    }
    exact_ += failures() == failures_before ? 1 : 0;
}

void run_sections(VectorCases& cases, simdjson::dom::element root,
                  std::initializer_list<VectorSection> sections) {
    for (const auto& [name, content] : root.get_object()) {
        if (name == "note") {
            continue;
        }
        const auto* const found = std::ranges::find(sections, name, &VectorSection::name);
        if (found == sections.end()) {
            ADD_FAILURE() << "nothing here runs the section \"" << name << '"';
            continue;
        }
        cases.section_ = name;
        found->run(cases, content);
    }
}

}  // namespace test

namespace {

using namespace test;
namespace fs = std::filesystem;

void run_swap_instruction(const VectorCases& /*cases*/, simdjson::dom::element test_case) {
    const bool is_known = run_cpmm_instruction(test_case) || run_pump_instruction(test_case);
    EXPECT_TRUE(is_known) << "no venue builds " << text_at(test_case, "name");
}

void run_swap_instructions(VectorCases& cases, simdjson::dom::element root) {
    run_sections(cases, root, {{"cases", run_each<run_swap_instruction>}});
}

// A file is <name><ending>, or <name>_<anything><ending>: further cases of the same kind.
struct VectorFile {
    std::string_view name;
    std::string_view ending;
    void (*run)(VectorCases& cases, simdjson::dom::element root);  // Null: run by another module.
};
constexpr VectorFile kFiles[] = {
    {"raydium_amm_v4", "_quotes.json", run_raydium_amm_v4},
    {"raydium_cpmm", "_quotes.json", run_raydium_cpmm},
    {"raydium_clmm", "_quotes.json", run_raydium_clmm},
    {"orca_whirlpool", "_quotes.json", run_orca_whirlpool},
    {"orca_program", "_swap_cases.json", run_orca_program},
    {"pump_curve", "_quotes.json", run_pump_curve},
    {"pumpswap", "_quotes.json", run_pump_swap},
    {"meteora_dlmm", "_quotes.json", run_meteora_dlmm},
    {"meteora_damm_v2", "_quotes.json", run_meteora_damm_v2},
    {"swap_instructions", ".json", run_swap_instructions},
    {"wire", ".json", nullptr},  // Every case in tests/unit/solana and tests/unit/core.
};

const VectorFile* find_file(std::string_view name) {
    const auto* const found = std::ranges::find_if(kFiles, [&](const VectorFile& file) {
        if (!name.starts_with(file.name) || !name.ends_with(file.ending) ||
            name.size() < file.name.size() + file.ending.size()) {
            return false;
        }
        const auto between =
            name.substr(file.name.size(), name.size() - file.name.size() - file.ending.size());
        return between.empty() || (between.starts_with('_') && between.size() > 1);
    });
    return found == std::end(kFiles) ? nullptr : found;
}

// In name order, so that two runs print the same.
std::vector<fs::path> files_in(const fs::path& directory) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator{directory}) {
        files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

void run_file(const fs::path& data, const fs::path& path) {
    const std::string name = path.filename().string();
    SCOPED_TRACE(name);
    const VectorFile* const file = find_file(name);
    if (file == nullptr) {
        ADD_FAILURE() << "nothing here runs this file; add it to kFiles or take it away";
        return;
    }
    const std::string subject = name.substr(0, name.size() - file->ending.size());
    if (file->run == nullptr) {
        std::printf("%s: run by another module\n", subject.c_str());
        return;
    }
    VectorCases cases{data};
    try {
        const sniperforge::test::JsonFile content{path};
        file->run(cases, content.root());
    } catch (const std::exception& error) {
        ADD_FAILURE() << "after " << cases.count()
                      << " cases the file cannot be run: " << error.what();
    }
    std::printf("%s: %d cases, %d exact\n", subject.c_str(), cases.count(), cases.exact());
    EXPECT_GT(cases.count(), 0) << "a file without a case";
    EXPECT_EQ(cases.exact(), cases.count());
}

TEST(Vectors, EveryCaseOfEveryFileIsExact) {
    SF_REQUIRE_DATA(data);
    for (const fs::path& path : files_in(data / "vectors")) {
        run_file(data, path);
    }
}

// A data directory taken away, or one file of it, would otherwise go unnoticed.
TEST(Vectors, EveryVenueHasAFile) {
    SF_REQUIRE_DATA(data);
    const auto files = files_in(data / "vectors");
    for (const VectorFile& known : kFiles) {
        EXPECT_TRUE(std::ranges::any_of(files, [&](const fs::path& path) {
            return find_file(path.filename().string()) == &known;
        })) << known.name;
    }
}

TEST(Vectors, AFileIsFoundByItsWholeName) {
    const auto name_of = [](std::string_view file) {
        const VectorFile* const found = find_file(file);
        return found == nullptr ? std::string_view{"unknown"} : found->name;
    };
    EXPECT_EQ(name_of("raydium_clmm_quotes.json"), "raydium_clmm");
    EXPECT_EQ(name_of("raydium_clmm_ext_quotes.json"), "raydium_clmm");
    EXPECT_EQ(name_of("raydium_clmm_seed_7_quotes.json"), "raydium_clmm");
    EXPECT_EQ(name_of("swap_instructions.json"), "swap_instructions");
    for (const auto* const other :
         {"raydium_quotes.json", "raydium_clmmx_quotes.json", "raydium_clmm__quotes.jsonx",
          "raydium_clmm_quotes.txt", "raydium_clmm.json", "unknown_venue_quotes.json",
          "wire.json.bak", "orca_program_quotes.json", "_quotes.json", ""}) {
        EXPECT_EQ(name_of(other), "unknown") << other;
    }
}

// The runner itself: what it must not let pass.
class VectorRunner : public testing::Test {
 protected:
    void SetUp() override { fs::create_directories(directory_); }
    void TearDown() override { fs::remove_all(directory_); }

    // Whether a file of this name and content fails the run.
    [[nodiscard]] bool fails(std::string_view name, std::string_view content) const {
        const fs::path path = directory_ / name;
        std::ofstream{path} << content;
        testing::TestPartResultArray results;
        {
            const testing::ScopedFakeTestPartResultReporter catching{
                testing::ScopedFakeTestPartResultReporter::INTERCEPT_ALL_THREADS, &results};
            run_file(directory_, path);
        }
        return results.size() > 0;
    }

 private:
    fs::path directory_ = fs::path{testing::TempDir()} / "sniperforge_vector_runner";
};

TEST_F(VectorRunner, FailsWhatIsAlteredUnknownOrCannotBeRun) {
    const std::string head = R"({"note": "one case", "cases": [)";
    const std::string good =
        R"({"kind": "base_in", "coin": "444529764028279", "pc": "54364197807760",)"
        R"( "amount_in": "60432369274614", "direction": "2", "swap_fee_numerator": "25",)"
        R"( "swap_fee_denominator": "10000", "fee": "151080923187",)"
        R"( "amount_out": "6491822769321"})";
    const auto altered = [&](std::string_view what, std::string_view into) {
        std::string text = good;
        return head + text.replace(text.find(what), what.size(), into) + "]}";
    };
    const std::string_view file = "raydium_amm_v4_quotes.json";
    EXPECT_FALSE(fails(file, head + good + "]}"));
    EXPECT_FALSE(fails("raydium_amm_v4_more_quotes.json", head + good + "]}"));
    EXPECT_TRUE(fails("raydium_amm_v5_quotes.json", head + good + "]}"));
    EXPECT_TRUE(fails("raydium_clmm_quotes.json", head + good + "]}"));
    EXPECT_TRUE(fails(file, altered("6491822769321", "6491822769322")));
    EXPECT_TRUE(fails(file, altered("151080923187", "151080923188")));
    EXPECT_TRUE(fails(file, altered("base_in", "base_between")));
    EXPECT_TRUE(fails(file, altered("\"coin\"", "\"coins\"")));
    EXPECT_TRUE(fails(file, altered("60432369274614", "6043236927461.4")));
    EXPECT_TRUE(fails(file, altered("\"2\"", "\"3\"")));
    EXPECT_TRUE(fails(file, head + "]}"));
    EXPECT_TRUE(fails(file, R"({"note": "", "others": [)" + good + "]}"));
    EXPECT_TRUE(fails(file, head + good + "], \"others\": []}"));
    EXPECT_TRUE(fails(file, head));
}

}  // namespace
}  // namespace sniperforge::dex
