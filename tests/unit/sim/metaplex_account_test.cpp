// SPDX-License-Identifier: MIT
// Classic mints have their names beside them, where the daemon's own reader finds them.
#include "sim/metaplex_account.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "sim/market.hpp"
#include "sniperforge/solana/metaplex_metadata.hpp"
#include "unit/sim/chain_fixture.hpp"
#include "unit/sim/market_fixture.hpp"

namespace sniperforge::sim {
namespace {

struct Named {
    std::size_t launches = 0, mints = 0;
    std::set<std::string> names{}, uris{};
};

[[nodiscard]] Named launched_beside(double copies) {
    Scenario scenario = named_scenario("demo").value();
    scenario.launch_venue = LaunchVenue::Cpmm;
    scenario.launch_copy_probability = copies;
    scenario.trades_per_minute = 0;
    scenario.tokens.resize(1);
    Simulation simulation{scenario, 4};
    simulation.slots(kMinuteSlots / 2);
    Named named{.launches = simulation.market.launches_alive()};
    for (const Pubkey& key : simulation.chain.accounts_owned_by(solana::kTokenProgram)) {
        const Account* at = simulation.chain.account(solana::metaplex_metadata_address(key));
        if (at == nullptr) {
            continue;
        }
        EXPECT_EQ(at->owner, solana::kMetaplexMetadataProgram);
        EXPECT_EQ(at->data.size(), 679U);
        const auto metadata = solana::decode_metaplex_metadata(at->data, key);
        EXPECT_TRUE(metadata) << metadata.error().text;
        ++named.mints;
        named.names.insert(metadata->name);
        named.uris.insert(metadata->uri);
    }
    return named;
}

TEST(MetaplexAccount, IsBesideEachLaunchInAPoolAndTellsTheLastStoryAgainAsTheScenarioSays) {
    const Named none = launched_beside(0), all = launched_beside(1);
    ASSERT_GT(none.launches, 5U);
    EXPECT_EQ(none.mints, none.launches);
    EXPECT_EQ(none.names.size(), none.launches);
    EXPECT_EQ(none.uris.size(), none.launches);
    ASSERT_GT(all.launches, 5U);
    EXPECT_EQ(all.names.size(), 1U);
    EXPECT_EQ(all.uris.size(), 1U);
}

}  // namespace
}  // namespace sniperforge::sim
