// SPDX-License-Identifier: MIT
#include "app/drill_records_tale.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

#include "sniperforge/journal/decision_digest.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge::app {

using journal::RecordKind;
using simdjson::dom::element;

namespace {

[[nodiscard]] std::uint8_t strategy_of(std::string_view name) {
    std::uint8_t strategy = 0;
    while (strategy < kStrategyCount && to_string(static_cast<StrategyId>(strategy)) != name) {
        ++strategy;
    }
    return strategy;
}

}  // namespace

struct TaleReader::State {
    [[nodiscard]] Result<void> read(const journal::Record& record) {
        ++tale_.records;
        decisions_.add(record.kind, record.body);
        element body;
        if (parser_.parse(record.body).get(body) != simdjson::SUCCESS) {
            return fail(
                fmt::format("journal record {} is no JSON: {}", record.sequence, record.body));
        }
        tell(record, body);
        return {};
    }

    [[nodiscard]] JournalTale finish() {
        tale_.decisions_sha256 = decisions_.text();
        return std::move(tale_);
    }
    // What the fill with this signature, which stands, did to tokens, by mint.
    [[nodiscard]] const std::map<std::string, std::int64_t>& tokens_of(
        const std::string& signature) const {
        static const std::map<std::string, std::int64_t> kNone;
        const auto found = bodies_.find(signature);
        return found == bodies_.end() ? kNone : found->second;
    }

    [[nodiscard]] static std::int64_t number(element object, const char* name) {
        std::int64_t value = 0;
        return object[name].get(value) == simdjson::SUCCESS ? value : 0;
    }
    [[nodiscard]] static std::string text(element object, const char* name) {
        std::string_view value;
        return object[name].get(value) == simdjson::SUCCESS ? std::string{value} : std::string{};
    }

    void tell(const journal::Record& record, element body) {
        const auto intent = static_cast<std::uint64_t>(number(body, "intent"));
        const auto last = std::exchange(intent_last_, std::nullopt);
        tale_.intent_told = intent;
        switch (record.kind) {
            case RecordKind::Intent: {
                JournalTale::Order& order = tale_.orders[intent];
                ++order.intents;
                order.decided_wall_ns = record.wall_ns;
                order.is_exit = text(body, "kind") == "exit";
                order.exit_reason = text(body, "exit_reason");
                order.mint_in = text(body, "mint_in");
                order.mint_out = text(body, "mint_out");
                order.is_entry = text(body, "kind") == "entry";
                order.is_spending = order.is_entry || text(body, "kind") == "cycle";
                order.spend_max = static_cast<std::uint64_t>(number(body, "spend_max"));
                order.strategy = strategy_of(text(body, "strategy"));
                intent_last_ = intent;
                return;
            }
            case RecordKind::Denial:
                ++tale_.orders[intent].denials;
                return;
            case RecordKind::Approval:
                approve(tale_.orders[intent]);
                return;
            case RecordKind::Signed:
                sign(tale_.orders[intent], text(body, "signature"));
                return;
            case RecordKind::Report:
                report(tale_.orders[intent], body);
                return;
            case RecordKind::LedgerEntry:
                enter(body);
                return;
            case RecordKind::RunStopped:
                tale_.stopped_wall_ns = record.wall_ns;
                return;
            case RecordKind::Note:
                ++tale_.notes;
                hear(text(body, "text"));
                return;
            case RecordKind::RunStarted:
                if (last) {
                    tale_.orders[*last].is_cut = true;
                }
                return;
            case RecordKind::Checkpoint:
                intent_last_ =
                    last;  // A new segment may begin between the two, and a life end there.
                return;
            case RecordKind::MarketEvent:
            case RecordKind::SegmentEnded:
            case RecordKind::Position:
                return;
        }
    }

