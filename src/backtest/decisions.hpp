// SPDX-License-Identifier: MIT
// What a backtest keeps of its records: the trades, a digest of the decisions, denials.
#pragma once

#include <string>

#include "sniperforge/core/hex.hpp"
#include "sniperforge/core/sha256.hpp"
#include "sniperforge/engine/records.hpp"
#include "sniperforge/engine/trade_book.hpp"

namespace sniperforge::backtest {

class Decisions final : public engine::RecordKeeper {
 public:
    Decisions() : trades_{Provenance::Sim, analytics::FillBasis::PoolState} {}

    bool record(engine::RecorderItem item, WallTime at) override {
        const std::string body = engine::body_of(item);
        digest_.update({reinterpret_cast<const std::uint8_t*>(body.data()), body.size()});
        trades_.take(item, at);
        return true;
    }
    bool record_signed(const OrderIntent& /*intent*/, const engine::OrderSigned& order,
                       WallTime at) override {
        return record(order, at);
    }
    [[nodiscard]] bool is_pressed() const override { return false; }
    [[nodiscard]] bool has_failed() const override { return false; }
    void write_waiting() override {}

    [[nodiscard]] engine::TradeBook& trades() { return trades_; }
    // Over every record in its order; equal for equal decisions.
    [[nodiscard]] std::string sha256() const { return hex_encode(digest_.digest()); }

 private:
    engine::TradeBook trades_;
    Sha256 digest_;
};

}  // namespace sniperforge::backtest
