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

// Calls visit(mint, pool) for each token that is held, and for each that an entry is to buy.
template <typename F>
void for_each_stake(const portfolio::Portfolio& portfolio, const F& visit) {
    for (const PositionView& position : portfolio.positions()) {
        visit(position.mint, position.pool);
    }
    for (const auto& [id, order] : portfolio.orders_in_flight()) {
        if (order.kind == OrderKind::Entry) {
            visit(order.mint_out, order.pool);
        }
    }
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
    for_each_stake(portfolio, [&](const Pubkey& /*mint*/, PoolIndex pool) {
        exposure.creator_positions += creator_at(book, pool) == creator ? 1 : 0;
    });
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
    for_each_stake(portfolio, [&](const Pubkey& /*mint*/, PoolIndex pool) {
        const Pubkey funder = funders.funder_of(creator_at(book, pool));
        exposure.funder_positions += funder == exposure.funder ? 1 : 0;
    });
}

void note_launches(const OrderIntent& intent, const portfolio::Portfolio& portfolio,
                   const detect::Detector& detector, Exposure& exposure) {
    const detect::LaunchNames names = detector.names_of(intent.mint_out);
    if (intent.kind != OrderKind::Entry || names == detect::LaunchNames{}) {
        return;
    }
    for_each_stake(portfolio, [&](const Pubkey& mint, PoolIndex /*pool*/) {
        const auto likeness = detect::likeness_of(names, detector.names_of(mint));
        if (mint == intent.mint_out || likeness == detect::LaunchLikeness::None) {
            return;  // The same token is refused as such.
        }
        ++exposure.launch_positions;
        exposure.launch_alike = mint;
        exposure.is_launch_uri_shared =
            exposure.is_launch_uri_shared || likeness == detect::LaunchLikeness::Uri;
    });
}

void note_correlation(const OrderIntent& intent, const portfolio::Portfolio& portfolio,
                      const CoMovement& movement, Slot now, std::uint32_t percent_min,
                      Exposure& exposure) {
    if (intent.kind != OrderKind::Entry) {
        return;
    }
    for_each_stake(portfolio, [&](const Pubkey& mint, PoolIndex pool) {
        if (mint == intent.mint_out) {
            return;  // The same token is refused as such.
        }
        const std::uint32_t percent = movement.percent(intent.pool, pool, now).value_or(0);
        if (percent >= percent_min) {
            ++exposure.correlated_positions;
            exposure.correlation_percent = std::max(exposure.correlation_percent, percent);
        }
    });
}

}  // namespace sniperforge::engine
