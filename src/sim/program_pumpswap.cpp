// SPDX-License-Identifier: MIT
// PumpSwap: dispatch and events. Source: protocol amm-pump section 6, in the newest recorded forms.
#include "sim/program_pumpswap.hpp"

#include <string>

#include "sim/programs.hpp"

namespace sniperforge::sim {
namespace pumpswap {
namespace {

constexpr anchor::Discriminator kBuyEvent{0x67, 0xf4, 0x52, 0x1f, 0x2c, 0xf5, 0x77, 0x77};
constexpr anchor::Discriminator kSellEvent{0x3e, 0x2f, 0x37, 0x0a, 0xa5, 0x03, 0xdc, 0x2a};
constexpr anchor::Discriminator kPoolEvent{0xb1, 0x31, 0x0c, 0xd2, 0xa0, 0x76, 0xa7, 0x74};

void append_text(Bytes& bytes, std::string_view text) {
    append_le(bytes, static_cast<std::uint32_t>(text.size()));
    bytes.insert(bytes.end(), text.begin(), text.end());
}

// The 352 bytes that buys and sells have in common. What the pool gains or gives with the LP fee:
// more than the quote in a buy, less in a sell.
void append_common(Bytes& bytes, const TradeEvent& event) {
    const pump::Trade& trade = event.trade;
    const bool is_sell = event.kind == TradeKind::Sell;
    append_le(bytes, event.timestamp);
    append_le(bytes, trade.tokens);
    append_le(bytes, event.amount_limit);
    for (const std::uint64_t balance :
         {event.user_base, event.user_quote, event.pool_base, event.pool_quote}) {
        append_le(bytes, balance);
    }
    append_le(bytes, trade.quote);
    append_le(bytes, event.rates.lp);
    append_le(bytes, trade.fees.lp);
    append_le(bytes, event.rates.protocol);
    append_le(bytes, trade.fees.protocol);
    append_le(bytes, is_sell ? trade.quote - trade.fees.lp : trade.quote + trade.fees.lp);
    append_le(bytes, trade.user_quote);
    for (const Pubkey& key :
         {event.pool, event.user, event.user_base_account, event.user_quote_account,
          event.protocol_recipient, event.protocol_account, event.coin_creator}) {
        append(bytes, key.bytes);
    }
    append_le(bytes, event.is_cashback ? 0 : event.rates.creator);
    append_le(bytes, event.is_cashback ? 0 : trade.fees.creator);
}

}  // namespace

Bytes encode(const TradeEvent& event) {
    const bool is_sell = event.kind == TradeKind::Sell;
    const auto& discriminator = is_sell ? kSellEvent : kBuyEvent;
    Bytes bytes(discriminator.begin(), discriminator.end());
    append_common(bytes, event);
    if (!is_sell) {
        append_le(bytes, std::uint8_t{event.is_volume_tracked});
        // No incentive programme runs here: unclaimed and claimed tokens, volume and its time.
        for (int i = 0; i < 4; ++i) {
            append_le(bytes, std::uint64_t{0});
        }
        append_le(bytes, event.base_min);
        append_text(bytes, event.kind == TradeKind::BuyTokens ? "buy" : "buy_exact_quote_in");
    }
    append_le(bytes, event.is_cashback ? event.rates.creator : 0);
    append_le(bytes, event.is_cashback ? event.trade.fees.creator : 0);
    append_le(bytes, event.buyback_bps);
    append_le(bytes, event.buyback_fee);
    append_le(bytes, event.virtual_quote);
    append_le(bytes, std::uint8_t{event.can_boost});
    append_le(bytes, event.base_supply);
    return bytes;
}

Bytes encode(const CreatePoolEvent& event) {
    Bytes bytes(kPoolEvent.begin(), kPoolEvent.end());
    append_le(bytes, event.timestamp);
    append_le(bytes, event.name.index);
    append(bytes, event.name.creator.bytes);
    append(bytes, event.name.base_mint.bytes);
    append(bytes, event.name.quote_mint.bytes);
    append_le(bytes, event.base_decimals);
    append_le(bytes, event.quote_decimals);
    // What came in, and what the vaults then hold.
    for (const std::uint64_t amount :
         {event.base_amount, event.quote_amount, event.base_amount, event.quote_amount}) {
        append_le(bytes, amount);
    }
    append_le(bytes, kLockedLp);
    append_le(bytes, event.liquidity);
    append_le(bytes, event.liquidity - kLockedLp);
    append_le(bytes, pool_bump(event.name));
    for (const Pubkey& key : {event.pool, event.lp_mint, event.user_base_account,
                              event.user_quote_account, event.coin_creator}) {
        append(bytes, key.bytes);
    }
    append_le(bytes, std::uint8_t{event.is_mayhem});
    append_le(bytes, std::uint64_t{0});  // The creator's own fee rate, whether he may change it,
    append_le(bytes, std::uint8_t{0});   // and whether holders are rewarded.
    append_le(bytes, std::uint8_t{0});
    return bytes;
}

ProgramResult check_config(Invocation& call, std::size_t index) {
    SF_SIM_TRY(
        anchor::check_state(call, index, kConfigDiscriminator, kConfigBytes, "global_config"));
    return anchor::check_seeds(call, index, global_config(), "global_config");
}

namespace {

struct InstructionRow {
    anchor::Discriminator discriminator;
    std::string_view name;
    ProgramResult (*run)(Invocation&);
};
constexpr auto kInstructions = std::to_array<InstructionRow>({
    {{0x66, 0x06, 0x3d, 0x12, 0x01, 0xda, 0xeb, 0xea},
     "Buy",
     [](Invocation& c) { return trade(c, TradeKind::BuyTokens); }},
    {{0xc6, 0x2e, 0x15, 0x52, 0xb4, 0xd9, 0xe8, 0x70},
     "BuyExactQuoteIn",
     [](Invocation& c) { return trade(c, TradeKind::BuyQuote); }},
    {{0x33, 0xe6, 0x85, 0xa4, 0x01, 0x7f, 0x83, 0xad},
     "Sell",
     [](Invocation& c) { return trade(c, TradeKind::Sell); }},
    {{0xe9, 0x92, 0xd1, 0x8e, 0xcf, 0x68, 0x40, 0xbc}, "CreatePool", create_pool},
});

}  // namespace
}  // namespace pumpswap

ProgramResult run_pumpswap(Invocation& call) {
    if (anchor::is_event(call.data())) {
        return anchor::accept_event(call, pumpswap::event_authority());
    }
    for (const auto& row : pumpswap::kInstructions) {
        if (anchor::has_discriminator(call.data(), row.discriminator)) {
            call.log(std::string{"Instruction: "}.append(row.name));
            return row.run(call);
        }
    }
    constexpr std::uint64_t kUnitsOfUnknown = 500;
    SF_SIM_TRY(call.consume(kUnitsOfUnknown));
    return anchor::fail(call, anchor::kInstructionMissing);
}

}  // namespace sniperforge::sim
