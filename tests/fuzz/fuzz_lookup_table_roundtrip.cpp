// SPDX-License-Identifier: MIT
// Any bytes are an error or a lookup table that encodes to the same fields, and never offers more
// addresses than it has.
#include "fuzz_target.hpp"
#include "sniperforge/solana/lookup_table.hpp"

namespace sniperforge::solana {
namespace {

void check(BytesView input) {
    const auto table = decode_lookup_table(input);
    if (!table) {
        SF_ASSERT(!table.error().text.empty());
        return;
    }
    const Bytes encoded = encode_lookup_table(*table);
    SF_ASSERT(encoded.size() == input.size());
    SF_ASSERT(decode_lookup_table(encoded) == table);
    for (const std::uint64_t slot : {std::uint64_t{0}, table->last_extended_slot.value, kU64Max}) {
        SF_ASSERT(table->usable_at(Slot{slot}).size() <= table->addresses.size());
    }
}

}  // namespace
}  // namespace sniperforge::solana

SF_FUZZ_TARGET {
    sniperforge::solana::check({data, size});
    return 0;
}
