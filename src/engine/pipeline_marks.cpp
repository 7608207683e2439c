// SPDX-License-Identifier: MIT
// What positions are worth, what of it is written down, and what a person is told of one that
// nobody buys. A pool that is read no more gives no price after a restart, and what was lost in it
// before must not be forgotten then.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "sniperforge/dex/quote_context.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::engine {
namespace {

// A peak is written down again when it has grown by this part of itself: after a crash a trailing
// stop measures from a peak that is 1.6 % too low at most.
constexpr std::uint64_t kPeakStep = 64;
// A mark is written down again when it has fallen by one of these parts of the last one, or risen
// by one of the other: what a restart knows is at most 1.6 % too much.
constexpr std::uint64_t kMarkFall = 64, kMarkRise = 16;

}  // namespace

void Pipeline::begin_day(WallTime now) {
    if (const auto begun = portfolio_.begin_day(now)) {
        recorder_.record(*begun, now);
    }
}

void Pipeline::mark_positions(const MarketEvent& event) {
    const auto* changed = std::get_if<ReservesChanged>(&event);
    if (changed == nullptr) {
        return;
    }
    note_move(changed->pool, dex::look_at(book_.pool(changed->pool)));
    for (const PositionView& position : portfolio_.positions()) {
        // On its way to another pool, or while it cannot be quoted, it has no price: the last one
        // stands.
        if (position.pool != changed->pool || dex::is_migrating(book_.pool(changed->pool))) {
            continue;
        }
        if (exits_.is_stuck(position.position_id)) {
            continue;  // It is worth what it can be sold for, whatever its pool would pay.
        }
        if (const auto value = strategy::liquidation_value(position, view())) {
            mark(position, *value);
        }
    }
}

void Pipeline::note_move(PoolIndex pool, const dex::PoolLook& look) {
    if (sol_price_.is_about(book_, pool)) {
        sol_price_.observe(book_, pool, dex::quote_context(clock_.wall_now().seconds(), slot_));
    }
    movement_.observe(book_, pool, slot_, look);
}

// Where nothing trades no update tells of a price. One of nothing is told by an update only: the
// pool may not be read whole.
void Pipeline::mark_resumed() {
    for (const PositionView& position : portfolio_.positions()) {
        if (position.pool.value >= book_.size() || book_.is_blind(position.pool) ||
            dex::is_migrating(book_.pool(position.pool))) {
            continue;
        }
        const auto value = strategy::liquidation_value(position, view());
        if (value && !value->is_zero()) {
            mark(position, *value);
        }
    }
}

void Pipeline::mark(const PositionView& position, Lamports value) {
    const WallTime now = clock_.wall_now();
    begin_day(now);
    portfolio_.mark(position.position_id, value);
    record_peak(position);
    const auto [recorded, is_new] = marks_recorded_.try_emplace(position.position_id.value, value);
    const std::uint64_t last = recorded->second.raw();
    if (is_new || value.raw() < last - last / kMarkFall || value.raw() > last + last / kMarkRise) {
        recorded->second = value;
        recorder_.record(PositionMarked{position.position_id, value}, now);
    }
}

void Pipeline::record_peak(const PositionView& position) {
    const auto [recorded, is_new] =
        peaks_recorded_.try_emplace(position.position_id.value, position.cost);
    recorded->second = std::min(recorded->second, position.value_peak);  // Part of it was sold.
    if (position.value_peak > recorded->second + Lamports{recorded->second.raw() / kPeakStep}) {
        recorded->second = position.value_peak;
        recorder_.record(PositionPeak{position.position_id, position.value_peak},
                         clock_.wall_now());
    }
}

// Once a position: it stays, and is tried again at that floor.
void Pipeline::tell_unsaleable(PositionId position, WallTime now) {
    if (!exits_.is_found_unsaleable(position)) {
        return;
    }
    const auto found =
        std::ranges::find(portfolio_.positions(), position, &PositionView::position_id);
    const std::string mint = found == portfolio_.positions().end() ? "" : found->mint.to_string();
    const std::string text = fmt::format(
        "position {} of {}: its pool gives no quote, and nobody bought it in six attempts for what "
        "it was last worth, or cost, less the slippage; it is kept and tried again, not sold for "
        "less. `rescue flatten` with a higher risk.exit_slippage_max_bps ({}) takes less, `rescue "
        "sweep` moves the tokens",
        position.value, mint, settings_.risk.exit_slippage_max.raw());
    telemetry::warning("engine", "{}", text);
    recorder_.record(RunNote{text}, now);
}

}  // namespace sniperforge::engine
