// SPDX-License-Identifier: MIT
#include "sniperforge/dashboard/snapshot.hpp"

#include <algorithm>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/engine/stakes.hpp"

namespace sniperforge::dashboard {
namespace {

// What the pipeline cannot quote it values at nothing. That is known only of a pool that is read
// and has nothing left on one of its sides.
[[nodiscard]] std::optional<Lamports> value_of(const engine::Pipeline& pipeline,
                                               const PositionView& position) {
    const dex::PoolBook& book = pipeline.book();
    if (position.pool.value >= book.size() || book.is_blind(position.pool)) {
        return std::nullopt;
    }
    const Lamports value = pipeline.value_of(position);
    const dex::Pool& pool = book.pool(position.pool);
    const bool is_known =
        !value.is_zero() || dex::reserve_a(pool).is_zero() || dex::reserve_b(pool).is_zero();
    return is_known && !dex::is_migrating(pool) ? std::optional{value} : std::nullopt;
}

[[nodiscard]] PositionLine line_of(const PositionView& position, const Sources& sources,
                                   MonoTime now) {
    const engine::Pipeline& pipeline = sources.pipeline;
    const config::ExitSettings& exits = sources.settings.exits;
    PositionLine line;
    line.view = position;
    line.value = value_of(pipeline, position);
    line.is_kept = pipeline.is_kept(position.mint);
    if (position.pool.value < pipeline.book().size()) {
        const dex::Pool& pool = pipeline.book().pool(position.pool);
        line.pool = dex::id_of(pool);
        line.venue = dex::venue_of(pool);
        line.is_heard = !pipeline.book().is_blind(position.pool);
    }
    for (const strategy::ProfitLevel& level : strategy::profit_levels(exits)) {
        line.profits.push_back(
            {level, strategy::value_gaining(position.cost_average(), level.gain),
             position.amount <= strategy::amount_kept(position, level.percent_kept)});
    }
    line.stop_loss = strategy::stop_loss_value(exits, position);
    line.trailing = strategy::trailing_stop(exits, position);
    line.break_even = strategy::break_even_stop(exits, position);
    line.age = now - position.opened_at;
    line.time_left = std::max(Duration{0}, exits.time_limit - line.age);
    return line;
}

[[nodiscard]] risk::Stakes stakes_of(const engine::Pipeline& pipeline, WallTime now) {
    const portfolio::Portfolio& portfolio = pipeline.portfolio();
    risk::Stakes stakes;
    for (std::size_t i = 0; i < stakes.strategies.size(); ++i) {
        OrderIntent anyones;
        anyones.strategy = static_cast<StrategyId>(i);
        stakes.strategies[i] = portfolio.exposure(anyones, now).strategy_stake;
    }
    // An order in each pool in turn meets what its venue has at stake.
    Exposure exposure;
    const auto meet = [&](PoolIndex pool) {
        OrderIntent anyones;
        anyones.pool = pool;
        if (pool.value < pipeline.book().size()) {
            engine::note_stakes(anyones, portfolio, pipeline.book(), exposure);
            stakes.venue_staked = exposure.venue_staked;
        }
    };
    for (const PositionView& position : portfolio.positions()) {
        meet(position.pool);
    }
    for (const auto& [id, order] : portfolio.orders_in_flight()) {
        if (order.kind != OrderKind::Sweep) {
            meet(order.pool);
        }
    }
    stakes.venue = exposure.venue_stake;
    return stakes;
}

// Of priority fees and tips, which nobody is denied for: less is offered.
void add_fee_limits(std::vector<risk::LimitUse>& limits, const Sources& sources) {
    const config::ExecutionSettings& execution = sources.settings.execution;
    limits.push_back(
        {.name = "execution.trade_fee_max_sol", .limit = execution.trade_fee_max.raw()});
    if (sources.fees_used_today) {
        limits.push_back({.name = "execution.daily_fee_max_sol",
                          .value = sources.fees_used_today->raw(),
                          .limit = execution.daily_fee_max.raw()});
    }
}

}  // namespace

void take(Snapshot& snapshot, const Sources& sources, MonoTime now, WallTime wall_now) {
    const engine::Pipeline& pipeline = sources.pipeline;
    const portfolio::Portfolio& portfolio = pipeline.portfolio();
    snapshot.taken_at = wall_now;
    snapshot.taken_at_mono = now;
    snapshot.standing = pipeline.standing();
    snapshot.sol_price = pipeline.sol_price();

    Exposure exposure = portfolio.exposure(OrderIntent{}, wall_now);
    exposure.sol_price = snapshot.sol_price;
    snapshot.equity = exposure.equity;
    snapshot.wallet = portfolio.ledger().wallet();
    snapshot.drawdown = exposure.drawdown;
    snapshot.unrealized = portfolio.pnl_unrealized();
    snapshot.today = exposure.pnl_today;

    const auto positions = portfolio.positions();
    snapshot.positions_open = positions.size();
    snapshot.positions.clear();
    for (const PositionView& position :
         positions.first(std::min(positions.size(), kPositionsShown))) {
        snapshot.positions.push_back(line_of(position, sources, now));
    }
    snapshot.orders = sources.orders.newest();
    snapshot.stages = sources.orders.stages();
    snapshot.limits =
        risk::limits_in_use(sources.settings.risk, exposure, stakes_of(pipeline, wall_now));
    add_fee_limits(snapshot.limits, sources);
}

}  // namespace sniperforge::dashboard
