// SPDX-License-Identifier: MIT
// config/sniperforge.yaml is the manual: it must say what the program does.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "sniperforge/config/load.hpp"
#include "support/data.hpp"

namespace sniperforge::config {
namespace {

std::string manual_path() {
    return (sniperforge::test::source_dir() / "config" / "sniperforge.yaml").string();
}

std::vector<std::string> manual_lines() {
    std::ifstream in{manual_path()};
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

std::string trimmed(const std::string& line) {
    const auto begin = line.find_first_not_of(' ');
    return begin == std::string::npos ? std::string{} : line.substr(begin);
}

TEST(Manual, HoldsExactlyTheDefaults) {
    const auto settings = load_file(manual_path());
    ASSERT_TRUE(settings) << settings.error().text();
    EXPECT_EQ(*settings, Settings{});
    EXPECT_EQ(show(*settings), show(Settings{}));
}

TEST(Manual, ExplainsEachKeyWithItsRangeAndDefaultRightAboveIt) {
    const auto lines = manual_lines();
    for (const KeyInfo& key : known_keys()) {
        if (key.name.find("[]") != std::string::npos) {
            continue;
        }
        const auto dot = key.name.find('.');
        const std::string section = key.name.substr(0, dot);
        const std::string name = key.name.substr(dot + 1);
        std::string current;
        bool is_found = false;
        for (std::size_t i = 1; i < lines.size(); ++i) {
            if (!lines[i].empty() && lines[i][0] != ' ' && lines[i][0] != '#') {
                current = lines[i].substr(0, lines[i].find(':'));
            }
            if (current == section && lines[i].starts_with("  " + name + ": ")) {
                is_found = true;
                EXPECT_EQ(trimmed(lines[i]), fmt::format("{}: {}", name, key.default_value));
                EXPECT_EQ(trimmed(lines[i - 1]),
                          fmt::format("# Range: {}. Default: {}.", key.range, key.default_value))
                    << key.name;
            }
        }
        EXPECT_TRUE(is_found) << key.name << " is missing in the manual";
    }
}

TEST(Manual, ExplainsEachKeyOfAListsEntriesBesideIt) {
    const auto lines = manual_lines();
    std::size_t checked = 0;
    for (const KeyInfo& key : known_keys()) {
        const auto brackets = key.name.rfind("[].");
        if (brackets == std::string::npos) {
            continue;
        }
        ++checked;
        const std::string name = key.name.substr(brackets + 3) + ": ";
        const std::string comment =
            fmt::format("# Range: {}. Default: {}.", key.range, key.default_value);
        bool is_found = false;
        for (const auto& line : lines) {
            is_found =
                is_found || (line.find(" " + name) != std::string::npos && line.ends_with(comment));
        }
        EXPECT_TRUE(is_found) << key.name << ": " << comment;
    }
    EXPECT_EQ(checked, 13U + 10U + 17U + 3U + 2U);  // Endpoints, lanes, recipes, stages, steps.
}

// The entry that stands as a comment in the manual and begins with this line.
std::string commented_entry(const std::string& first) {
    std::string yaml;
    bool is_example = false;
    for (const auto& line : manual_lines()) {
        const std::string text = trimmed(line);
        is_example = text.starts_with(first) || (is_example && text.starts_with("#     "));
        if (is_example) {
            yaml += "  " + text.substr(1) + "\n";
        }
    }
    return yaml;
}

// The other direction: no key in the manual that the program does not know (load refuses unknown
// ones, so what is left are the commented examples).
TEST(Manual, TheCommentedEndpointLoadsWhenUncommented) {
    const std::string yaml = commented_entry("#   - name: \"primary\"");
    const auto settings = load_text("network:\n  endpoints:\n" + yaml, "example");
    ASSERT_TRUE(settings) << settings.error().text() << yaml;
    ASSERT_EQ(settings->network.endpoints.size(), 1U);
    EXPECT_EQ(settings->network.endpoints[0].api_key->reference, "env:RPC_API_KEY");
}

TEST(Manual, TheCommentedLaneLoadsWhenUncommented) {
    const std::string yaml = commented_entry("#   - name: \"jito\"");
    const auto settings = load_text("execution:\n  lanes:\n" + yaml, "example");
    ASSERT_TRUE(settings) << settings.error().text() << yaml;
    ASSERT_EQ(settings->execution.lanes.size(), 1U);
    EXPECT_EQ(settings->execution.lanes[0].auth->reference, "env:JITO_UUID");
    EXPECT_EQ(settings->execution.lanes[0].tip_floor, Lamports{10'000});
    const auto again = load_text(show(*settings), "shown");
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(*again, *settings);
}

TEST(Manual, TheCommentedRecipeLoadsWhenUncommented) {
    const std::string yaml = commented_entry("#   - name: \"early\"");
    const auto settings = load_text("sniper:\n  recipes:\n" + yaml, "example");
    ASSERT_TRUE(settings) << settings.error().text() << yaml;
    ASSERT_EQ(settings->sniper.recipes.size(), 1U);
    ASSERT_EQ(settings->sniper.recipes[0].stages.size(), 2U);
    EXPECT_EQ(settings->sniper.recipes[0].stages[1].gain_min, BasisPoints{300});
}

TEST(Manual, TheCommentedLadderLoadsWhenUncommented) {
    const std::string yaml = commented_entry("#   - gain_bps: 1500");
    const auto settings = load_text("exits:\n  take_profit_ladder:\n" + yaml, "example");
    ASSERT_TRUE(settings) << settings.error().text() << yaml;
    ASSERT_EQ(settings->exits.take_profit_ladder.size(), 1U);
    EXPECT_EQ(settings->exits.take_profit_ladder[0], (ProfitStep{BasisPoints{1'500}, 50}));
}

}  // namespace
}  // namespace sniperforge::config
