// SPDX-License-Identifier: MIT
// Following what an earlier process has sent.
#include <fmt/format.h>

#include "execute/executor_state.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::execute {

void Executor::State::resume(const OrderIntent& intent, const Signature& signature,
                             BlockHeight last_valid_height,
                             const std::optional<NonceLease>& lease) {
    const auto id = intent.intent_id.value;
    auto [position, is_new] = flights.try_emplace(id, std::make_unique<Flight>(intent));
    SF_ASSERT(is_new);
    Flight& flight = *position->second;
    flight.step = Step::Sent;
    flight.signature = signature;
    flight.last_valid_height = last_valid_height;
    flight.lease = lease;
    if (lease) {
        nonces.hold(*lease);
    }
    flight.trace.decided = flight.trace.sent = flight.fresh_at = reactor.now();
    by_signature[signature] = intent.intent_id;
    ++statistics.carried.orders;
    telemetry::info(
        "execute", "intent {}, {}: an earlier process signed it; its outcome is asked for ({})", id,
        signature.to_string(),
        lease ? fmt::format("on nonce {}, which is advanced", lease->account.to_string())
              : fmt::format("valid up to height {}", last_valid_height.value));
}

void Executor::State::resume(const ExecutionReport& fill, BlockHeight last_valid_height,
                             const std::optional<NonceLease>& lease) {
    const auto [position, is_new] = provisional.emplace(
        fill.intent_id.value, ProvisionalFill{fill, last_valid_height, reactor.now(), true});
    SF_ASSERT(is_new);
    // The journal tells when its outcome was known, and not when it was sent.
    position->second.report.decided_at = position->second.report.sent_at = MonoTime{};
    position->second.lease = lease;
    if (lease) {
        nonces.hold(*lease);
    }
    by_signature[fill.signature] = fill.intent_id;
    // What replaces a reversed fill is counted from here.
    ++count_of(true, fill.outcome);
    ++statistics.carried.orders;
}

}  // namespace sniperforge::execute
