// SPDX-License-Identifier: MIT
// The whole daemon at a node that serves no program subscriptions: what is launched, and what
// moves, it finds by the logs of the simulated programs.
#include <gtest/gtest.h>

#include <set>

#include "sim/daemon_run.hpp"

namespace sniperforge {
namespace {

constexpr auto kByLogs = static_cast<std::size_t>(detect::HeardBy::Logs);
constexpr auto kByAccounts = static_cast<std::size_t>(detect::HeardBy::Accounts);

// Pools of the venue that were there, and those of them whose accounts the daemon read.
struct Found {
    std::size_t there = 0, read = 0;
};

class NewPoolsRun : public ::testing::Test {
 protected:
    NewPoolsRun() {
        options.settings.feed.shape_check_interval = Duration{0};  // No transaction by chance.
        options.settings.feed.audit_interval = Duration{0};
        options.refused_subscription = "programSubscribe";
        options.on_answer = [this](const std::string& request, std::string answer) {
            const bool is_read = request.find("\"getMultipleAccounts\"") != std::string::npos;
            transactions += request.find("\"getTransaction\"") != std::string::npos ? 1 : 0;
            if (is_read) {
                reads += request;
            }
            return answer;
        };
        options.on_end = [this](const sim::Chain& chain, const Pubkey&) {
            for (const VenueId venue :
                 {VenueId::PumpCurve, VenueId::PumpSwap, VenueId::RaydiumCpmm}) {
                const Pubkey& program = dex::program_of(venue);
                for (const Pubkey& key : chain.accounts_owned_by(program)) {
                    if (dex::recognise_pool(program, chain.account(key)->data)) {
                        ++found[venue].there;
                        found[venue].read +=
                            reads.find(key.to_string()) != std::string::npos ? 1U : 0U;
                    }
                }
            }
        };
    }
    test::RunOptions options{.seed = 7, .duration = std::chrono::seconds{90}};
    std::string reads;
    std::size_t transactions = 0;
    std::map<VenueId, Found> found;
};

TEST_F(NewPoolsRun, FindsLaunchesAndMigrationsOfPumpByLogsAlone) {
    options.settings.feed.new_pools_by = {"accounts", "logs"};
    const auto result = test::run(options);
    test::expect_true_books(result);
    const auto& heard = result.report.pools_heard_by;
    EXPECT_EQ(heard[kByAccounts], 0U);
    EXPECT_EQ(heard[kByLogs], result.report.pools_created);
    EXPECT_GT(result.report.pools_created, 10U);
    EXPECT_GT(found[VenueId::PumpSwap].there, 0U) << "something moved";
    // What was launched in the last seconds may not have been read yet.
    EXPECT_GE(found[VenueId::PumpSwap].read + 1, found[VenueId::PumpSwap].there);
    EXPECT_GE(found[VenueId::PumpCurve].read + 3, found[VenueId::PumpCurve].there);
    EXPECT_GE(transactions, found[VenueId::PumpSwap].read);
}

TEST_F(NewPoolsRun, FindsWhatIsLaunchedInPoolsOfItsOwn) {
    options.settings.feed.new_pools_by = {"accounts", "logs"};
    options.settings.feed.venues = {"raydium_cpmm", "raydium_amm_v4"};
    options.scenario_change = [](sim::Scenario& scenario) {
        scenario.launch_venue = sim::LaunchVenue::Cpmm;
    };
    const auto result = test::run(options);
    test::expect_true_books(result);
    EXPECT_EQ(result.report.pools_heard_by[kByLogs], result.report.pools_created);
    EXPECT_GT(result.report.pools_created, 10U);
    EXPECT_GE(transactions, result.report.pools_created) << "each was read";
}

// Nobody hears of anything that is launched where both ways are closed.
TEST_F(NewPoolsRun, FindsNothingWhereProgramsAreRefusedAndLogsAreNotAskedFor) {
    options.duration = std::chrono::seconds{30};
    const auto result = test::run(options);
    test::expect_true_books(result);
    EXPECT_EQ(result.report.pools_created, 0U);
}

}  // namespace
}  // namespace sniperforge
