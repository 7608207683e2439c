// SPDX-License-Identifier: MIT
// First in, first out: a reference with lots of its own, kept over nothing but the fills, against
// what the portfolio makes of the same histories.
#include <algorithm>
#include <array>
#include <deque>
#include <utility>

#include "sniperforge/core/rng.hpp"
#include "unit/portfolio/portfolio_support.hpp"

namespace sniperforge::portfolio {
namespace {

using namespace test;

// What one token's purchases and sales come to, oldest lot first. Every lamport is one of a lot's
// cost or of a sale's proceeds; what a sale takes of a lot is rounded down, so that what stays of
// it is not flattered, and the sale that ends a lot takes the rest.
class FifoLots {
 public:
    void buy(std::uint64_t amount, std::uint64_t cost) { lots_.push_back({amount, cost}); }
    void sell(std::uint64_t amount, std::int64_t proceeds) {
        realized_ += proceeds;
        while (amount > 0) {
            ASSERT_FALSE(lots_.empty());
            Lot& oldest = lots_.front();
            const std::uint64_t taken = std::min(amount, oldest.amount);
            const std::uint64_t cost =
                taken == oldest.amount ? oldest.cost
                                       : mul_div_floor(oldest.cost, taken, oldest.amount).value();
            realized_ -= static_cast<std::int64_t>(cost);
            oldest.amount -= taken;
            oldest.cost -= cost;
            amount -= taken;
            if (oldest.amount == 0) {
                lots_.pop_front();
            }
        }
    }
    [[nodiscard]] std::uint64_t cost() const {
        std::uint64_t sum = 0;
        for (const Lot& lot : lots_) {
            sum += lot.cost;
        }
        return sum;
    }
    [[nodiscard]] std::int64_t realized() const { return realized_; }
    [[nodiscard]] bool is_empty() const { return lots_.empty(); }

