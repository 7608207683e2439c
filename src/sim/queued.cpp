// SPDX-License-Identifier: MIT
#include "sim/queued.hpp"

#include "sim/chain_state.hpp"
#include "sim/lane_server.hpp"
#include "sniperforge/solana/lookup_table.hpp"

namespace sniperforge::sim {

std::vector<Pubkey> keys_of(const Chain& chain, const solana::Message& message) {
    std::vector<Pubkey> keys{message.account_keys.begin(), message.account_keys.end()};
    for (const auto& lookup : message.address_table_lookups) {
        const Account* account = chain.account(lookup.table);
        const auto table = account == nullptr ? Result<solana::LookupTableAccount>{fail("none")}
                                              : solana::decode_lookup_table(account->data);
        for (const auto& indexes : {lookup.writable_indexes, lookup.readonly_indexes}) {
            for (const std::uint8_t index : indexes) {
                if (table && index < table->addresses.size()) {
                    keys.push_back(table->addresses[index]);
                }
            }
        }
    }
    return keys;
}

Lamports offered_in(const solana::Message& message) {
    const auto budget = compute_budget_of(message);
    return tips_in(message).saturating_add(Lamports{budget ? budget->priority_fee : 0});
}

}  // namespace sniperforge::sim
