// SPDX-License-Identifier: MIT
// AssumedCosts: what orders offer on a tape, which does not say what others paid: as the executor
// would where nothing is known of that, the floors of the settings. The first lane is taken to have
// room for every order.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/clock.hpp"
#include "sniperforge/execute/fee_caps.hpp"
#include "sniperforge/execute/paper_costs.hpp"

namespace sniperforge::execute {

class AssumedCosts final : public PaperCosts {
 public:
    // Both outlive it.
    AssumedCosts(const Clock& clock, const config::ExecutionSettings& settings, Lamports rent)
        : settings_{settings}, rent_{rent}, caps_{clock, settings} {}

    void start() override {}
    [[nodiscard]] std::optional<Lamports> rent() const override { return rent_; }
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

    // In words, with the figures, for whoever reads what came of them.
    [[nodiscard]] static std::vector<std::string> words(const config::ExecutionSettings& settings);

 private:
    const config::ExecutionSettings& settings_;
    Lamports rent_;
    FeeCaps caps_;
};

}  // namespace sniperforge::execute