 private:
    struct Lot {
        std::uint64_t amount = 0, cost = 0;
    };
    std::deque<Lot> lots_;
    std::int64_t realized_ = 0;
};

class CostBasis : public PortfolioTest {
 protected:
    void buy(const Pubkey& mint, FifoLots& lots, std::uint64_t amount, std::uint64_t cost) {
        const auto events = settle(entry_intent(++ids, mint), Outcome::Landed,
                                   fill_of({-static_cast<std::int64_t>(cost + kRent), kRent, 0,
                                            static_cast<std::int64_t>(amount)},
                                           mint));
        ASSERT_EQ(events.size(), 1U);
        lots.buy(amount, cost);
    }
    // All that is left closes the token's account too, and its rent comes back.
    std::vector<PositionEvent> sell(const PositionView& position, FifoLots& lots,
                                    std::uint64_t amount, std::int64_t proceeds) {
        const bool is_all = amount == position.amount.raw();
        OrderIntent intent = exit_intent(++ids, position.position_id);
        intent.mint_in = position.mint;
        const Pubkey mint = position.mint;
        lots.sell(amount, proceeds);
        return settle(intent, Outcome::Landed,
                      fill_of({proceeds + (is_all ? static_cast<std::int64_t>(kRent) : 0), 0,
                               is_all ? kRent : 0, -static_cast<std::int64_t>(amount)},
                              mint));
    }
    // The same lots, and the position's figures are theirs.
    void expect_lots(const Pubkey& mint, const FifoLots& lots) {
        const auto held = std::ranges::find(portfolio.positions(), mint, &PositionView::mint);
        ASSERT_EQ(lots.is_empty(), held == portfolio.positions().end());
        if (lots.is_empty()) {
            return;
        }
        const auto ours = portfolio.lots(held->position_id);
        EXPECT_EQ(cost_of(ours).raw(), lots.cost());
        EXPECT_EQ(cost_of(ours), held->cost);
        EXPECT_EQ(amount_of(ours), held->amount);
    }
    std::uint64_t ids = 0;
};

// Entries in stages add to a position, and each purchase is a lot of its own.
TEST_F(CostBasis, IsFirstInFirstOutToTheLamportOverRandomHistories) {
    Rng rng{20'260'101};
    std::array<FifoLots, 3> lots;
    std::array<std::int64_t, 3> booked{}, rents{};
    std::int64_t reverted = 0;
    for (int step = 0; step < 20'000; ++step) {
        const std::size_t token = rng.below(lots.size());
        const Pubkey mint = key_of(20 + token);
        const auto held = std::ranges::find(portfolio.positions(), mint, &PositionView::mint);
        if (held == portfolio.positions().end() || rng.chance(0.3)) {
            ASSERT_EQ(lots[token].is_empty(), held == portfolio.positions().end());
            // Small ones too, where every rounding shows.
            buy(mint, lots[token], 1 + rng.below(step % 2 == 0 ? 20 : 1'000'000'000),
                1 + rng.below(step % 3 == 0 ? 50 : 100'000'000));
            rents[token] += static_cast<std::int64_t>(kRent);
            expect_lots(mint, lots[token]);
            continue;
        }
        const PositionView before = *held;
        if (rng.chance(0.1)) {
            (void)settle(exit_intent(++ids, before.position_id), Outcome::Reverted,
                         fill_of({-static_cast<std::int64_t>(kFee), 0, 0, 0}));
            reverted -= static_cast<std::int64_t>(kFee);
            continue;
        }
        const bool is_all = rng.chance(0.3);
        const std::uint64_t amount =
            is_all ? before.amount.raw() : 1 + rng.below(before.amount.raw());
        const auto proceeds = static_cast<std::int64_t>(rng.below(200'000'000)) - 50'000'000;
        const std::int64_t realized_before = lots[token].realized();
        const auto events = sell(before, lots[token], amount, proceeds);
        ASSERT_EQ(events.size(), 1U);
        expect_lots(mint, lots[token]);
        if (const auto* closed = std::get_if<PositionClosed>(&events[0])) {
            EXPECT_TRUE(lots[token].is_empty());
            // Of the whole position: what its parts had realized, and this one. Each purchase paid
            // rent here, and one account gives it back.
            const std::int64_t locked =
                std::exchange(rents[token], 0) - static_cast<std::int64_t>(kRent);
            EXPECT_EQ(closed->pnl_realized.raw(), lots[token].realized() - booked[token] - locked);
            reverted -= locked;
            booked[token] = lots[token].realized();
        } else {
            const auto& changed = std::get<PositionChanged>(events[0]);
            EXPECT_EQ(changed.cost.raw(), lots[token].cost());
            // What this part realized: its proceeds less the cost that left with it.
            EXPECT_EQ(lots[token].realized() - realized_before,
                      proceeds - static_cast<std::int64_t>((before.cost - changed.cost).raw()));
        }
    }
    EXPECT_EQ(portfolio.counters().pnl_realized.raw(),
              booked[0] + booked[1] + booked[2] + reverted);
    EXPECT_GT(portfolio.counters().positions_closed, 1'000U);
}

// On both sides of the boundary between two lots.
TEST_F(CostBasis, OfTwoPurchasesIsThatOfTheNewerOnceTheOlderIsSold) {
    for (const auto& [first_sale, cost_left] :
         {std::pair{999U, 300'100'000U}, {1'000U, 300'000'000U}, {1'001U, 299'700'000U}}) {
        FifoLots lots;
        const std::int64_t before = portfolio.counters().pnl_realized.raw();
        buy(kToken, lots, 1'000, 100'000'000);
        buy(kToken, lots, 1'000, 300'000'000);
        (void)sell(only(), lots, first_sale, 200'000'000);
        EXPECT_EQ(only().cost, Lamports{cost_left});
        EXPECT_EQ(exposure(entry_intent(9)).open_cost, Lamports{cost_left});
        EXPECT_EQ(exposure(entry_intent(9)).strategy_stake, Lamports{cost_left});
        EXPECT_EQ(only().bought, TokenAmount{2'000});
        const auto events = sell(only(), lots, 2'000 - first_sale, 250'000'000);
        ASSERT_EQ(events.size(), 1U);
        EXPECT_TRUE(lots.is_empty());
        // Each paid rent here, and one account gives it back.
        EXPECT_EQ(portfolio.counters().pnl_realized.raw() - before,
                  lots.realized() - static_cast<std::int64_t>(kRent));
    }
}

// A token that takes a fee of its transfers: less arrives than the pool gave, and that is what the
// lot has; all of its cost is that of what arrived.
TEST_F(CostBasis, IsOfWhatArrivedWhereTransfersTakeAFee) {
    FifoLots lots;
    buy(kToken, lots, 990, 100'000'000);  // Of 1,000 that the pool gave.
    const auto held = portfolio.lots(only().position_id);
    ASSERT_EQ(held.size(), 1U);
    EXPECT_EQ(held[0].amount, TokenAmount{990});
    EXPECT_EQ(held[0].cost, Lamports{100'000'000});
    EXPECT_EQ(held[0].slot, Slot{55});
    EXPECT_EQ(held[0].bought_at, MonoTime{77});
    EXPECT_EQ(held[0].order, IntentId{1});
}

}  // namespace
}  // namespace sniperforge::portfolio
