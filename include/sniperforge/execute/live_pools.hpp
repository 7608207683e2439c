// SPDX-License-Identifier: MIT
// LivePools: pools of a chain that knows nothing of our paper swaps. What the feed brings
// overwrites the book, so our own impact is kept beside it and laid on top whenever an order is
// priced, and only ever against us (docs/paper.md, ADR 0028):
//
// - A swap is quoted behind all that we have outstanding in its own direction. What we did the
// other
//   way would improve its price, and is left out.
// - What entries bought stays outstanding until it is sold again. Until then the pool would lack
// it.
// - What cycles took stays until the chain's own pool has moved as far in that direction: until
//   somebody has really done what we did on paper. A gap that nobody closes pays once.
#pragma once

#include <array>
#include <map>
#include <span>
#include <vector>

#include "sniperforge/dex/quote_behind.hpp"
#include "sniperforge/execute/own_impact.hpp"

namespace sniperforge::execute {

class LivePools final : public OwnImpact {
 public:
    // `book` is kept by the feed; outlives us.
    explicit LivePools(const dex::PoolBook& book) : book_{book} {}

    [[nodiscard]] bool is_blind(PoolIndex pool) const override { return book_.is_blind(pool); }
    [[nodiscard]] const dex::Pool& as_met(PoolIndex pool) const override {
        return book_.pool(pool);
    }
    [[nodiscard]] dex::QuoteResult exact_in(PoolIndex pool, Direction direction, TokenAmount amount,
                                            const dex::QuoteContext& context) const override;
    [[nodiscard]] dex::QuoteResult exact_out(PoolIndex pool, Direction direction,
                                             TokenAmount amount,
                                             const dex::QuoteContext& context) const override;
    void swapped(PoolIndex pool, Direction direction, const dex::SwapQuote& swap,
                 OrderKind kind) override;
    // Forgets what the chain has done meanwhile.
    void on_slot() override;

    [[nodiscard]] std::span<const dex::SwapOutstanding> outstanding() const override {
        return outstanding_;
    }

 private:
    struct Amounts {
        TokenAmount in, out;
    };
    // One per direction.
    using Sides = std::array<Amounts, 2>;
    struct Ours {
        Sides held, taken;
        Sides reserves;  // Of the pool at the last taking: of what went in, and what came out.
    };
    [[nodiscard]] Amounts before(PoolIndex pool, Direction direction) const;
    [[nodiscard]] Amounts reserves_of(PoolIndex pool, Direction direction) const;
    void list();

    const dex::PoolBook& book_;
    std::map<PoolIndex, Ours> ours_;  // Of pools that we have swapped in.
    std::vector<dex::SwapOutstanding> outstanding_;
};

}  // namespace sniperforge::execute
