// SPDX-License-Identifier: MIT
// The whole daemon while a venue's program takes two accounts more than it did: it is noticed in
// what others send, before the first order of ours.
#include <gtest/gtest.h>

#include "sim/daemon_run.hpp"
#include "sniperforge/dex/venue.hpp"

namespace sniperforge {
namespace {

// In what getTransaction tells, the fee payer twice more at the end of every call of the program.
std::string with_more_accounts(const Pubkey& program, const std::string& request,
                               std::string answer) {
    if (request.find("\"getTransaction\"") == std::string::npos) {
        return answer;
    }
    simdjson::dom::parser parser;
    const simdjson::dom::element root = parser.parse(answer);
    simdjson::dom::array keys;
    if (root["result"]["transaction"]["message"]["accountKeys"].get(keys) != simdjson::SUCCESS) {
        return answer;
    }
    std::size_t index = 0;
    for (const std::string_view key : keys) {
        if (key == program.to_string()) {
            break;
        }
        ++index;
    }
    const std::string called = fmt::format("\"programIdIndex\":{},", index);
    for (auto at = answer.find(called); at != std::string::npos; at = answer.find(called, at)) {
        const auto list = answer.rfind("\"accounts\":[", at);
        const auto end = answer.find(']', list);
        answer.insert(end, ",0,0");
        at += called.size() + 4;
    }
    return answer;
}

const engine::RunReport::VenueLine& line_of(const app::DaemonResult& result, VenueId venue) {
    return result.report.venues[static_cast<std::size_t>(venue)];
}

TEST(LiveShapes, TrustsTheVenuesOfAMarketThatIsAsItWas) {
    const auto result = test::run({.seed = 7, .duration = std::chrono::seconds{12}});
    ASSERT_EQ(result.error, "");
    for (std::size_t i = 0; i < kVenueCount; ++i) {
        const auto venue = static_cast<VenueId>(i);
        EXPECT_EQ(line_of(result, venue).standing, dex::VenueStanding::Trusted)
            << to_string(venue) << " " << line_of(result, venue).reason;
    }
    EXPECT_GT(line_of(result, VenueId::RaydiumCpmm).swaps_matched, 0U);
    EXPECT_GT(result.report.orders.submitted, 0U);
}

TEST(LiveShapes, SendsNothingToVenuesWhoseProgramsTakeMoreAccounts) {
    test::RunOptions options{
        .seed = 7, .duration = std::chrono::seconds{15}, .head_start = std::chrono::seconds{10}};
    options.settings.feed.shape_check_interval = std::chrono::seconds{5};
    options.on_answer = [](const std::string& request, std::string answer) {
        for (const VenueId venue :
             {VenueId::RaydiumCpmm, VenueId::RaydiumAmmV4, VenueId::PumpCurve, VenueId::PumpSwap}) {
            answer = with_more_accounts(dex::program_of(venue), request, std::move(answer));
        }
        return answer;
    };
    const auto result = test::run(options);
    ASSERT_EQ(result.error, "");
    EXPECT_EQ(line_of(result, VenueId::RaydiumCpmm).standing, dex::VenueStanding::Quarantined);
    EXPECT_NE(line_of(result, VenueId::RaydiumCpmm).reason.find("with 15 accounts (known: 13)"),
              std::string::npos)
        << line_of(result, VenueId::RaydiumCpmm).reason;
    EXPECT_NE(line_of(result, VenueId::RaydiumAmmV4).standing, dex::VenueStanding::Trusted);
    EXPECT_EQ(result.report.orders.submitted, 0U) << "not even the first one";
    const auto& denials = result.report.denials;
    EXPECT_GT(denials[static_cast<std::size_t>(DenialReason::VenueQuarantined)] +
                  denials[static_cast<std::size_t>(DenialReason::VenueUnproven)],
              0U);
}

// Positions are held there already: nothing of ours is signed for it, and Jupiter lets them out.
TEST(LiveShapes, SellsThroughJupiterWhatItHoldsAtAVenueThatChangesMeanwhile) {
    // Listings of the venues' transactions: eight each round, one round every two seconds.
    constexpr int kRoundsBefore = 6;
    int listings = 0;
    test::RunOptions options{.seed = 7, .duration = std::chrono::seconds{45}};
    options.settings.feed.shape_check_interval = std::chrono::seconds{2};
    options.settings.feed.shape_check_transactions = 16;
    options.settings.exits.time_limit = std::chrono::seconds{20};
    options.on_answer = [&](const std::string& request, std::string answer) {
        listings += request.find("\"getSignaturesForAddress\"") != std::string::npos ? 1 : 0;
        if (listings > kRoundsBefore * static_cast<int>(kVenueCount)) {
            for (const VenueId venue : {VenueId::RaydiumCpmm, VenueId::RaydiumAmmV4,
                                        VenueId::PumpCurve, VenueId::PumpSwap}) {
                answer = with_more_accounts(dex::program_of(venue), request, std::move(answer));
            }
        }
        return answer;
    };
    const auto result = test::run(options);
    SCOPED_TRACE(to_text(result.report));
    test::expect_true_books(result);
    EXPECT_EQ(line_of(result, VenueId::RaydiumCpmm).standing, dex::VenueStanding::Quarantined);
    const execute::PathStatistics& paths = result.report.orders.paths;
    EXPECT_GT(paths.sent[0], 0U) << "before";
    EXPECT_GT(paths.sent[1], 0U) << "after";
    EXPECT_GT(paths.obstacles[static_cast<std::size_t>(execute::DirectObstacle::VenueQuarantined)],
              0U);
    EXPECT_GT(result.report.positions_closed, 0U);
}

}  // namespace
}  // namespace sniperforge
