// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/arbitrage.hpp"

#include <algorithm>

#include "sniperforge/dex/router.hpp"
#include "sniperforge/dex/swap_needs.hpp"
#include "sniperforge/solana/fees.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "strategy/entry.hpp"

namespace sniperforge::strategy {
namespace {

// Part of the expected profit given up as slippage at each end: a late swap of a few units must not
// revert the whole. What remains is the profit that the chain enforces.
constexpr std::uint64_t kSlippageParts = 4;

// A smaller amount may go another way, whose fees and rents are more: it is cut once more then.
constexpr int kCutsMax = 2;

// A route whose transaction does not fit is not asked for again for about ten minutes: until then
// the lookup tables may have changed.
constexpr std::uint64_t kSlotsUnbuildable = 1'500;
constexpr std::size_t kRoutesUnbuildableMax = 4'096;

[[nodiscard]] Lamports sol_side(const dex::Pool& pool) {
    const bool is_sol_a = dex::mint_a(pool) == solana::kWrappedSolMint;
    return Lamports{(is_sol_a ? dex::reserve_a(pool) : dex::reserve_b(pool)).raw()};
}

// Beyond the least that a cycle of so many legs pays to the chain: its venues compute more.
[[nodiscard]] Lamports fee_above_least(std::span<const Leg> legs, const View& view) {
    const Costs& costs = view.costs;
    const ComputeUnits least =
        legs.size() > 2 ? costs.cycle_units + costs.third_leg_units : costs.cycle_units;
    const ComputeUnits units = dex::cycle_units(view.book, legs, least);
    return solana::priority_fee(costs.unit_price, units)
        .saturating_sub(solana::priority_fee(costs.unit_price, least));
}

[[nodiscard]] Lamports fee_of(std::span<const Leg> legs, const View& view) {
    const Costs& costs = view.costs;
    return costs.cycle_fee + (legs.size() > 2 ? costs.third_leg_fee : Lamports{}) +
           fee_above_least(legs, view);
}

// For pools that have to be lengthened first, and of accounts between that cannot be closed again.
// What pump's programs may ask for is not counted: seldom due, and not known to be.
[[nodiscard]] Lamports rent_lost(std::span<const Leg> legs, const View& view) {
    Lamports rent;
    for (std::size_t i = 0; i < legs.size(); ++i) {
        const dex::Pool& pool = view.book.pool(legs[i].pool);
        const bool is_a_to_b = legs[i].direction == Direction::AToB;
        const bool is_last = i + 1 == legs.size();
        if (dex::swap_rents(pool, legs[i].direction).of_pool > 0) {
            rent = rent.saturating_add(view.costs.token_account_rent);
        }
        if (!is_last &&
            dex::is_fee_withheld(pool, is_a_to_b ? dex::mint_b(pool) : dex::mint_a(pool))) {
            rent = rent.saturating_add(view.costs.token_account_rent);
        }
    }
    return rent;
}

}  // namespace

// What the router is told of a route.
class Arbitrage::CostsOfRoutes final : public dex::RouteCosts {
 public:
    CostsOfRoutes(const Arbitrage& arbitrage, const View& view, Slot slot)
        : arbitrage_{arbitrage}, view_{view}, slot_{slot} {}

    [[nodiscard]] std::optional<Lamports> more_of(std::span<const Leg> legs) const override {
        if (arbitrage_.is_unbuildable(route_of(legs), slot_)) {
            return std::nullopt;
        }
        return fee_above_least(legs, view_).saturating_add(rent_lost(legs, view_));
    }

