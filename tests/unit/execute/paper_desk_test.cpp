// SPDX-License-Identifier: MIT
// Orders on paper: when they land, what they meet, what they cost.
#include "sniperforge/execute/paper_desk.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <vector>

#include "execute/paper_fill.hpp"
#include "sniperforge/dex/displace.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/model/fill_sums.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "support/keys.hpp"
#include "unit/execute/executor_support.hpp"

namespace sniperforge::execute {
namespace {

using sniperforge::test::key_of;
const Pubkey kCoin = key_of(2);
constexpr Lamports kAccountRent{2'157'600};
constexpr PoolIndex kPool{0}, kDearPool{1};

// A of the token against wSOL.
[[nodiscard]] dex::Pool pool_of(std::uint64_t tokens, std::uint64_t sol) {
    dex::RaydiumAmmV4Pool pool;
    pool.id = key_of(1);
    pool.mint_a = kCoin;
    pool.mint_b = solana::kWrappedSolMint;
    pool.vault_a = key_of(3);
    pool.vault_b = key_of(4);
    pool.status = dex::kAmmV4StatusSwapOnly;
    pool.vault_amount_a = tokens;
    pool.vault_amount_b = sol;
    pool.has_vault_a = pool.has_vault_b = true;
    return {pool};
}

// Two pools; in the second the token is a tenth dearer.
struct Pools final : OwnImpact {
    [[nodiscard]] dex::Pool as_met(PoolIndex pool) const override { return all[pool.value]; }
    void swapped(PoolIndex pool, Direction direction, const dex::SwapQuote& swap) override {
        ++swaps;
        ASSERT_TRUE(dex::displace(all[pool.value], direction, swap));
    }
    std::array<dex::Pool, 2> all{pool_of(1'000'000'000'000, 100'000'000'000),
                                 pool_of(1'000'000'000'000, 110'000'000'000)};
    int swaps = 0;
};

struct Reports final : ExecuteEvents {
    std::optional<Denial> recheck(const OrderIntent&) override { return std::nullopt; }
    bool on_signed(const OrderIntent&, const Signature&, BlockHeight) override {
        ADD_FAILURE() << "on paper nothing is signed";
        return false;
    }
    void on_sent(const OrderIntent&, const Trace&, bool) override {
        ADD_FAILURE() << "on paper nothing is sent";
    }
    void on_report(const ExecutionReport& report) override { all.push_back(report); }
    void on_unbuildable(const OrderIntent&) override {}
    void on_finalized(const OrderFinalized& order) override { finals.push_back(order.intent_id); }
    void on_reversed(const OrderReversed&) override { ADD_FAILURE(); }
    std::vector<ExecutionReport> all;
    std::vector<IntentId> finals;
};

struct StandingClock final : Clock {
    [[nodiscard]] MonoTime now() const override { return MonoTime{1'000}; }
    [[nodiscard]] WallTime wall_now() const override { return WallTime{1'750'000'000'000'000'000}; }
};

[[nodiscard]] config::PaperSettings landing_after(std::uint32_t slots) {
    return {.balance = {},
            .landed_after_1_percent = slots == 1 ? 100U : 0U,
            .landed_after_2_percent = slots == 2 ? 100U : 0U,
            .landed_after_3_percent = slots == 3 ? 100U : 0U};
}

[[nodiscard]] OrderIntent entry(std::uint64_t id, std::uint64_t lamports, std::uint64_t floor) {
    OrderIntent intent;
    intent.intent_id = IntentId{id};
    intent.strategy = StrategyId::Momentum;
    intent.kind = OrderKind::Entry;
    intent.mint_in = solana::kWrappedSolMint;
    intent.mint_out = kCoin;
    intent.amount_in = TokenAmount{lamports};
    intent.receive_min = TokenAmount{floor};
    intent.spend_max = Lamports{lamports + 10'000'000};
    intent.pool = kPool;
    intent.decided_at = Slot{10};
    return intent;
}

[[nodiscard]] OrderIntent exit(std::uint64_t id, std::uint64_t tokens, std::uint64_t floor) {
    OrderIntent intent = entry(id, tokens, floor);
    intent.kind = OrderKind::Exit;
    intent.exit_reason = ExitReason::StopLoss;
    intent.position_id = PositionId{1};
    std::swap(intent.mint_in, intent.mint_out);
    return intent;
}

[[nodiscard]] PaperTerms terms() {
    return {.base_fee = Lamports{5'000},
            .priority_fee = Lamports{4'000},
            .tip = Lamports{1'000},
            .rent = kAccountRent,
            .quote = {}};
}

[[nodiscard]] std::uint64_t quoted(const dex::Pool& pool, Direction direction,
                                   std::uint64_t amount) {
    return dex::quote_exact_in(pool, direction, TokenAmount{amount}, {})->amount_out.raw();
}

TEST(PaperFill, AnEntryPaysItsAmountFeesTipAndTheRentOfAnAccountThatIsNotThere) {
    Pools pools;
    const std::uint64_t out = quoted(pools.all[0], Direction::BToA, 100'000'000);
    for (const bool is_open : {false, true}) {
        PaperTerms with = terms();
        with.is_account_open = is_open;
        const auto filled = paper_fill(entry(1, 100'000'000, out), pools, with);
        ASSERT_TRUE(filled);
        const Fill& fill = filled->fill;
        EXPECT_EQ(fill.wallet.raw(), -(100'000'000 + 10'000 + (is_open ? 0 : 2'157'600)));
        EXPECT_EQ(principal_of(fill), LamportsDelta{-100'000'000});
        EXPECT_EQ(change_of(fill, kCoin).raw(), static_cast<std::int64_t>(out));
        ASSERT_EQ(fill.accounts.size(), 1U);
        EXPECT_TRUE(fill.accounts[0].is_open);
    }
}

TEST(PaperFill, BelowItsFloorByOneUnitItReverts) {
    Pools pools;
    const std::uint64_t out = quoted(pools.all[0], Direction::BToA, 100'000'000);
    const auto refused = paper_fill(entry(1, 100'000'000, out + 1), pools, terms());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, FailureClass::Slippage);
    OrderIntent foreign = entry(1, 100'000'000, 1);
    foreign.mint_in = key_of(9);
    EXPECT_EQ(paper_fill(foreign, pools, terms()).error().failure, FailureClass::ProgramError);
    EXPECT_EQ(paper_fill(entry(1, 0, 0), pools, terms()).error().failure,
              FailureClass::ProgramError);
}

TEST(PaperFill, AnExitBringsThePoolsPriceAndTheRentWhereItClosesTheAccount) {
    Pools pools;
    const std::uint64_t out = quoted(pools.all[0], Direction::AToB, 1'000'000'000);
    for (const bool is_closed : {false, true}) {
        PaperTerms with = terms();
        with.is_account_closed = is_closed;
        const auto filled = paper_fill(exit(1, 1'000'000'000, out), pools, with);
        ASSERT_TRUE(filled);
        EXPECT_EQ(filled->fill.wallet.raw(),
                  static_cast<std::int64_t>(out) - 10'000 + (is_closed ? 2'157'600 : 0));
        EXPECT_EQ(change_of(filled->fill, kCoin).raw(), -1'000'000'000);
        EXPECT_EQ(filled->fill.accounts[0].is_open, !is_closed);
    }
}

// Bought in the one pool exactly as much as is sold in the other.
TEST(PaperFill, ACycleKeepsTheDifferenceAndRevertsWhereALegIsRefused) {
    Pools pools;
    const std::uint64_t tokens = 10'000'000'000;
    const auto buy = dex::quote_exact_out(pools.all[0], Direction::BToA, TokenAmount{tokens}, {});
    ASSERT_TRUE(buy);
    const std::uint64_t sold = quoted(pools.all[1], Direction::AToB, tokens);
    OrderIntent cycle = entry(1, buy->amount_in.raw(), sold);
    cycle.kind = OrderKind::Cycle;
    cycle.mint_out = solana::kWrappedSolMint;
    cycle.leg_count = 2;
    cycle.legs[0] = {kPool, Direction::BToA, buy->amount_in, TokenAmount{tokens}};
    cycle.legs[1] = {kDearPool, Direction::AToB, TokenAmount{tokens}, TokenAmount{sold}};
    const auto filled = paper_fill(cycle, pools, terms());
    ASSERT_TRUE(filled);
    EXPECT_EQ(principal_of(filled->fill).raw(),
              static_cast<std::int64_t>(sold) - static_cast<std::int64_t>(buy->amount_in.raw()));
    EXPECT_EQ(filled->swaps.size(), 2U);
    OrderIntent poorer = cycle;
    poorer.amount_in = buy->amount_in - TokenAmount{1};
    EXPECT_EQ(paper_fill(poorer, pools, terms()).error().failure, FailureClass::Slippage);
    OrderIntent greedier = cycle;
    greedier.receive_min = TokenAmount{sold + 1};
    EXPECT_EQ(paper_fill(greedier, pools, terms()).error().failure, FailureClass::Slippage);
}

TEST(PaperFill, ASweepBurnsWhatIsLeftAndGetsTheRentBack) {
    const Pools pools;
    OrderIntent sweep = exit(1, 7, kAccountRent.raw());
    sweep.kind = OrderKind::Sweep;
    const auto filled = paper_fill(sweep, pools, terms());
    ASSERT_TRUE(filled);
    EXPECT_EQ(filled->fill.wallet.raw(), 2'157'600 - 10'000);
    EXPECT_EQ(change_of(filled->fill, kCoin).raw(), -7);
    EXPECT_FALSE(filled->fill.accounts[0].is_open);
}

class PaperDeskTest : public ::testing::Test {
 protected:
    static void submit(PaperDesk& desk, const OrderIntent& intent, const SubmitHints& hints = {}) {
        desk.submit(risk::RiskGate::approve(intent), {}, hints);
    }
    [[nodiscard]] PaperDesk desk(const config::PaperSettings& paper) {
        return PaperDesk{{clock, pools, reports, kAccountRent}, execution, paper, 1};
    }

    StandingClock clock;
    Pools pools;
    Reports reports;
    config::ExecutionSettings execution;
};

TEST_F(PaperDeskTest, LandsWhenTheSlotThatIsDrawnIsOverAndNotBefore) {
    for (const std::uint32_t slots : {1U, 2U, 3U}) {
        PaperDesk paper = desk(landing_after(slots));
        reports.all.clear();
        submit(paper, entry(slots, 100'000'000, 1));
        paper.on_slot(Slot{10 + slots});
        EXPECT_TRUE(reports.all.empty()) << "it lands behind everything else in its slot";
        paper.on_slot(Slot{11 + slots});
        ASSERT_EQ(reports.all.size(), 1U);
        EXPECT_EQ(reports.all[0].outcome, Outcome::Landed);
        EXPECT_EQ(reports.all[0].slot, Slot{10 + slots});
        EXPECT_EQ(reports.finals.back(), IntentId{slots}) << "nothing can take it back";
        EXPECT_EQ(paper.in_flight(), 0U);
    }
}

TEST_F(PaperDeskTest, ExpiresWithItsBlockhashWhereNoSlotIsDrawn) {
    PaperDesk paper = desk(landing_after(0));
    submit(paper, entry(1, 100'000'000, 1));
    paper.on_slot(Slot{10 + PaperDesk::kExpirySlots});
    EXPECT_EQ(paper.in_flight(), 1U);
    paper.on_slot(Slot{11 + PaperDesk::kExpirySlots});
    ASSERT_EQ(reports.all.size(), 1U);
    EXPECT_EQ(reports.all[0].outcome, Outcome::Expired);
    EXPECT_EQ(reports.all[0].fill, Fill{});
    EXPECT_EQ(pools.swaps, 0);
}

TEST_F(PaperDeskTest, TheSecondOfASlotMeetsWhatTheFirstHasMoved) {
    PaperDesk paper = desk(landing_after(1));
    submit(paper, entry(1, 100'000'000, 1));
    submit(paper, entry(2, 100'000'000, 1));
    paper.on_slot(Slot{12});
    ASSERT_EQ(reports.all.size(), 2U);
    EXPECT_EQ(reports.all[0].intent_id, IntentId{1});
    EXPECT_LT(change_of(reports.all[1].fill, kCoin), change_of(reports.all[0].fill, kCoin));
    EXPECT_EQ(reports.all[0].fill.rent_paid, kAccountRent);
    EXPECT_EQ(reports.all[1].fill.rent_paid, Lamports{}) << "the account is there now";
}

TEST_F(PaperDeskTest, ARevertPaysItsFeesAndMovesNothing) {
    PaperDesk paper = desk(landing_after(1));
    const std::uint64_t out = quoted(pools.all[0], Direction::BToA, 100'000'000);
    SubmitHints hints;
    hints.offer = Offer{ComputeUnitPrice{20'000}, Lamports{50'000}};
    submit(paper, entry(1, 100'000'000, out + 1), hints);
    paper.on_slot(Slot{12});
    ASSERT_EQ(reports.all.size(), 1U);
    const ExecutionReport& report = reports.all[0];
    EXPECT_EQ(report.outcome, Outcome::Reverted);
    EXPECT_EQ(report.failure, FailureClass::Slippage);
    EXPECT_EQ(report.fill.wallet, LamportsDelta{-9'000}) << "and no tip";
    EXPECT_TRUE(report.signature.is_zero());
    EXPECT_EQ(pools.swaps, 0);
}

TEST_F(PaperDeskTest, SomebodyElseTakesCyclesAndNothingElse) {
    PaperDesk paper{{clock, pools, reports, kAccountRent, 100}, execution, landing_after(1), 1};
    OrderIntent cycle = entry(1, 1'000'000, 1);
    cycle.kind = OrderKind::Cycle;
    cycle.mint_out = solana::kWrappedSolMint;
    submit(paper, cycle);
    submit(paper, entry(2, 100'000'000, 1));
    paper.on_slot(Slot{12});
    ASSERT_EQ(reports.all.size(), 2U);
    EXPECT_EQ(reports.all[0].outcome, Outcome::Reverted);
    EXPECT_LT(reports.all[0].fill.wallet, LamportsDelta{});
    EXPECT_EQ(reports.all[1].outcome, Outcome::Landed);
}

}  // namespace
}  // namespace sniperforge::execute
