// SPDX-License-Identifier: MIT
#include "app/json_fields.hpp"
#include "app/order_story.hpp"

namespace sniperforge::app {
namespace {

// The journal's own record, word for word.
[[nodiscard]] std::string json_of(const Told& told) {
    return JsonFields{}
        .wide("sequence", told.record().sequence)
        .text("at", moment_text(told.record().wall_ns))
        .wide_signed("at_ns", told.record().wall_ns)
        .raw("record", told.record().body)
        .object();
}
[[nodiscard]] std::string json_of(const std::optional<Told>& told) {
    return told ? json_of(*told) : "null";
}
[[nodiscard]] std::string json_of(const std::vector<Told>& all) {
    std::vector<std::string> each;
    for (const Told& told : all) {
        each.push_back(json_of(told));
    }
    return json_array(each);
}

[[nodiscard]] std::string or_null(const std::optional<std::int64_t>& value) {
    return value ? fmt::format("\"{}\"", *value) : "null";
}

[[nodiscard]] std::string json_of(const std::optional<StoryCosts>& costs) {
    if (!costs) {
        return "null";
    }
    return JsonFields{}
        .wide_signed("wallet", costs->wallet)
        .wide_signed("principal", costs->principal())
        .wide_signed("base_fee", costs->base_fee)
        .wide_signed("priority_fee", costs->priority_fee)
        .wide_signed("tip", costs->tip)
        .wide_signed("rent_paid", costs->rent_paid)
        .wide_signed("rent_refunded", costs->rent_refunded)
        .wide_signed("rent_of_others", costs->rent_of_others)
        .raw("amm_fee", or_null(costs->amm_fee))
        .raw("transfer_fee", or_null(costs->transfer_fee))
        .wide_signed("unexplained", costs->unexplained)
        .raw("beyond_quote", or_null(costs->beyond_quote))
        .object();
}

[[nodiscard]] std::string json_of(const std::vector<StoryMoment>& timeline) {
    std::vector<std::string> moments;
    for (const StoryMoment& moment : timeline) {
        JsonFields fields;
        fields.text("event", moment.event);
        moment.slot == 0 ? fields.null("slot") : fields.wide("slot", moment.slot);
        if (moment.wall_ns == 0) {
            fields.null("at").null("at_ns");
        } else {
            fields.text("at", moment_text(moment.wall_ns)).wide_signed("at_ns", moment.wall_ns);
        }
        moments.push_back(fields.object());
    }
    return json_array(moments);
}

[[nodiscard]] std::string side_json(const std::optional<engine::LotSide>& side) {
    if (!side) {
        return "null";
    }
    JsonFields fields;
    side->order == IntentId{} ? fields.null("order") : fields.wide("order", side->order.value);
    side->signature.is_zero() ? fields.null("signature")
                              : fields.text("signature", side->signature.to_string());
    return fields.wide("slot", side->slot.value)
        .text("at", moment_text(side->at.ns))
        .wide_signed("at_ns", side->at.ns)
        .object();
}

[[nodiscard]] std::string json_of(const std::vector<engine::LotRow>& lots) {
    std::vector<std::string> each;
    for (const engine::LotRow& lot : lots) {
        each.push_back(JsonFields{}
                           .text("kind", to_string(lot.kind))
                           .wide("quantity", lot.amount.raw())
                           .raw("acquired", side_json(lot.acquired))
                           .raw("disposed", side_json(lot.disposed))
                           .wide("cost_lamports", lot.cost.raw())
                           .wide_signed("proceeds_lamports", lot.proceeds.raw())
                           .wide_signed("result_lamports", lot.result.raw())
                           .boolean("is_final", lot.is_final)
                           .object());
    }
    return json_array(each);
}

[[nodiscard]] std::string json_of(const OrderStory& story) {
    JsonFields fields;
    fields.wide("order", story.order)
        .text("provenance", story.stamp.provenance)
        .text("scenario", story.stamp.scenario)
        .text("run_id", story.run_id)
        .text("build", story.build_id)
        .text("strategy", story.strategy)
        .text("kind", story.kind)
        .text("exit_reason", story.exit_reason)
        .text("mint", story.mint);
    story.position == 0 ? fields.null("position") : fields.wide("position", story.position);
    story.signature.empty() ? fields.null("signature") : fields.text("signature", story.signature);
    fields.text("outcome", story.outcome)
        .boolean("is_final", story.is_final)
        .text("error", story.error)
        .raw("decision", json_of(story.decision))
        .raw("verdicts", json_of(story.verdicts))
        .raw("denial", json_of(story.denial))
        .raw("denials_before", json_of(story.denials_before))
        .raw("approval", json_of(story.approval))
        .raw("path", json_of(story.path))
        .raw("signed", json_of(story.signings))
        .raw("reports", json_of(story.reports))
        .raw("ends", json_of(story.ends));
    story.received ? fields.wide("received", *story.received) : fields.null("received");
    return fields.raw("timeline", json_of(story.timeline))
        .raw("costs_lamports", json_of(story.costs))
        .raw("lots", json_of(story.lots))
        .object();
}

}  // namespace

std::string story_json(const Story& story) {
    std::vector<std::string> orders;
    for (const OrderStory& order : story.orders) {
        orders.push_back(json_of(order));
    }
    JsonFields fields;
    story.position ? fields.wide("position", *story.position) : fields.null("position");
    return fields.raw("position_events", json_of(story.position_events))
        .wide("records_gone", story.records_gone)
        .raw("orders", json_array(orders))
        .object();
}

}  // namespace sniperforge::app
