// SPDX-License-Identifier: MIT
#include "sim/program_pump_events.hpp"

namespace sniperforge::sim::pump {
namespace {

constexpr anchor::Discriminator kCreate{0x1b, 0x72, 0xa9, 0x4d, 0xde, 0xeb, 0x63, 0x76};
constexpr anchor::Discriminator kTrade{0xbd, 0xdb, 0x7f, 0xd3, 0x4e, 0xe6, 0x61, 0xee};
constexpr anchor::Discriminator kComplete{0x5f, 0x72, 0x61, 0x9c, 0xd4, 0x2e, 0x98, 0x08};
constexpr anchor::Discriminator kMigration{0xbd, 0xe9, 0x5d, 0xb9, 0x5c, 0x94, 0xea, 0x94};
constexpr anchor::Discriminator kExtend{0x61, 0x61, 0xd7, 0x90, 0x5d, 0x92, 0x16, 0x7c};

void append_text(Bytes& bytes, std::string_view text) {
    append_le(bytes, static_cast<std::uint32_t>(text.size()));
    bytes.insert(bytes.end(), text.begin(), text.end());
}

Bytes begin(const anchor::Discriminator& discriminator) {
    return {discriminator.begin(), discriminator.end()};
}

}  // namespace

Bytes encode(const CreateEvent& event, BytesView curve_data) {
    Bytes bytes = begin(kCreate);
    append_text(bytes, event.name);
    append_text(bytes, event.symbol);
    append_text(bytes, event.uri);
    append(bytes, event.mint.bytes);
    append(bytes, event.curve.bytes);
    append(bytes, event.user.bytes);
    append(bytes, event.creator.bytes);
    append_le(bytes, event.timestamp);
    append_le(bytes, field<std::uint64_t>(curve_data, curve::kVirtualToken));
    append_le(bytes, field<std::uint64_t>(curve_data, curve::kVirtualQuote));
    append_le(bytes, field<std::uint64_t>(curve_data, curve::kRealToken));
    append_le(bytes, field<std::uint64_t>(curve_data, curve::kSupply));
    append(bytes, event.token_program.bytes);
    append_le(bytes, std::uint8_t{0});  // No mayhem mode here.
    append_le(bytes, std::uint8_t{event.is_cashback});
    append(bytes, key_field(curve_data, curve::kQuoteMint).bytes);
    append_le(bytes, field<std::uint64_t>(curve_data, curve::kVirtualQuote));
    append_le(bytes, field<std::uint64_t>(curve_data, curve::kCreatorFeeBps));
    append_le(bytes, field<std::uint8_t>(curve_data, curve::kIsHolderReward));
    return bytes;
}

Bytes encode(const TradeEvent& event, BytesView curve_data) {
    const bool is_cashback = field<std::uint8_t>(curve_data, curve::kIsCashback) != 0;
    const auto virtual_quote = field<std::uint64_t>(curve_data, curve::kVirtualQuote);
    const auto real_quote = field<std::uint64_t>(curve_data, curve::kRealQuote);
    Bytes bytes = begin(kTrade);
    append(bytes, event.mint.bytes);
    append_le(bytes, event.trade.quote);
    append_le(bytes, event.trade.tokens);
    append_le(bytes, std::uint8_t{event.is_buy});
    append(bytes, event.user.bytes);
    append_le(bytes, event.timestamp);
    append_le(bytes, virtual_quote);
    append_le(bytes, field<std::uint64_t>(curve_data, curve::kVirtualToken));
    append_le(bytes, real_quote);
    append_le(bytes, field<std::uint64_t>(curve_data, curve::kRealToken));
    append(bytes, event.fee_recipient.bytes);
    append_le(bytes, event.rates.protocol);
    append_le(bytes, event.trade.fees.protocol);
    append(bytes, key_field(curve_data, curve::kCreator).bytes);
    // What a cashback coin's creator would get goes to the user's accumulator, and the event says
    // so in other fields.
    append_le(bytes, is_cashback ? 0 : event.rates.creator);
    append_le(bytes, is_cashback ? 0 : event.trade.fees.creator);
    append_le(bytes, std::uint8_t{event.is_volume_tracked});
    // No incentive programme runs here: unclaimed and claimed tokens, volume and its time are zero.
    for (int i = 0; i < 4; ++i) {
        append_le(bytes, std::uint64_t{0});
    }
    append_text(bytes, event.instruction);
    append_le(bytes, field<std::uint8_t>(curve_data, curve::kIsMayhem));
    append_le(bytes, is_cashback ? event.rates.creator : 0);
    append_le(bytes, is_cashback ? event.trade.fees.creator : 0);
    append_le(bytes, event.buyback_bps);
    append_le(bytes, event.buyback_fee);
    append_le(bytes, std::uint32_t{0});  // No creator shares his fee.
    append(bytes, key_field(curve_data, curve::kQuoteMint).bytes);
    append_le(bytes, event.trade.quote);
    append_le(bytes, virtual_quote);
    append_le(bytes, real_quote);
    append_le(bytes, std::uint64_t{0});  // Holder rewards: rate and amount.
    append_le(bytes, std::uint64_t{0});
    return bytes;
}

Bytes encode(const CompleteEvent& event) {
    Bytes bytes = begin(kComplete);
    append(bytes, event.user.bytes);
    append(bytes, event.mint.bytes);
    append(bytes, event.curve.bytes);
    append_le(bytes, event.timestamp);
    append(bytes, Pubkey{}.bytes);  // The quote mint of SOL coins.
    return bytes;
}

Bytes encode(const MigrationEvent& event) {
    Bytes bytes = begin(kMigration);
    append(bytes, event.user.bytes);
    append(bytes, event.mint.bytes);
    append_le(bytes, event.mint_amount);
    append_le(bytes, event.sol_amount);
    append_le(bytes, event.migration_fee);
    append(bytes, event.curve.bytes);
    append_le(bytes, event.timestamp);
    append(bytes, event.pool.bytes);
    append(bytes, Pubkey{}.bytes);
    return bytes;
}

Bytes encode(const ExtendEvent& event) {
    Bytes bytes = begin(kExtend);
    append(bytes, event.account.bytes);
    append(bytes, event.user.bytes);
    append_le(bytes, event.size_before);
    append_le(bytes, event.size_after);
    append_le(bytes, event.timestamp);
    return bytes;
}

}  // namespace sniperforge::sim::pump
