// SPDX-License-Identifier: MIT
// Any bytes are an error or a message of some version that serialises to exactly those bytes, has a
// fee or a reason against it, and keeps nothing of the message that was there before.
#include <algorithm>

#include "fuzz_target.hpp"
#include "sniperforge/solana/transaction.hpp"
#include "sniperforge/solana/transaction_fee.hpp"

namespace sniperforge::solana {
namespace {

void check(BytesView input) {
    const auto message = parse_message(input);
    if (!message) {
        SF_ASSERT(!message.error().text.empty());
        return;
    }
    SF_ASSERT(std::ranges::equal(serialize_message(*message), input));
    SF_ASSERT((message->version == MessageVersion::V1) == (input[0] == 0x81));
    SF_ASSERT(message->version == MessageVersion::V1 || message->config == TransactionConfig{});
    const auto fee = transaction_fee(*message);
    SF_ASSERT(!fee || fee->total() >= fee->base);
    // Into a message that held another one.
    static Message reused;
    SF_ASSERT(parse_message_into(input, reused));
    SF_ASSERT(std::ranges::equal(serialize_message(reused), input));
}

}  // namespace
}  // namespace sniperforge::solana

SF_FUZZ_TARGET {
    sniperforge::solana::check({data, size});
    return 0;
}
