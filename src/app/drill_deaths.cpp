// SPDX-License-Identifier: MIT
#include "app/drill_deaths.hpp"

#include <algorithm>

namespace sniperforge::app {

void DrillDeaths::life_begins(const DrillLife& life) {
    life_ = life;
    orders_left_ = life.end == DrillLife::End::KilledSending ? life.order : 0;
    is_time_up_ = has_died_sending_ = false;
    sent_.clear();
    durable_when_sent_.clear();
    durable_when_landed_.reset();
}

void DrillDeaths::on_order(const RingOrder& order) {
    durable_when_sent_.emplace(order.signature, options_.durable());
    if (order.is_advance()) {
        return;  // It buys and sells nothing.
    }
    sent_.insert(order.intent);
    const bool is_last = orders_left_ > 0 && --orders_left_ == 0;
    if (is_last || (is_time_up_ && life_.end == DrillLife::End::KilledSending)) {
        options_.die();
    }
}

void DrillDeaths::on_landed(const Signature& signature) {
    if (const auto sent = durable_when_sent_.find(signature); sent != durable_when_sent_.end()) {
        durable_when_landed_ = sent->second;
        die_if_due();
    }
}

void DrillDeaths::time_is_up() {
    is_time_up_ = true;
    die_if_due();
}

void DrillDeaths::died() { has_died_sending_ = is_sending(); }

bool DrillDeaths::is_sending() const { return std::ranges::any_of(sent_, options_.is_open); }

bool DrillDeaths::has_landed_unsynced() const {
    return durable_when_landed_ && *durable_when_landed_ == options_.durable();
}

void DrillDeaths::die_if_due() {
    if (!is_time_up_) {
        return;
    }
    const bool is_due = (life_.end == DrillLife::End::KilledSending && is_sending()) ||
                        (life_.end == DrillLife::End::PowerLost && has_landed_unsynced());
    if (is_due) {
        options_.die();
    }
}

}  // namespace sniperforge::app
