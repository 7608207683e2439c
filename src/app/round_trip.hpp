// SPDX-License-Identifier: MIT
// RoundTrip: one purchase with real money and its sale, each step shown as it happens. It decides
// nothing that a strategy could not: what it orders goes through the daemon's own gate, signer,
// journal, executor and ledger. One entry at most is signed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/engine/order_watcher.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/net/reactor.hpp"

namespace sniperforge::app {

struct RoundTripOptions {
    std::optional<Pubkey> pool;  // None: the deepest SOL/USDC pool that is watched.
    MicroUsd trade_max;          // Everything that the purchase may take out of the wallet.
    std::function<void(const std::string&)> show{};  // Gets a line for each step; may be empty.
};

// How it ended.
struct RoundTripOutcome {
    int exit_code = 1;               // 0 sold again, 1 failed, 3 not ready, 4 refused.
    std::string text;                // What happened, or why it did not, and what to do.
    std::vector<std::string> steps;  // One JSON object each.
};

class RoundTrip final : public engine::OrderWatcher {
 public:
    RoundTrip(net::Reactor& reactor, engine::Pipeline& pipeline, const config::Settings& settings,
              RoundTripOptions options, Provenance provenance);

    // With each tick of a daemon that trades.
    void on_tick(MonoTime now);
    // It was bought, and is being sold: the run ends when all is.
    [[nodiscard]] bool is_selling() const { return phase_ == Phase::Selling; }
    // Nothing is to be sold: the run may end.
    [[nodiscard]] bool has_failed() const { return phase_ == Phase::Failed; }
    // Of a run that has ended.
    [[nodiscard]] RoundTripOutcome outcome() const;

    void on_intent(const OrderIntent& intent) override;
    void on_denied(const OrderIntent& intent, const Denial& denial) override;
    void on_sending(const OrderIntent& intent, const Signature& signature, BytesView wire) override;
    void on_sent(const OrderIntent& intent, const Trace& trace) override;
    void on_report(const ExecutionReport& report) override;
    void on_finalized(const OrderFinalized& order) override;
    void on_reversed(const OrderReversed& order) override;

 private:
    enum class Phase : std::uint8_t {
        Choosing,  // Nothing was ordered yet, or the gate said: not now.
        Buying,    // Approved; its outcome is awaited.
        Selling,
        Failed
    };
    [[nodiscard]] std::optional<PoolIndex> choose_pool() const;
    void order();
    void wait_for(const std::string& reason);
    void end_failed(int exit_code, std::string text);
    void show(const std::string& line, std::string json);
    // The order that was decided last, unless the gate said: not now.
    void show_order();
    [[nodiscard]] Lamports spend_max() const;
    // What the books have, of what may be sold or of what the signer keeps.
    [[nodiscard]] std::string held(bool is_kept) const;

    net::Reactor& reactor_;
    engine::Pipeline& pipeline_;
    const config::Settings& settings_;
    RoundTripOptions options_;
    Provenance provenance_;
    Phase phase_ = Phase::Choosing;
    MonoTime began_, order_due_;
    std::optional<PoolIndex> pool_;
    IntentId bought_by_;  // Of the purchase, once approved.
    std::string waiting_for_;
    std::string order_line_, order_json_;  // Not shown yet.
    RoundTripOutcome outcome_;
};

}  // namespace sniperforge::app
