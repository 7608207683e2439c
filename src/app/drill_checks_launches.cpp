// SPDX-License-Identifier: MIT
// How many of the positions are tokens of one story, by what their mints say of themselves, or the
// metadata accounts of classic ones.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "app/drill_checks.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/solana/metaplex_metadata.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::app {
namespace {

// Token-2022: behind the base of a mint and its kind, entries of type, length and value.
constexpr std::size_t kMintExtensionsAt = 166, kEntryHeader = 4;
constexpr std::uint16_t kMetadataEntry = 19;

struct Story {
    std::string name, uri;  // Empty: the mint has none.

    [[nodiscard]] bool is_like(const Story& other) const {
        return (!name.empty() && name == other.name) || (!uri.empty() && uri == other.uri);
    }
};

[[nodiscard]] Story metadata_of(BytesView value) {
    ByteReader reader{value};
    static_cast<void>(reader.take(2 * Pubkey::kSize));  // Who may change it, and the mint.
    std::string texts[3];                               // Name, symbol, URI.
    for (std::string& text : texts) {
        const BytesView bytes = reader.take(reader.read<std::uint32_t>());
        text.assign(bytes.begin(), std::ranges::find(bytes, 0));  // Metaplex pads with zeros.
    }
    return reader.ok() ? Story{texts[0], texts[2]} : Story{};
}

[[nodiscard]] Story story_of(const sim::Chain& chain, const Pubkey& mint) {
    const sim::Account* account = chain.account(mint);
    if (account != nullptr && account->owner == solana::kTokenProgram) {
        const sim::Account* beside = chain.account(solana::metaplex_metadata_address(mint));
        return beside == nullptr || beside->data.empty()
                   ? Story{}
                   : metadata_of(BytesView{beside->data}.subspan(1));
    }
    if (account == nullptr || account->owner != solana::kToken2022Program) {
        return {};
    }
    const BytesView data{account->data};
    for (std::size_t at = kMintExtensionsAt; at + kEntryHeader <= data.size();) {
        const auto type = read_le<std::uint16_t>(data, at);
        const auto length = std::size_t{read_le<std::uint16_t>(data, at + 2)};
        const std::size_t begin = at + kEntryHeader;
        if (type == 0 || begin + length > data.size()) {
            return {};
        }
        if (type == kMetadataEntry) {
            return metadata_of(data.subspan(begin, length));
        }
        at = begin + length;
    }
    return {};
}

}  // namespace

void DrillChecks::check_launches(const RingOrder& order) {
    const Story bought = story_of(*chain_, order.mint_out);
    const auto alike =
        static_cast<std::uint32_t>(std::ranges::count_if(positions_, [&](const auto& each) {
            return bought.is_like(story_of(*chain_, each.first));
        }));
    if (alike > options_.limits.launch_positions_max) {
        violate(fmt::format(
            "intent {} (entry) landed: the number of positions in tokens called "
            "'{}' or described at '{}' is {}, the limit {}",
            order.intent, bought.name, bought.uri, alike, options_.limits.launch_positions_max));
    }
}

}  // namespace sniperforge::app
