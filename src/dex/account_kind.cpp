// SPDX-License-Identifier: MIT
#include "dex/account_kind.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sniperforge::dex {
namespace {

// Of an account that does not fit.
std::unexpected<Error> misfit(const AccountKind& kind, std::string_view account, BytesView data) {
    const std::size_t bytes = std::max(kind.bytes, kind.discriminator.size());
    if (data.size() < bytes) {
        return fail(fmt::format("decoding {}: account has {} bytes, expected {} or more", account,
                                data.size(), bytes));
    }
    return fail(fmt::format(
        "decoding {}: discriminator {:02x}, expected {:02x}; it is another kind of account",
        account, fmt::join(data.first(8), ""), fmt::join(kind.discriminator, "")));
}

}  // namespace

Result<void> check_kind(const AccountKind& kind, const Pubkey& id, BytesView data) {
    if (!is_kind(kind, data)) {
        return misfit(kind, fmt::format("{} {}", kind.name, id.to_string()), data);
    }
    return {};
}

Result<void> check_kind(const AccountKind& kind, BytesView data) {
    if (!is_kind(kind, data)) {
        return misfit(kind, kind.name, data);
    }
    return {};
}

}  // namespace sniperforge::dex
