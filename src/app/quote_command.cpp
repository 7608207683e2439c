// SPDX-License-Identifier: MIT
// `quote`: what a swap would do, from account dumps and offline.
#include <fmt/format.h>

#include <cstdio>

#include "app/commands.hpp"
#include "app/pool_dumps.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] std::string json_of(std::span<const Pubkey> keys) {
    std::vector<std::string> values;
    for (const Pubkey& key : keys) {
        values.push_back(json_quoted(key.to_string()));
    }
    return json_array(values);
}

[[nodiscard]] std::string fees_of(const dex::SwapQuote& quote) {
    return JsonFields{}
        .wide("trade", quote.trade_fee.raw())
        .boolean("is_trade_fee_on_output", quote.is_trade_fee_on_output)
        .wide("creator", quote.creator_fee.raw())
        .boolean("is_creator_fee_on_output", quote.is_creator_fee_on_output)
        .wide("transfer_in", quote.transfer_fee_in.raw())
        .wide("transfer_out", quote.transfer_fee_out.raw())
        .object();
}

void print_text(const PricedSwap& swap) {
    const dex::SwapQuote& quote = swap.quote;
    fmt::print(
        "{} {}\n  in   {} of {}\n  out  {} of {}\n  fees trade {}{}, creator {}{}, transfers {} "
        "in, {} out\n  price impact {} bps\n",
        to_string(dex::venue_of(swap.pool)), dex::id_of(swap.pool).to_string(),
        quote.amount_in.raw(), swap.mint_in.to_string(), quote.amount_out.raw(),
        swap.mint_out.to_string(), quote.trade_fee.raw(),
        quote.is_trade_fee_on_output ? " (from the output)" : "", quote.creator_fee.raw(),
        quote.is_creator_fee_on_output ? " (from the output)" : "", quote.transfer_fee_in.raw(),
        quote.transfer_fee_out.raw(), dex::price_impact(swap.pool, swap.direction, quote).raw());
    if (swap.depth_limit) {
        fmt::print("  depth within {} bps: {} in, {} out{}\n", swap.depth_limit->raw(),
                   swap.depth.amount_in.raw(), swap.depth.amount_out.raw(),
                   swap.depth.is_cut_off
                       ? " (where the liquidity shown by the dumps ends, or 64 bits)"
                       : "");
    }
    for (const Pubkey& account : swap.assumed_absent) {
        fmt::print("  assumed not to exist: {}\n", account.to_string());
    }
}

}  // namespace

JsonFields quote_fields(const PricedSwap& swap) {
    const dex::SwapQuote& quote = swap.quote;
    JsonFields fields;
    fields.text("venue", to_string(dex::venue_of(swap.pool)))
        .key("pool", dex::id_of(swap.pool))
        .key("mint_in", swap.mint_in)
        .key("mint_out", swap.mint_out)
        .wide("amount_in", quote.amount_in.raw())
        .wide("amount_out", quote.amount_out.raw())
        .raw("fees", fees_of(quote))
        .raw("price_impact_bps",
             fmt::format("{}", dex::price_impact(swap.pool, swap.direction, quote).raw()))
        .raw("accounts", json_of(dex::accounts_needed(swap.pool)))
        .raw("assumed_absent", json_of(swap.assumed_absent))
        .raw("unix_time", fmt::format("{}", swap.unix_time))
        .raw("slot", swap.slot ? fmt::format("{}", *swap.slot) : "null");
    if (swap.depth_limit) {
        fields.raw("depth", JsonFields{}
                                .raw("bps", fmt::format("{}", swap.depth_limit->raw()))
                                .wide("amount_in", swap.depth.amount_in.raw())
                                .wide("amount_out", swap.depth.amount_out.raw())
                                .boolean("is_cut_off", swap.depth.is_cut_off)
                                .object());
    }
    return fields;
}

int quote_command(const QuoteArguments& arguments) {
    const auto swap = price_swap(arguments);
    if (!swap) {
        return fail_with(swap.error());
    }
    if (arguments.is_json) {
        fmt::print("{}\n", quote_fields(*swap).object());
    } else {
        print_text(*swap);
    }
    return kExitOk;
}

}  // namespace sniperforge::app
