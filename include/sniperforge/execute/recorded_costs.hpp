// SPDX-License-Identifier: MIT
// RecordedCosts: what orders offer where a recorded run tells what it was offered. The newest
// that it was told counts, for every pool; within the caps of these settings.
#pragma once

#include <optional>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/clock.hpp"
#include "sniperforge/execute/fee_caps.hpp"
#include "sniperforge/execute/paper_costs.hpp"

namespace sniperforge::execute {

class RecordedCosts final : public PaperCosts {
 public:
    // Both outlive it.
    RecordedCosts(const Clock& clock, const config::ExecutionSettings& settings)
        : settings_{settings}, caps_{clock, settings} {}

    // The recorded run was told them.
    void take(const Offer& offer) { recorded_ = offer; }
    void take_rent(Lamports rent) { rent_ = rent; }

    void start() override {}
    [[nodiscard]] std::optional<Lamports> rent() const override { return rent_; }
    // The recorded tip, or what the first lane of these settings takes at least, where that is
    // more; the recorded price with `priority_fee: market`, else that of the settings.
    [[nodiscard]] Offer offer(std::optional<PoolIndex> pool) const override;
    void expect_orders(PoolIndex /*pool*/) override {}
    [[nodiscard]] std::optional<Offer> reserve(const Offer& offer, ComputeUnits units,
                                               bool is_exit) override {
        return caps_.reserve(offer, units, is_exit);
    }
    void settled(const Offer& reserved, ComputeUnits units, Lamports paid) override {
        caps_.settled(reserved, units, paid);
    }
    void resume(Lamports paid_today) override { caps_.count(paid_today); }
    void on_tick(MonoTime /*now*/) override {}

 private:
    const config::ExecutionSettings& settings_;
    std::optional<Offer> recorded_;
    std::optional<Lamports> rent_;
    FeeCaps caps_;
};

}  // namespace sniperforge::execute
