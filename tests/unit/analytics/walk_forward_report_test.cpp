// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/walk_forward_report.hpp"

#include <gtest/gtest.h>

#include "sniperforge/analytics/evidence_report.hpp"
#include "unit/analytics/trades.hpp"

namespace sniperforge::analytics {
namespace {

[[nodiscard]] FoldResult fold_of(std::size_t number, bool is_chosen) {
    FoldResult fold{number, test::days(30), test::days(40), std::nullopt, 0};
    if (is_chosen) {
        fold.chosen.emplace();
        fold.chosen->values = {7};
        fold.in_sample = test::reference_sample();
        fold.out_of_sample = test::daily_sample({10, -20, 30});
    }
    return fold;
}

[[nodiscard]] EvidenceReport report_on_two_folds() {
    WalkForwardResult result{
        {fold_of(1, true), fold_of(2, false)}, 20, test::daily_sample({10, -20, 30})};
    EvidenceReport report;
    report.walks.push_back({"momentum on <b>.csv", "tpe", "sharpe_annual", 3, 4, 24,
                            report_folds(
                                result, 10,
                                [](const ParameterValues& values) {
                                    return std::vector<std::pair<std::string, std::string>>{
                                        {"momentum.bars", std::to_string(values[0])}};
                                },
                                test::kHow)});
    return report;
}

TEST(WalkForwardReport, AFoldHasTheFiguresOfBothItsSides) {
    const ReportWalkForward walk = report_on_two_folds().walks[0];
    ASSERT_EQ(walk.folds.size(), 2U);
    const ReportFold& fold = walk.folds[0];
    EXPECT_EQ(fold.parameters[0].second, "7");
    EXPECT_EQ(fold.in_sample.trades, 12U);
    EXPECT_TRUE(fold.in_sample.net_bps);
    EXPECT_EQ(fold.out_of_sample.trades, 3U);
    ASSERT_TRUE(fold.out_of_sample.win_rate);
    EXPECT_FALSE(fold.out_of_sample.net_bps->ci95) << "three trades give no interval";
}

// Where nothing could be measured nothing was traded: no zero stands for it.
TEST(WalkForwardReport, AFoldWithoutAWinnerHasNoFigures) {
    const ReportFold fold = report_on_two_folds().walks[0].folds[1];
    EXPECT_TRUE(fold.parameters.empty());
    ASSERT_FALSE(fold.in_sample.net_bps);
    EXPECT_EQ(fold.in_sample.net_bps.error(), Lack::NoTrades);
    const std::string text = evidence_text(report_on_two_folds());
    EXPECT_NE(text.find("no trial could be measured"), std::string::npos) << text;
}

TEST(WalkForwardReport, IsInTheTextThePageAndTheObject) {
    const EvidenceReport report = report_on_two_folds();
    const std::string text = evidence_text(report);
    EXPECT_NE(text.find("24 trials on this data are counted, 4 of them from earlier searches"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("chosen         momentum.bars 7"), std::string::npos);
    EXPECT_NE(text.find("out of sample  3 trades"), std::string::npos);
    const std::string page = evidence_html(report);
    EXPECT_NE(page.find("Walk forward: momentum on &lt;b&gt;.csv"), std::string::npos);
    EXPECT_EQ(page.find("<b>.csv"), std::string::npos) << "names are escaped";
    const std::string object = evidence_json(report);
    EXPECT_NE(object.find("\"trials_before\":4,\"trials_on_data\":24"), std::string::npos);
    EXPECT_NE(object.find("\"parameters\":{\"momentum.bars\":\"7\"}"), std::string::npos);
    EXPECT_NE(object.find("\"parameters\":null"), std::string::npos);
    EXPECT_NE(object.find("\"speed\":null"), std::string::npos);
}

TEST(ReportSpeed, IsEventsByTime) {
    EXPECT_EQ((ReportSpeed{300, 2}.events_per_s()), 150);
    EXPECT_EQ((ReportSpeed{300, 0}.events_per_s()), 0) << "too short to be measured";
}

}  // namespace
}  // namespace sniperforge::analytics
