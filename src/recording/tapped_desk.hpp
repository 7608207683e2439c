// SPDX-License-Identifier: MIT
// The same before whoever brings orders to their outcome.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "recording/tap.hpp"
#include "sniperforge/execute/order_desk.hpp"

namespace sniperforge::recording {

class TappedDesk final : public execute::OrderDesk {
 public:
    TappedDesk(Tap& tap, execute::OrderDesk& desk) : tap_{tap}, desk_{desk} {}

    // Of whoever boots; the pipeline does not ask.
    void start() override { desk_.start(); }
    [[nodiscard]] bool is_ready() const override { return desk_.is_ready(); }
    [[nodiscard]] bool is_signing() const override {
        return told(Kind::IsSigning, desk_.is_signing() ? 1 : 0) != 0;
    }
    [[nodiscard]] std::span<const dex::SwapOutstanding> own_swaps() const override {
        const std::span<const dex::SwapOutstanding> answer = desk_.own_swaps();
        if (tap_.is_inside()) {
            tap_.own_swaps(answer);
        }
        return answer;
    }
    void submit(const ApprovedOrder& order, const Trace& trace,
                const execute::SubmitHints& hints) override {
        const Tap::Out out{tap_, Op::Submit};
        desk_.submit(order, trace, hints);
    }
    void resume(const OrderIntent& intent, const Signature& signature,
                BlockHeight last_valid_height, const std::optional<NonceLease>& lease) override {
        const Tap::Out out{tap_, Op::ResumeOrder};
        desk_.resume(intent, signature, last_valid_height, lease);
    }
    void resume(const ExecutionReport& fill, BlockHeight last_valid_height,
                const std::optional<NonceLease>& lease) override {
        const Tap::Out out{tap_, Op::ResumeFill};
        desk_.resume(fill, last_valid_height, lease);
    }
    void resume_fees(Lamports paid_today) override {
        const Tap::Out out{tap_, Op::ResumeFees};
        desk_.resume_fees(paid_today);
    }
    [[nodiscard]] execute::Offer offer(std::optional<PoolIndex> pool) const override {
        const execute::Offer answer = desk_.offer(pool);
        if (tap_.is_inside()) {
            tap_.offer(answer);
        }
        return answer;
    }
    void expect_orders(PoolIndex pool) override {
        const Tap::Out out{tap_, Op::ExpectOrders};
        desk_.expect_orders(pool);
    }
    [[nodiscard]] Lamports token_account_rent() const override {
        return Lamports{told(Kind::Rent, desk_.token_account_rent().raw())};
    }
    [[nodiscard]] std::vector<Pubkey> take_nonces_due(MonoTime now, bool only_for_orders) override {
        std::vector<Pubkey> answer = taken(now, only_for_orders);
        tap_.keys(Kind::NoncesDue, answer);
        return answer;
    }
    [[nodiscard]] Lamports nonce_advance_cost() const override {
        return Lamports{told(Kind::AdvanceCost, desk_.nonce_advance_cost().raw())};
    }
    void advance(const SignatureUpdate& update) override {
        const Tap::Out out{tap_, Op::Advance};
        desk_.advance(update);
    }
    void on_slot(Slot slot) override {
        const Tap::Out out{tap_, Op::DeskSlot};
        desk_.on_slot(slot);
    }
    void on_tick(MonoTime now) override {
        const Tap::Out out{tap_, Op::DeskTick};
        desk_.on_tick(now);
    }
    // Of a report; the pipeline does not ask.
    [[nodiscard]] std::size_t in_flight() const override { return desk_.in_flight(); }
    [[nodiscard]] std::size_t fills_doubted() const override {
        return told(Kind::FillsDoubted, desk_.fills_doubted());
    }
    [[nodiscard]] const execute::ExecutorStatistics& statistics() const override {
        return desk_.statistics();
    }

 private:
    [[nodiscard]] std::uint64_t told(Kind kind, std::uint64_t answer) const {
        if (tap_.is_inside()) {
            tap_.number(kind, answer);
        }
        return answer;
    }
    [[nodiscard]] std::vector<Pubkey> taken(MonoTime now, bool only_for_orders) {
        const Tap::Out out{tap_, Op::TakeNonces};
        return desk_.take_nonces_due(now, only_for_orders);
    }
    Tap& tap_;
    execute::OrderDesk& desk_;
};

}  // namespace sniperforge::recording
