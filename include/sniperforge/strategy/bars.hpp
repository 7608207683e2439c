// SPDX-License-Identifier: MIT
// Bars of one pool: its trades, cut into pieces of equally many trades, slots, SOL or dollars. All
// in integers, and compared exactly.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/dex/pool.hpp"

namespace sniperforge::strategy {

// SOL per token as what stands for the two reserves: they themselves where the venue prices by
// them, virtual ones of a curve, the two parts of a square root where it keeps that. All prices of
// one pool are of one kind.
struct BarPrice {
    std::uint64_t sol = 0;
    std::uint64_t tokens = 0;
    bool is_root = false;  // Their ratio is the square root of the price.
};
// Nothing while the pool has no price. What does not fit 64 bits loses its lowest ones.
[[nodiscard]] std::optional<BarPrice> bar_price(const dex::MarginalPrice& price, Direction buying);
[[nodiscard]] std::optional<BarPrice> bar_price(const dex::Pool& pool, Direction buying);
// Exactly.
[[nodiscard]] std::strong_ordering compare(const BarPrice& a, const BarPrice& b);
// How far the price rose, rounded down; zero when it did not.
[[nodiscard]] BasisPoints rise_between(const BarPrice& from, const BarPrice& to);
// How far it moved, up or down, of where it was.
[[nodiscard]] BasisPoints move_between(const BarPrice& from, const BarPrice& to);

struct BarTrade {
    Slot slot;
    bool is_buy = false;
    Lamports sol;      // That went in, or came out.
    MicroUsd dollars;  // What that is worth; zero while nobody knows.
    BarPrice price;    // After it.
};

struct Bar {
    BarPrice high, close;   // Of the prices after its trades.
    Lamports bought, sold;  // SOL that went in, and that came out.
    MicroUsd dollars;       // Both together.
    std::uint32_t trades = 0;
    Slot begun_at;

    [[nodiscard]] Lamports volume() const { return bought.saturating_add(sold); }
};

// What ends a bar. By trades, SOL and dollars it is the trade that reaches the size, which belongs
// to it whole; by slots it is the first trade that comes so many slots after the bar's first one,
// and that belongs to the next bar. Without trades there are no bars.
struct BarRule {
    enum class By : std::uint8_t { Trades, Slots, Volume, Dollars };

    By by = By::Trades;
    std::uint64_t size = 1;  // Trades, slots, lamports, micro-dollars.

    [[nodiscard]] bool operator==(const BarRule&) const = default;
};
[[nodiscard]] BarRule bar_rule(const config::MomentumSettings& settings);

// The newest bars of one pool, and the one that is open. Takes its memory once.
class Bars {
 public:
    Bars() = default;
    explicit Bars(std::size_t kept) : ring_(kept) {}

    // True when it ended a bar: newest(0) then.
    bool add(const BarTrade& trade, const BarRule& rule);
    [[nodiscard]] std::size_t size() const { return size_; }
    // Complete ones: 0 is the newest, size() - 1 the oldest.
    [[nodiscard]] const Bar& newest(std::size_t back) const;

 private:
    // By a rule that a trade can reach.
    [[nodiscard]] bool is_full(const BarRule& rule) const;
    [[gnu::noinline]] void end_bar();

    Bar open_;
    std::vector<Bar> ring_;
    std::size_t next_ = 0;
    std::size_t size_ = 0;
};

}  // namespace sniperforge::strategy
