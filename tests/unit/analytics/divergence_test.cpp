// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/divergence.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "sniperforge/core/rng.hpp"
#include "unit/analytics/trades.hpp"

namespace sniperforge::analytics {
namespace {

using test::kHow;
using test::sample_of;
using test::trade_on;

TradeResult trade_of(std::uint64_t number, Provenance provenance, std::uint64_t stake,
                     std::int64_t gross) {
    TradeResult trade = trade_on(number, static_cast<std::int64_t>(number % 40), 0);
    trade.provenance = provenance;
    trade.stake = Lamports{stake};
    trade.gross = LamportsDelta{gross};
    return trade;
}
TradeResult paper_trade(std::uint64_t number, std::uint64_t stake, std::int64_t gross) {
    return trade_of(number, Provenance::Paper, stake, gross);
}
TradeResult live_trade(std::uint64_t number, std::uint64_t stake, std::int64_t gross) {
    return trade_of(number, Provenance::Live, stake, gross);
}

MatchedTrade match_of(std::uint64_t paper, std::uint64_t live) {
    MatchedTrade match;
    match.paper = paper;
    match.live = live;
    return match;
}

void expect_adds_up(const Divergence& d) {
    LamportsDelta sum;
    for (const LamportsDelta part : d.by_cause) {
        sum += part;
    }
    EXPECT_EQ(sum, d.live_net - d.paper_net);
}

Divergence compared(std::vector<TradeResult> paper, std::vector<TradeResult> live,
                    const std::vector<MatchedTrade>& matches) {
    auto result =
        divergence(sample_of(std::move(paper), 40), sample_of(std::move(live), 40), matches, kHow);
    EXPECT_TRUE(result) << result.error().text;
    expect_adds_up(*result);
    return *result;
}

std::string refusal(std::vector<TradeResult> paper, std::vector<TradeResult> live,
                    const std::vector<MatchedTrade>& matches) {
    const auto result =
        divergence(sample_of(std::move(paper), 40), sample_of(std::move(live), 40), matches, kHow);
    return result ? "" : result.error().text;
}

// Paper: 1,000 buy 100 tokens, which sell at 15 each. Live: 2,000 buy 190, which sell for 2,660.
TEST(Divergence, TellsSizeEntryAndExitApart) {
    MatchedTrade match = match_of(1, 7);
    match.paper_facts.tokens = TokenAmount{100};
    match.live_facts.tokens = TokenAmount{190};
    const auto d = compared({paper_trade(1, 1'000, 500)}, {live_trade(7, 2'000, 660)}, {match});
    EXPECT_EQ(d.of(DivergenceCause::Size), LamportsDelta{500});         // 1,000 rather than 500.
    EXPECT_EQ(d.of(DivergenceCause::EntryPrice), LamportsDelta{-150});  // 10 tokens less, at 15.
    EXPECT_EQ(d.of(DivergenceCause::ExitPrice), LamportsDelta{-190});   // 190 at 14.
    EXPECT_EQ(d.of(DivergenceCause::Price), LamportsDelta{});
    EXPECT_EQ(d.both, 1U);
    EXPECT_EQ(d.without_tokens, 0U);
}

TEST(Divergence, WithoutTokensThereIsOnePrice) {
    MatchedTrade match = match_of(1, 7);
    match.live_facts.tokens = TokenAmount{190};
    const auto d = compared({paper_trade(1, 1'000, 500)}, {live_trade(7, 2'000, 660)}, {match});
    EXPECT_EQ(d.of(DivergenceCause::Price), LamportsDelta{-340});
    EXPECT_EQ(d.of(DivergenceCause::EntryPrice), LamportsDelta{});
    EXPECT_EQ(d.without_tokens, 1U);
}

TEST(Divergence, EachClassOfCostsIsACause) {
    auto paper = paper_trade(1, 1'000, 0);
    paper.costs = {Lamports{1}, Lamports{2},      Lamports{3},
                   Lamports{4}, LamportsDelta{5}, VenueFees{Lamports{6}, Lamports{1}}};
    auto live = live_trade(1, 1'000, 0);
    live.costs = {Lamports{2}, Lamports{4},       Lamports{6},
                  Lamports{8}, LamportsDelta{-5}, VenueFees{Lamports{7}, Lamports{1}}};
    const auto d = compared({paper}, {live}, {match_of(1, 1)});
    EXPECT_EQ(d.of(DivergenceCause::BaseFee), LamportsDelta{-1});
    EXPECT_EQ(d.of(DivergenceCause::PriorityFee), LamportsDelta{-2});
    EXPECT_EQ(d.of(DivergenceCause::Tip), LamportsDelta{-3});
    EXPECT_EQ(d.of(DivergenceCause::Reverts), LamportsDelta{-4});
    EXPECT_EQ(d.of(DivergenceCause::Rent), LamportsDelta{10});
    EXPECT_EQ(d.of(DivergenceCause::VenueFees), LamportsDelta{-1});
    EXPECT_EQ(d.venue_fees_unequal, 0U);
}

// A live fill does not tell its venue fees: they are in its gross, and paper's join paper's.
TEST(Divergence, VenueFeesThatOneSideAloneTellsAreInsideThePrice) {
    auto paper = paper_trade(1, 1'000, 0);
    paper.costs.venue_fees = VenueFees{Lamports{25}, Lamports{}};
    const auto d = compared({paper}, {live_trade(1, 1'000, -25)}, {match_of(1, 1)});
    EXPECT_EQ(d.of(DivergenceCause::Price), LamportsDelta{});
    EXPECT_EQ(d.of(DivergenceCause::VenueFees), LamportsDelta{});
    EXPECT_EQ(d.venue_fees_unequal, 1U);
    EXPECT_EQ(d.live_net, d.paper_net);
}

TEST(Divergence, CountsWhatOneSideAloneTradedWithItsReason) {
    MatchedTrade expired;
    expired.paper = 2;
    expired.failure = "expired";
    expired.failed_attempts = Lamports{30};
    MatchedTrade again = expired;
    again.paper = 3;
    MatchedTrade extra;
    extra.live = 9;
    const auto d =
        compared({paper_trade(1, 1'000, 5), paper_trade(2, 1'000, 100), paper_trade(3, 1'000, -40)},
                 {live_trade(8, 1'000, 7), live_trade(9, 1'000, -9)}, {expired, again, extra});
    EXPECT_EQ(d.of(DivergenceCause::OnlyPaper), LamportsDelta{-60});
    EXPECT_EQ(d.of(DivergenceCause::OnlyLive), LamportsDelta{-9});
    EXPECT_EQ(d.of(DivergenceCause::FailedAttempts), LamportsDelta{-60});
    EXPECT_EQ(d.of(DivergenceCause::UnmatchedPaper), LamportsDelta{-5});
    EXPECT_EQ(d.of(DivergenceCause::UnmatchedLive), LamportsDelta{7});
    EXPECT_EQ(d.only_paper, 2U);
    EXPECT_EQ(d.unmatched_live, 1U);
    EXPECT_EQ(d.live_net, LamportsDelta{7 - 9 - 60});
    ASSERT_EQ(d.failures.size(), 1U);
    EXPECT_EQ(d.failures[0].failure, "expired");
    EXPECT_EQ(d.failures[0].count, 2U);
    EXPECT_EQ(d.failures[0].missed, LamportsDelta{60});
    EXPECT_EQ(d.difference_bps.error(), Lack::NoTrades);
}

// Amounts that do not divide leave remainders at every step; none is lost.
TEST(Divergence, AddsUpToTheLamportWhateverTheAmounts) {
    Rng rng{11};
    std::vector<TradeResult> paper;
    std::vector<TradeResult> live;
    std::vector<MatchedTrade> matches;
    for (std::uint64_t i = 1; i <= 200; ++i) {
        const auto make = [&](Provenance provenance) {
            const std::uint64_t stake = 1 + rng.below(1'000'000'007);
            auto trade = trade_of(
                i, provenance, stake,
                static_cast<std::int64_t>(rng.below(2 * stake)) - static_cast<std::int64_t>(stake));
            trade.costs.tip = Lamports{rng.below(1'000)};
            trade.costs.rent = LamportsDelta{static_cast<std::int64_t>(rng.below(2'000)) - 1'000};
            if (rng.chance(0.5)) {
                trade.costs.venue_fees =
                    VenueFees{Lamports{rng.below(stake)}, Lamports{rng.below(9)}};
            }
            return trade;
        };
        paper.push_back(make(Provenance::Paper));
        live.push_back(make(Provenance::Live));
        MatchedTrade match = match_of(i, i);
        if (rng.chance(0.7)) {
            match.paper_facts.tokens = TokenAmount{1 + rng.below(1'000'003)};
            match.live_facts.tokens = TokenAmount{rng.below(1'000'003)};
        }
        match.failed_attempts = Lamports{rng.below(100)};
        if (rng.chance(0.1)) {
            match.live.reset();
        }
        matches.push_back(match);
    }
    const auto d = compared(paper, live, matches);
    EXPECT_GT(d.without_tokens, 0U);
    EXPECT_GT(d.unmatched_live, 0U);
}

TEST(Divergence, TheMeanDifferenceHasAnIntervalFromTenMatchesOnTwentyDaysOn) {
    for (const std::uint64_t count : {9U, 10U}) {
        std::vector<TradeResult> paper;
        std::vector<TradeResult> live;
        std::vector<MatchedTrade> matches;
        for (std::uint64_t i = 1; i <= count; ++i) {
            paper.push_back(paper_trade(i, 10'000, 100));
            live.push_back(live_trade(i, 10'000, static_cast<std::int64_t>(40 + i % 3)));
            // Every fourth day, so that no resample is without one.
            live.back().opened_at = live.back().closed_at =
                WallTime{static_cast<std::int64_t>(4 * i - 4) * test::kDayNs};
            matches.push_back(match_of(i, i));
        }
        const auto d = compared(paper, live, matches);
        EXPECT_NEAR(d.difference_bps->value, -59, 0.2);
        EXPECT_EQ(d.difference_bps->ci95.has_value(), count == 10);
    }
}

TEST(Divergence, DelaysAreQuantilesOfEitherSide) {
    MatchedTrade match = match_of(1, 1);
    match.live_facts.landing_delay = Duration{1'500'000'000};
    const auto d = compared({paper_trade(1, 10, 0)}, {live_trade(1, 10, 0)}, {match});
    EXPECT_EQ(d.delay_live->p50, 1'500);
    EXPECT_EQ(d.delay_paper.error(), Lack::NotRecorded);
}

TEST(Divergence, RefusesWhatWouldCountWrongly) {
    const auto paper = paper_trade(1, 1'000, 0);
    const auto live = live_trade(2, 1'000, 0);
    EXPECT_EQ(refusal({paper}, {live}, {match_of(1, 2)}), "");
    EXPECT_EQ(refusal({paper}, {live}, {match_of(3, 2)}),
              "comparing paper with live: a match names paper trade 3, which its sample does not "
              "have");
    EXPECT_EQ(refusal({paper, paper_trade(4, 1, 0)}, {live}, {match_of(1, 2), match_of(4, 2)}),
              "comparing paper with live: live trade 2 is matched twice and would count twice");
    EXPECT_NE(refusal({paper}, {live}, {MatchedTrade{}}).find("names no trade"), std::string::npos);
    EXPECT_NE(refusal({live}, {live}, {}).find("the paper side holds live"), std::string::npos);
    EXPECT_NE(refusal({paper}, {paper}, {}).find("the live side holds paper"), std::string::npos);
}

// The stake of the live trade is 2^62 times that of paper's, which earned a third.
TEST(Divergence, RefusesAScaleBeyond64Bits) {
    const std::uint64_t huge = std::uint64_t{1} << 62;
    EXPECT_EQ(refusal({paper_trade(1, 1, 0)}, {live_trade(1, huge, 0)}, {match_of(1, 1)}), "");
    EXPECT_NE(refusal({paper_trade(1, 1, 1)}, {live_trade(1, huge, 0)}, {match_of(1, 1)})
                  .find("exceeds 64 bits"),
              std::string::npos);
}

}  // namespace
}  // namespace sniperforge::analytics
