// SPDX-License-Identifier: MIT
#include "app/round_trip_lines.hpp"

#include <fmt/format.h>

#include "app/json_fields.hpp"
#include "sniperforge/core/base64.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/dex/quote_context.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/model/fill_sums.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] JsonFields step_fields(std::string_view step, const OrderIntent& intent) {
    JsonFields fields;
    fields.text("step", step)
        .text("kind", to_string(intent.kind))
        .wide("intent", intent.intent_id.value);
    return fields;
}

}  // namespace

TripQuote trip_quote(const OrderIntent& intent, const dex::Pool& pool, std::int64_t unix_time) {
    TripQuote out{dex::venue_of(pool), {}};
    if (const auto direction = dex::direction_spending(pool, intent.mint_in)) {
        const auto quote = dex::quote_exact_in(pool, *direction, intent.amount_in,
                                               dex::quote_context(unix_time, intent.decided_at));
        if (quote) {
            out.amount_out = quote->amount_out;
        }
    }
    return out;
}

std::string intent_line(const OrderIntent& intent, const TripQuote& quote) {
    return fmt::format(
        "{}: {} base units of {} for at least {} of {}, our quote {}, through {} pool {}; at most "
        "{} lamports leave the wallet",
        to_string(intent.kind), intent.amount_in.raw(), intent.mint_in.to_string(),
        intent.receive_min.raw(), intent.mint_out.to_string(),
        quote.amount_out ? fmt::format("{}", quote.amount_out->raw()) : "none",
        quote.venue ? to_string(*quote.venue) : "unknown", intent.pool_id.to_string(),
        intent.spend_max.raw());
}

std::string intent_json(const OrderIntent& intent, const TripQuote& quote) {
    JsonFields fields = step_fields("order", intent);
    fields.key("pool", intent.pool_id)
        .text("venue", quote.venue ? to_string(*quote.venue) : "")
        .key("mint_in", intent.mint_in)
        .key("mint_out", intent.mint_out)
        .wide("amount_in", intent.amount_in.raw())
        .wide("receive_min", intent.receive_min.raw())
        .wide("spend_max", intent.spend_max.raw());
    if (quote.amount_out) {
        fields.wide("quoted", quote.amount_out->raw());
    }
    return fields.object();
}

std::string denial_json(const OrderIntent& intent, const Denial& denial) {
    return step_fields("denied", intent)
        .text("reason", to_string(denial.reason))
        .text("detail", denial.detail)
        .object();
}

std::string sending_line(const OrderIntent& intent, const Signature& signature, BytesView wire) {
    return fmt::format("{}: signed and written ahead as {}, {} bytes:\n{}", to_string(intent.kind),
                       signature.to_string(), wire.size(), base64_encode(wire));
}

std::string sending_json(const OrderIntent& intent, const Signature& signature, BytesView wire) {
    return step_fields("signed", intent)
        .text("signature", signature.to_string())
        .text("transaction", base64_encode(wire))
        .object();
}

std::string sent_json(const OrderIntent& intent, WallTime at, std::int64_t took_us) {
    return step_fields("sent", intent)
        .wide_signed("unix_ns", at.ns)
        .wide_signed("decision_to_send_us", took_us)
        .object();
}

std::string report_line(const ExecutionReport& report) {
    const Fill& fill = report.fill;
    std::string text = fmt::format("{}: {}", to_string(report.kind), to_string(report.outcome));
    if (!report.error.empty()) {
        text += ": " + report.error;
    }
    if (report.outcome != Outcome::Landed && report.outcome != Outcome::Reverted) {
        return text;
    }
    text += fmt::format(
        " in slot {}: the wallet's change is {} SOL: swap {}, base fee -{}, priority fee -{}, tip "
        "-{}, rent -{}, rent back {}",
        report.slot.value, format_sol(fill.wallet), format_sol(principal_of(fill)),
        format_sol(fill.base_fee), format_sol(fill.priority_fee), format_sol(fill.tip),
        format_sol(fill.rent_paid), format_sol(fill.rent_refunded));
    if (!fill.rent_of_others.is_zero()) {
        text += fmt::format(", rent of others' accounts -{}", format_sol(fill.rent_of_others));
    }
    if (fill.unexplained != LamportsDelta{}) {
        text += fmt::format(", explained by nothing {}", format_sol(fill.unexplained));
    }
    for (const TokenChange& token : fill.tokens) {
        text += fmt::format("; {} base units of {}", token.amount.raw(), token.mint.to_string());
    }
    return text;
}

std::string report_json(const ExecutionReport& report) {
    const Fill& fill = report.fill;
    std::vector<std::string> tokens;
    for (const TokenChange& token : fill.tokens) {
        tokens.push_back(JsonFields{}
                             .key("mint", token.mint)
                             .wide_signed("amount", token.amount.raw())
                             .object());
    }
    return JsonFields{}
        .text("step", "outcome")
        .text("kind", to_string(report.kind))
        .wide("intent", report.intent_id.value)
        .text("outcome", to_string(report.outcome))
        .text("error", report.error)
        .text("signature", report.signature.to_string())
        .wide("slot", report.slot.value)
        .wide_signed("wallet_lamports", fill.wallet.raw())
        .wide_signed("principal_lamports", principal_of(fill).raw())
        .wide("base_fee_lamports", fill.base_fee.raw())
        .wide("priority_fee_lamports", fill.priority_fee.raw())
        .wide("tip_lamports", fill.tip.raw())
        .wide("rent_paid_lamports", fill.rent_paid.raw())
        .wide("rent_refunded_lamports", fill.rent_refunded.raw())
        .wide("rent_of_others_lamports", fill.rent_of_others.raw())
        .wide_signed("unexplained_lamports", fill.unexplained.raw())
        .raw("tokens", json_array(tokens))
        .object();
}

std::string finalized_json(const OrderFinalized& order) {
    return JsonFields{}
        .text("step", "finalized")
        .wide("intent", order.intent_id.value)
        .text("signature", order.signature.to_string())
        .wide("slot", order.slot.value)
        .object();
}

}  // namespace sniperforge::app
