// SPDX-License-Identifier: MIT
// Which LP tokens nobody can take out: where locks keep them, what pools say, and how the parts are
// rounded and heard.
#include "sniperforge/detect/lp_evidence.hpp"

#include "unit/detect/safety_book_support.hpp"
#include "unit/dex/damm_support.hpp"

namespace sniperforge::detect {
namespace {

using namespace test;

// The address is written down; it is the one that the program's seed gives.
TEST(LpEvidence, RaydiumsLockKeepsThemInTheAccountOfItsAuthority) {
    const Pubkey program =
        solana::detail::key_literal("LockrWmn6K5twhz3y9w1dQERbmgSaRkfnTeTKbpofwE");
    const Pubkey authority =
        solana::find_program_address({solana::seed("lock_cp_authority_seed")}, program).address;
    dex::RaydiumCpmmPool cpmm;
    cpmm.lp_mint = key_of(51);
    EXPECT_EQ(lp_lock_account({cpmm}),
              solana::associated_token_address(authority, key_of(51), solana::kTokenProgram));
    dex::RaydiumAmmV4Pool older;  // No lock that is known takes its tokens.
    older.lp_mint = key_of(51);
    EXPECT_EQ(lp_lock_account({older}), Pubkey{});
}

TEST(LpEvidence, OfDammV2ThePoolSaysWhatIsLockedForGood) {
    dex::MeteoraDammV2Pool damm = dex::test::damm_spec();
    const auto share = [&](u128 locked, u128 whole) {
        damm.liquidity_locked = locked;
        damm.liquidity = whole;
        return lp_locked_in_pool({damm})->locked.raw();
    };
    EXPECT_EQ(share(8'999, 10'000), 8'999U);
    EXPECT_EQ(share(17'999, 20'000), 8'999U) << "rounded down";
    EXPECT_EQ(share(0, 10'000), 0U);
    EXPECT_EQ(share(10'000, 10'000), 10'000U);
    const u128 one = 1;
    EXPECT_EQ(share(9 * (one << 110), 10 * (one << 110)), 9'000U);
    EXPECT_EQ(share((one << 127) / 2, one << 127), 4'999U) << "cut against us where it is wide";
    EXPECT_EQ(lp_locked_in_pool({damm})->locker, LpLocker::MeteoraDammV2);
    EXPECT_EQ(lp_locked_in_pool({damm})->locked_account, damm.id);
    damm.liquidity = 0;
    EXPECT_EQ(lp_locked_in_pool({damm}), std::nullopt) << "an empty pool says nothing";
    EXPECT_EQ(lp_locked_in_pool({dex::RaydiumCpmmPool{}}), std::nullopt);
}

TEST(LpEvidence, SharesAreRoundedDownEachForItself) {
    const LpEvidence lp = lp_shares(TokenAmount{3}, TokenAmount{1}, TokenAmount{2});
    EXPECT_EQ(lp.burnt, BasisPoints{3'333});
    EXPECT_EQ(lp.locked, BasisPoints{6'666});
    EXPECT_EQ(lp.gone(), BasisPoints{9'999});
    EXPECT_EQ(lp_shares(TokenAmount{3}, {}, TokenAmount{4}).locked, BasisPoints{10'000})
        << "what was sent there beside";
}

class LockedLpTest : public SafetyBookTest {};

TEST_F(LockedLpTest, IsHeardCountedAndToldApart) {
    hear_lp(9'000);  // 1,000 of 10,000 are burnt.
    read_holders(100'000);
    EXPECT_EQ(refusal(), "LP_BURNT");
    hear_locked(7'999);
    EXPECT_EQ(refusal(), "LP_BURNT");
    hear_locked(8'000);
    EXPECT_EQ(told(), "safe");
    const SafetyFinding finding = lp_finding(10);
    EXPECT_EQ(finding.value, 9'000U);
    EXPECT_EQ(*finding.lp, (LpEvidence{.burnt = BasisPoints{1'000},
                                       .burnt_mint = kLpMint,
                                       .locked = BasisPoints{8'000},
                                       .locker = LpLocker::RaydiumBurnAndEarn,
                                       .locked_account = lock_account()}));
    ASSERT_TRUE(notes.back().lp);
    EXPECT_EQ(notes.back().lp->lp, finding.lp) << "it is told with the verdict that passes";
    hear_nothing_locked();
    EXPECT_EQ(told(), "LP_BURNT") << "it is what is there now that counts";
}

TEST_F(LockedLpTest, IsNotKnownForLongerThanItIsHeard) {
    hear_lp(9'000);
    hear_locked(8'000);
    const std::vector<SafetySubject> held{{index, pool.mint_b, kCreator, now}};
    safety.set_held(held);
    const std::vector<Pubkey> lost{lock_account()};
    safety.set_lost(lost, true);
    EXPECT_EQ(lp_finding(160).outcome, SafetyOutcome::Passed);
    EXPECT_EQ(lp_finding(161).outcome, SafetyOutcome::Unknown);
    safety.set_lost(lost, false);
    EXPECT_EQ(lp_finding(161).outcome, SafetyOutcome::Passed);
    EXPECT_EQ(lp_finding(161).age, 0U);
}

TEST_F(LockedLpTest, IsAskedForWithTheTokenAndLetGoWithIt) {
    const std::vector<Pubkey> wanted = safety.take_accounts_wanted();
    EXPECT_EQ(std::ranges::count(wanted, lock_account()), 1);
    start(61);
    const std::vector<Pubkey> unwanted = safety.take_accounts_unwanted();
    EXPECT_EQ(std::ranges::count(unwanted, lock_account()), 1);
}

}  // namespace
}  // namespace sniperforge::detect
