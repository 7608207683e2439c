// SPDX-License-Identifier: MIT
#include "sniperforge/engine/stakes.hpp"

#include <algorithm>
#include <array>
#include <variant>

#include "engine/pools_of.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/execute/cycle_builder.hpp"

namespace sniperforge::engine {
namespace {

// A position may be older than this run's book.
[[nodiscard]] Pubkey creator_at(const dex::PoolBook& book, PoolIndex pool) {
    return pool.value < book.size() ? creator_of(book.pool(pool)) : Pubkey{};
}

}  // namespace

void note_stakes(const OrderIntent& intent, const portfolio::Portfolio& portfolio,
                 const dex::PoolBook& book, Exposure& exposure) {
    std::array<Lamports, kVenueCount> stakes{};
    using Venues = std::array<bool, kVenueCount>;
    const auto mark = [&](Venues& venues, PoolIndex pool) {
        if (pool.value < book.size()) {
            venues[static_cast<std::size_t>(dex::venue_of(book.pool(pool)))] = true;
        } else {
            venues.fill(true);  // Older than this run's book: it counts for every venue.
        }
    };
    const auto add = [&](const Venues& venues, Lamports amount) {
        for (std::size_t i = 0; i < venues.size(); ++i) {
            stakes[i] = stakes[i].saturating_add(venues[i] ? amount : Lamports{});
        }
    };
    for (const PositionView& position : portfolio.positions()) {
        Venues venues{};
        mark(venues, position.pool);
        add(venues, position.cost);
    }
    for (const auto& [id, order] : portfolio.orders_in_flight()) {
        Venues venues{};
        for_each_pool(order, [&](std::size_t, PoolIndex pool) { mark(venues, pool); });
        add(venues, order.spend_max);
    }
    for_each_pool(intent, [&](std::size_t, PoolIndex pool) {
        const VenueId venue = dex::venue_of(book.pool(pool));
        const Lamports stake = stakes[static_cast<std::size_t>(venue)];
        if (stake >= exposure.venue_stake) {
            exposure.venue_stake = stake;
            exposure.venue_staked = venue;
        }
    });
}

void note_creators(const OrderIntent& intent, const portfolio::Portfolio& portfolio,
                   const dex::PoolBook& book, Exposure& exposure) {
    for_each_pool(intent, [&](std::size_t swap, PoolIndex pool) {
        exposure.creators[swap] = creator_at(book, pool);
        exposure.mints[swap] = intent.kind == OrderKind::Cycle
                                   ? execute::mint_behind(intent, swap, book)
                                   : intent.mint_out;
    });
    const Pubkey& creator = exposure.creators[0];
    if (intent.kind != OrderKind::Entry || creator.is_zero()) {
        return;
    }
    for (const PositionView& position : portfolio.positions()) {
        exposure.creator_positions += creator_at(book, position.pool) == creator ? 1 : 0;
    }
    for (const auto& [id, order] : portfolio.orders_in_flight()) {
        const bool is_same =
            order.kind == OrderKind::Entry && creator_at(book, order.pool) == creator;
        exposure.creator_positions += is_same ? 1 : 0;
    }
}

void note_funder(const OrderIntent& intent, const portfolio::Portfolio& portfolio,
                 const dex::PoolBook& book, const Funders& funders, Exposure& exposure) {
    if (intent.kind != OrderKind::Entry) {
        return;
    }
    exposure.funder_standing = funders.standing(exposure.creators[0]);
    exposure.funder = funders.funder_of(exposure.creators[0]);
    if (exposure.funder.is_zero()) {
        return;
    }
    for (const PositionView& position : portfolio.positions()) {
        const Pubkey funder = funders.funder_of(creator_at(book, position.pool));
        exposure.funder_positions += funder == exposure.funder ? 1 : 0;
    }
    for (const auto& [id, order] : portfolio.orders_in_flight()) {
        const bool is_same = order.kind == OrderKind::Entry &&
                             funders.funder_of(creator_at(book, order.pool)) == exposure.funder;
        exposure.funder_positions += is_same ? 1 : 0;
    }
}

void note_launches(const OrderIntent& intent, const portfolio::Portfolio& portfolio,
                   const detect::Detector& detector, Exposure& exposure) {
    const detect::LaunchNames names = detector.names_of(intent.mint_out);
    if (intent.kind != OrderKind::Entry || names == detect::LaunchNames{}) {
        return;
    }
    const auto compare = [&](const Pubkey& mint) {
        const auto likeness = detect::likeness_of(names, detector.names_of(mint));
        if (mint == intent.mint_out || likeness == detect::LaunchLikeness::None) {
            return;  // The same token is refused as such.
        }
        ++exposure.launch_positions;
        exposure.launch_alike = mint;
        exposure.is_launch_uri_shared =
            exposure.is_launch_uri_shared || likeness == detect::LaunchLikeness::Uri;
    };
    for (const PositionView& position : portfolio.positions()) {
        compare(position.mint);
    }
    for (const auto& [id, order] : portfolio.orders_in_flight()) {
        if (order.kind == OrderKind::Entry) {
            compare(order.mint_out);
        }
    }
}

void note_correlation(const OrderIntent& intent, const portfolio::Portfolio& portfolio,
                      const CoMovement& movement, Slot now, std::uint32_t percent_min,
                      Exposure& exposure) {
    if (intent.kind != OrderKind::Entry) {
        return;
    }
    const auto compare = [&](const Pubkey& mint, PoolIndex pool) {
        if (mint == intent.mint_out) {
            return;  // The same token is refused as such.
        }
        const std::uint32_t percent = movement.percent(intent.pool, pool, now).value_or(0);
        if (percent >= percent_min) {
            ++exposure.correlated_positions;
            exposure.correlation_percent = std::max(exposure.correlation_percent, percent);
        }
    };
    for (const PositionView& position : portfolio.positions()) {
        compare(position.mint, position.pool);
    }
    for (const auto& [id, order] : portfolio.orders_in_flight()) {
        if (order.kind == OrderKind::Entry) {
            compare(order.mint_out, order.pool);
        }
    }
}

Pubkey creator_of(const dex::Pool& pool) {
    return std::visit(
        [](const auto& state) -> Pubkey {
            if constexpr (requires { state.coin_creator; }) {
                // PumpSwap: the pool of a migrated curve was opened by pump's own authority.
                return state.coin_creator.is_zero() ? state.creator : state.coin_creator;
            } else if constexpr (requires { state.creator; }) {
                return state.creator;
            } else {
                return {};
            }
        },
        pool.state);
}

}  // namespace sniperforge::engine
