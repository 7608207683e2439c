// SPDX-License-Identifier: MIT
#include "app/order_story.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "app/json_members.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::app {
namespace {

using journal::RecordKind;

constexpr std::size_t kVerdictsTold = 2;
constexpr std::size_t kDenialsTold = 5;

// Records by what they concern.
struct Shelves {
    std::vector<engine::RecordTold> verdicts, positions;
    std::map<std::uint64_t, std::vector<engine::RecordTold>> orders;
};

[[nodiscard]] Shelves sorted(std::vector<engine::RecordTold> records) {
    Shelves shelves;
    for (engine::RecordTold& record : records) {
        if (record.record.kind == RecordKind::MarketEvent) {
            shelves.verdicts.push_back(std::move(record));
        } else if (record.record.kind == RecordKind::Position) {
            shelves.positions.push_back(std::move(record));
        } else {
            const std::uint64_t order = Told{record}.number("intent");
            shelves.orders[order].push_back(std::move(record));
        }
    }
    return shelves;
}

// The newest wishes for its token that were denied before it.
[[nodiscard]] std::vector<std::uint64_t> denied_before(const StateRecords& records,
                                                       std::uint64_t order) {
    const auto& orders = records.lots.orders;
    const auto self = orders.find(order);
    std::vector<std::uint64_t> denied;
    if (self == orders.end() || self->second.mint == solana::kWrappedSolMint) {
        return denied;
    }
    for (auto each = std::make_reverse_iterator(self);
         each != orders.rend() && denied.size() < kDenialsTold; ++each) {
        if (each->second.is_denied && each->second.mint == self->second.mint) {
            denied.push_back(each->first);
        }
    }
    std::ranges::reverse(denied);
    return denied;
}

void take(OrderStory& story, engine::RecordTold record) {
    const RecordKind kind = record.record.kind;
    if (kind == RecordKind::Intent) {
        story.run_id = record.run_id;
        story.build_id = record.build_id;
    }
    Told told{std::move(record)};
    switch (kind) {
        case RecordKind::Intent:
            story.decision = std::move(told);
            return;
        case RecordKind::Denial:
            story.denial = std::move(told);
            return;
        case RecordKind::Approval:
            story.approval = std::move(told);
            return;
        case RecordKind::Signed:
            story.signings.push_back(std::move(told));
            return;
        case RecordKind::Report:
            story.reports.push_back(std::move(told));
            return;
        case RecordKind::LedgerEntry:
            story.ends.push_back(std::move(told));
            return;
        case RecordKind::Note:
            story.path = std::move(told);
            return;
        case RecordKind::RunStarted:
        case RecordKind::RunStopped:
        case RecordKind::MarketEvent:
        case RecordKind::Position:
        case RecordKind::Checkpoint:
        case RecordKind::SegmentEnded:
            return;
    }
}

void take_facts(OrderStory& story, const StateRecords& records) {
    if (const auto row = records.rows.find(story.order); row != records.rows.end()) {
        const analytics::OrderRow& told = row->second;
        story.run_id = story.run_id.empty() ? told.run_id : story.run_id;
        story.signature = told.signature;
        story.outcome = told.outcome;
        story.strategy = told.strategy;
        story.kind = told.kind;
        story.exit_reason = told.exit_reason;
        story.mint = told.mint;
        story.position = told.position_id;
        story.error = told.error;
        story.is_final = told.finalized_slot != 0;
    }
    if (const auto seen = records.lots.orders.find(story.order);
        seen != records.lots.orders.end()) {
        const engine::OrderSeen& order = seen->second;
        story.strategy = to_string(order.strategy);
        story.kind = to_string(order.kind);
        story.mint = order.mint.to_string();
        story.position = order.position != PositionId{} ? order.position.value : story.position;
        story.signature = order.signature.is_zero() ? story.signature : order.signature.to_string();
        story.outcome = order.outcome           ? to_string(*order.outcome)
                        : order.is_denied       ? "denied"
                        : story.outcome.empty() ? "unknown"
                                                : story.outcome;
    }
    if (story.decision) {
        story.exit_reason = story.decision->text("exit_reason");
    }
    if (!story.reports.empty()) {
        const Told& last = story.reports.back();
        const std::string_view program = last.text("program_error");
        story.error =
            std::string{program} + (program.empty() ? "" : ": ") + std::string{last.text("error")};
    }
    if (!story.ends.empty()) {
        story.is_final = story.ends.back().text("event") == "finalized";
    }
    story.stamp = records.stamp_of(story.run_id);
}

[[nodiscard]] std::optional<StoryCosts> costs_of(const OrderStory& story,
                                                 const analytics::OrderRow* row) {
    if (story.outcome != "landed" && story.outcome != "reverted") {
        return std::nullopt;
    }
    StoryCosts costs;
    if (!story.reports.empty()) {
        const Told& fill = story.reports.back();
        costs = {.wallet = fill.signed_number("wallet"),
                 .base_fee = fill.signed_number("base_fee"),
                 .priority_fee = fill.signed_number("priority_fee"),
                 .tip = fill.signed_number("tip"),
                 .rent_paid = fill.signed_number("rent_paid"),
                 .rent_refunded = fill.signed_number("rent_refunded"),
                 .rent_of_others = fill.signed_number("rent_of_others"),
                 .unexplained = fill.signed_number("unexplained"),
                 .amm_fee = fill.number_if_told("amm_fee"),
                 .transfer_fee = fill.number_if_told("transfer_fee"),
                 .beyond_quote = {}};
    } else if (row != nullptr) {
        costs = {row->wallet,
                 row->base_fee,
                 row->priority_fee,
                 row->tip,
                 row->rent_paid,
                 row->rent_refunded,
                 row->rent_of_others,
                 row->unexplained,
                 row->amm_fee,
                 row->transfer_fee,
                 {}};
    } else {
        return std::nullopt;
    }
    costs.beyond_quote = row != nullptr ? row->beyond_quote : std::nullopt;
    return costs;
}

// Tokens of an entry, lamports of an exit.
[[nodiscard]] std::optional<std::uint64_t> received_by(const OrderStory& story) {
    if (story.outcome != "landed" || !story.costs || story.reports.empty()) {
        return std::nullopt;
    }
    if (story.kind == "exit") {
        return static_cast<std::uint64_t>(std::max<std::int64_t>(story.costs->principal(), 0));
    }
    simdjson::dom::array tokens;
    if (story.kind != "entry" ||
        story.reports.back().root()["tokens"].get(tokens) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    for (const simdjson::dom::element token : tokens) {
        const auto amount = json_member<std::int64_t>(token, "amount");
        if (json_member<std::string_view>(token, "mint") == story.mint && amount > 0) {
            return static_cast<std::uint64_t>(amount);
        }
    }
    return std::nullopt;
}

// In the order in which it happened. What the store alone has has no decision.
[[nodiscard]] std::vector<StoryMoment> timeline_of(const OrderStory& story,
                                                   const analytics::OrderRow* row) {
    std::vector<StoryMoment> moments;
    const auto add = [&](std::string_view event, std::uint64_t slot, std::int64_t wall_ns) {
        moments.push_back({std::string{event}, slot, wall_ns});
    };
    if (story.decision) {
        add("decided", story.decision->number("decided_at_slot"), story.decision->record().wall_ns);
    }
    if (story.denial) {
        add("denied", 0, story.denial->record().wall_ns);
    }
    if (story.approval) {
        add("approved", 0, story.approval->record().wall_ns);
    }
    for (const Told& signing : story.signings) {
        add("signed", 0, signing.record().wall_ns);
    }
    if (row != nullptr && row->decided_to_sent_ns > 0 && story.decision) {
        add("sent", 0, story.decision->record().wall_ns + row->decided_to_sent_ns);
    }
    for (const Told& report : story.reports) {
        add(report.text("outcome"), report.number("slot"), report.record().wall_ns);
    }
    if (story.reports.empty() && row != nullptr) {
        add(row->outcome, row->slot, row->wall_ns);
    }
    for (const Told& end : story.ends) {
        add(end.text("event"), end.number("slot"), end.record().wall_ns);
    }
    if (story.ends.empty() && row != nullptr && row->finalized_slot != 0) {
        add("finalized", row->finalized_slot, 0);
    }
    // Where orders wait for the quote service reports may come behind what was sent later.
    std::ranges::stable_sort(moments, [](const StoryMoment& a, const StoryMoment& b) {
        return a.wall_ns != 0 && b.wall_ns != 0 && a.wall_ns < b.wall_ns;
    });
    return moments;
}

void take_verdicts(OrderStory& story, const std::vector<engine::RecordTold>& verdicts) {
    const std::uint64_t decided =
        story.decision ? story.decision->record().sequence : std::uint64_t{0};
    for (const engine::RecordTold& each : verdicts) {
        if (each.record.sequence < decided) {
            Told told{each};
            if (told.text("mint") == story.mint) {
                story.verdicts.push_back(std::move(told));
            }
        }
    }
    if (story.verdicts.size() > kVerdictsTold) {
        story.verdicts.erase(story.verdicts.begin(), story.verdicts.end() - kVerdictsTold);
    }
}

[[nodiscard]] OrderStory order_story(const StateRecords& records, Shelves& shelves,
                                     std::uint64_t order) {
    OrderStory story;
    story.order = order;
    for (engine::RecordTold& record : shelves.orders[order]) {
        take(story, record);
    }
    take_facts(story, records);
    take_verdicts(story, shelves.verdicts);
    for (const std::uint64_t each : denied_before(records, order)) {
        for (const engine::RecordTold& record : shelves.orders[each]) {
            if (record.record.kind == RecordKind::Denial) {
                story.denials_before.emplace_back(record);
            }
        }
    }
    const auto found = records.rows.find(order);
    const analytics::OrderRow* const row = found == records.rows.end() ? nullptr : &found->second;
    story.costs = costs_of(story, row);
    story.received = received_by(story);
    story.timeline = timeline_of(story, row);
    for (const engine::LotRow& lot : records.lots.rows) {
        const bool is_bought = lot.acquired && lot.acquired->order.value == order;
        const bool is_sold = lot.disposed && lot.disposed->order.value == order;
        if (is_bought || (is_sold && lot.acquired)) {
            story.lots.push_back(lot);
        }
    }
    return story;
}

[[nodiscard]] engine::RecordsWanted wanted_of(const StateRecords& records,
                                              const OrdersMeant& meant) {
    engine::RecordsWanted wanted;
    for (const std::uint64_t order : meant.orders) {
        wanted.orders.insert(order);
        for (const std::uint64_t each : denied_before(records, order)) {
            wanted.orders.insert(each);
        }
        const auto seen = records.lots.orders.find(order);
        if (seen == records.lots.orders.end()) {
            continue;
        }
        if (seen->second.position != PositionId{}) {
            wanted.positions.insert(seen->second.position.value);
        }
        wanted.mints.insert(seen->second.mint);
    }
    return wanted;
}

}  // namespace

Told::Told(engine::RecordTold told)
    : told_{std::move(told)}, parser_{std::make_unique<simdjson::dom::parser>()} {
    const std::string& body = told_.record.body;
    // It was parsed before, as it was looked for.
    SF_ASSERT(parser_->parse(body.data(), body.size()).get(root_) == simdjson::SUCCESS);
}

std::string_view Told::text(std::string_view name) const {
    return json_member<std::string_view>(root_, name);
}
std::uint64_t Told::number(std::string_view name) const {
    return json_member<std::uint64_t>(root_, name);
}
std::int64_t Told::signed_number(std::string_view name) const {
    return json_member<std::int64_t>(root_, name);
}
std::optional<std::int64_t> Told::number_if_told(std::string_view name) const {
    return json_member_if_any<std::int64_t>(root_, name);
}
bool Told::flag(std::string_view name) const { return json_member<bool>(root_, name); }

Result<Story> story_of(const StateRecords& records, const OrdersMeant& meant) {
    Story story;
    story.position = meant.position;
    story.records_gone = records.lots.records_gone;
    Shelves shelves;
    if (records.has_journal) {
        auto told = engine::read_order_records(records.journal_path, wanted_of(records, meant));
        if (!told) {
            return Err{told.error()};
        }
        shelves = sorted(std::move(*told));
    }
    for (const std::uint64_t order : meant.orders) {
        story.orders.push_back(order_story(records, shelves, order));
    }
    for (engine::RecordTold& record : shelves.positions) {
        story.position_events.emplace_back(std::move(record));
    }
    return story;
}

}  // namespace sniperforge::app
