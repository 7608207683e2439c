// SPDX-License-Identifier: MIT
#include "dex/account_kind.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sniperforge::dex {

bool starts_with(BytesView data, const Discriminator& discriminator) {
    return data.size() >= discriminator.size() &&
           std::equal(discriminator.begin(), discriminator.end(), data.begin());
}

Result<void> check_kind(const AccountKind& kind, const Pubkey& id, BytesView data) {
    if (data.size() < kind.bytes) {
        return fail(fmt::format("decoding {} {}: account has {} bytes, expected {}", kind.name,
                                id.to_string(), data.size(), kind.bytes));
    }
    if (!starts_with(data, kind.discriminator)) {
        return fail(fmt::format(
            "decoding {} {}: discriminator {:02x}, expected {:02x}; it is another kind of account",
            kind.name, id.to_string(), fmt::join(data.first(8), ""),
            fmt::join(kind.discriminator, "")));
    }
    return {};
}

}  // namespace sniperforge::dex
