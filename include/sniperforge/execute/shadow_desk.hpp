// SPDX-License-Identifier: MIT
// ShadowDesk: stands before the desk that trades for real and follows each of its orders on paper
// as well, so that reports can say how far one is from the other (docs/evidence.md). It passes
// everything on in both directions and changes nothing; what it works out itself comes behind the
// sending.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/clock.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/execute/order_desk.hpp"
#include "sniperforge/model/order_on_paper.hpp"

namespace sniperforge::execute {

class ShadowCourse;

struct ShadowDependencies {
    const Clock& clock;
    const dex::PoolBook& book;
    ExecuteEvents& events;               // Who hears of the orders.
    std::function<bool()> is_feed_lost;  // Nothing is heard of any pool.
    // One for each order that was followed to both its ends; again when its fill is reversed.
    std::function<void(const OrderOnPaper&)> write;
};

class ShadowDesk final : public OrderDesk, public ExecuteEvents {
 public:
    // At once; more are traded all the same, and not compared.
    static constexpr std::size_t kFollowedMax = 512;

    // `seed` draws when orders would land on paper, as it does there.
    ShadowDesk(ShadowDependencies dependencies, const config::ExecutionSettings& execution,
               const config::PaperSettings& paper, std::uint64_t seed);
    ~ShadowDesk() override;
    ShadowDesk(const ShadowDesk&) = delete;
    ShadowDesk& operator=(const ShadowDesk&) = delete;

    // Who trades; before anything else. Its events are this object.
    void stand_before(OrderDesk& desk) { desk_ = &desk; }
    // Open since before: no entry pays this rent again.
    void know_account(const Pubkey& mint) { accounts_open_.insert(mint); }

    // ---- The desk ----
    void start() override { desk_->start(); }
    [[nodiscard]] bool is_ready() const override { return desk_->is_ready(); }
    [[nodiscard]] bool is_signing() const override { return desk_->is_signing(); }
    [[nodiscard]] std::span<const dex::SwapOutstanding> own_swaps() const override {
        return desk_->own_swaps();
    }
    void submit(const ApprovedOrder& order, const Trace& trace, const SubmitHints& hints) override;
    void resume(const OrderIntent& intent, const Signature& signature,
                BlockHeight last_valid_height, const std::optional<NonceLease>& lease) override {
        desk_->resume(intent, signature, last_valid_height, lease);
    }
    void resume(const ExecutionReport& fill, BlockHeight last_valid_height,
                const std::optional<NonceLease>& lease) override {
        desk_->resume(fill, last_valid_height, lease);
    }
    void resume_fees(Lamports paid_today) override { desk_->resume_fees(paid_today); }
    [[nodiscard]] Offer offer(std::optional<PoolIndex> pool) const override {
        return desk_->offer(pool);
    }
    void expect_orders(PoolIndex pool) override { desk_->expect_orders(pool); }
    [[nodiscard]] Lamports token_account_rent() const override {
        return desk_->token_account_rent();
    }
    [[nodiscard]] std::vector<Pubkey> take_nonces_due(MonoTime now, bool only_for_orders) override {
        return desk_->take_nonces_due(now, only_for_orders);
    }
    [[nodiscard]] Lamports nonce_advance_cost() const override {
        return desk_->nonce_advance_cost();
    }
    void advance(const SignatureUpdate& update) override { desk_->advance(update); }
    void on_slot(Slot slot) override;
    void on_tick(MonoTime now) override { desk_->on_tick(now); }
    [[nodiscard]] std::size_t in_flight() const override { return desk_->in_flight(); }
    [[nodiscard]] std::size_t fills_doubted() const override { return desk_->fills_doubted(); }
    [[nodiscard]] const ExecutorStatistics& statistics() const override {
        return desk_->statistics();
    }

    // ---- What it tells ----
    [[nodiscard]] std::optional<Denial> recheck(const OrderIntent& intent) override {
        return its_.events.recheck(intent);
    }
    [[nodiscard]] bool on_signed(const OrderIntent& intent, const Signature& signature,
                                 BlockHeight last_valid_height) override {
        return its_.events.on_signed(intent, signature, last_valid_height);
    }
    [[nodiscard]] bool on_leased(const OrderIntent& intent, const Signature& signature,
                                 const NonceLease& lease) override {
        return its_.events.on_leased(intent, signature, lease);
    }
    void on_sending(const OrderIntent& intent, const Signature& signature,
                    BytesView wire) override {
        its_.events.on_sending(intent, signature, wire);
    }
    void on_sent(const OrderIntent& intent, const Trace& trace, bool was_jupiter_asked) override {
        its_.events.on_sent(intent, trace, was_jupiter_asked);
    }
    void on_path(const PathChoice& choice) override { its_.events.on_path(choice); }
    void on_report(const ExecutionReport& report) override;
    void on_unbuildable(const OrderIntent& intent) override { its_.events.on_unbuildable(intent); }
    void on_finalized(const OrderFinalized& order) override { its_.events.on_finalized(order); }
    void on_reversed(const OrderReversed& order) override;

 private:
    using Courses = std::map<std::uint64_t, std::unique_ptr<ShadowCourse>>;  // By intent.
    void follow(const OrderIntent& intent, const SubmitHints& hints);
    // Writes it down once it can be, and forgets it.
    Courses::iterator conclude(Courses::iterator course);

    ShadowDependencies its_;
    const config::ExecutionSettings& execution_;
    config::PaperSettings paper_;
    std::uint64_t seed_;
    OrderDesk* desk_ = nullptr;
    Slot slot_;
    Courses courses_;
    std::set<Pubkey> accounts_open_;              // Mints.
    std::optional<IntentId> submitting_;          // Its report may come before submit() returns.
    std::optional<ExecutionReport> told_within_;  // Then this one.
};

}  // namespace sniperforge::execute
