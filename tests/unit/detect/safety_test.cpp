// SPDX-License-Identifier: MIT
// The verdict about a token: each limit from both sides, and what is not known.
#include "sniperforge/detect/safety.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>

#include "support/keys.hpp"

namespace sniperforge::detect {
namespace {

using sniperforge::test::key_of;
using solana::ExtensionType;

constexpr Slot kNow{1'000};

class SafetyTest : public ::testing::Test {
 protected:
    // All of it is known, and fine by the policy.
    SafetyTest() {
        MintEvidence mint;
        mint.is_readable = true;
        mint.is_mint_authority_set = mint.is_freeze_authority_set = false;
        mint.supply = TokenAmount{10'000};
        evidence.mint = known(mint, kNow);
        evidence.round_trip_loss = known(policy.round_trip_loss_max, kNow);
        evidence.lp = known(LpEvidence{.burnt = policy.lp_burnt_min, .locked = {}}, kNow);
        evidence.holders = holders(policy.holders_top10_max.raw());
        evidence.creator_share = known(policy.creator_share_max, kNow);
        evidence.creator_past = known(CreatorPast{.launches = 1}, kNow);
        evidence.bundle_share = known(policy.bundle_share_max, kNow);
        evidence.simulated_trip = known(SimulatedTrip{policy.round_trip_loss_max}, kNow);
    }
    // One holder of so much of 10,000.
    [[nodiscard]] static Evidence<HoldersEvidence> holders(std::uint64_t amount) {
        return known(HoldersEvidence{TokenAmount{10'000},
                                     {{{key_of(1), key_of(2), TokenAmount{amount}}, false}}},
                     kNow);
    }
    [[nodiscard]] std::string refusal() const {
        const auto refused = judge(evidence, policy, kNow).refusal();
        return refused ? to_string(*refused) : "safe";
    }
    void add_extension(ExtensionType type, bool is_armed = false, bool is_trap = false) {
        evidence.mint.value.extensions.push_back({type, is_armed, is_trap});
    }

    SafetyPolicy policy;
    SafetyEvidence evidence;
};

TEST_F(SafetyTest, PassesWhatIsExactlyAtEveryLimitAndNothingBeyond) {
    EXPECT_EQ(refusal(), "safe");
    const SafetyEvidence fine = evidence;
    const std::vector<std::pair<std::string, std::function<void()>>> cases{
        {"ROUND_TRIP_LOSS", [&] { evidence.round_trip_loss.value += BasisPoints{1}; }},
        {"LP_BURNT", [&] { evidence.lp.value.burnt -= BasisPoints{1}; }},
        {"HOLDERS_TOP10", [&] { evidence.holders = holders(policy.holders_top10_max.raw() + 1); }},
        {"CREATOR_SHARE", [&] { evidence.creator_share.value += BasisPoints{1}; }},
        {"CREATOR_PULLS", [&] { evidence.creator_past.value.emptied = 1; }},
        {"BUNDLE_SHARE", [&] { evidence.bundle_share.value += BasisPoints{1}; }},
        {"SIMULATED_ROUND_TRIP",
         [&] { evidence.simulated_trip.value.lost_max += BasisPoints{1}; }}};
    for (const auto& [code, spoil] : cases) {
        spoil();
        EXPECT_EQ(refusal(), code);
        evidence = fine;
    }
    policy.creator_pulls_max = 1;
    evidence.creator_past.value.emptied = 1;
    EXPECT_EQ(refusal(), "safe");
    evidence.creator_past.value.dumped = 1;
    EXPECT_EQ(refusal(), "CREATOR_PULLS");
}

// Which of the two keeps it does not matter, and both are told apart.
TEST_F(SafetyTest, CountsWhatIsBurntAndWhatIsLockedTogether) {
    evidence.lp.value = {.burnt = BasisPoints{1'000},
                         .burnt_mint = key_of(3),
                         .locked = BasisPoints{8'000},
                         .locker = LpLocker::RaydiumBurnAndEarn,
                         .locked_account = key_of(4)};
    EXPECT_EQ(refusal(), "safe");
    evidence.lp.value.locked = BasisPoints{7'999};
    EXPECT_EQ(refusal(), "LP_BURNT");
    EXPECT_EQ(
        to_string(*judge(evidence, policy, Slot{1'003}).refusing()),
        "LP_BURNT failed: 8999, limit 9000, read in slot 1000 (3 slots ago): burnt 1000 (mint " +
            key_of(3).to_string() + "), locked 7999 (raydium_burn_and_earn, account " +
            key_of(4).to_string() + ")");
    evidence.lp.value.burnt = BasisPoints{9'000};  // Of the fees' rounding, no more than all.
    EXPECT_EQ(evidence.lp.value.gone(), BasisPoints{10'000});
}

// What refused it is told, and so is why nobody knows.
TEST_F(SafetyTest, RefusesWhatNobodySimulatedUnlessThatIsAllowedAndWaitsForAnAnswerAllTheSame) {
    evidence.simulated_trip.value = {BasisPoints{10'000}, "the sale failed: spl_token Frozen"};
    EXPECT_EQ(refusal(), "SIMULATED_ROUND_TRIP");
    EXPECT_EQ(to_string(*judge(evidence, policy, Slot{1'003}).refusing()),
              "SIMULATED_ROUND_TRIP failed: 10000, limit 1000, read in slot 1000 (3 slots ago): "
              "the sale failed: spl_token Frozen");
    evidence.simulated_trip = {Knowledge::Unknown, {{}, "no SOL"}, {}};
    EXPECT_EQ(refusal(), "SIMULATED_ROUND_TRIP_UNKNOWN");
    EXPECT_EQ(to_string(*judge(evidence, policy, kNow).refusing()),
              "SIMULATED_ROUND_TRIP unknown: no SOL");
    policy.is_simulated_trip_unknown_allowed = true;
    EXPECT_EQ(refusal(), "safe");
    evidence.simulated_trip.knowledge = Knowledge::Awaited;
    EXPECT_EQ(refusal(), "EVIDENCE_AWAITED_UNKNOWN");
    evidence.simulated_trip.knowledge = Knowledge::NotApplicable;
    policy.is_simulated_trip_unknown_allowed = false;
    EXPECT_EQ(refusal(), "safe") << "nobody simulates";
}

TEST_F(SafetyTest, TakesASimulationOfTheOldestSlotThatCountsAndNoneBefore) {
    evidence.simulated_trip.slot = Slot{kNow.value - policy.evidence_age_slots_max};
    EXPECT_EQ(refusal(), "safe");
    evidence.simulated_trip.slot = Slot{kNow.value - policy.evidence_age_slots_max - 1};
    EXPECT_EQ(refusal(), "SIMULATED_ROUND_TRIP_UNKNOWN");
}

// Of the rest nothing is asked, whatever is known of it; of its mint and its pool as of a launch.
TEST_F(SafetyTest, AsksOfAnEstablishedTokenOnlyItsMintAndTheRoundTrip) {
    const auto refusal_of_old = [&] {
        const auto refused = judge(evidence, policy, kNow, SafetyScope::Established).refusal();
        return refused ? to_string(*refused) : "safe";
    };
    evidence.lp.value = {};
    evidence.holders.knowledge = Knowledge::Unknown;
    evidence.creator_share.knowledge = evidence.creator_past.knowledge = Knowledge::Unknown;
    evidence.bundle_share.knowledge = Knowledge::Awaited;
    evidence.simulated_trip.knowledge = Knowledge::Unknown;
    EXPECT_EQ(refusal_of_old(), "safe");
    EXPECT_EQ(refusal(), "LP_BURNT");
    evidence.round_trip_loss.value += BasisPoints{1};
    EXPECT_EQ(refusal_of_old(), "ROUND_TRIP_LOSS");
    evidence.round_trip_loss.value -= BasisPoints{1};
    add_extension(ExtensionType::PermanentDelegate, true);
    EXPECT_EQ(refusal_of_old(), "EXTENSION_PERMANENT_DELEGATE");
    evidence.mint.value.extensions.clear();
    evidence.mint.value.is_freeze_authority_set = true;
    EXPECT_EQ(refusal_of_old(), "FREEZE_AUTHORITY");
    evidence.mint.knowledge = Knowledge::Awaited;
    EXPECT_EQ(refusal_of_old(), "EVIDENCE_AWAITED_UNKNOWN");
}

TEST_F(SafetyTest, RefusesAMintThatSomebodyControlsUnlessItIsAllowed) {
    evidence.mint.value.is_freeze_authority_set = true;
    EXPECT_EQ(refusal(), "FREEZE_AUTHORITY");
    policy.is_freeze_authority_allowed = true;
    EXPECT_EQ(refusal(), "safe");
    evidence.mint.value.is_mint_authority_set = true;
    EXPECT_EQ(refusal(), "MINT_AUTHORITY");
    policy.is_mint_authority_allowed = true;
    EXPECT_EQ(refusal(), "safe");
    evidence.mint.value.is_readable = false;
    EXPECT_EQ(refusal(), "MINT_UNREADABLE");
}

TEST_F(SafetyTest, AllowsListedExtensionsAndNoOtherWhetherTheyBindOrNot) {
    add_extension(ExtensionType::MetadataPointer, true);
    add_extension(ExtensionType::TokenMetadata, true);
    EXPECT_EQ(refusal(), "safe");
    EXPECT_FALSE(has_refused_extension(evidence.mint.value, policy));
    add_extension(ExtensionType::PermanentDelegate);
    EXPECT_EQ(refusal(), "EXTENSION_PERMANENT_DELEGATE");
    EXPECT_TRUE(has_refused_extension(evidence.mint.value, policy));
    policy.extensions_allowed.push_back(ExtensionType::PermanentDelegate);
    EXPECT_EQ(refusal(), "safe");
    add_extension(static_cast<ExtensionType>(4'000));
    EXPECT_EQ(refusal(), "EXTENSION_UNKNOWN");
}

// Bought, and never sold.
TEST_F(SafetyTest, RefusesATrapEvenWhereTheExtensionIsAllowed) {
    policy.extensions_allowed.push_back(ExtensionType::DefaultAccountState);
    add_extension(ExtensionType::DefaultAccountState);
    EXPECT_EQ(refusal(), "safe");
    evidence.mint.value.extensions.back().is_trap = true;
    EXPECT_EQ(refusal(), "EXTENSION_DEFAULT_FROZEN");
}

TEST_F(SafetyTest, AllowsATransferFeeUpToItsLimitWhereTheExtensionIsAllowed) {
    policy.transfer_fee_max = BasisPoints{100};
    evidence.mint.value.transfer_fee = BasisPoints{100};
    add_extension(ExtensionType::TransferFeeConfig, true);
    EXPECT_EQ(refusal(), "EXTENSION_TRANSFER_FEE");
    policy.extensions_allowed.push_back(ExtensionType::TransferFeeConfig);
    EXPECT_EQ(refusal(), "safe");
    evidence.mint.value.transfer_fee = BasisPoints{101};
    EXPECT_EQ(refusal(), "EXTENSION_TRANSFER_FEE");
}

TEST_F(SafetyTest, RefusesWhatIsNotKnownUnlessThatIsAllowed) {
    struct Case {
        Knowledge& knowledge;
        bool& is_allowed;
        std::string code;
    };
    for (const Case& c :
         {Case{evidence.round_trip_loss.knowledge, policy.is_round_trip_unknown_allowed,
               "ROUND_TRIP_LOSS_UNKNOWN"},
          Case{evidence.lp.knowledge, policy.is_lp_unknown_allowed, "LP_BURNT_UNKNOWN"},
          Case{evidence.holders.knowledge, policy.are_holders_unknown_allowed,
               "HOLDERS_TOP10_UNKNOWN"},
          Case{evidence.creator_share.knowledge, policy.is_creator_unknown_allowed,
               "CREATOR_SHARE_UNKNOWN"},
          Case{evidence.creator_past.knowledge, policy.is_creator_unknown_allowed,
               "CREATOR_PULLS_UNKNOWN"},
          Case{evidence.bundle_share.knowledge, policy.is_bundle_unknown_allowed,
               "BUNDLE_SHARE_UNKNOWN"}}) {
        c.is_allowed = false;
        c.knowledge = Knowledge::Unknown;
        EXPECT_EQ(refusal(), c.code);
        c.is_allowed = true;
        EXPECT_EQ(refusal(), "safe");
        c.is_allowed = false;
        c.knowledge = Knowledge::NotApplicable;  // There is no such thing: nothing to refuse.
        EXPECT_EQ(refusal(), "safe");
        c.knowledge = Knowledge::Awaited;
        EXPECT_EQ(refusal(), "EVIDENCE_AWAITED_UNKNOWN");
        c.is_allowed = true;
        EXPECT_EQ(refusal(), "safe") << "what may be unknown is not waited for";
        c.knowledge = Knowledge::Known;
    }
    // Nobody can allow a mint that was not read.
    evidence.mint.knowledge = Knowledge::Unknown;
    EXPECT_EQ(refusal(), "MINT_UNREADABLE_UNKNOWN");
}

// What failed will not be mended by what is still being read.
TEST_F(SafetyTest, TellsWhatFailedBeforeWhatIsAwaited) {
    evidence.round_trip_loss.knowledge = Knowledge::Awaited;
    EXPECT_EQ(refusal(), "EVIDENCE_AWAITED_UNKNOWN");
    evidence.bundle_share.value = BasisPoints{10'000};
    EXPECT_EQ(refusal(), "BUNDLE_SHARE");
}

TEST_F(SafetyTest, TakesEvidenceAsOldAsItMayBeAndNotOneSlotOlder) {
    policy.evidence_age_slots_max = 10;
    evidence.holders.slot = Slot{990};
    EXPECT_EQ(refusal(), "safe");
    evidence.holders.slot = Slot{989};
    EXPECT_EQ(refusal(), "HOLDERS_TOP10_UNKNOWN");
    evidence.holders = holders(1);
    evidence.mint.slot = Slot{990};
    EXPECT_EQ(refusal(), "safe");
    evidence.mint.slot = Slot{989};
    EXPECT_EQ(refusal(), "MINT_UNREADABLE_UNKNOWN");
    policy.are_holders_unknown_allowed = true;
    evidence.mint.slot = kNow;
    evidence.holders.slot = Slot{1};
    EXPECT_EQ(refusal(), "safe");
}

TEST_F(SafetyTest, KeepsAFindingForEachItemWithItsSlotAgeAndLimit) {
    evidence.holders.slot = Slot{997};
    const SafetyVerdict verdict = judge(evidence, policy, kNow);
    EXPECT_TRUE(verdict.is_safe());
    ASSERT_EQ(verdict.findings.size(), 9U);
    const SafetyFinding& top10 = verdict.findings[4];
    EXPECT_EQ(top10.code, SafetyCode::HoldersTop10);
    EXPECT_EQ(top10.value, 7'000U);
    EXPECT_EQ(top10.limit, 7'000U);
    EXPECT_EQ(top10.slot, Slot{997});
    EXPECT_EQ(top10.age, 3U);
    EXPECT_EQ(to_string(top10),
              "HOLDERS_TOP10 passed: 7000, limit 7000, read in slot 997 (3 slots ago)");
}

TEST(Top10Share, SumsTheTenLargestOwnersWithoutWhatIsExcludedAndRoundsUp) {
    HoldersEvidence holders{TokenAmount{30'000}, {}};
    for (std::uint64_t i = 0; i < 11; ++i) {
        holders.holders.push_back({{key_of(i), key_of(100 + i), TokenAmount{100}}, false});
    }
    // 1,000 of 30,000 is 333.3 bps; the eleventh owner does not count.
    EXPECT_EQ(top10_share(holders), BasisPoints{334});
    holders.holders[0].is_excluded = true;
    EXPECT_EQ(top10_share(holders), BasisPoints{334});
    holders.holders[1].is_excluded = true;
    EXPECT_EQ(top10_share(holders), BasisPoints{300});
    // Two accounts of one owner are one.
    holders.holders[2].held.owner = holders.holders[3].held.owner;
    EXPECT_EQ(top10_share(holders), BasisPoints{300});
    EXPECT_EQ(top10_share({TokenAmount{10}, {}}), BasisPoints{});
}

TEST(ShareCeil, IsAllOfWhatThereIsNothingOf) {
    EXPECT_EQ(share_ceil(TokenAmount{1}, TokenAmount{20'000}), BasisPoints{1});
    EXPECT_EQ(share_ceil(TokenAmount{}, TokenAmount{20'000}), BasisPoints{});
    EXPECT_EQ(share_ceil(TokenAmount{2}, TokenAmount{1}), BasisPoints{10'000});
    EXPECT_EQ(share_ceil(TokenAmount{}, TokenAmount{}), BasisPoints{10'000});
}

TEST(SafetyCode, HasANameOfItsOwnForEach) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kSafetyCodeCount; ++i) {
        names.insert(to_string(static_cast<SafetyCode>(i)));
    }
    EXPECT_EQ(names.size(), kSafetyCodeCount);
    EXPECT_FALSE(names.contains(""));
}

}  // namespace
}  // namespace sniperforge::detect
