// SPDX-License-Identifier: MIT
#include "sniperforge/engine/run_report.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <sstream>

namespace sniperforge::engine {
namespace {

[[nodiscard]] RunReport run_report() {
    RunReport report;
    report.scenario = "demo";
    report.time_compression = 60;
    report.seed = kU64Max;
    report.duration_s = 12.5;
    report.denials[static_cast<std::size_t>(DenialReason::FeedBlind)] = 3;
    report.pnl_realized = LamportsDelta{-1'500};
    report.pnl_liquidation = LamportsDelta{-2'500};
    report.pnl_ci95 = {-9'000.4, 12.6};
    report.volume = Lamports{2 * kLamportsPerSol};
    report.sol_price = MicroUsd{150 * kMicroUsdPerUsd};
    report.costs.rent_paid = Lamports{100};
    report.costs.rent_refunded = Lamports{40};
    report.costs.amm_fee = Lamports{7'000'000};
    report.costs.transfer_fee = Lamports{8};
    report.costs.venue_fees_unknown = 9;
    report.costs.rent_of_others = Lamports{890'880};
    report.costs.unexplained = LamportsDelta{-7};
    const auto balance = [&](portfolio::Account account) -> i128& {
        return report.books.lamports[static_cast<std::size_t>(account)];
    };
    balance(portfolio::Account::Wallet) = 3 * i128{kLamportsPerSol};
    balance(portfolio::Account::RentLocked) = 100;
    balance(portfolio::Account::RentBack) = -40;
    balance(portfolio::Account::Swapped) = -500;
    balance(portfolio::Account::Unexplained) = 7;
    report.books.lamports_sum = 5;
    report.books.mints = 4;
    report.books.mints_unbalanced = 1;
    report.bookings_refused = 2;
    report.booking_refusal = "it was none";
    report.mismatch_lamports = 0;
    report.mismatch_tokens = 7;
    report.reconciled_at = Commitment::Finalized;
    report.fills_finalized = 11;
    report.fills_confirmed = 2;
    report.fills[static_cast<std::size_t>(StrategyId::Housekeeping)] = 8;
    report.sweeps_left = {.worth_a_sale = 1, .unpriced = 2, .unclosable = 3, .waiting = 4};
    report.orders.unknown = 3;
    report.orders.too_late = 4;
    report.orders.unbuildable = 6;
    report.orders.reversed = 5;
    report.orders.carried = {.orders = 15, .landed = 13, .reverted = 1, .expired = 0};
    report.orders.paths = {.sent = {12, 34},
                           .by_way = {12, 30, 0, 4, 0},
                           .cheaper = 21,
                           .probes = 22,
                           .fallbacks = 7,
                           .obstacles = {0, 0, 0, 8, 9, 0},
                           .executes = {.sent = 5, .taken = 1, .refused = 3}};
    return report;
}

TEST(RunReport, HasTheKeysThatScriptsRelyOn) {
    simdjson::dom::parser parser;
    const std::string text = to_json(run_report());
    const simdjson::dom::element root = parser.parse(text);
    EXPECT_EQ(std::string_view{root["provenance"]}, "sim");
    EXPECT_EQ(std::string_view{root["scenario"]}, "demo");
    EXPECT_EQ(std::uint64_t{root["seed"]}, kU64Max);
    for (const char* key :
         {"submitted", "landed", "reverted", "rejected", "expired", "unknown", "in_flight"}) {
        EXPECT_EQ(root["orders"][key].error(), simdjson::SUCCESS) << key;
    }
    for (const char* key : {"arbitrage", "sniper", "momentum"}) {
        EXPECT_EQ(root["fills_by_strategy"][key].error(), simdjson::SUCCESS) << key;
    }
    for (const char* key : {"opened", "closed", "open", "open_max"}) {
        EXPECT_EQ(root["positions"][key].error(), simdjson::SUCCESS) << key;
    }
    EXPECT_EQ(std::uint64_t{root["sweeps"]["landed"]}, 8U);
    EXPECT_EQ(std::uint64_t{root["sweeps"]["left_worth_a_sale"]}, 1U);
    EXPECT_EQ(std::uint64_t{root["sweeps"]["left_unpriced"]}, 2U);
    EXPECT_EQ(std::uint64_t{root["sweeps"]["left_unclosable"]}, 3U);
    EXPECT_EQ(std::uint64_t{root["sweeps"]["waiting"]}, 4U);
    EXPECT_EQ(std::uint64_t{root["denials"]["FEED_BLIND"]}, 3U);
    EXPECT_EQ(simdjson::dom::object{root["denials"]}.size(), 1U);
    EXPECT_EQ(std::int64_t{root["pnl_lamports"]["realized"]}, -1'500);
    EXPECT_EQ(std::int64_t{root["pnl_lamports"]["liquidation"]}, -2'500);
    EXPECT_EQ(std::int64_t{root["pnl_ci95_lamports"].at(0)}, -9'000);
    EXPECT_EQ(std::int64_t{root["costs_lamports"]["rent"]}, 60);
    EXPECT_EQ(std::uint64_t{root["costs_lamports"]["amm_fee"]}, 7'000'000U);
    EXPECT_EQ(std::uint64_t{root["costs_lamports"]["transfer_fee"]}, 8U);
    EXPECT_EQ(std::uint64_t{root["costs_lamports"]["amm_fee_unknown"]}, 9U);
    EXPECT_EQ(std::uint64_t{root["costs_lamports"]["rent_of_others"]}, 890'880U);
    EXPECT_EQ(std::int64_t{root["costs_lamports"]["unexplained"]}, -7);
    EXPECT_EQ(simdjson::dom::object{root["books"]["lamports"]}.size(), portfolio::kAccountCount);
    EXPECT_EQ(std::int64_t{root["books"]["lamports"]["wallet"]}, 3'000'000'000);
    EXPECT_EQ(std::int64_t{root["books"]["lamports"]["rent_back"]}, -40);
    EXPECT_EQ(std::int64_t{root["books"]["sum_lamports"]}, 5);
    EXPECT_EQ(std::uint64_t{root["books"]["mints_unbalanced"]}, 1U);
    EXPECT_EQ(std::int64_t{root["books"]["result"]}, 500 - 7);
    EXPECT_EQ(std::uint64_t{root["books"]["refused"]}, 2U);
    const std::string books = to_text(run_report());
    EXPECT_NE(books.find("wallet 3 + rent 0.00000006 + positions at cost 0 = at the start 0 + "
                         "swaps 0.0000005 + "),
              std::string::npos)
        << books;
    EXPECT_NE(books.find("unexplained -0.000000007 + "), std::string::npos);
    EXPECT_NE(books.find("differ by 5 lamports, 1 of 4 mints are unbalanced"), std::string::npos);
    EXPECT_NE(books.find("2 bookings were refused, the last: it was none"), std::string::npos);
    EXPECT_NE(to_text(run_report())
                  .find("pools' fees 0.007, transfer fees 0.000000008 SOL; not "
                        "known of 9 fills"),
              std::string::npos)
        << to_text(run_report());
    EXPECT_EQ(std::string_view{root["volume_usd"]}, "300");
    EXPECT_EQ(std::uint64_t{root["ledger"]["mismatch_lamports"]}, 0U);
    EXPECT_EQ(std::uint64_t{root["ledger"]["mismatch_tokens"]}, 7U);
    EXPECT_EQ(std::uint64_t{root["ledger"]["fills_finalized"]}, 11U);
    EXPECT_EQ(std::uint64_t{root["ledger"]["fills_confirmed"]}, 2U);
    EXPECT_EQ(std::string_view{root["ledger"]["reconciled_at"]}, "finalized");
    EXPECT_EQ(std::uint64_t{root["orders"]["unknown"]}, 3U);
    EXPECT_EQ(std::uint64_t{root["orders"]["too_late"]}, 4U);
    EXPECT_EQ(std::uint64_t{root["orders"]["unbuildable"]}, 6U);
    EXPECT_EQ(std::uint64_t{root["orders"]["reversed"]}, 5U);
    EXPECT_EQ(std::uint64_t{root["orders"]["carried_over"]["orders"]}, 15U);
    EXPECT_EQ(std::uint64_t{root["orders"]["carried_over"]["landed"]}, 13U);
    EXPECT_EQ(std::uint64_t{root["orders"]["carried_over"]["reverted"]}, 1U);
    EXPECT_EQ(std::uint64_t{root["orders"]["carried_over"]["expired"]}, 0U);
    EXPECT_EQ(std::uint64_t{root["paths"]["direct"]}, 12U);
    EXPECT_EQ(std::uint64_t{root["paths"]["jupiter"]}, 34U);
    EXPECT_EQ(std::uint64_t{root["paths"]["fallbacks"]}, 7U);
    EXPECT_EQ(std::uint64_t{root["paths"]["not_direct"]["not_quotable"]}, 8U);
    EXPECT_EQ(std::uint64_t{root["paths"]["not_direct"]["below_floor"]}, 9U);
    EXPECT_EQ(simdjson::dom::object{root["paths"]["not_direct"]}.size(), 2U);
    EXPECT_EQ(std::uint64_t{root["paths"]["by_way"]["v1_swap"]}, 30U);
    EXPECT_EQ(std::uint64_t{root["paths"]["by_way"]["v2_build"]}, 4U);
    EXPECT_EQ(std::uint64_t{root["paths"]["jupiter_cheaper"]}, 21U);
    EXPECT_EQ(std::uint64_t{root["paths"]["price_probes"]}, 22U);
    EXPECT_EQ(std::uint64_t{root["paths"]["jupiter_execute"]["sent"]}, 5U);
    EXPECT_EQ(std::uint64_t{root["paths"]["jupiter_execute"]["taken"]}, 1U);
    EXPECT_EQ(std::uint64_t{root["paths"]["jupiter_execute"]["refused"]}, 3U);
    EXPECT_EQ(std::uint64_t{root["paths"]["jupiter_execute"]["failed"]}, 0U);
    for (const char* key : {"p50", "p90", "p99", "p999", "max", "count"}) {
        EXPECT_EQ(root["tick_to_send_us"][key].error(), simdjson::SUCCESS) << key;
    }
    EXPECT_EQ(root["journal_sha256"].error(), simdjson::SUCCESS);
    EXPECT_EQ(root["rss_bytes_max"].error(), simdjson::SUCCESS);
    EXPECT_EQ(text.find('\n'), std::string::npos);
}

TEST(RunReport, ShowsTheBreakersThatOpenedAndThoseThatAreNotClosed) {
    RunReport report = run_report();
    simdjson::dom::parser parser;
    std::string text = to_json(report);
    simdjson::dom::element root = parser.parse(text);
    EXPECT_EQ(simdjson::dom::object{root["breakers"]["trips"]}.size(), 0U);
    EXPECT_EQ(simdjson::dom::array{root["breakers"]["not_closed"]}.size(), 0U);
    EXPECT_EQ(to_text(report).find("breaker"), std::string::npos);

    report.breaker_trips[static_cast<std::size_t>(FailureClass::ProgramError)] = 2;
    report.breakers = {{risk::BreakerState::Open,
                        {.failure = FailureClass::ProgramError,
                         .scope = BreakerScope::Venue,
                         .venue = VenueId::PumpSwap,
                         .failures = 5,
                         .until_probe = std::chrono::milliseconds{1'001}}},
                       {risk::BreakerState::Open, {.failure = FailureClass::BalanceMismatch}}};
    text = to_json(report);
    root = parser.parse(text);
    EXPECT_EQ(std::uint64_t{root["breakers"]["trips"]["program_error"]}, 2U);
    const simdjson::dom::element venue = root["breakers"]["not_closed"].at(0);
    EXPECT_EQ(std::string_view{venue["class"]}, "program_error");
    EXPECT_EQ(std::string_view{venue["scope"]}, "venue");
    EXPECT_EQ(std::string_view{venue["of"]}, "pumpswap");
    EXPECT_EQ(std::string_view{venue["state"]}, "open");
    EXPECT_EQ(std::uint64_t{venue["failures"]}, 5U);
    EXPECT_EQ(std::uint64_t{venue["seconds_until_probe"]}, 2U);
    const simdjson::dom::element books = root["breakers"]["not_closed"].at(1);
    EXPECT_TRUE(books["of"].is_null());
    EXPECT_TRUE(books["seconds_until_probe"].is_null());
    EXPECT_NE(to_text(report).find("opened 2 x for program_error"), std::string::npos);
    EXPECT_NE(to_text(report).find("program_error still open (pumpswap)"), std::string::npos);
}

// Not read is not zero.
TEST(RunReport, SaysNullWhereTheChainCouldNotBeRead) {
    RunReport unread = run_report();
    unread.mismatch_lamports.reset();
    unread.mismatch_tokens.reset();
    unread.reconciled_at.reset();
    simdjson::dom::parser parser;
    const std::string text = to_json(unread);
    const simdjson::dom::element root = parser.parse(text);
    EXPECT_TRUE(root["ledger"]["mismatch_lamports"].is_null());
    EXPECT_TRUE(root["ledger"]["mismatch_tokens"].is_null());
    EXPECT_TRUE(root["ledger"]["reconciled_at"].is_null());
    EXPECT_NE(to_text(unread).find("not held against the chain"), std::string::npos);
}

TEST(RunReport, SaysWhichWaySwapsTookAndWhatStoodAgainstTheShorterOne) {
    EXPECT_NE(to_text(run_report())
                  .find("12 swaps sent directly, 34 through Jupiter; 21 began with Jupiter because "
                        "that was cheaper; 7 took the other path after a failure; not directly: 8 "
                        "not_quotable, 9 below_floor"),
              std::string::npos)
        << to_text(run_report());
}

TEST(RunReport, SaysWhichBalancesTheLedgerWasHeldAgainstAndHowManyFillsAreFinal) {
    const std::string text = to_text(run_report());
    EXPECT_NE(text.find("the chain's finalized balances by 0 lamports and 7 token units"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("15 orders of earlier runs followed: 13 landed, 1 reverted, 0 expired"),
              std::string::npos);
    EXPECT_NE(text.find("11 transactions of ours finalized, 2 only confirmed, 5 fills reversed"),
              std::string::npos)
        << text;
    RunReport quick = run_report();
    quick.reconciled_at = Commitment::Confirmed;
    quick.orders.reversed = 0;
    quick.orders.carried = {};
    EXPECT_NE(to_text(quick).find("the chain's confirmed balances"), std::string::npos);
    EXPECT_EQ(to_text(quick).find("reversed"), std::string::npos);
    EXPECT_EQ(to_text(quick).find("earlier runs"), std::string::npos);
}

TEST(RunReport, SaysWhatWasSweptAndWhatWasLeft) {
    EXPECT_NE(to_text(run_report())
                  .find("8 token accounts closed; left open: 1 worth a sale, 2 without a price, 3 "
                        "that their program would not close, 4 to be tried later"),
              std::string::npos);
}

TEST(RunReport, StaysJsonWhateverTheScenarioIsCalled) {
    RunReport hostile = run_report();
    hostile.scenario = "my \"best\" \\run\n.yaml";
    simdjson::dom::parser parser;
    const std::string text = to_json(hostile);
    simdjson::dom::element root;
    ASSERT_EQ(parser.parse(text).get(root), simdjson::SUCCESS) << text;
    EXPECT_EQ(std::string_view{root["scenario"]}, hostile.scenario);
}

TEST(RunReport, StartsEveryLineWithItsProvenance) {
    RunReport with_open = run_report();
    with_open.open_positions = {"position 1 (sniper)"};
    std::istringstream text{to_text(with_open)};
    std::string line;
    int lines = 0;
    while (std::getline(text, line)) {
        EXPECT_TRUE(line.starts_with("[sim demo, rates x60]")) << line;
        ++lines;
    }
    EXPECT_GT(lines, 10);
}

}  // namespace
}  // namespace sniperforge::engine
