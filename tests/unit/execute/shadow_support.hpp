// SPDX-License-Identifier: MIT
// A desk behind which the test stands for the chain, over one pool.
#pragma once

#include <optional>
#include <vector>

#include "sniperforge/execute/shadow_desk.hpp"
#include "sniperforge/model/nonce_lease.hpp"
#include "unit/execute/paper_support.hpp"

namespace sniperforge::execute::paper_test {

inline constexpr std::uint64_t kSpent = 100'000'000;
inline constexpr Lamports kPriority{4'000}, kTipped{1'000};

// Trades for real, so to speak: the test says what became of it.
struct DeskBehind final : OrderDesk {
    explicit DeskBehind(ExecuteEvents*& its) : events{its} {}
    void start() override {}
    [[nodiscard]] bool is_ready() const override { return true; }
    [[nodiscard]] bool is_signing() const override { return true; }
    [[nodiscard]] std::span<const dex::SwapOutstanding> own_swaps() const override { return {}; }
    void submit(const ApprovedOrder& order, const Trace&, const SubmitHints&) override {
        submitted.push_back(order.intent().intent_id);
        if (is_refusing) {
            ExecutionReport report = report_on(order.intent());
            report.outcome = Outcome::Rejected;
            events->on_report(report);
        }
    }
    void resume(const OrderIntent&, const Signature&, BlockHeight,
                const std::optional<NonceLease>&) override {}
    void resume(const ExecutionReport&, BlockHeight, const std::optional<NonceLease>&) override {}
    void resume_fees(Lamports) override {}
    [[nodiscard]] Offer offer(std::optional<PoolIndex>) const override { return {}; }
    void expect_orders(PoolIndex) override {}
    [[nodiscard]] Lamports token_account_rent() const override { return kAccountRent; }
    [[nodiscard]] std::vector<Pubkey> take_nonces_due(MonoTime, bool) override { return {}; }
    [[nodiscard]] Lamports nonce_advance_cost() const override { return {}; }
    void advance(const SignatureUpdate&) override {}
    void on_tick(MonoTime) override {}
    [[nodiscard]] std::size_t in_flight() const override { return 0; }
    [[nodiscard]] std::size_t fills_doubted() const override { return 0; }
    [[nodiscard]] const ExecutorStatistics& statistics() const override { return counted; }

    ExecuteEvents*& events;
    std::vector<IntentId> submitted;
    ExecutorStatistics counted;
    bool is_refusing = false;
};

struct Heard final : ExecuteEvents {
    std::optional<Denial> recheck(const OrderIntent&) override { return std::nullopt; }
    bool on_signed(const OrderIntent&, const Signature&, BlockHeight) override { return true; }
    void on_sent(const OrderIntent&, const Trace&, bool) override {}
    void on_report(const ExecutionReport&) override { ++reports; }
    void on_unbuildable(const OrderIntent&) override {}
    void on_finalized(const OrderFinalized&) override {}
    void on_reversed(const OrderReversed&) override { ++reversals; }
    int reports = 0, reversals = 0;
};

class ShadowDeskTest : public ::testing::Test {
 protected:
    ShadowDeskTest() {
        EXPECT_EQ(book.add(pool_of(1'000'000'000'000, 100'000'000'000), Slot{1}).value(), kPool);
    }
    // Draws a landing after so many slots; 0: none.
    void follow(std::uint32_t slots) {
        shadow.emplace(
            ShadowDependencies{clock, book, heard, [this] { return is_feed_lost; },
                               [this](const OrderOnPaper& order) { written.push_back(order); }},
            execution, landing_after(slots), 1);
        events = &*shadow;
        shadow->stand_before(desk);
        shadow->on_slot(Slot{10});
    }
    void submit(const OrderIntent& intent) {
        SubmitHints hints;
        hints.offer = Offer{
            .price = ComputeUnitPrice{kPriority.raw() * 1'000'000 / execution.swap_units.raw()},
            .tip = kTipped};
        hints.is_token_account_emptied = intent.kind == OrderKind::Exit;
        shadow->submit(risk::RiskGate::approve(intent), {}, hints);
    }
    // Others buy, or sell.
    void others(Direction direction, std::uint64_t amount) {
        book.change(kPool, Slot{2}, [&](dex::Pool& pool) {
            const auto quote = dex::quote_exact_in(pool, direction, TokenAmount{amount}, {});
            ASSERT_TRUE(dex::displace(pool, direction, *quote));
        });
    }
    [[nodiscard]] std::uint64_t out_now(Direction direction, std::uint64_t amount) const {
        return quoted(book.pool(kPool), direction, amount);
    }
    [[nodiscard]] static ExecutionReport report(const OrderIntent& intent, Outcome outcome,
                                                std::uint64_t slot) {
        ExecutionReport told = report_on(intent);
        told.outcome = outcome;
        told.slot = Slot{slot};
        if (outcome == Outcome::Landed || outcome == Outcome::Reverted) {
            told.fill.base_fee = Lamports{5'000};
            told.fill.priority_fee = Lamports{300};
            told.fill.wallet = LamportsDelta{-5'300};
        }
        return told;
    }
    // Of an entry that got so many tokens, by our own instructions; what its program asked for
    // once, beside.
    [[nodiscard]] static ExecutionReport bought(const OrderIntent& intent, std::uint64_t tokens,
                                                std::uint64_t slot, std::uint64_t once = 0) {
        ExecutionReport told = report(intent, Outcome::Landed, slot);
        told.fill.rent_paid = Lamports{2'039'280};
        told.fill.wallet =
            LamportsDelta{-static_cast<std::int64_t>(5'300 + 2'039'280 + kSpent + once)};
        told.fill.tokens.push_back({kCoin, TokenAmount{tokens}.minus({})});
        told.fill.venue_fees = VenueFees{Lamports{250'000}, Lamports{}};
        return told;
    }
    [[nodiscard]] const OrderOnPaper& only() const {
        EXPECT_EQ(written.size(), 1U);
        return written.front();
    }

    StandingClock clock;
    dex::PoolBook book;
    config::ExecutionSettings execution;
    Heard heard;
    ExecuteEvents* events = nullptr;
    DeskBehind desk{events};
    std::optional<ShadowDesk> shadow;
    std::vector<OrderOnPaper> written;
    bool is_feed_lost = false;
};

}  // namespace sniperforge::execute::paper_test
