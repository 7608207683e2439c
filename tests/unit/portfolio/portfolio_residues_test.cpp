// SPDX-License-Identifier: MIT
// What counts as left behind: known to be open, in no position, on no order's way, and final.
#include "unit/portfolio/portfolio_support.hpp"

namespace sniperforge::portfolio {
namespace {

using namespace test;

constexpr Lamports kLocked{kRent};

[[nodiscard]] OwnTokenAccount open_account(const Pubkey& mint = kToken) {
    return {mint, solana::kTokenProgram, true, kLocked};
}
[[nodiscard]] OwnTokenAccount closed_account(const Pubkey& mint = kToken) {
    return {mint, solana::kTokenProgram, false, {}};
}
[[nodiscard]] OrderIntent sweep_intent(std::uint64_t id, std::uint64_t amount) {
    OrderIntent intent;
    intent.intent_id = IntentId{id};
    intent.strategy = StrategyId::Housekeeping;
    intent.kind = OrderKind::Sweep;
    intent.mint_in = kToken;
    intent.mint_out = solana::kWrappedSolMint;
    intent.token_program = solana::kTokenProgram;
    intent.amount_in = TokenAmount{amount};
    intent.spend_max = Lamports{5'400};
    return intent;
}

class ResiduesTest : public PortfolioTest {
 protected:
    // A cycle that left 7 units and the account that they are in; slot 55.
    void cycle_leaving(std::uint64_t id, std::int64_t tokens = 7) {
        Fill fill = fill_of({-static_cast<std::int64_t>(kFee + kRent), kRent, 0, tokens});
        fill.accounts = {open_account()};
        (void)settle(cycle_intent(id), Outcome::Landed, fill);
    }
    [[nodiscard]] std::size_t count() const { return portfolio.residues().size(); }
};

TEST_F(ResiduesTest, AreWhatACycleLeftOnceItsFillIsFinal) {
    cycle_leaving(1);
    EXPECT_EQ(count(), 0U);
    portfolio.finalize(IntentId{1});
    ASSERT_EQ(count(), 1U);
    const Residue residue = portfolio.residues().front();
    EXPECT_EQ(residue.mint, kToken);
    EXPECT_EQ(residue.token_program, solana::kTokenProgram);
    EXPECT_EQ(residue.amount, TokenAmount{7});
    EXPECT_EQ(residue.rent, kLocked);
    EXPECT_FALSE(residue.is_unclosable);
}

TEST_F(ResiduesTest, AreEmptyAccountsTooAndThoseThatWereReadAtTheStart) {
    OwnTokenAccount stuck = open_account(key_of(9));
    stuck.is_unclosable = true;
    portfolio.start({Lamports{kStart}, {}, {open_account(), stuck}}, kNewYear);
    const auto residues = portfolio.residues();
    ASSERT_EQ(residues.size(), 2U);
    const bool is_token_first = residues[0].mint == kToken;
    const Residue& token = residues[is_token_first ? 0 : 1];
    const Residue& empty = residues[is_token_first ? 1 : 0];
    EXPECT_EQ(token.amount, TokenAmount{});
    EXPECT_FALSE(token.is_unclosable);
    EXPECT_EQ(empty.amount, TokenAmount{});
    EXPECT_TRUE(empty.is_unclosable);
}

// ---- What somebody else brought ----

// A residue is burnt, and what is burnt cannot be had back: a pool that a stranger made may have
// said what it is worth.
TEST_F(ResiduesTest, AreNeverWhatWasThereBeforeUsDownToItsLastUnit) {
    portfolio.start({Lamports{kStart}, {{kToken, TokenAmount{1}}}, {open_account()}}, kNewYear);
    EXPECT_EQ(count(), 0U);
    Exposure known = exposure(sweep_intent(1, 1));
    EXPECT_EQ(known.holding, TokenAmount{}) << "the gate lets none of it be burnt";
    (void)portfolio.adopt({Lamports{kStart}, {}, {open_account()}}, kNewYear);
    EXPECT_EQ(count(), 1U) << "empty: its account may be closed";
    EXPECT_EQ(portfolio.residues().front().amount, TokenAmount{});
}

TEST_F(ResiduesTest, AreNotWhatWasFoundInTheWalletOrSentToItEvenBesideWhatWeLeft) {
    cycle_leaving(1);
    portfolio.finalize(IntentId{1});
    ASSERT_EQ(count(), 1U) << "7 units of our own";
    (void)portfolio.adopt({Lamports{kStart}, {{kToken, TokenAmount{7}}}, {open_account()}},
                          kNewYear);
    EXPECT_EQ(count(), 1U) << "as many as the books have";
    EXPECT_EQ(exposure(sweep_intent(2, 7)).holding, TokenAmount{7});
    (void)portfolio.adopt({Lamports{kStart}, {{kToken, TokenAmount{8}}}, {open_account()}},
                          kNewYear);
    EXPECT_EQ(count(), 0U) << "one of them is not ours to burn";
    EXPECT_EQ(exposure(sweep_intent(2, 8)).holding, TokenAmount{});
}

TEST_F(ResiduesTest, AreNeverOfAPositionOrOfMoney) {
    portfolio.start({Lamports{kStart},
                     {},
                     {open_account(), open_account(solana::kUsdcMint),
                      open_account(solana::kUsdtMint), open_account(solana::kWrappedSolMint)}},
                    kNewYear);
    EXPECT_EQ(count(), 1U);
    const PositionId position = buy();
    portfolio.finalize(IntentId{1});
    EXPECT_EQ(count(), 0U);

    Fill sale = fill_of({100'000'000, 0, 0, -1'000});
    sale.accounts = {open_account()};
    (void)settle(exit_intent(2, position), Outcome::Landed, sale);
    EXPECT_EQ(count(), 0U);
    portfolio.finalize(IntentId{2});
    EXPECT_EQ(count(), 1U);
}

TEST_F(ResiduesTest, WaitForTheOrderThatTradesThem) {
    cycle_leaving(1);
    portfolio.finalize(IntentId{1});
    portfolio.order_submitted(entry_intent(2));
    EXPECT_EQ(count(), 0U);
    (void)portfolio.apply(report_of(entry_intent(2), Outcome::Expired), kNewYear);
    EXPECT_EQ(count(), 1U);
}

TEST_F(ResiduesTest, AreGoneAfterTheirSweepWhoseRentIsAGain) {
    cycle_leaving(1);
    portfolio.finalize(IntentId{1});
    const OrderIntent sweep = sweep_intent(2, 7);
    portfolio.order_submitted(sweep);
    EXPECT_EQ(count(), 0U);  // On its way.
    auto report = report_of(sweep, Outcome::Landed);
    report.slot = Slot{60};
    report.fill = fill_of({static_cast<std::int64_t>(kRent - kFee), 0, kRent, -7});
    report.fill.accounts = {closed_account()};
    EXPECT_TRUE(portfolio.apply(report, kNewYear).empty());
    portfolio.finalize(IntentId{2});
    EXPECT_EQ(count(), 0U);
    EXPECT_EQ(portfolio.ledger().token(kToken), TokenAmount{});
    EXPECT_EQ(portfolio.ledger().totals().rent_paid, portfolio.ledger().totals().rent_refunded);
    // The cycle lost fee and rent, the sweep won the rent back.
    EXPECT_EQ(portfolio.counters().pnl_realized, LamportsDelta{-2 * std::int64_t{kFee}});
    EXPECT_EQ(portfolio.counters().results.size(), 2U);
    EXPECT_EQ(portfolio.counters().fills[static_cast<std::size_t>(StrategyId::Housekeeping)], 1U);
    EXPECT_EQ(portfolio.counters().volume, Lamports{2 * 200'000'000});  // Of the cycle alone.
}

TEST_F(ResiduesTest, AreNotKnownAnyMoreWhenTheFillThatToldOfThemNeverHappened) {
    cycle_leaving(1);
    (void)portfolio.reverse(IntentId{1}, kNewYear);
    (void)portfolio.apply(report_of(cycle_intent(1), Outcome::Expired), kNewYear);
    EXPECT_EQ(count(), 0U);
    EXPECT_EQ(portfolio.ledger().token(kToken), TokenAmount{});
}

// Fills arrive in the order of their answers, not of their slots.
TEST_F(ResiduesTest, FollowTheNewestSlotAndNotTheLastWord) {
    cycle_leaving(1);  // Slot 55 left it open.
    auto older = report_of(cycle_intent(2), Outcome::Landed);
    older.slot = Slot{54};
    older.fill.accounts = {closed_account()};
    (void)portfolio.apply(older, kNewYear);
    portfolio.finalize(IntentId{1});
    portfolio.finalize(IntentId{2});
    EXPECT_EQ(count(), 1U);
    older.intent_id = IntentId{3};
    older.slot = Slot{55};
    (void)portfolio.apply(older, kNewYear);
    portfolio.finalize(IntentId{3});
    EXPECT_EQ(count(), 0U);
}

TEST_F(ResiduesTest, StayUnclosableWhileTheirAccountStaysOpen) {
    OwnTokenAccount stuck = open_account();
    stuck.is_unclosable = true;
    portfolio.start({Lamports{kStart}, {}, {stuck}}, kNewYear);
    cycle_leaving(1);
    portfolio.finalize(IntentId{1});
    ASSERT_EQ(count(), 1U);
    EXPECT_TRUE(portfolio.residues().front().is_unclosable);
    // Closed and made anew, it is another account.
    for (std::uint64_t id = 2; id < 4; ++id) {
        auto report = report_of(cycle_intent(id), Outcome::Landed);
        report.slot = Slot{60 + id};
        report.fill.accounts = {id == 2 ? closed_account() : open_account()};
        (void)portfolio.apply(report, kNewYear);
        portfolio.finalize(IntentId{id});
    }
    ASSERT_EQ(count(), 1U);
    EXPECT_FALSE(portfolio.residues().front().is_unclosable);
}

// ---- What the gate is told ----

TEST_F(ResiduesTest, TellTheGateWhatIsHeldOfTheSweptMint) {
    cycle_leaving(1);
    Exposure known = exposure(sweep_intent(2, 7));
    EXPECT_EQ(known.holding, TokenAmount{7});
    EXPECT_FALSE(known.is_mint_held);
    EXPECT_FALSE(known.is_mint_in_flight);
    (void)buy(3);
    portfolio.order_submitted(entry_intent(4));
    known = exposure(sweep_intent(2, 7));
    EXPECT_EQ(known.holding, TokenAmount{1'007});
    EXPECT_TRUE(known.is_mint_held);
    EXPECT_TRUE(known.is_mint_in_flight);
}

TEST_F(ResiduesTest, KeepEntriesOutWhileTheyAreSwept) {
    EXPECT_FALSE(exposure(entry_intent(2)).is_mint_in_flight);
    portfolio.order_submitted(sweep_intent(1, 7));
    EXPECT_TRUE(exposure(entry_intent(2)).is_mint_in_flight);
    EXPECT_FALSE(exposure(entry_intent(2, key_of(9))).is_mint_in_flight);
    EXPECT_EQ(exposure(entry_intent(2)).entries_in_flight, 0U);
}

}  // namespace
}  // namespace sniperforge::portfolio
