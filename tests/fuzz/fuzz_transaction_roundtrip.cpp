// SPDX-License-Identifier: MIT
// Any bytes are an error or a transaction that serialises to exactly those bytes and whose indexes
// are safe to use.
#include <algorithm>

#include "fuzz_target.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::solana {
namespace {

void check(BytesView input) {
    const auto transaction = parse_transaction(input);
    if (!transaction) {
        SF_ASSERT(!transaction.error().text.empty());
        return;
    }
    const Message& message = transaction->message;
    SF_ASSERT(std::ranges::equal(serialize_transaction(*transaction), input));
    SF_ASSERT(std::ranges::equal(serialize_message(message), transaction->message_bytes));
    SF_ASSERT(transaction->signatures.size() == message.header.num_required_signatures);
    SF_ASSERT(message.is_signer(0) && message.is_writable(0));
    SF_ASSERT(transaction_id_of(input) == transaction->transaction_id());
    SF_ASSERT(input.size() <= transaction_bytes_max(message.version));

    LoadedAddresses loaded;
    loaded.writable.resize(message.loaded_writable_count());
    loaded.readonly.resize(message.loaded_readonly_count());
    const auto accounts = resolve_accounts(message, loaded);
    SF_ASSERT(accounts && accounts->size() == message.account_count());
    for (const auto& instruction : message.instructions) {
        SF_ASSERT(instruction.program_id_index < message.account_keys.size());
        for (const auto index : instruction.account_indexes) {
            SF_ASSERT(index < accounts->size());
        }
    }
    // A message that parses can be prepared for simulation, and comes back the same.
    const auto prepared = unsigned_transaction(transaction->message_bytes);
    SF_ASSERT(prepared && parse_transaction(*prepared));
}

}  // namespace
}  // namespace sniperforge::solana

SF_FUZZ_TARGET {
    sniperforge::solana::check({data, size});
    return 0;
}
