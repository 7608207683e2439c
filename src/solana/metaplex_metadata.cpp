// SPDX-License-Identifier: MIT
#include "sniperforge/solana/metaplex_metadata.hpp"

#include <fmt/format.h>

#include <string_view>

#include "sniperforge/solana/pda.hpp"

namespace sniperforge::solana {
namespace {

// Of the program's kinds of accounts; zero is one that is not made yet or was closed.
constexpr std::uint8_t kMetadataV1 = 4;

// Empty, and the reader not ok, where it is cut off.
[[nodiscard]] Result<std::string> read_metadata_text(ByteReader& reader, std::string_view what,
                                                     std::size_t bytes_max) {
    const auto length = reader.read<std::uint32_t>();
    if (length > bytes_max) {
        return fail(fmt::format("metadata has {} of {} bytes, at most {} are possible", what,
                                length, bytes_max));
    }
    const BytesView bytes = reader.take(length);
    std::string text{bytes.begin(), bytes.end()};
    text.erase(text.find_last_not_of('\0') + 1);
    return text;
}

}  // namespace

Pubkey metaplex_metadata_address(const Pubkey& mint) {
    return find_program_address({seed("metadata"), kMetaplexMetadataProgram.bytes, mint.bytes},
                                kMetaplexMetadataProgram)
        .address;
}

Result<MetaplexMetadata> decode_metaplex_metadata(BytesView data, const Pubkey& mint) {
    ByteReader reader{data};
    const auto kind = reader.read<std::uint8_t>();
    MetaplexMetadata metadata;
    metadata.update_authority = reader.read_key<Pubkey>();
    metadata.mint = reader.read_key<Pubkey>();
    if (reader.ok() && kind != kMetadataV1) {
        return fail(fmt::format("metadata account is of kind {}, expected {}", kind, kMetadataV1));
    }
    if (reader.ok() && metadata.mint != mint) {
        return fail(fmt::format("metadata is of mint {}, expected {}", metadata.mint.to_string(),
                                mint.to_string()));
    }
    struct Text {
        std::string_view what;
        std::size_t bytes_max;
        std::string& to;
    };
    for (const Text& text : {Text{"a name", kMetaplexNameMax, metadata.name},
                             Text{"a symbol", kMetaplexSymbolMax, metadata.symbol},
                             Text{"a URI", kMetaplexUriMax, metadata.uri}}) {
        auto read = read_metadata_text(reader, text.what, text.bytes_max);
        if (!read) {
            return Err{std::move(read).error()};
        }
        text.to = std::move(*read);
    }
    if (!reader.ok()) {
        return fail(fmt::format("metadata account of {} bytes is cut off", data.size()));
    }
    return metadata;
}

}  // namespace sniperforge::solana
