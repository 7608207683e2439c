// SPDX-License-Identifier: MIT
#include "sniperforge/dex/logged_creations.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "sniperforge/core/base64.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/program_logs.hpp"

namespace sniperforge::dex {
namespace {

constexpr std::string_view kInstruction = "Instruction: ";

// PDA ["mint-authority"] of pump.fun's program, which mints a coin once, when it is made: both
// recorded creations, of 2024 and 2026, name it, and no recorded trade does. The tests derive it.
constexpr Pubkey kPumpMintAuthority =
    solana::detail::key_literal("TSLvdd1pWpHVjahSpsvCXUbgwsL3JAcvokwaKt1eokM");

// pump.fun's CreateEvent: sha256("event:CreateEvent"), three texts, then mint and curve.
constexpr std::string_view kCreateEventText = "G3KpTd7rY3";  // How it begins in base64.
constexpr std::size_t kEventBytes = 8;
// Names and URIs are a few hundred bytes; a log has 10 kB.
constexpr std::size_t kEventBytesMax = 8'192;

const std::array<std::string, kVenueCount>& program_texts() {
    static const std::array<std::string, kVenueCount> texts = [] {
        std::array<std::string, kVenueCount> made;
        for (std::size_t i = 0; i < made.size(); ++i) {
            made[i] = program_of(static_cast<VenueId>(i)).to_string();
        }
        return made;
    }();
    return texts;
}

[[nodiscard]] std::optional<VenueId> venue_of_text(std::string_view program) {
    const auto& texts = program_texts();
    const auto found = std::ranges::find(texts, program);
    return found == texts.end() ? std::nullopt
                                : std::optional{static_cast<VenueId>(found - texts.begin())};
}

// Anchor logs create_v2 as CreateV2.
[[nodiscard]] bool is_logged_as(std::string_view name, std::string_view logged) {
    bool is_word_begun = false;
    std::size_t at = 0;
    for (const char c : name) {
        if (c == '_') {
            is_word_begun = false;
            continue;
        }
        const bool is_raised = !is_word_begun && c >= 'a' && c <= 'z';
        const char expected = is_raised ? static_cast<char>(c - 'a' + 'A') : c;
        is_word_begun = true;
        if (at == logged.size() || logged[at++] != expected) {
            return false;
        }
    }
    return at == logged.size();
}

// AMM v4 is no Anchor program: "initialize2: InitializeInstruction2 { nonce: 254, ... }".
[[nodiscard]] bool says(VenueId venue, const InstructionShape& shape, std::string_view text) {
    if (venue == VenueId::RaydiumAmmV4) {
        return text.starts_with(shape.name) && text.substr(shape.name.size()).starts_with(": ");
    }
    return text.starts_with(kInstruction) &&
           is_logged_as(shape.name, text.substr(kInstruction.size()));
}

// A migration says so at the venue that it moves to, in a call of that one's program. What the
// curve's own says, it says of curves that moved long ago, too.
[[nodiscard]] bool is_creation_said(VenueId venue, std::string_view text) {
    return std::ranges::any_of(instructions_of(venue), [&](const InstructionShape& shape) {
        return shape.creation && !shape.migrates_to && says(venue, shape, text);
    });
}

[[nodiscard]] std::optional<PoolCreation> read_create_event(std::string_view data) {
    if (!data.starts_with(kCreateEventText)) {
        return std::nullopt;
    }
    std::array<std::uint8_t, kEventBytesMax> bytes;
    const auto size = base64_decode_to(data.substr(0, data.find(' ')), bytes);
    if (!size) {
        return std::nullopt;
    }
    ByteReader reader{BytesView{bytes}.first(*size)};
    (void)reader.take(kEventBytes);
    for (int text = 0; text < 3; ++text) {  // Name, symbol, URI.
        (void)reader.take(reader.read<std::uint32_t>());
    }
    PoolCreation made;
    made.venue = VenueId::PumpCurve;
    made.mint_a = reader.read_key<Pubkey>();
    made.pool = reader.read_key<Pubkey>();
    made.mint_b = solana::kWrappedSolMint;
    return reader.ok() ? std::optional{made} : std::nullopt;
}

// Who wrote a line behind a cut nobody knows: of each venue that would say it so, it may be.
void add_hint(std::string_view line, VenueSet& venues) {
    if (const auto text = solana::logged_text(line)) {
        for (std::size_t i = 0; i < kVenueCount; ++i) {
            const auto venue = static_cast<VenueId>(i);
            if (is_creation_said(venue, *text)) {
                venues.add(venue);
            }
        }
    }
}

}  // namespace

LoggedCreations read_creations(std::span<const std::string_view> lines) {
    LoggedCreations out;
    std::size_t curves = 0;  // That were begun.
    solana::ProgramLogs logs{lines};
    while (const auto line = logs.next()) {
        const auto venue = venue_of_text(line->program);
        if (!venue) {
            continue;
        }
        if (line->kind == solana::ProgramLine::Kind::Data) {
            if (const auto made =
                    *venue == VenueId::PumpCurve ? read_create_event(line->text) : std::nullopt) {
                out.named.push_back(*made);
            }
            continue;
        }
        if (!is_creation_said(*venue, line->text)) {
            continue;
        }
        if (*venue == VenueId::PumpCurve) {
            ++curves;
        } else {
            out.unnamed.add(*venue);
        }
    }
    if (curves > out.named.size()) {
        out.unnamed.add(VenueId::PumpCurve);
    }
    out.is_cut = logs.is_cut();
    for (const std::string_view line : logs.behind_cut()) {
        add_hint(line, out.unnamed);
    }
    return out;
}

CreationMention creation_mention(VenueId venue) {
    return venue == VenueId::PumpCurve ? CreationMention{kPumpMintAuthority, true}
                                       : CreationMention{program_of(venue), false};
}

}  // namespace sniperforge::dex
