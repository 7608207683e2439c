// SPDX-License-Identifier: MIT
// The steps of a round trip as people and scripts read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/dex/pool.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/model/order.hpp"

namespace sniperforge::app {

// What the pool would pay at this moment.
struct TripQuote {
    std::optional<VenueId> venue;
    std::optional<TokenAmount> amount_out;
};
[[nodiscard]] TripQuote trip_quote(const OrderIntent& intent, const dex::Pool& pool,
                                   std::int64_t unix_time);

[[nodiscard]] std::string intent_line(const OrderIntent& intent, const TripQuote& quote);
[[nodiscard]] std::string intent_json(const OrderIntent& intent, const TripQuote& quote);
[[nodiscard]] std::string denial_json(const OrderIntent& intent, const Denial& denial);
[[nodiscard]] std::string sending_line(const OrderIntent& intent, const Signature& signature,
                                       BytesView wire);
[[nodiscard]] std::string sending_json(const OrderIntent& intent, const Signature& signature,
                                       BytesView wire);
[[nodiscard]] std::string sent_json(const OrderIntent& intent, WallTime at, std::int64_t took_us);
// The outcome, the fill from the chain's balances, and its costs by class.
[[nodiscard]] std::string report_line(const ExecutionReport& report);
[[nodiscard]] std::string report_json(const ExecutionReport& report);
[[nodiscard]] std::string finalized_json(const OrderFinalized& order);

}  // namespace sniperforge::app
