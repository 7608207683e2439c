// SPDX-License-Identifier: MIT
// OrderWatcher: hears each order's way as the pipeline goes it, to show it. It changes nothing; by
// itself it is deaf.
#pragma once

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/model/chain_update.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/model/order.hpp"

namespace sniperforge::engine {

class OrderWatcher {
 public:
    OrderWatcher() = default;
    virtual ~OrderWatcher() = default;
    OrderWatcher(const OrderWatcher&) = delete;
    OrderWatcher& operator=(const OrderWatcher&) = delete;

    // Decided, and not judged yet.
    virtual void on_intent(const OrderIntent&) {}
    virtual void on_denied(const OrderIntent&, const Denial&) {}
    // Signed and written ahead: these bytes go out next.
    virtual void on_sending(const OrderIntent&, const Signature&, BytesView /*wire*/) {}
    virtual void on_sent(const OrderIntent&, const Trace&) {}
    // The three below: after the books have taken it in.
    virtual void on_report(const ExecutionReport&) {}
    virtual void on_finalized(const OrderFinalized&) {}
    virtual void on_reversed(const OrderReversed&) {}
};

}  // namespace sniperforge::engine
