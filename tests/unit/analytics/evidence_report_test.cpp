// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/evidence_report.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>

#include "analytics/html_text.hpp"
#include "analytics/pixel_columns.hpp"
#include "analytics/report_cells.hpp"
#include "analytics/svg_charts.hpp"
#include "analytics/svg_frame.hpp"
#include "sniperforge/core/rng.hpp"
#include "unit/analytics/trades.hpp"

namespace sniperforge::analytics {
namespace {

using test::sample_of;
using test::trade_on;

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}
std::size_t count_of(const std::string& text, std::string_view part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

std::vector<TradeResult> noisy_trades(std::uint64_t count, Provenance provenance) {
    Rng rng{7};
    std::vector<TradeResult> trades;
    for (std::uint64_t i = 1; i <= count; ++i) {
        trades.push_back(trade_on(i, static_cast<std::int64_t>(i % 60), 20 + 200 * rng.normal()));
        trades.back().provenance = provenance;
        trades.back().exit_reason = rng.chance(0.5) ? ExitReason::TakeProfit : ExitReason::StopLoss;
        trades.back().costs.tip = Lamports{1'000};
        trades.back().costs.venue_fees = VenueFees{Lamports{2'000}, Lamports{}};
    }
    return trades;
}

ReportStrategy strategy_of(std::string name, std::vector<TradeResult> trades,
                           std::size_t resamples = 400) {
    return {report_sample(std::move(name), sample_of(std::move(trades), 60), {1, resamples},
                          {5, 0.001}),
            {},
            {}};
}

EvidenceReport report_of(ReportStrategy strategy) {
    EvidenceReport report;
    report.title = "a title";
    report.build_id = "build 1";
    report.made_at = WallTime{1'700'000'000'000'000'000};
    report.data = {{"candles", "ab12", 100, 3, {{"out_of_order", 4}, {"duplicate", 1}}}};
    report.strategies.push_back(std::move(strategy));
    return report;
}

TEST(EvidenceReport, StampsEverythingThatItRestsOnTheWeakestFirst) {
    auto report = report_of(strategy_of("s", noisy_trades(100, Provenance::Sim)));
    EXPECT_EQ(provenance_stamp(report), "SIM");
    report.is_backtest = true;
    EXPECT_EQ(provenance_stamp(report), "BACKTEST");
    report.strategies.push_back(strategy_of("t", noisy_trades(100, Provenance::Live)));
    EXPECT_EQ(provenance_stamp(report), "BACKTEST, LIVE");
    report.strategies.erase(report.strategies.begin());
    EXPECT_EQ(provenance_stamp(report), "LIVE");  // That it is a backtest makes live no less so.
    report.strategies[0].benchmarks[0] =
        strategy_of("b", noisy_trades(10, Provenance::Paper)).result;
    EXPECT_EQ(provenance_stamp(report), "PAPER, LIVE");
    report.strategies.clear();
    EXPECT_EQ(provenance_stamp(report), "NO TRADES");
    Divergence compared;
    compared.paper = Provenance::Paper;
    report.divergences.push_back({"first week", compared});
    EXPECT_EQ(provenance_stamp(report), "PAPER");
}

TEST(EvidenceReport, EveryWriterShowsTheStampAndTheSameFigure) {
    auto trades = noisy_trades(100, Provenance::Paper);
    const auto report = report_of(strategy_of("rule one", trades));
    const double mean = report.strategies[0].result.evidence.expectancy_bps->value;
    const std::string shown = fmt::format("{:.1f}", mean);
    const std::string text = evidence_text(report);
    EXPECT_TRUE(contains(text, "[PAPER] a title")) << text;
    EXPECT_TRUE(contains(text, shown));
    EXPECT_TRUE(contains(text, "candles: 100 rows, 5 bad (4 out of order, 1 duplicate), 3 breaks"));
    const std::string html = evidence_html(report);
    EXPECT_TRUE(contains(html, "<div class=\"stamp\">PAPER<span>"));
    EXPECT_TRUE(contains(html, "<td class=\"own\">" + shown + "<small"));
    EXPECT_TRUE(contains(html, "4 out of order, 1 duplicate"));

    simdjson::dom::parser parser;
    simdjson::dom::element json;
    ASSERT_EQ(parser.parse(evidence_json(report)).get(json), simdjson::SUCCESS);
    EXPECT_EQ(std::string_view{json["provenance"]}, "PAPER");
    const auto evidence = json["strategies"].at(0)["evidence"];
    EXPECT_EQ(double{evidence["net_bps"]["value"]}, mean);
    EXPECT_EQ(double{evidence["net_bps"]["ci95"].at(0)},
              report.strategies[0].result.evidence.expectancy_bps->ci95->low);
    EXPECT_EQ(std::int64_t{evidence["lamports"]["tip"]}, 100'000);
    EXPECT_EQ(std::string_view{evidence["targets"]["win_rate"]["verdict"]},
              to_string(report.strategies[0].result.evidence.win_rate_target.verdict));
    EXPECT_EQ(std::uint64_t{json["data"].at(0)["bad"]}, 5U);
    EXPECT_TRUE(json["strategies"].at(0)["benchmarks"]["hold"].is_null());
}

// Known amounts, so that a figure that moved to another row would show.
TEST(EvidenceReport, PutsEachFigureInItsRow) {
    const auto report = report_of({report_sample("r", test::reference_sample(), {}, {}), {}, {}});
    const std::string text = evidence_text(report);
    const auto row = [&](std::string_view label) {
        const auto at = text.find("\n" + std::string{label});
        const auto line = text.substr(at + 1, text.find('\n', at + 1) - at - 1);
        const auto value = line.find_first_not_of(' ', label.size());
        return value == std::string::npos ? std::string{} : line.substr(value);
    };
    EXPECT_EQ(row("trades"), "12");
    EXPECT_EQ(row("net result, SOL"), "0.032");
    EXPECT_EQ(row("stakes turned over, SOL"), "12");
    EXPECT_EQ(row("won of attempts (Wilson's interval), %").substr(0, 4), "50.0");
    EXPECT_EQ(row("mean net result, bps").substr(0, 4), "26.7");
    EXPECT_EQ(row("profit factor").substr(0, 4), "1.70");
    EXPECT_EQ(row("largest drawdown, SOL").substr(0, 7), "0.0185 ");
    EXPECT_EQ(row("deflated Sharpe ratio"), "- (trials were not counted)");
    EXPECT_EQ(row("MAE of winners, median, bps"), "- (not recorded)");
    EXPECT_EQ(row("capacity, a trade, SOL"), "- (not recorded)");
}

TEST(EvidenceReport, WhatIsMissingIsADashWithItsReasonAndNeverAZero) {
    const auto report = report_of(strategy_of("idle", {}));
    const std::string text = evidence_text(report);
    EXPECT_TRUE(contains(text, "[NO TRADES]"));
    EXPECT_EQ(count_of(text, "- (no trades)"), 33U) << text;  // Figures, targets, costs, groups.
    EXPECT_EQ(count_of(text, "(not run)"), 3U);
    const std::string html = evidence_html(report);
    EXPECT_TRUE(contains(html, "-<small class=\"keep\">no trades</small>"));
    EXPECT_TRUE(contains(html, "- (nothing to draw)"));
    EXPECT_FALSE(contains(html, "<td class=\"own\">0<small"));
    simdjson::dom::parser parser;
    simdjson::dom::element json;
    ASSERT_EQ(parser.parse(evidence_json(report)).get(json), simdjson::SUCCESS);
    const auto evidence = json["strategies"].at(0)["evidence"];
    for (const auto* key : {"win_rate", "net_bps", "sharpe_annual", "sharpe_deflated",
                            "drawdown_lamports", "time_in_market", "capacity", "lamports"}) {
        EXPECT_TRUE(evidence[key]["value"].is_null()) << key;
        EXPECT_EQ(std::string_view{evidence[key]["lack"]}, "no_trades") << key;
    }
}

TEST(EvidenceReport, VenueFeesThatNoTradeTellsAreNotZero) {
    auto trades = noisy_trades(20, Provenance::Sim);
    for (std::size_t i = 0; i + 1 < trades.size(); ++i) {
        trades[i].costs.venue_fees.reset();
    }
    const auto one_tells = evidence_text(report_of(strategy_of("s", trades)));
    EXPECT_TRUE(contains(one_tells, "venue fees          0.000002"));
    EXPECT_TRUE(contains(one_tells, "fees of 19 of 20 trades"));
    trades.back().costs.venue_fees.reset();
    const auto none_tells = report_of(strategy_of("s", trades));
    EXPECT_TRUE(contains(evidence_text(none_tells), "venue fees          - (not recorded)"));
    EXPECT_TRUE(contains(evidence_json(none_tells), "\"amm_fee\":null"));
}

// Each condition of MET is shown with what was found, whether it holds or not.
TEST(EvidenceReport, EveryWriterShowsEveryConditionOfATarget) {
    auto trades = noisy_trades(100, Provenance::Live);
    trades[0].is_reconciled = false;
    const auto report = report_of(strategy_of("s", trades));
    const std::string text = evidence_text(report), html = evidence_html(report);
    EXPECT_TRUE(contains(text,
                         "    no  every fill is final and equal to the books: 1 of 100 "
                         "trades are not yet"))
        << text;
    EXPECT_TRUE(contains(text, "    yes no search has seen the data: 0 of 100 trades"));
    EXPECT_EQ(count_of(text, "\n    yes ") + count_of(text, "\n    no  "), 22U);
    EXPECT_TRUE(contains(html, "<li>no: every fill is final and equal to the books: 1 of 100"));
    simdjson::dom::parser parser;
    simdjson::dom::element json;
    ASSERT_EQ(parser.parse(evidence_json(report)).get(json), simdjson::SUCCESS);
    const auto conditions =
        json["strategies"].at(0)["evidence"]["targets"]["sharpe_annual"]["conditions"];
    EXPECT_FALSE(bool{conditions.at(4)["holds"]});
    EXPECT_TRUE(bool{conditions.at(3)["holds"]});
    // Of nothing everything could be said.
    EXPECT_FALSE(contains(evidence_text(report_of(strategy_of("idle", {}))), "\n    yes "));
}

// Reports show conditions and no reasons: one without a condition would be told by nobody.
TEST(EvidenceReport, EveryReasonOfAVerdictIsAConditionThatDoesNotHold) {
    Evidence evidence = report_of(strategy_of("s", noisy_trades(100, Provenance::Live)))
                            .strategies.at(0)
                            .result.evidence;
    const auto broken = [&](std::vector<VerdictReason> reasons) {
        evidence.sharpe_target = {Verdict::Hypothesis, std::move(reasons)};
        return std::ranges::count(sharpe_row(evidence).conditions, false, &ConditionRow::holds);
    };
    EXPECT_EQ(broken({}), 0);
    for (int reason = 0; reason <= static_cast<int>(kVerdictReasonLast); ++reason) {
        const auto each = static_cast<VerdictReason>(reason);
        EXPECT_EQ(broken({each}), 1) << to_string(each);
    }
}

TEST(EvidenceReport, ACapacityThatIsNoneIsSaidInWords) {
    auto trades = noisy_trades(40, Provenance::Sim);
    for (TradeResult& trade : trades) {
        trade.gross = LamportsDelta{-30'000'000 - static_cast<std::int64_t>(trade.trade_id)};
        trade.depth = Lamports{1'000 * kLamportsPerSol};
    }
    const auto report = report_of(strategy_of("s", trades));
    EXPECT_TRUE(contains(evidence_text(report), "0 none: loses at any size, [0.0000, 0.0000]"))
        << evidence_text(report);
    EXPECT_TRUE(contains(evidence_json(report), "\"loses_at_any_size\":true"));
    EXPECT_FALSE(contains(evidence_json(report), "\"stake_lamports\":{\"value\":-"));
}

TEST(EvidenceReport, LiveOrdersStandBesidePaperByCause) {
    auto report = report_of(strategy_of("s", noisy_trades(20, Provenance::Live)));
    EXPECT_TRUE(contains(evidence_json(report), "\"paper_divergence\":null"));
    report.on_paper = ReportOnPaper{};
    EXPECT_TRUE(contains(evidence_html(report), "traded on paper itself"));
    EXPECT_TRUE(contains(evidence_json(report), "\"lack\":\"on_paper\""));
    OrderDivergences compared;
    compared.all.orders = compared.all.compared = 3;
    compared.all.difference.by_cause[static_cast<std::size_t>(OrderCause::SlotDelay)] =
        LamportsDelta{-7'000'000};
    report.on_paper->compared = compared;
    EXPECT_TRUE(contains(evidence_html(report), "<tr><th>slot delay</th><td>-0.007</td></tr>"))
        << evidence_html(report);
    EXPECT_TRUE(contains(evidence_text(report), "Live orders beside paper, all runs together"));
    EXPECT_TRUE(contains(evidence_json(report), "\"slot_delay\":-7000000"));
}

TEST(EvidenceReport, HostileNamesStayText) {
    auto report = report_of(strategy_of("<script>alert(1)</script>\x1b[2J", {}));
    report.title = "\"><img src=x onerror=y>";
    report.command = "a' & b";
    report.notes = {"</li><b>\xff"};
    report.data[0].name = "<i>";
    report.data[0].bad = {{"<u>", 1}};
    const std::string html = evidence_html(report);
    for (const auto* markup : {"<script", "<img", "<b>", "<i>", "<u>", "\x1b", "\xff"}) {
        EXPECT_FALSE(contains(html, markup)) << markup;
    }
    EXPECT_TRUE(contains(html, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    EXPECT_TRUE(contains(html, "a&#39; &amp; b"));
    EXPECT_FALSE(contains(evidence_text(report), "\x1b"));
    simdjson::dom::parser parser;
    EXPECT_EQ(parser.parse(evidence_json(report)).error(), simdjson::SUCCESS);
}

TEST(EvidenceReport, ThePageLoadsAndRunsNothing) {
    auto strategy = strategy_of("s", noisy_trades(100, Provenance::Sim));
    strategy.benchmarks[0] = strategy.result;
    strategy.leakage = {leakage_check("noise", strategy.result.sample, {})};
    auto report = report_of(std::move(strategy));
    report.divergences.push_back({"w", {}});
    const std::string html = evidence_html(report);
    EXPECT_TRUE(contains(html, "default-src 'none'; style-src 'unsafe-inline'"));
    for (const auto* part : {"<script", "<link", "<img", "<iframe", "url(", "@import",
                             "http:", "https:", "src=", "href="}) {
        EXPECT_FALSE(contains(html, part)) << part;
    }
    EXPECT_FALSE(contains(html, "nan"));
    EXPECT_FALSE(contains(html, "inf\""));
    EXPECT_EQ(count_of(html, "<svg"), count_of(html, "</svg>"));
    EXPECT_EQ(count_of(html, "<table"), count_of(html, "</table>"));
    EXPECT_EQ(count_of(html, "<section>"), count_of(html, "</section>"));
    EXPECT_EQ(count_of(html, "<tr"), count_of(html, "</tr>"));
}

// Curves are columns of pixels and points have a cap, so that the page does not grow with trades.
TEST(EvidenceReport, ThousandsOfTradesMakeASmallPage) {
    const auto report = report_of(strategy_of("s", noisy_trades(20'000, Provenance::Sim), 40));
    const std::string html = evidence_html(report);
    EXPECT_LT(html.size(), 500'000U);
    EXPECT_TRUE(contains(html, "5000 of 20000 trades are drawn"));
}

TEST(EvidenceReport, SaysWhenAllTradesAreDrawn) {
    const auto at_cap = [](std::uint64_t count) {
        std::vector<TradeResult> trades;
        for (std::uint64_t i = 1; i <= count; ++i) {
            trades.push_back(trade_on(i, 1, 5));
        }
        return sample_of(std::move(trades), 60);
    };
    EXPECT_EQ(count_of(scatter_chart(at_cap(kScatterMax)), "h0"), kScatterMax);
    EXPECT_EQ(count_of(scatter_chart(at_cap(kScatterMax + 1)), "h0"), kScatterMax);
}

TEST(EvidenceReport, HtmlTextEscapesMarkupAndMendsBrokenText) {
    EXPECT_EQ(html_escaped("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
    EXPECT_EQ(html_escaped("t\tn\nd\x7f"), "t n d ");
    EXPECT_EQ(html_escaped("\xc3\xa9 \xc3"), "\xc3\xa9 \xef\xbf\xbd");
    EXPECT_EQ(html_escaped(""), "");
}

TEST(PixelColumns, KeepEveryPeakAndTrough) {
    std::vector<CoursePoint> course;
    for (std::int64_t i = 0; i < 10'000; ++i) {
        course.push_back({WallTime{i}, i == 4'321 ? 99.0 : i == 4'322 ? -99.0 : 1.0});
    }
    const auto columns = pixel_columns(course, {WallTime{0}, WallTime{10'000}}, 100);
    ASSERT_EQ(columns.size(), 100U);
    EXPECT_EQ(columns[43].high, 99);
    EXPECT_EQ(columns[43].low, -99);
    EXPECT_EQ(columns[43].last, 1);
    EXPECT_EQ(columns[42].high, 1);
    EXPECT_EQ(pixel_columns({{WallTime{10'000}, 1}}, {WallTime{0}, WallTime{10'000}}, 100)[0].x,
              99U);
}

TEST(PixelColumns, TheDeepestOfTheCourseIsTheLargestDrawdown) {
    const Sample sample = sample_of(noisy_trades(500, Provenance::Sim), 60);
    double deepest = 0;
    for (const CoursePoint& point : drawdown_course(equity_course(sample))) {
        deepest = std::min(deepest, point.value);
    }
    EXPECT_EQ(-deepest, static_cast<double>(max_drawdown(sample)->depth.raw()));
}

TEST(PixelColumns, ChoosesEvenlyUpToTheCap) {
    EXPECT_EQ(evenly_chosen(3, 3), (std::vector<std::size_t>{0, 1, 2}));
    EXPECT_EQ(evenly_chosen(4, 2), (std::vector<std::size_t>{0, 2}));
    EXPECT_EQ(evenly_chosen(0, 5), std::vector<std::size_t>{});
}

TEST(SvgFrame, TicksAreRoundAndWithinTheBounds) {
    EXPECT_EQ(round_values(-0.3, 10.2, 5), (std::vector<double>{0, 5, 10}));
    EXPECT_EQ(round_values(-100, 100, 4), (std::vector<double>{-100, -50, 0, 50, 100}));
    const auto days = time_ticks(test::days(6));
    ASSERT_EQ(days.size(), 6U);
    EXPECT_EQ(days[1].label, "1970-01-02");
    EXPECT_EQ(days[1].at, static_cast<double>(test::kDayNs));
    EXPECT_EQ(time_ticks({WallTime{0}, WallTime{3 * 3'600'000'000'000}})[1].label,
              "01-01 00:30:00");
    EXPECT_LE(time_ticks(test::days(30'000)).size(), 9U);
}

}  // namespace
}  // namespace sniperforge::analytics
