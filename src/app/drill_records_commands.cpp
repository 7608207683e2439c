// SPDX-License-Identifier: MIT
// What the journal of all lives says of a person's commands.
#include <fmt/format.h>
#include <simdjson.h>

#include <map>
#include <set>

#include "app/drill_commands.hpp"
#include "sniperforge/journal/journal.hpp"

namespace sniperforge::app {
namespace {

class CommandReader {
 public:
    explicit CommandReader(const std::set<std::uint64_t>& resumed) : resumed_{resumed} {}
    void read(const journal::Record& record) {
        simdjson::dom::element body;
        if (parser_.parse(record.body).get(body) != simdjson::SUCCESS) {
            return;  // Who reads the tale says so.
        }
        switch (record.kind) {
            case journal::RecordKind::Intent:
                kinds_[number(body, "intent")] = text(body, "kind");
                return;
            case journal::RecordKind::LedgerEntry:
                hear(body);
                return;
            case journal::RecordKind::Signed:
                return sign(body);
            default:
                return;
        }
    }
    [[nodiscard]] std::vector<std::string> finish() { return std::move(found_); }

 private:
    [[nodiscard]] static std::uint64_t number(simdjson::dom::element object, const char* name) {
        std::uint64_t value = 0;
        return object[name].get(value) == simdjson::SUCCESS ? value : 0;
    }
    [[nodiscard]] static std::string text(simdjson::dom::element object, const char* name) {
        std::string_view value;
        return object[name].get(value) == simdjson::SUCCESS ? std::string{value} : std::string{};
    }

    void hear(simdjson::dom::element body) {
        // A drawdown has its own judge (drill_halts).
        if (text(body, "event") != "cause" || text(body, "cause") == "drawdown") {
            return;
        }
        bool stands = false;
        if (body["stands"].get(stands) == simdjson::SUCCESS && stands) {
            standing_.insert(text(body, "cause"));
        } else {
            standing_.erase(text(body, "cause"));
        }
    }

    // What the wallet's history told was signed before, and has no height.
    void sign(simdjson::dom::element body) {
        const std::uint64_t intent = number(body, "intent");
        const std::string& kind = kinds_[intent];
        if (!standing_.empty() && !resumed_.contains(intent) &&
            number(body, "last_valid_height") > 0 && (kind == "entry" || kind == "cycle")) {
            found_.push_back(fmt::format("intent {}, {}, was signed while a {} stood", intent, kind,
                                         *standing_.begin()));
        }
    }

    simdjson::dom::parser parser_;
    std::map<std::uint64_t, std::string> kinds_;
    const std::set<std::uint64_t>& resumed_;
    std::set<std::string> standing_;
    std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> bought_against_orders(const std::string& journal_path,
                                               const std::set<std::uint64_t>& resumed) {
    CommandReader reader{resumed};
    (void)journal::read_journal(journal_path,
                                [&](const journal::Record& record) { reader.read(record); });
    return reader.finish();
}

}  // namespace sniperforge::app
