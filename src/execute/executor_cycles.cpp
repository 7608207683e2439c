// SPDX-License-Identifier: MIT
// How long a cycle can land. Others close the gap that it is for within a slot or two, and all that
// it can do behind that is to revert, for a fee. What was sent of it nobody takes back, so it ends
// on the chain: it is signed on a blockhash that expires a few blocks behind its slots (ADR 0042).
#include <algorithm>

#include "execute/executor_state.hpp"
#include "sniperforge/rpc/pace_gauge.hpp"

namespace sniperforge::execute {
namespace {

// Blocks behind its last slot that still take it: one for the copy that is sent in that slot, and
// one for heights that differ by one between nodes.
constexpr std::uint64_t kCycleBlocksSpare = 2;

}  // namespace

// Where none is so old yet, in the first minute after a start, the oldest one is taken that there
// is: such a cycle lives longer, and each later one less.
RecentBlockhashes::Known Executor::State::lifetime_of_cycle(const OrderIntent& intent) const {
    // No slot has more than one block, so the height in its last slot is not above this; slots that
    // stay empty only let it live longer.
    const rpc::ChainHeight chain = finalized.chain();
    const Slot last = intent.decided_at.plus(intent.slots_valid);
    const BlockHeight taken_at = chain.height.plus(last.since(chain.slot) + kCycleBlocksSpare);
    return recent.first_to_expire(taken_at).value_or(RecentBlockhashes::Known{
        blockhash->blockhash, blockhash->last_valid_height, blockhash_read_at});
}

// A cycle has two slots or so: each of their leaders is sent it.
Duration Executor::State::resend_interval(const OrderIntent& intent) const {
    return intent.kind == OrderKind::Cycle
               ? std::min(settings.rebroadcast_interval, rpc::kSlotTimeUsual)
               : settings.rebroadcast_interval;
}

// No leader takes it any more once its blockhash has expired, and none should once its nonce is
// about to be advanced. What is bought or sold is so at its price or not at all, however late; of a
// cycle no copy goes out behind its slots.
bool Executor::State::is_sent_on(const Flight& flight) const {
    if (flight.step != Step::Sent || is_overdue(flight) || is_late(flight)) {
        return false;
    }
    const OrderIntent& intent = flight.intent();
    return intent.kind != OrderKind::Cycle ||
           rpc.slot_best().value_or(Slot{}).since(intent.decided_at) <= intent.slots_valid;
}

}  // namespace sniperforge::execute
