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

// The best of many that lose is chosen all the same; nobody shall read an edge into that.
TEST(WalkForwardReport, AWinnerThatIsNotAboveZeroWhereItWasSearchedIsMarked) {
    const auto report_of = [](const std::vector<double>& net_bps) {
        FoldResult fold = fold_of(1, true);
        fold.in_sample = test::daily_sample(net_bps);
        EvidenceReport report;
        report.walks.push_back({"momentum on bars.csv", "tpe", "sharpe_annual", 3, 0, 10,
                                report_folds(
                                    {{fold}, 10, test::daily_sample({10})}, 10,
                                    [](const ParameterValues&) {
                                        return std::vector<std::pair<std::string, std::string>>{
                                            {"momentum.bars", "7"}};
                                    },
                                    test::kHow)});
        return report;
    };
    // Forty days about a mean, not alike.
    const auto about = [](double mean, double spread) {
        std::vector<double> net_bps;
        for (int i = 0; i < 40; ++i) {
            net_bps.push_back(mean + spread * (i * 7 % 11 - 5) / 5);
        }
        return net_bps;
    };
    const EvidenceReport earned = report_of(about(30, 20));
    EXPECT_EQ(evidence_text(earned).find("the best of 10"), std::string::npos)
        << evidence_text(earned);
    EXPECT_NE(evidence_json(earned).find("\"in_sample_verdict\":\"earned\""), std::string::npos);

    const EvidenceReport lost = report_of(about(-10, 20));
    EXPECT_NE(evidence_text(lost).find("the best of 10 lost where it was searched"),
              std::string::npos);
    EXPECT_NE(evidence_html(lost).find("the best of 10 lost where it was searched"),
              std::string::npos);
    EXPECT_NE(evidence_json(lost).find("\"in_sample_verdict\":\"lost\""), std::string::npos);

    // Above zero, and so little that it may be chance; or too few trades to tell.
    for (const auto& net_bps : {about(5, 100), std::vector<double>{10, 20, 30}}) {
        const EvidenceReport unclear = report_of(net_bps);
        EXPECT_NE(evidence_text(unclear).find("the best of 10 is not shown to earn"),
                  std::string::npos);
        EXPECT_NE(evidence_json(unclear).find("\"in_sample_verdict\":\"not_shown\""),
                  std::string::npos);
    }
    EXPECT_NE(evidence_json(report_on_two_folds()).find("\"in_sample_verdict\":null"),
              std::string::npos)
        << "of no winner";
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