 private:
    const Arbitrage& arbitrage_;
    const View& view_;
    Slot slot_;
};

Arbitrage::Arbitrage(const config::ArbitrageSettings& settings)
    : settings_{settings},
      odds_{settings.revert_percent_assumed},
      reverts_{settings.revert_budget} {}

void Arbitrage::decide(const MarketEvent& event, const View& view, Intents& intents) {
    const auto* changed = std::get_if<ReservesChanged>(&event);
    if (!settings_.is_enabled || changed == nullptr || intents.size() >= kIntentsMax) {
        return;
    }
    if (!reverts_.is_budget_left(view.quote.unix_time)) {
        return;
    }
    auto proposal =
        propose_within(changed->pool, settings_.amount_max, view.trade_max, view, changed->slot);
    if (proposal && take_turn(proposal->cycle, changed->slot)) {
        intents.push_back(std::move(proposal->intent));
    }
}

std::optional<OrderIntent> Arbitrage::resized(const OrderIntent& cycle, Lamports spend_max,
                                              const View& view) const {
    auto proposal = propose_within(cycle.pool, std::min(settings_.amount_max, spend_max), spend_max,
                                   view, cycle.decided_at);
    const bool is_same = proposal && route_of(proposal->cycle.used_legs()) ==
                                         route_of({cycle.legs.data(), cycle.leg_count});
    return is_same ? std::optional{std::move(proposal->intent)} : std::nullopt;
}

std::optional<Arbitrage::Proposal> Arbitrage::propose_within(PoolIndex changed, Lamports amount_max,
                                                             Lamports spend_max, const View& view,
                                                             Slot slot) const {
    auto proposal = propose(changed, amount_max, view, slot);
    const auto is_above = [&] { return proposal && proposal->intent.spend_max > spend_max; };
    for (int cuts = 0; is_above() && cuts < kCutsMax; ++cuts) {
        // With so much less it is allowed, fees and rents included.
        const Lamports above = proposal->intent.spend_max - spend_max;
        proposal = propose(
            changed, Lamports{proposal->intent.amount_in.raw()}.saturating_sub(above), view, slot);
    }
    return is_above() ? std::nullopt : proposal;
}

std::optional<Arbitrage::Proposal> Arbitrage::propose(PoolIndex changed, Lamports amount_max,
                                                      const View& view, Slot slot) const {
    auto offered = best_offer(changed, amount_max, view, slot);
    if (offered) {
        // At the limit, leg 1 must be allowed more than it is quoted at, too.
        const Lamports slack{slack_in_of(*offered, view)};
        const Lamports above =
            Lamports{offered->cycle.amount_in.raw()}.saturating_add(slack).saturating_sub(
                amount_max);
        if (!above.is_zero()) {
            offered = best_offer(changed, amount_max.saturating_sub(slack), view, slot);
        }
    }
    if (!offered) {
        return std::nullopt;
    }
    return Proposal{offered->cycle, intent_of(*offered, amount_max, view, slot)};
}

BidTerms Arbitrage::bid_terms(Lamports fee, const Costs& costs) const {
    return {.profit_min = settings_.profit_min,
            .revert_cost = fee.saturating_sub(costs.tip),
            .bid_max = costs.fee_max.saturating_sub(fee.saturating_sub(solana::base_fee(1))),
            .percent_max = settings_.bid_percent_max,
            .is_paid_by_reverts = costs.tip.is_zero()};
}

std::optional<Arbitrage::Offered> Arbitrage::best_offer(PoolIndex changed, Lamports amount_max,
                                                        const View& view, Slot slot) const {
    const CostsOfRoutes more{*this, view, slot};
    // Rent of the token accounts comes back within the transaction; it is not a cost.
    const dex::CycleLimits limits{
        .amount_in_max = amount_max,
        .cost = view.costs.cycle_fee,
        .third_leg_cost = view.costs.third_leg_fee,
        .more_costs = &more,
        .profit_min = profit_floor(odds_, bid_terms(view.costs.cycle_fee, view.costs)),
        .legs_max = settings_.legs_max};
    const auto cycle = dex::best_cycle(view.book, view.graph, changed, limits, view.quote);
    if (!cycle) {
        return std::nullopt;
    }
    // The router's floor is that of the least fee. A share of the profit is largest where the
    // profit is: no other size is better for it (ADR 0045).
    const auto bid =
        choose_bid(odds_, cycle->profit, bid_terms(fee_of(cycle->used_legs(), view), view.costs));
    return bid ? std::optional{Offered{*cycle, *bid}} : std::nullopt;
}

Arbitrage::Route Arbitrage::route_of(std::span<const Leg> legs) {
    Route route{};
    for (std::size_t i = 0; i < legs.size(); ++i) {
        const std::uint64_t direction = legs[i].direction == Direction::AToB ? 0 : 1;
        route[i] = 1 + 2 * std::uint64_t{legs[i].pool.value} + direction;
    }
    return route;
}

void Arbitrage::unbuildable(const OrderIntent& intent, Slot slot) {
    if (unbuildable_until_.size() >= kRoutesUnbuildableMax) {
        unbuildable_until_.clear();
    }
    unbuildable_until_[route_of({intent.legs.data(), intent.leg_count})] =
        Slot{slot.value + kSlotsUnbuildable};
}

bool Arbitrage::is_unbuildable(const Route& route, Slot slot) const {
    const auto found = unbuildable_until_.find(route);
    return found != unbuildable_until_.end() && slot < found->second;
}

// All of its pools: one transaction may move several, and the same gap is then told as often.
bool Arbitrage::take_turn(const dex::Cycle& cycle, Slot slot) {
    for (const Leg& leg : cycle.used_legs()) {
        const auto tried = tried_at_.find(leg.pool.value);
        if (tried != tried_at_.end() && slot <= tried->second) {
            return false;
        }
    }
    for (const Leg& leg : cycle.used_legs()) {
        tried_at_[leg.pool.value] = slot;
    }
    return true;
}

// Never more than leaves the least profit: the chain enforces that, after every cost.
std::uint64_t Arbitrage::slack_of(const Offered& offered) const {
    const Lamports profit = offered.profit();
    const std::uint64_t above_least =
        profit.saturating_sub(std::max(settings_.profit_min, Lamports{1})).raw();
    return std::min(profit.raw() / kSlippageParts, above_least / 2);
}

// Without exact-out, leg 1 spends whatever it may and yields tokens that nothing spends.
std::uint64_t Arbitrage::slack_in_of(const Offered& offered, const View& view) const {
    const Leg& first = offered.cycle.used_legs().front();
    return dex::has_exact_out(view.book.pool(first.pool), first.direction) ? slack_of(offered) : 0;
}

OrderIntent Arbitrage::intent_of(const Offered& offered, Lamports amount_max, const View& view,
                                 Slot slot) const {
    const dex::Cycle& cycle = offered.cycle;
    const auto legs = cycle.used_legs();
    OrderIntent intent;
    intent.strategy = StrategyId::Arbitrage;
    intent.kind = OrderKind::Cycle;
    intent.mint_in = solana::kWrappedSolMint;
    intent.mint_out = solana::kWrappedSolMint;
    intent.amount_in = std::min(TokenAmount{cycle.amount_in.raw() + slack_in_of(offered, view)},
                                TokenAmount{amount_max.raw()});
    intent.receive_min = TokenAmount{cycle.amount_out.raw() - slack_of(offered)};
    intent.bid = offered.bid;
    intent.spend_max = Lamports{intent.amount_in.raw()} + fee_of(legs, view) + intent.bid.amount;
    for (std::size_t i = 0; i < legs.size(); ++i) {
        // A token account for each leg may have to be created before its rent comes back.
        intent.spend_max += view.costs.token_account_rent +
                            venue_rent(view.book.pool(legs[i].pool), legs[i].direction, view.costs);
        intent.legs[i] = legs[i];
    }
    intent.leg_count = cycle.leg_count;
    intent.pool = legs.front().pool;
    intent.profit_expected = offered.profit();
    intent.pool_liquidity = std::min(sol_side(view.book.pool(legs.front().pool)),
                                     sol_side(view.book.pool(legs.back().pool)));
    intent.decided_at = slot;
    intent.slots_valid = settings_.slots_valid;
    return intent;
}

}  // namespace sniperforge::strategy
