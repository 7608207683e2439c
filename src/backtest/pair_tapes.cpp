// SPDX-License-Identifier: MIT
// Pairs of pools whose prices were seen apart.
#include <fmt/format.h>

#include <map>
#include <utility>

#include "sniperforge/backtest/adapters.hpp"
#include "sniperforge/backtest/recorded_pools.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::backtest {
namespace {

// The recordings have slots only. Slot 261,836,465 was on 2024-05-03 at 22:32:55 UTC (the first
// recording's own stamp); slots of that time lasted some 400 ms.
constexpr std::int64_t kSlotKnown = 261'836'465, kSlotKnownAt = 1'714'775'575;

[[nodiscard]] WallTime time_of(Slot slot) {
    return WallTime{kSlotKnownAt * 1'000'000'000 +
                    (static_cast<std::int64_t>(slot.value) - kSlotKnown) * kSlotNominal.count()};
}

[[nodiscard]] bool is_usable(const dataset::PoolPair& pair) {
    return pair.buy.venue == VenueId::RaydiumAmmV4 && pair.sell.venue == VenueId::RaydiumAmmV4 &&
           pair.buy.quote_token == pair.sell.quote_token && pair.buy.pool != pair.sell.pool;
}

[[nodiscard]] const Pubkey& quote_mint(const dataset::PoolState& state) {
    return state.quote_token == dataset::QuoteToken::Usdc ? solana::kUsdcMint : solana::kUsdtMint;
}

void see(Tape& tape, const dataset::PoolState& state, Slot slot, std::uint32_t pool,
         TapeEventKind kind) {
    tape.events.push_back(
        {time_of(slot), slot, state.base.raw(), state.quote.raw(), pool, Direction::AToB, kind});
}

}  // namespace

std::vector<Tape> tapes_of(const dataset::Reading<dataset::PoolPair>& pairs,
                           const std::string& name) {
    std::map<std::pair<Pubkey, Pubkey>, Tape> tapes;
    std::uint64_t unusable = 0;
    for (const dataset::PoolPair& pair : pairs.rows) {
        if (!is_usable(pair)) {
            ++unusable;
            continue;
        }
        const bool is_turned = pair.sell.pool < pair.buy.pool;
        const dataset::PoolState& one = is_turned ? pair.sell : pair.buy;
        const dataset::PoolState& two = is_turned ? pair.buy : pair.sell;
        Tape& tape = tapes[{one.pool, two.pool}];
        if (tape.pools.empty()) {
            tape.name = fmt::format("{}:{}+{}", name, one.pool.to_string().substr(0, 4),
                                    two.pool.to_string().substr(0, 4));
            tape.is_competition_unrecorded = true;
            for (const dataset::PoolState* state : {&one, &two}) {
                tape.pools.push_back(recorded_amm(state->pool, solana::kWrappedSolMint,
                                                  quote_mint(*state),
                                                  TokenAmount{state->base.raw()}, state->quote));
                see(tape, *state, pair.slot, static_cast<std::uint32_t>(tape.pools.size() - 1),
                    TapeEventKind::Appear);
            }
        }
        see(tape, one, pair.slot, 0, TapeEventKind::Quiet);
        see(tape, two, pair.slot, 1, TapeEventKind::State);
    }
    std::vector<Tape> result;
    for (auto& [key, tape] : tapes) {
        result.push_back(std::move(tape));
    }
    if (result.empty()) {
        result.emplace_back().name = name;  // For what is said of the file.
    }
    result.front().tally = pairs.tally;
    result.front().assumptions.push_back(
        fmt::format("{} pairs of {} are left out: a Whirlpool, whose depth is not recorded, or two "
                    "different dollars, which are no cycle",
                    unusable, pairs.rows.size()));
    return result;
}

}  // namespace sniperforge::backtest
