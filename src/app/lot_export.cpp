// SPDX-License-Identifier: MIT
#include "app/lot_export.hpp"

#include <array>
#include <utility>

#include "app/json_fields.hpp"
#include "app/order_story.hpp"
#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::app {
namespace {

constexpr std::int64_t kNsPerMillisecond = 1'000'000;

enum class Form : std::uint8_t { Text, Number, Flag };
// Empty text: there is none, which is null in JSON.
struct Cell {
    std::string_view name;
    Form form = Form::Text;
    std::string text;
};

[[nodiscard]] std::string number(std::uint64_t value) { return fmt::format("{}", value); }
[[nodiscard]] std::string number(std::int64_t value) { return fmt::format("{}", value); }
[[nodiscard]] std::string number_if_any(std::uint64_t value) {
    return value == 0 ? std::string{} : number(value);
}

// Of an order that the journal does not have any more the store may know it.
[[nodiscard]] std::string signature_of(const StateRecords& records, const engine::LotSide& side) {
    if (!side.signature.is_zero()) {
        return side.signature.to_string();
    }
    const auto row = records.rows.find(side.order.value);
    return side.order == IntentId{} || row == records.rows.end() ? std::string{}
                                                                 : row->second.signature;
}

struct SideNames {
    std::string_view at, order, signature, slot, fees;
};
constexpr SideNames kAcquired{"acquired_at", "acquired_order", "acquired_signature",
                              "acquired_slot", "acquired_fees_lamports"};
constexpr SideNames kDisposed{"disposed_at", "disposed_order", "disposed_signature",
                              "disposed_slot", "disposed_fees_lamports"};

void add_side(std::vector<Cell>& cells, const StateRecords& records, const SideNames& names,
              const std::optional<engine::LotSide>& side) {
    const engine::LotSide told = side.value_or(engine::LotSide{});
    cells.push_back({names.at, Form::Text, moment_text(told.at.ns)});
    cells.push_back({names.order, Form::Number, number_if_any(told.order.value)});
    cells.push_back({names.signature, Form::Text, signature_of(records, told)});
    cells.push_back({names.slot, Form::Number, number_if_any(told.slot.value)});
}

[[nodiscard]] Cell fees_cell(const SideNames& names, const std::optional<engine::LotSide>& side) {
    return {names.fees, Form::Number, side && side->fees ? number(side->fees->raw()) : ""};
}

[[nodiscard]] std::vector<Cell> cells_of(const StateRecords& records, const engine::LotRow& row) {
    const RunStamp stamp = records.stamp_of(row.run_id);
    const bool has_lot = !row.amount.is_zero();
    const bool is_ended = row.kind != engine::LotRowKind::Held;
    std::vector<Cell> cells{
        {"kind", Form::Text, std::string{to_string(row.kind)}},
        {"provenance", Form::Text, stamp.provenance},
        {"scenario", Form::Text, stamp.scenario},
        {"run_id", Form::Text, row.run_id},
        {"strategy", Form::Text, std::string{to_string(row.strategy)}},
        {"position", Form::Number, number_if_any(row.position.value)},
        {"mint", Form::Text, row.mint.is_zero() ? "" : row.mint.to_string()},
        {"quantity", Form::Number, has_lot ? number(row.amount.raw()) : ""},
    };
    add_side(cells, records, kAcquired, row.acquired);
    add_side(cells, records, kDisposed, row.disposed);
    const bool is_held_known = row.acquired && row.disposed && row.acquired->at.ns != 0;
    cells.push_back({"held_ms", Form::Number,
                     is_held_known
                         ? number((row.disposed->at.ns - row.acquired->at.ns) / kNsPerMillisecond)
                         : ""});
    cells.push_back({"cost_lamports", Form::Number, has_lot ? number(row.cost.raw()) : ""});
    cells.push_back(fees_cell(kAcquired, row.acquired));
    const bool has_proceeds = is_ended && row.kind != engine::LotRowKind::MovedOut;
    cells.push_back(
        {"proceeds_lamports", Form::Number, has_proceeds ? number(row.proceeds.raw()) : ""});
    cells.push_back(fees_cell(kDisposed, row.disposed));
    cells.push_back({"result_lamports", Form::Number, number(row.result.raw())});
    cells.push_back({"is_final", Form::Flag, row.is_final ? "true" : "false"});
    return cells;
}

[[nodiscard]] bool is_in(const engine::LotRow& row, const ExportPeriod& period) {
    if (!row.disposed) {
        return !period.until;
    }
    return (!period.since || row.disposed->at >= *period.since) &&
           (!period.until || row.disposed->at < *period.until);
}

[[nodiscard]] std::string json_cell(const Cell& cell) {
    if (cell.text.empty()) {
        return "null";
    }
    return cell.form == Form::Flag ? cell.text : json_quoted(cell.text);
}

[[nodiscard]] std::string or_null(const std::optional<WallTime>& moment) {
    return moment ? json_quoted(moment_text(moment->ns)) : "null";
}

// 128 bits: sums of amounts that each fit 64 may not.
[[nodiscard]] std::string decimal(i128 value) {
    const bool is_negative = value < 0;
    u128 rest = is_negative ? -static_cast<u128>(value) : static_cast<u128>(value);
    std::string digits;
    do {
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
        rest /= 10;
    } while (rest != 0);
    return (is_negative ? "-" : "") + digits;
}

}  // namespace

std::string csv_field(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        return std::string{text};
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c == '"' ? std::string{"\"\""} : std::string(1, c);
    }
    return quoted + "\"";
}

std::string lots_csv(const StateRecords& records, const ExportPeriod& period) {
    std::string text;
    const auto add_line = [&](const std::vector<Cell>& cells, bool is_header) {
        for (const Cell& cell : cells) {
            text += &cell == &cells.front() ? "" : ",";
            text += csv_field(is_header ? cell.name : std::string_view{cell.text});
        }
        text += "\r\n";
    };
    add_line(cells_of(records, engine::LotRow{}), true);
    for (const engine::LotRow& row : records.lots.rows) {
        if (is_in(row, period)) {
            add_line(cells_of(records, row), false);
        }
    }
    return text;
}

std::string lots_json(const StateRecords& records, const ExportPeriod& period) {
    std::vector<std::string> rows;
    i128 cost = 0, proceeds = 0, result = 0, held = 0;
    for (const engine::LotRow& row : records.lots.rows) {
        if (!is_in(row, period)) {
            continue;
        }
        (row.kind == engine::LotRowKind::Held ? held : cost) += row.cost.raw();
        proceeds += row.proceeds.raw();
        result += row.result.raw();
        JsonFields fields;
        for (const Cell& cell : cells_of(records, row)) {
            fields.raw(cell.name, json_cell(cell));
        }
        rows.push_back(fields.object());
    }
    const auto sum = [](i128 value) { return "\"" + decimal(value) + "\""; };
    return JsonFields{}
        .raw("since", or_null(period.since))
        .raw("until", or_null(period.until))
        .wide("records_gone", records.lots.records_gone)
        .raw("sums_lamports", JsonFields{}
                                  .raw("cost", sum(cost))
                                  .raw("proceeds", sum(proceeds))
                                  .raw("result", sum(result))
                                  .raw("held_cost", sum(held))
                                  .object())
        .raw("rows", json_array(rows))
        .object();
}

}  // namespace sniperforge::app
