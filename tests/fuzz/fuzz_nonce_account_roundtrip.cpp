// SPDX-License-Identifier: MIT
// Any bytes are an error or a nonce account that encodes to exactly those bytes.
#include <algorithm>

#include "fuzz_target.hpp"
#include "sniperforge/solana/nonce_account.hpp"

namespace sniperforge::solana {
namespace {

void check(BytesView input) {
    const auto nonce = decode_nonce_account(input);
    if (!nonce) {
        SF_ASSERT(!nonce.error().text.empty());
        return;
    }
    SF_ASSERT(std::ranges::equal(encode_nonce_account(*nonce), input));
}

}  // namespace
}  // namespace sniperforge::solana

SF_FUZZ_TARGET {
    sniperforge::solana::check({data, size});
    return 0;
}
