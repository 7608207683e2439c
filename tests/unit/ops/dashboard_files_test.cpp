// SPDX-License-Identifier: MIT
// The page as it is embedded: complete, and nothing in it that its own policy forbids.
#include "sniperforge/ops/dashboard_files.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>
#include <vector>

namespace sniperforge::ops {
namespace {

[[nodiscard]] std::vector<std::string> all_of(std::string_view text, const char* pattern) {
    const std::string subject{text};
    const std::regex regex{pattern};
    std::vector<std::string> found;
    for (auto it = std::sregex_iterator{subject.begin(), subject.end(), regex};
         it != std::sregex_iterator{}; ++it) {
        found.push_back((*it)[1]);
    }
    return found;
}

TEST(DashboardFiles, AreFoundByTheirExactPathAndByNoOther) {
    const DashboardFile* const index = dashboard_file("/");
    ASSERT_NE(index, nullptr);
    EXPECT_EQ(index, dashboard_file("/index.html"));
    EXPECT_EQ(index->content_type, "text/html; charset=utf-8");
    EXPECT_TRUE(index->bytes.starts_with("<!doctype html>"));
    for (const auto* path : {"", "index.html", "//", "/index.html?", "/../app.js", "/APP.JS",
                             "/app", "/npm/package.json"}) {
        EXPECT_EQ(dashboard_file(path), nullptr) << path;
    }
}

TEST(DashboardFiles, EachHasATypeAndAnETagOfItsOwn) {
    std::set<std::string_view> tags;
    for (const DashboardFile& file : dashboard_files()) {
        EXPECT_FALSE(file.bytes.empty()) << file.path;
        EXPECT_TRUE(file.content_type.ends_with("; charset=utf-8")) << file.path;
        EXPECT_TRUE(std::regex_match(std::string{file.etag}, std::regex{"\"[0-9a-f]{64}\""}))
            << file.etag;
        EXPECT_TRUE(tags.insert(file.etag).second) << file.path;
    }
    EXPECT_EQ(dashboard_file("/app.js")->content_type, "text/javascript; charset=utf-8");
    EXPECT_EQ(dashboard_file("/style.css")->content_type, "text/css; charset=utf-8");
}

TEST(DashboardFiles, AllThatThePageAndItsModulesNameIsThere) {
    const std::string_view index = dashboard_file("/")->bytes;
    const auto links = all_of(index, R"re((?:href|src)="(/[^"]*)")re");
    EXPECT_GE(links.size(), 3U);
    for (const std::string& link : links) {
        EXPECT_NE(dashboard_file(link), nullptr) << link;
    }
    std::size_t imports = 0;
    for (const DashboardFile& file : dashboard_files()) {
        if (!file.path.ends_with(".js") || file.path == "/uplot.js") {
            continue;
        }
        for (const std::string& name : all_of(file.bytes, R"re(from '\.(/[^']*)')re")) {
            EXPECT_NE(dashboard_file(name), nullptr) << file.path << " imports " << name;
            ++imports;
        }
    }
    EXPECT_GT(imports, 20U);
}

// The policy would keep it from running, and then the page from working.
TEST(DashboardFiles, HaveNoScriptOrStyleInTheMarkupAndNameNoOtherHost) {
    const std::string index{dashboard_file("/")->bytes};
    EXPECT_FALSE(std::regex_search(index, std::regex{R"(<style|\sstyle=|\son\w+=|javascript:)"}));
    EXPECT_FALSE(std::regex_search(index, std::regex{R"(<script(?![^>]*\ssrc=))"}));
    for (const DashboardFile& file : dashboard_files()) {
        if (file.path == "/uplot.js" || file.path == "/licences.txt") {
            continue;  // They name where they come from.
        }
        EXPECT_FALSE(std::regex_search(std::string{file.bytes},
                                       std::regex{"https?://|innerHTML|outerHTML|insertAdjacent|"
                                                  "document\\.write|eval\\("}))
            << file.path;
    }
}

TEST(DashboardFiles, HaveUPlotWithItsLicenceOrNeither) {
    const bool has_charts = has_dashboard_charts();
    EXPECT_EQ(dashboard_file("/uplot.js") != nullptr, has_charts);
    EXPECT_EQ(dashboard_file("/uplot.css") != nullptr, has_charts);
    const std::string_view licences = dashboard_file("/licences.txt")->bytes;
    EXPECT_EQ(licences.find("Leon Sorokin") != std::string_view::npos, has_charts);
    EXPECT_NE(licences.find("MIT License"), std::string_view::npos);
}

TEST(DashboardFiles, TheirPolicyAllowsNothingInlineAndNoOtherHost) {
    const std::string_view policy = kPageHeaders.front().value;
    EXPECT_TRUE(policy.starts_with("default-src 'none'"));
    EXPECT_EQ(policy.find("unsafe"), std::string_view::npos);
    EXPECT_EQ(policy.find('*'), std::string_view::npos);
    EXPECT_EQ(policy.find("http"), std::string_view::npos);
}

}  // namespace
}  // namespace sniperforge::ops
