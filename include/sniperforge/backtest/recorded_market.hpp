// SPDX-License-Identifier: MIT
// RecordedMarket: plays a tape into a pipeline. Where a swap of ours has moved a pool, the swaps
// recorded after it meet the pool as we left it: they put in what they put in, and get out less or
// more, in the proportion of what they got.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sniperforge/backtest/recorded_pools.hpp"
#include "sniperforge/backtest/tape.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/execute/own_impact.hpp"

namespace sniperforge::backtest {

class RecordedMarket final : public execute::OwnImpact {
 public:
    explicit RecordedMarket(const Tape& tape) : tape_{tape}, pools_(tape.pools.size()) {}
    // Once, before the first event.
    void connect(engine::Pipeline& pipeline) { pipeline_ = &pipeline; }

    void play(const TapeEvent& event);

    [[nodiscard]] const dex::Pool& as_met(PoolIndex pool) const override;
    void swapped(PoolIndex pool, Direction direction, const dex::SwapQuote& swap,
                 OrderKind kind) override;

    // Events that could not be played: in a pool that has no room for them, or before its begin.
    [[nodiscard]] std::uint64_t unplayed() const { return unplayed_; }
    // The pool of the tape; nothing before its begin.
    [[nodiscard]] std::optional<PoolIndex> index_of(std::uint32_t pool) const;

 private:
    struct Recorded {
        std::optional<PoolIndex> index;
        PriceReserves recorded;            // Without us,
        std::optional<PriceReserves> met;  // and with us, where swaps of ours are in it.
    };
    [[gnu::noinline]] void begin(Recorded& pool, const TapeEvent& event);
    [[gnu::noinline]] void restate(Recorded& pool, const TapeEvent& event);
    void play(Recorded& pool, Slot slot, const dex::SwapMoved& swap);

    const Tape& tape_;
    engine::Pipeline* pipeline_ = nullptr;
    std::vector<Recorded> pools_;
    std::vector<std::uint32_t> tape_pools_;  // By the book's index.
    std::uint64_t unplayed_ = 0;
};

}  // namespace sniperforge::backtest
