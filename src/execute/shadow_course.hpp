// SPDX-License-Identifier: MIT
// One order that is really sent, and what it would have met on paper: its pools as each slot began,
// until its own outcome and paper's are known. Pure: it is told the time, the slots and the report.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "execute/paper_fill.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/dex/quote_context.hpp"
#include "sniperforge/model/order_on_paper.hpp"

namespace sniperforge::execute {

// The chain's pools, which have all that we really did.
class ChainPools final : public OwnImpact {
 public:
    explicit ChainPools(const dex::PoolBook& book) : book_{book} {}
    [[nodiscard]] bool is_blind(PoolIndex pool) const override { return book_.is_blind(pool); }
    [[nodiscard]] const dex::Pool& as_met(PoolIndex pool) const override {
        return book_.pool(pool);
    }
    void swapped(PoolIndex /*pool*/, Direction /*direction*/, const dex::SwapQuote& /*swap*/,
                 OrderKind /*kind*/) override {}

 private:
    const dex::PoolBook& book_;
};

// Tokens for lamports, as the decision's quote had it.
struct DecidedPrice {
    std::uint64_t lamports = 0, tokens = 0;  // Zero tokens: there are none in the order's worth.
};
// What a fill's swaps brought, at that price, rounded down. Nothing where it is more SOL than there
// is.
[[nodiscard]] std::optional<LamportsDelta> worth_of(const OrderIntent& intent, const Fill& fill,
                                                    const DecidedPrice& price);

class ShadowCourse {
 public:
    // Paper's way to count slots: a landing so many after `decided`, or none. `terms`: what paper
    // would charge. The pools are those of the decision.
    struct Begin {
        OrderIntent intent;
        Slot decided;
        std::optional<std::uint32_t> landing;
        PaperTerms terms;
    };
    // An order on its way for longer has found its outcome, or is asked about.
    static constexpr std::size_t kLooksMax = 200;

    ShadowCourse(const Begin& begin, const dex::PoolBook& book, bool is_feed_lost);

    [[nodiscard]] const OrderIntent& intent() const { return intent_; }
    // A slot begins: its pools are as the one before left them.
    void on_slot(Slot slot, const dex::PoolBook& book, const dex::QuoteContext& context,
                 bool is_feed_lost);
    // What the chain made of it; another one may follow an unknown outcome.
    void settled(const ExecutionReport& report) { report_ = report; }
    // Once both outcomes are known.
    [[nodiscard]] std::optional<OrderOnPaper> compared() const;

 private:
    struct Look {
        Slot at;
        bool is_heard = false;
        bool is_filled = false;          // Paper would have landed, and not reverted.
        std::optional<SwapWorth> worth;  // Whatever its floor says; nothing: no quote.
    };
    [[nodiscard]] Look look(Slot at, const dex::PoolBook& book, const dex::QuoteContext& context,
                            bool is_feed_lost) const;
    [[nodiscard]] std::optional<SwapWorth> worth_at(const Fill& fill, const dex::PoolBook& book,
                                                    const dex::QuoteContext& context) const;
    [[nodiscard]] bool is_landed() const { return report_->outcome == Outcome::Landed; }
    // By which paper prices it; null: not yet, or never.
    [[nodiscard]] const Look* look_of_paper() const;
    [[nodiscard]] const Look* look_before() const;
    [[nodiscard]] OrderSide live_side() const;
    [[nodiscard]] OrderSide paper_side(const Look* look) const;

    OrderIntent intent_;
    Slot decided_;
    std::optional<std::uint32_t> landing_;
    PaperTerms terms_;
    DecidedPrice price_;
    std::vector<Look> looks_;  // The first one is the decision's.
    std::optional<ExecutionReport> report_;
};

}  // namespace sniperforge::execute
