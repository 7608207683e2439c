// SPDX-License-Identifier: MIT
// All that is known of one order: why it was decided, what the gate said, what was signed, where it
// landed, what it cost, and the lots that it bought or sold.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/state_records.hpp"
#include "sniperforge/engine/order_records.hpp"

namespace sniperforge::app {

// A record of the journal, and its members.
class Told {
 public:
    explicit Told(engine::RecordTold told);

    [[nodiscard]] const journal::Record& record() const { return told_.record; }
    [[nodiscard]] const engine::RecordTold& told() const { return told_; }
    // What is not there is empty, zero or nothing.
    [[nodiscard]] std::string_view text(std::string_view name) const;
    [[nodiscard]] std::uint64_t number(std::string_view name) const;
    [[nodiscard]] std::int64_t signed_number(std::string_view name) const;
    [[nodiscard]] std::optional<std::int64_t> number_if_told(std::string_view name) const;
    [[nodiscard]] bool flag(std::string_view name) const;
    [[nodiscard]] simdjson::dom::element root() const { return root_; }

 private:
    engine::RecordTold told_;
    std::unique_ptr<simdjson::dom::parser> parser_;
    simdjson::dom::element root_;
};

// One moment of an order's life. Slot zero: none; time zero: not known.
struct StoryMoment {
    std::string event;
    std::uint64_t slot = 0;
    std::int64_t wall_ns = 0;
};

// What moved, in lamports, as the last report tells it.
struct StoryCosts {
    std::int64_t wallet = 0, base_fee = 0, priority_fee = 0, tip = 0;
    std::int64_t rent_paid = 0, rent_refunded = 0, rent_of_others = 0, unexplained = 0;
    std::optional<std::int64_t> amm_fee, transfer_fee, beyond_quote;  // Nothing: nobody tells.

    // Into swaps (-) and out of them (+), every other cost put back.
    [[nodiscard]] std::int64_t principal() const {
        return wallet + base_fee + priority_fee + tip + rent_of_others + rent_paid - rent_refunded -
               unexplained;
    }
};

struct OrderStory {
    std::uint64_t order = 0, position = 0;
    std::string run_id, build_id, signature, outcome;  // Outcome "denied": nothing else followed.
    std::string strategy, kind, exit_reason, mint, error;
    bool is_final = false;
    RunStamp stamp;
    // Records, in their order. The first four are one at most, but where an order of an earlier
    // journal had the number, too: then the last counts.
    std::optional<Told> decision, denial, approval, path;
    std::vector<Told> verdicts;        // On its token, before it was decided; the newest two.
    std::vector<Told> denials_before;  // Of wishes for the same token; the newest five.
    std::vector<Told> signings, reports, ends;  // Ends: finalized or reversed.
    std::optional<StoryCosts> costs;            // Nothing: nothing moved.
    std::optional<std::uint64_t> received;      // By an entry or exit that landed, from its swap.
    std::vector<StoryMoment> timeline;
    std::vector<engine::LotRow> lots;
};

struct Story {
    std::optional<std::uint64_t> position;  // It was asked for.
    std::vector<Told> position_events;      // Of the position that the orders are of.
    std::vector<OrderStory> orders;
    std::uint64_t records_gone = 0;
};

[[nodiscard]] Result<Story> story_of(const StateRecords& records, const OrdersMeant& meant);
[[nodiscard]] std::string story_text(const Story& story);
[[nodiscard]] std::string story_json(const Story& story);
// "2026-11-28T21:30:00.123Z"; empty: no time is known.
[[nodiscard]] std::string moment_text(std::int64_t wall_ns);

}  // namespace sniperforge::app