    void hear(const std::string& note) {
        const auto has = [&](std::string_view words) { return note.find(words) != note.npos; };
        if (has("is taken over")) {
            tale_.taken_over.push_back(note);
        } else if (has("is passed over")) {
            tale_.passed_over.push_back(note);
        } else if (has(" of them: ")) {
            tale_.set_aside.push_back(note);
        } else if (has("before another reading says")) {
            ++tale_.doubted_by_one;
        }
        const std::string account = note.substr(0, note.find(':'));
        if (has("and no order of ours explains it")) {
            tale_.doubted[account] =
                number_behind(note, ": the ledger has ") - number_behind(note, ", the chain has ");
        } else if (has("it was accepted; the chain's figure is taken over")) {
            tale_.accepted_outside.insert(account);
        } else if (has("what is missing was accepted")) {
            tale_.accepted[account] = number_behind(note, ": the books of earlier runs have ") -
                                      number_behind(note, ", the chain has ");
        }
    }
    [[nodiscard]] static std::int64_t number_behind(const std::string& note,
                                                    std::string_view words) {
        const auto at = note.find(words);
        return at == note.npos ? 0 : std::strtoll(note.c_str() + at + words.size(), nullptr, 10);
    }

    static void approve(JournalTale::Order& order) {
        order.is_in_order = order.is_in_order && order.intents == 1 && order.denials == 0;
        ++order.approvals;
    }
    static void sign(JournalTale::Order& order, std::string signature) {
        order.is_in_order = order.is_in_order && order.approvals == 1 && order.reports == 0;
        ++order.signatures;
        order.signature = std::move(signature);
    }

    void report(JournalTale::Order& order, element body) {
        const std::string outcome = text(body, "outcome");
        tale_.signature_told = text(body, "signature");
        if (outcome == "unknown") {
            return;
        }
        order.is_in_order = order.is_in_order && order.approvals == 1;
        ++order.reports;
        if (outcome != "landed" && outcome != "reverted") {
            return;
        }
        tale_.fills[text(body, "signature")] = number(body, "wallet");
        bodies_[text(body, "signature")] = apply(body, 1);
    }

    // Adds the fill to the books, or takes it away, and returns what it did to tokens.
    std::map<std::string, std::int64_t> apply(element body, std::int64_t sign) {
        std::map<std::string, std::int64_t> changes;
        tale_.wallet += sign * number(body, "wallet");
        simdjson::dom::array tokens;
        if (body["tokens"].get(tokens) == simdjson::SUCCESS) {
            for (const element each : tokens) {
                changes[text(each, "mint")] += number(each, "amount");
            }
        }
        for (const auto& [mint, amount] : changes) {
            tale_.tokens[mint] += sign * amount;
        }
        return changes;
    }

    void enter(element body) {
        const std::string event = text(body, "event");
        if (event == "opened" || event == "adopted") {
            tale_.is_opened = true;
            tale_.adoptions += event == "adopted" ? 1 : 0;
            tale_.wallet = 0;
            tale_.tokens.clear();
            tale_.is_doubted = false;
            static_cast<void>(apply(body, 1));
        } else if (event == "doubted") {
            simdjson::dom::array accounts;
            tale_.is_doubted =
                body["accounts"].get(accounts) == simdjson::SUCCESS && accounts.size() > 0;
        } else if (event == "accepted") {
            tale_.is_doubted = false;
        } else if (event == "cause" && text(body, "cause") == "drawdown") {
            bool stands = false;
            tale_.is_reducing = body["stands"].get(stands) == simdjson::SUCCESS && stands;
        } else if (event == "taken_in") {
            for (const auto& [mint, amount] : apply(body, 1)) {
                tale_.taken_in[mint] += amount;
            }
        } else if (event == "reversed") {
            const std::string signature = text(body, "signature");
            ++tale_.orders[static_cast<std::uint64_t>(number(body, "intent"))].reversals;
            tale_.wallet -= tale_.fills[signature];
            for (const auto& [mint, amount] : bodies_[signature]) {
                tale_.tokens[mint] -= amount;
            }
            tale_.fills.erase(signature);
            bodies_.erase(signature);
        }
    }

    JournalTale tale_;
    std::optional<std::uint64_t> intent_last_;  // Whose intent is the record before.
    std::map<std::string, std::map<std::string, std::int64_t>> bodies_;  // Tokens of each fill.
    simdjson::dom::parser parser_;
    journal::DecisionDigest decisions_;
};

TaleReader::TaleReader() : state_{std::make_unique<State>()} {}
TaleReader::~TaleReader() = default;

Result<void> TaleReader::read(const journal::Record& record) { return state_->read(record); }
JournalTale TaleReader::finish() { return state_->finish(); }
const JournalTale& TaleReader::tale() const { return state_->tale_; }
const std::map<std::string, std::int64_t>& TaleReader::tokens_of(
    const std::string& signature) const {
    return state_->tokens_of(signature);
}

}  // namespace sniperforge::app
