// SPDX-License-Identifier: MIT
// pump.fun's events as bytes, discriminator first. Source: protocol amm-pump section 5, in the
// newest form: older ones end earlier.
#pragma once

#include <string_view>

#include "sim/program_pump.hpp"

namespace sniperforge::sim::pump {

struct CreateEvent {
    std::string_view name, symbol, uri;
    Pubkey mint, curve, user, creator, token_program;
    std::int64_t timestamp = 0;
    bool is_cashback = false;
};
// `curve_data` is the new curve's account.
[[nodiscard]] Bytes encode(const CreateEvent& event, BytesView curve_data);

struct TradeEvent {
    Pubkey mint, user, fee_recipient;
    std::string_view instruction;  // "buy", "buy_exact_sol_in" or "sell".
    Trade trade;
    FeeRates rates;
    bool is_buy = false, is_volume_tracked = false;
    std::int64_t timestamp = 0;
    std::uint64_t buyback_bps = 0, buyback_fee = 0;
};
// `curve_data` is the curve's account after the trade.
[[nodiscard]] Bytes encode(const TradeEvent& event, BytesView curve_data);

struct CompleteEvent {
    Pubkey user, mint, curve;
    std::int64_t timestamp = 0;
};
[[nodiscard]] Bytes encode(const CompleteEvent& event);

struct MigrationEvent {
    Pubkey user, mint, curve, pool;
    std::uint64_t mint_amount = 0, sol_amount = 0, migration_fee = 0;
    std::int64_t timestamp = 0;
};
[[nodiscard]] Bytes encode(const MigrationEvent& event);

struct ExtendEvent {
    Pubkey account, user;
    std::uint64_t size_before = 0, size_after = 0;
    std::int64_t timestamp = 0;
};
[[nodiscard]] Bytes encode(const ExtendEvent& event);

}  // namespace sniperforge::sim::pump
