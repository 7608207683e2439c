// SPDX-License-Identifier: MIT
#include "sim/metaplex_account.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "sim/derived.hpp"
#include "sim/genesis_accounts.hpp"
#include "sniperforge/core/assert.hpp"

namespace sniperforge::sim {
namespace {

const Pubkey& metaplex_program() {
    static const Pubkey program =
        Pubkey::parse("metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s").value();
    return program;
}

constexpr std::size_t kMetaplexAccountBytes = 679;
constexpr std::uint8_t kMetaplexKind = 4;  // MetadataV1.

}  // namespace

Pubkey metaplex_account_address(const Pubkey& mint) {
    return derived({bytes_of("metadata"), metaplex_program().bytes, mint.bytes}, metaplex_program())
        .address;
}

void create_metaplex_account(Chain& chain, const MetaplexAccount& account) {
    Bytes data{kMetaplexKind};
    append(data, account.update_authority.bytes);
    append(data, account.mint.bytes);
    using Text = std::pair<std::string_view, std::size_t>;
    for (const auto& [text, room] :
         std::array{Text{account.name, 32}, Text{account.symbol, 10}, Text{account.uri, 200}}) {
        SF_ASSERT(text.size() <= room);
        append_le(data, static_cast<std::uint32_t>(room));
        append(data, bytes_of(text));
        data.resize(data.size() + room - text.size(), 0);
    }
    // No royalties, no creators, not sold yet, and mutable: the rest of what it could have is none.
    constexpr std::size_t kRoyalties = 2, kCreators = 1, kIsSold = 1;
    data.resize(data.size() + kRoyalties + kCreators + kIsSold, 0);
    data.push_back(1);
    data.resize(kMetaplexAccountBytes, 0);
    put_rent_exempt(chain, metaplex_account_address(account.mint), metaplex_program(),
                    std::move(data));
}

}  // namespace sniperforge::sim
