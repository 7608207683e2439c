// SPDX-License-Identifier: MIT
#include "sniperforge/signer/signing_budget.hpp"

#include "unit/signer/policy_support.hpp"

namespace sniperforge::signer {
namespace {

using namespace test;
using namespace std::chrono_literals;

constexpr SigningLimits kLimits{
    .transaction_max = Lamports{100}, .hour_max = Lamports{250}, .day_max = Lamports{400}};

[[nodiscard]] SigningPolicy entry_of(std::uint64_t lamports) {
    SigningPolicy policy;
    policy.kind = OrderKind::Entry;
    policy.mint_in = kSol;
    policy.mint_out = kToken;
    policy.amount_in_max = TokenAmount{lamports};
    policy.receive_min = TokenAmount{1'000'000};
    policy.lamports_max = Lamports{lamports};
    return policy;
}
[[nodiscard]] SigningPolicy exit_of(std::uint64_t fees, std::uint64_t floor) {
    SigningPolicy policy = entry_of(fees);
    policy.kind = OrderKind::Exit;
    policy.mint_in = kToken;
    policy.mint_out = kSol;
    policy.receive_min = TokenAmount{floor};
    return policy;
}
[[nodiscard]] SigningPolicy cycle_of(std::uint64_t stake, std::uint64_t fees, std::uint64_t floor) {
    SigningPolicy policy = entry_of(stake + fees);
    policy.kind = OrderKind::Cycle;
    policy.mint_out = kSol;
    policy.amount_in_max = TokenAmount{stake};
    policy.receive_min = TokenAmount{floor};
    return policy;
}

// Noon of a day, and some hours of a monotonic clock.
[[nodiscard]] SigningTime at(Duration passed) {
    return {MonoTime{} + 30h + passed, WallTime{} + 24h * 20'000 + 12h + passed};
}
[[nodiscard]] std::string refusal(const SigningBudget& budget, const SigningPolicy& policy,
                                  const SigningTime& time) {
    const auto checked = budget.check(policy, time);
    if (!checked) {
        EXPECT_EQ(checked.error().instruction, std::nullopt);
    }
    return checked ? std::string{} : checked.error().text();
}

// ---- What is counted ----

TEST(SigningBudget, CountsWhatDoesNotComeBackWithTheSameOrder) {
    EXPECT_EQ(outflow_of(entry_of(70)), Lamports{70});
    // What is wrapped already leaves the wallet no less than what is wrapped for it.
    SigningPolicy wrapped = entry_of(10);
    wrapped.amount_in_max = TokenAmount{11};
    EXPECT_EQ(outflow_of(wrapped), Lamports{11});
    wrapped.amount_in_max = TokenAmount{9};
    EXPECT_EQ(outflow_of(wrapped), Lamports{10});
    EXPECT_EQ(outflow_of(exit_of(10, 11)), Lamports{0});
    EXPECT_EQ(outflow_of(exit_of(10, 10)), Lamports{0});
    EXPECT_EQ(outflow_of(exit_of(10, 9)), Lamports{1});
    // The fees of a cycle are gone when it fails: what it would earn is no credit.
    EXPECT_EQ(outflow_of(cycle_of(1'000, 10, 1'000)), Lamports{10});
    EXPECT_EQ(outflow_of(cycle_of(1'000, 10, 5'000)), Lamports{10});
    EXPECT_EQ(outflow_of(cycle_of(1'000, 10, 995)), Lamports{15});
    // The rent that a sweep brings back is nobody's promise.
    SigningPolicy sweep = exit_of(10, 1'000);
    sweep.kind = OrderKind::Sweep;
    EXPECT_EQ(outflow_of(sweep), Lamports{10});
    // What an entry brings are tokens, however many.
    SigningPolicy for_tokens = exit_of(10, 9'999);
    for_tokens.mint_out = key_of(7);
    EXPECT_EQ(outflow_of(for_tokens), Lamports{10});
}

// ---- The three windows ----

TEST(SigningBudget, AllowsATransactionOfExactlyTheLimitAndNotOneLamportMore) {
    const SigningBudget budget{kLimits};
    EXPECT_EQ(refusal(budget, entry_of(100), at(0s)), "");
    EXPECT_EQ(refusal(budget, entry_of(101), at(0s)),
              "101 lamports would leave the wallet with this order, 101 in one transaction > 100: "
              "raise signer.transaction_outflow_max_sol if so much is meant");
}

TEST(SigningBudget, AllowsAnHourOfExactlyTheLimitAndNotOneLamportMore) {
    SigningBudget budget{kLimits};
    budget.count(entry_of(100), at(0s));
    budget.count(entry_of(100), at(30min));
    EXPECT_EQ(refusal(budget, entry_of(50), at(59min)), "");
    EXPECT_EQ(refusal(budget, entry_of(51), at(59min)),
              "51 lamports would leave the wallet with this order, 251 in an hour > 250: raise "
              "signer.hourly_outflow_max_sol if so much is meant");
}

// Never before the hour is over, and at most a minute later.
TEST(SigningBudget, ForgetsTheHourMinuteByMinute) {
    for (const Duration signed_at : {Duration{0s}, Duration{59s}}) {
        SigningBudget budget{kLimits};
        budget.count(entry_of(100), at(signed_at));
        budget.count(entry_of(100), at(10min));
        EXPECT_NE(refusal(budget, entry_of(100), at(60min + 59s)), "");
        EXPECT_EQ(refusal(budget, entry_of(100), at(61min)), "");
        EXPECT_NE(refusal(budget, entry_of(151), at(61min)), "");
        EXPECT_EQ(refusal(budget, entry_of(100), at(71min)), "");
    }
}

TEST(SigningBudget, CountsAMinuteAnewWhenItsPlaceIsUsedAgain) {
    SigningBudget budget{kLimits};
    budget.count(entry_of(100), at(0s));
    budget.count(entry_of(100), at(61min));
    budget.count(entry_of(100), at(61min + 1s));
    EXPECT_EQ(refusal(budget, entry_of(50), at(62min)), "");
    EXPECT_NE(refusal(budget, entry_of(51), at(62min)), "");
}

TEST(SigningBudget, AllowsADayOfExactlyTheLimitAndBeginsAnewAtMidnightUtc) {
    SigningBudget budget{kLimits};
    for (const Duration passed : {Duration{0s}, Duration{2h}, Duration{4h}}) {
        budget.count(entry_of(100), at(passed));
    }
    EXPECT_EQ(refusal(budget, entry_of(100), at(6h)), "");
    budget.count(entry_of(99), at(6h));
    EXPECT_EQ(refusal(budget, entry_of(1), at(12h - 1ns)), "");
    EXPECT_EQ(refusal(budget, entry_of(2), at(12h - 1ns)),
              "2 lamports would leave the wallet with this order, 401 in the UTC day > 400: raise "
              "signer.daily_outflow_max_sol if so much is meant");
    EXPECT_EQ(refusal(budget, entry_of(100), at(12h)), "");
    budget.count(entry_of(100), at(12h));
}

// Neither is the day before that a new one, nor are its lamports forgotten when it is over again.
TEST(SigningBudget, OpensNoNewDayForAClockThatIsSetBack) {
    SigningBudget budget{kLimits};
    const auto when = [](Duration mono, Duration wall) {
        return SigningTime{at(mono).mono, at(wall).wall};
    };
    for (const Duration wall : {Duration{13h}, Duration{11h}, Duration{13h}, Duration{11h}}) {
        budget.count(entry_of(100), when(wall, wall));
    }
    for (const Duration wall : {Duration{11h}, Duration{13h}}) {
        EXPECT_NE(refusal(budget, entry_of(1), when(20h, wall)).find("401 in the UTC day"),
                  std::string::npos);
    }
    EXPECT_EQ(refusal(budget, entry_of(100), when(36h, 36h)), "");
}

// It opens by the time that has passed: not for a clock that jumps ahead, and not late for one that
// was set back.
TEST(SigningBudget, OpensANewDayByTheTimeThatPassedAndNotByAClockThatJumps) {
    SigningBudget budget{kLimits};
    for (const Duration passed : {Duration{0s}, Duration{2h}, Duration{4h}, Duration{6h}}) {
        budget.count(entry_of(100), at(passed));
    }
    const auto at_wall = [](Duration mono, Duration wall) {
        return SigningTime{at(mono).mono, at(wall).wall};
    };
    for (const Duration wall : {Duration{12h}, Duration{24h * 400}, Duration{-24h * 400}}) {
        EXPECT_NE(refusal(budget, entry_of(1), at_wall(12h - 1ns, wall)).find("in the UTC day"),
                  std::string::npos);
        EXPECT_EQ(refusal(budget, entry_of(100), at_wall(12h, wall)), "");
    }
}

// ---- Over a restart ----

// Within the hour and within the UTC day it counts, and beyond them it does not, to the minute.
TEST(SigningBudget, CountsForTheHourWhatAnEarlierProcessSigned) {
    const std::vector<SignedBefore> before{{OrderKind::Entry, Lamports{100}, at(0s).wall},
                                           {OrderKind::Cycle, Lamports{100}, at(10min).wall}};
    SigningBudget budget{kLimits};
    budget.restore(before, at(20min));
    EXPECT_EQ(refusal(budget, entry_of(50), at(20min)), "");
    EXPECT_NE(refusal(budget, entry_of(51), at(20min)), "");
    EXPECT_NE(refusal(budget, entry_of(51), at(60min + 59s)), "");
    EXPECT_EQ(refusal(budget, entry_of(100), at(61min)), "");
    EXPECT_NE(refusal(budget, entry_of(151), at(61min)), "") << "the second one still counts";

    SigningBudget later{kLimits};
    later.restore(before, at(60min + 59s));
    EXPECT_NE(refusal(later, entry_of(51), at(60min + 59s)), "");
    SigningBudget latest{kLimits};
    latest.restore(before, at(61min));
    EXPECT_EQ(refusal(latest, entry_of(100), at(61min)), "");
}

TEST(SigningBudget, CountsForTheUtcDayWhatAnEarlierProcessSignedOnItAndNotBefore) {
    const WallTime midnight = at(12h).wall;
    const auto restored = [&](WallTime signed_at) {
        std::vector<SignedBefore> before(4, {OrderKind::Entry, Lamports{100}, signed_at});
        SigningBudget budget{kLimits};
        budget.restore(before, at(14h));
        return refusal(budget, entry_of(1), at(14h));
    };
    EXPECT_NE(restored(midnight).find("401 in the UTC day > 400"), std::string::npos);
    EXPECT_EQ(restored(WallTime{midnight.ns - 1}), "");
}

// A machine that has just started has a clock that was below zero an hour ago.
TEST(SigningBudget, KnowsMinutesOfBeforeTheMachinesStart) {
    const SigningTime now{MonoTime{} + 5min, at(0s).wall};
    std::vector<SignedBefore> before;
    for (int minute = 0; minute <= 60; ++minute) {
        before.push_back({OrderKind::Entry, Lamports{1}, now.wall + -std::chrono::minutes{minute}});
    }
    SigningBudget budget{kLimits};
    budget.restore(before, now);
    SigningPolicy most = entry_of(100);
    budget.count(most, now);
    EXPECT_EQ(refusal(budget, entry_of(250 - 100 - 61), now), "");
    EXPECT_NE(refusal(budget, entry_of(250 - 100 - 61 + 1), now), "");
}

// Whoever tells it what was signed may be no friend: what is told takes nothing back, whenever it
// is said to have been.
TEST(SigningBudget, IsNeverWidenedByWhatIsTold) {
    constexpr std::int64_t kEver = std::numeric_limits<std::int64_t>::max();
    for (const std::int64_t time : {-kEver - 1, std::int64_t{0}, kEver}) {
        SigningBudget budget{kLimits};
        for (const Duration passed : {Duration{0s}, Duration{2h}, Duration{4h}}) {
            budget.count(entry_of(100), at(passed));
        }
        budget.restore(std::vector<SignedBefore>{{OrderKind::Entry, Lamports{1}, WallTime{time}}},
                       at(6h));
        // What is said to be of later counts as of now.
        EXPECT_EQ(refusal(budget, entry_of(100), at(6h)).empty(), time != kEver) << time;
        budget.count(entry_of(99), at(6h));
        EXPECT_NE(refusal(budget, entry_of(2), at(6h)), "") << time;
    }
}

TEST(SigningBudget, TakesOfAnIntentWhatItTakesOfItsPolicy) {
    OrderIntent intent;
    for (const SigningPolicy& policy : {entry_of(70), exit_of(10, 3), cycle_of(50, 7, 60)}) {
        intent.kind = policy.kind;
        intent.mint_in = policy.mint_in;
        intent.mint_out = policy.mint_out;
        intent.amount_in = policy.amount_in_max;
        intent.receive_min = policy.receive_min;
        intent.spend_max = policy.lamports_max;
        EXPECT_EQ(outflow_of(intent), outflow_of(policy));
    }
}

TEST(SigningBudget, DoesNotWrapAround) {
    SigningBudget budget{{Lamports::max(), Lamports::max(), Lamports{kU64Max - 1}}};
    budget.count(entry_of(kU64Max), at(0s));
    EXPECT_NE(refusal(budget, entry_of(kU64Max), at(0s)), "");
    budget.count(entry_of(kU64Max), at(0s));
    EXPECT_NE(refusal(budget, entry_of(1), at(0s)), "");
}

// ---- Who uses it up ----

TEST(SigningBudget, LetsSalesThroughWhateverWasSpentOnEntries) {
    SigningBudget budget{kLimits};
    for (int i = 0; i < 4; ++i) {
        budget.count(entry_of(100), at(0s));
    }
    EXPECT_NE(refusal(budget, entry_of(1), at(1s)), "");
    EXPECT_NE(refusal(budget, cycle_of(1'000, 1, 1'001), at(1s)), "");
    EXPECT_EQ(refusal(budget, exit_of(10, 1'000), at(1s)), "");
    // Even those that do not bring their own fees.
    EXPECT_EQ(refusal(budget, exit_of(100, 0), at(1s)), "");
    // Which add up among themselves.
    budget.count(exit_of(100, 0), at(1s));
    budget.count(exit_of(100, 0), at(1s));
    EXPECT_EQ(refusal(budget, exit_of(50, 0), at(1s)), "");
    EXPECT_NE(refusal(budget, exit_of(51, 0), at(1s)), "");
    EXPECT_EQ(refusal(budget, exit_of(51, 51), at(1s)), "");
}

// ---- Withdrawals that cost little ----

// A hundred of the dearest small ones are half a SOL; the hour and the day have no room for one.
TEST(SigningBudget, LetsSmallWithdrawalsOfExactlyTheirHoursSumThroughAndNotOneLamportMore) {
    const SigningLimits tight{.transaction_max = Lamports::max(), .hour_max = {}, .day_max = {}};
    SigningBudget budget{tight};
    const SigningPolicy small = exit_of(kWithdrawalCostSmall.raw(), 0);
    const auto refused = [&](Lamports cost, const SigningTime& time) {
        const auto checked = budget.check_withdrawal(exit_of(cost.raw(), 0), time);
        return checked ? std::string{} : checked.error().text();
    };
    for (int i = 0; i < 99; ++i) {
        budget.count_withdrawal(small, at(0s));
    }
    budget.count_withdrawal(exit_of(kWithdrawalCostSmall.raw() - 1, 0), at(30min));
    EXPECT_EQ(refused(Lamports{1}, at(60min)), "");
    EXPECT_NE(refused(Lamports{2}, at(60min)).find("500000001 in an hour > 500000000"),
              std::string::npos)
        << refused(Lamports{2}, at(60min));
    EXPECT_NE(refused(Lamports{2}, at(60min)).find("signer.hourly_outflow_max_sol"),
              std::string::npos);
    EXPECT_EQ(refused(kWithdrawalCostSmall, at(61min)), "");
    EXPECT_NE(refused(kWithdrawalCostSmall + Lamports{1}, at(61min)), "") << "no small one";

    // With room in the hour and the day they need no sum of their own.
    SigningBudget roomy{{Lamports::max(), Lamports::max(), Lamports::max()}};
    for (int i = 0; i < 101; ++i) {
        roomy.count_withdrawal(small, at(0s));
    }
    EXPECT_TRUE(roomy.check_withdrawal(small, at(1s)));
}

TEST(SigningBudget, CountsSmallWithdrawalsOfAnEarlierProcessAndNotItsSales) {
    const SigningLimits tight{.transaction_max = Lamports::max(), .hour_max = {}, .day_max = {}};
    for (const bool is_withdrawal : {true, false}) {
        const SignedBefore each{OrderKind::Exit, kWithdrawalCostSmall, at(0s).wall, is_withdrawal};
        SigningBudget budget{tight};
        budget.restore(std::vector(99, each), at(1min));
        EXPECT_TRUE(budget.check_withdrawal(exit_of(kWithdrawalCostSmall.raw(), 0), at(1min)));
        budget.restore(std::vector(1, each), at(1min));
        EXPECT_EQ(budget.check_withdrawal(exit_of(1, 0), at(1min)).has_value(), !is_withdrawal);
        EXPECT_TRUE(budget.check_withdrawal(exit_of(1, 0), at(61min)));
    }
}

// ---- Stablecoins ----

constexpr SigningLimits kStableLimits{.transaction_max = Lamports{100},
                                      .hour_max = Lamports{100},
                                      .day_max = Lamports{100},
                                      .stables_transaction_max = MicroUsd{10},
                                      .stables_hour_max = MicroUsd{25},
                                      .stables_day_max = MicroUsd{40}};

[[nodiscard]] SigningPolicy sale_of(const Pubkey& mint, std::uint64_t amount) {
    SigningPolicy policy = exit_of(0, 1'000'000);
    policy.mint_in = mint;
    policy.amount_in_max = TokenAmount{amount};
    return policy;
}

// Whatever the sale brings: nobody here knows what it is worth.
TEST(SigningBudget, AllowsSalesOfStablecoinsOfExactlyTheLimitsAndNotABaseUnitMore) {
    SigningBudget budget{kStableLimits};
    const auto sold = [&](const Pubkey& mint, std::uint64_t amount, Duration passed) {
        budget.count(sale_of(mint, amount), at(passed));
    };
    const auto refused = [&](const Pubkey& mint, std::uint64_t amount, Duration passed) {
        return refusal(budget, sale_of(mint, amount), at(passed));
    };
    EXPECT_EQ(refused(solana::kUsdcMint, 10, 0s), "");
    EXPECT_EQ(refused(solana::kUsdcMint, 11, 0s),
              "11 micro-USD of stablecoins would be sold with this order, 11 in one transaction > "
              "10: raise signer.transaction_stables_max_usd if so much is meant");
    sold(solana::kUsdcMint, 10, 0s);
    sold(solana::kUsdtMint, 10, 10min);
    EXPECT_EQ(refused(solana::kUsdcMint, 5, 20min), "") << "both together";
    EXPECT_NE(refused(solana::kUsdtMint, 6, 20min)
                  .find("26 in an hour > 25: raise "
                        "signer.hourly_stables_max_usd"),
              std::string::npos);
    EXPECT_EQ(refused(solana::kUsdtMint, 10, 61min), "");
    sold(solana::kUsdcMint, 10, 2h);
    EXPECT_EQ(refused(solana::kUsdcMint, 10, 4h), "");
    sold(solana::kUsdcMint, 9, 4h);
    EXPECT_EQ(refused(solana::kUsdcMint, 1, 6h), "");
    EXPECT_NE(refused(solana::kUsdcMint, 2, 6h)
                  .find("41 in the UTC day > 40: raise "
                        "signer.daily_stables_max_usd"),
              std::string::npos);
    EXPECT_EQ(refused(solana::kUsdcMint, 10, 12h), "");
    EXPECT_EQ(refused(kToken, kU64Max, 6h), "") << "no stablecoin";
}

TEST(SigningBudget, CountsStablecoinsOfAnEarlierProcessAndIsNotWidenedByThem) {
    const SignedBefore each{OrderKind::Exit, {}, at(0s).wall, false, MicroUsd{10}};
    SigningBudget budget{kStableLimits};
    budget.restore(std::vector(2, each), at(1min));
    const auto refused = [&](std::uint64_t amount, Duration passed) {
        return refusal(budget, sale_of(solana::kUsdcMint, amount), at(passed));
    };
    EXPECT_EQ(refused(5, 1min), "");
    EXPECT_NE(refused(6, 1min), "");
    EXPECT_EQ(refused(10, 61min), "");
    budget.restore(std::vector(1, each), at(2h));  // For the day alone.
    EXPECT_EQ(refused(10, 2h), "");
    budget.count(sale_of(solana::kUsdcMint, 10), at(2h));
    EXPECT_NE(refused(1, 4h).find("in the UTC day"), std::string::npos);
}

// The purchase is paid in SOL; what a cycle spends of them it has brought.
TEST(SigningBudget, CountsNoStablecoinsThatOnlyPassThrough) {
    SigningPolicy through = cycle_of(50, 7, 60);
    through.leg_count = 2;
    through.between[0] = {solana::kUsdcMint, TokenAmount{1'000}};
    EXPECT_EQ(stables_out_of(through), MicroUsd{});
    SigningPolicy purchase = entry_of(50);
    purchase.mint_out = solana::kUsdcMint;
    EXPECT_EQ(stables_out_of(purchase), MicroUsd{});
    EXPECT_EQ(stables_out_of(sale_of(solana::kUsdtMint, 7)), MicroUsd{7});
}

class SigningBudgetOfTheSigner : public PolicyTest {
 protected:
    // Two entries in an hour.
    [[nodiscard]] PolicySigner limited() {
        const Lamports entry = entry_policy().lamports_max;
        return {keypair_of(1),
                {.transaction_max = entry,
                 .hour_max = entry + entry,
                 .day_max = Lamports::max(),
                 .fee_max = kPriority}};
    }
};

TEST_F(SigningBudgetOfTheSigner, CountsWhatWasSignedAndNothingElse) {
    PolicySigner two = limited();
    Bytes wire;
    const Bytes message = compile(entry());
    Instructions hostile = entry();
    hostile.push_back(solana::system_transfer({wallet(), kStranger, Lamports{1}}));
    EXPECT_FALSE(two.sign(wire, compile(hostile), entry_policy(), at(0s)));  // Costs no budget.
    EXPECT_TRUE(two.sign(wire, message, entry_policy(), at(0s)));
    EXPECT_TRUE(two.sign(wire, message, entry_policy(), at(1min)));
    const auto third = two.sign(wire, message, entry_policy(), at(2min));
    ASSERT_FALSE(third);
    EXPECT_NE(third.error().reason.find("signer.hourly_outflow_max_sol"), std::string::npos);
    EXPECT_TRUE(two.sign(wire, compile(exit()), exit_policy(), at(3min)));
    EXPECT_TRUE(two.sign(wire, message, entry_policy(), at(61min)));
    EXPECT_FALSE(two.sign(wire, message, entry_policy(), at(61min)));
}

TEST_F(SigningBudgetOfTheSigner, RefusesALargerOrderThanOneTransactionMayBe) {
    PolicySigner two = limited();
    SigningPolicy larger = entry_policy();
    larger.lamports_max += Lamports{1};
    Bytes wire{1, 2, 3};
    const auto signature = two.sign(wire, compile(entry()), larger, at(0s));
    ASSERT_FALSE(signature);
    EXPECT_NE(signature.error().reason.find("in one transaction"), std::string::npos);
    EXPECT_EQ(wire.size(), 3U);  // Nothing signed is left behind.
}

}  // namespace
}  // namespace sniperforge::signer
