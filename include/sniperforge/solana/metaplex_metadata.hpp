// SPDX-License-Identifier: MIT
// What a token calls itself where its own mint does not say: the account of Metaplex's Token
// Metadata program, at an address derived from the mint. Classic mints have no other place.
// Source: program metaqbxx..., account Metadata; fixture pump_create_old has one made.
#pragma once

#include <cstddef>
#include <string>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::solana {

inline constexpr Pubkey kMetaplexMetadataProgram =
    detail::key_literal("metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s");
// The program's own limits, in bytes.
inline constexpr std::size_t kMetaplexNameMax = 32, kMetaplexSymbolMax = 10, kMetaplexUriMax = 200;

struct MetaplexMetadata {
    Pubkey update_authority;  // Who may rename it.
    Pubkey mint;
    std::string name, symbol, uri;  // Without the zeros that the program pads them with.

    [[nodiscard]] bool operator==(const MetaplexMetadata&) const = default;
};

// Where the metadata of a mint is, whether there is any or not.
[[nodiscard]] Pubkey metaplex_metadata_address(const Pubkey& mint);
// Of this mint: metadata of another, of another kind, cut off, or longer than the program allows
// is an error. What follows the URI is not read.
[[nodiscard]] Result<MetaplexMetadata> decode_metaplex_metadata(BytesView data, const Pubkey& mint);

}  // namespace sniperforge::solana
