// SPDX-License-Identifier: MIT
// Another policy while it runs: tokens that were judged are judged again by what is known of them.
#include "unit/detect/detector_support.hpp"

namespace sniperforge::detect {
namespace {

using namespace test;
using solana::ExtensionType;

using DetectorPolicyTest = DetectorTest;

TEST_F(DetectorPolicyTest, TellsOfEachTokenWhoseStandingItChangesInTheOrderOfTheirKeys) {
    // Of three tokens two have a hook, which nothing allows yet.
    std::vector<TestPool> pools;
    for (std::uint64_t number = 1; number <= 3; ++number) {
        pools.push_back({.number = number, .mint_b = key_of(100 - number)});
        load(pools.back());
        see(token_2022_mint(pools.back().mint_b,
                            number == 2
                                ? std::vector<Extension>{}
                                : std::vector<Extension>{{ExtensionType::TransferHook, 64}}),
            1);
    }
    SafetyPolicy policy;
    events.clear();
    detector.set_safety(policy, events);
    EXPECT_TRUE(events.empty()) << "nothing is another one";
    policy.extensions_allowed.push_back(ExtensionType::TransferHook);
    detector.set_safety(policy, events);
    auto judged = all<TokenJudged>();
    ASSERT_EQ(judged.size(), 2U);
    EXPECT_LT(judged[0].mint, judged[1].mint);
    EXPECT_FALSE(judged[0].has_risky_extension);
    EXPECT_FALSE(detector.judged(pools[0].mint_b)->judged.has_risky_extension);
    // And what is read from now on.
    events.clear();
    detector.set_safety({}, events);
    judged = all<TokenJudged>();
    ASSERT_EQ(judged.size(), 2U);
    EXPECT_TRUE(judged[1].has_risky_extension);
}

}  // namespace
}  // namespace sniperforge::detect
