// SPDX-License-Identifier: MIT
// CoMovement: whether the tokens of two pools have lately moved together, and how far each moves.
// Positions that rise and fall as one are one position as far as risk goes, whoever launched them.
// Prices are in SOL, so what SOL itself does is not in them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/dex/pool_book.hpp"

namespace sniperforge::engine {

class CoMovement {
 public:
    // A sample is about 4 s, the window of 32 about two minutes: as long as positions are held.
    static constexpr std::uint64_t kSampleSlots = 10;
    static constexpr std::size_t kReturns = 32;
    // Fewer common returns tell nothing.
    static constexpr std::uint64_t kReturnsMin = 12;

    // The pool's state has changed. Pools without SOL, or without a price, have no history.
    void observe(const dex::PoolBook& book, PoolIndex pool, Slot slot, const dex::PoolLook& look);
    void observe(const dex::PoolBook& book, PoolIndex pool, Slot slot) {
        observe(book, pool, slot, dex::look_at(book.pool(pool)));
    }

    // Pearson's coefficient of the returns that both have in whole samples, in percent, rounded
    // down; 0 when they move apart. Nothing where there is too little history, or one stood still.
    [[nodiscard]] std::optional<std::uint32_t> percent(PoolIndex a, PoolIndex b, Slot now) const;

    // How far the token's price moves over so many slots: one standard deviation in millionths,
    // from what it did in the window, rounded up, the whole of it at most. The sample that lasts
    // counts with what it has moved so far. Nothing where there is too little history.
    [[nodiscard]] std::optional<std::uint32_t> volatility(PoolIndex pool, Slot now,
                                                          std::uint32_t horizon_slots) const;

    // Pools with a history: those that moved within the window.
    [[nodiscard]] std::size_t size() const { return series_.size(); }

 private:
    struct Series {
        PoolIndex pool;
        Direction spending = Direction::AToB;  // SOL.
        // Of the token's price, in millionths, by sample; those before `newest`. A bit says where
        // it moved: else nothing was heard of it, and it stood where it was.
        std::array<std::int32_t, kReturns> returns{};
        std::uint32_t moved = 0;
        static_assert(kReturns == 32);
        std::uint64_t first = 0;   // Sample of the first price: it has no return.
        std::uint64_t newest = 0;  // Sample of the last price.
        // Tokens that a SOL bought at the end of the sample before the newest; none before `first`.
        std::uint64_t before = 0;
        // Divided only when somebody asks: updates are many, samples few.
        dex::MarginalPrice latest;

        [[nodiscard]] std::uint64_t price() const;
        // It has nothing left within the window that ends there.
        [[nodiscard]] bool is_old(std::uint64_t sample) const { return newest + kReturns < sample; }
        void move_to(std::uint64_t sample);
        [[nodiscard]] std::int64_t at(std::uint64_t sample) const;
    };
    [[nodiscard]] const Series* find(PoolIndex pool) const;
    void note(const dex::PoolBook& book, PoolIndex pool, std::uint64_t sample,
              const dex::MarginalPrice& price);
    [[gnu::noinline]] void begin(const dex::PoolBook& book, PoolIndex pool, std::uint64_t sample,
                                 const dex::MarginalPrice& price);
    [[gnu::noinline]] void forget_old();

    std::vector<Series> series_;
    std::vector<std::uint32_t> places_;  // In series_ and one more, by pool index; 0 is nowhere.
    std::uint64_t sample_ = 0;
    std::uint64_t forget_at_ = 0;  // Before that sample none is too old.
};

}  // namespace sniperforge::engine
