// SPDX-License-Identifier: MIT
#include "sniperforge/detect/creator_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "sniperforge/core/utc_text.hpp"

namespace sniperforge::detect {
namespace {

constexpr std::size_t kHalf = CreatorHistory::kCreatorsMax / 2;

[[nodiscard]] LaunchedToken* token_of(CreatorRecord& record, const Pubkey& mint) {
    const auto found = std::ranges::find(record.tokens, mint, &LaunchedToken::mint);
    return found == record.tokens.end() ? nullptr : &*found;
}

LaunchedToken& add_token(CreatorRecord& record, const LaunchedToken& token) {
    if (record.tokens.size() >= CreatorRecord::kTokensMax) {
        record.tokens.erase(record.tokens.begin());
    }
    ++record.past.launches;
    return record.tokens.emplace_back(token);
}

void note_end(CreatorRecord& record, LaunchedToken& token, TokenEnd end, const SeenAt& seen) {
    token.end = end;
    ++(end == TokenEnd::Emptied ? record.past.emptied : record.past.dumped);
    // A clock that was set back says nothing of how long it was.
    if (token.launched_at == WallTime{} || seen.at.seconds() < token.launched_at.seconds()) {
        return;
    }
    const auto seconds = static_cast<std::uint32_t>(
        std::min<std::int64_t>(seen.at.seconds() - token.launched_at.seconds(),
                               std::numeric_limits<std::uint32_t>::max()));
    record.past.ended_within_seconds =
        std::min(record.past.ended_within_seconds.value_or(seconds), seconds);
}

}  // namespace

std::string to_string(const CreatorPast& past) {
    std::string text = fmt::format("{} launch{} since {}", past.launches,
                                   past.launches == 1 ? "" : "es", utc_text(past.first.at));
    if (past.emptied > 0) {
        text += fmt::format(", {} emptied", past.emptied);
    }
    if (past.dumped > 0) {
        text += fmt::format(", {} dumped by the creator", past.dumped);
    }
    if (past.ended_within_seconds) {
        text += fmt::format(", the soonest after {} s", *past.ended_within_seconds);
    }
    return text + fmt::format(", seen last {}", utc_text(past.last.at));
}

void CreatorHistory::put(CreatorRecord record) {
    const Pubkey creator = record.creator;
    const auto [place, is_new] = creators_.try_emplace(creator);
    Entry& entry = place->second;
    std::list<Pubkey>& from = is_new ? clean_order_ : order_of(entry.record);
    if (is_new) {
        entry.place = from.insert(from.end(), creator);
    }
    entry.record = std::move(record);
    move_up(entry, from);
}

void CreatorHistory::move_up(Entry& entry, std::list<Pubkey>& from) {
    std::list<Pubkey>& to = order_of(entry.record);
    to.splice(to.end(), from, entry.place);
    if (to.size() > kHalf) {
        creators_.erase(to.front());
        to.pop_front();
    }
}

CreatorHistory::Entry& CreatorHistory::entry_of(const Pubkey& creator, const SeenAt& seen) {
    const auto [place, is_new] = creators_.try_emplace(creator);
    Entry& entry = place->second;
    if (is_new) {
        entry.record.creator = creator;
        entry.record.past.first = seen;
        entry.place = clean_order_.insert(clean_order_.end(), creator);
    }
    entry.record.past.last = seen;
    return entry;
}

const CreatorRecord& CreatorHistory::launched(const Pubkey& creator, const Pubkey& mint,
                                              const SeenAt& seen) {
    Entry& entry = entry_of(creator, seen);
    if (token_of(entry.record, mint) == nullptr) {
        add_token(entry.record, {mint, seen.at});
    }
    move_up(entry, order_of(entry.record));
    return entry.record;
}

const CreatorRecord* CreatorHistory::ended(const Pubkey& creator, const Pubkey& mint, TokenEnd end,
                                           const SeenAt& seen) {
    const auto known = creators_.find(creator);
    if (known != creators_.end()) {
        const LaunchedToken* token = token_of(known->second.record, mint);
        if (token != nullptr && token->end != TokenEnd::None) {
            return nullptr;
        }
    }
    Entry& entry = entry_of(creator, seen);
    std::list<Pubkey>& from = order_of(entry.record);
    LaunchedToken* token = token_of(entry.record, mint);
    note_end(entry.record, token == nullptr ? add_token(entry.record, {mint}) : *token, end, seen);
    move_up(entry, from);
    return &entry.record;
}

void CreatorHistory::clear() {
    creators_.clear();
    clean_order_.clear();
    ended_order_.clear();
}

const CreatorRecord* CreatorHistory::find(const Pubkey& creator) const {
    const auto found = creators_.find(creator);
    return found == creators_.end() ? nullptr : &found->second.record;
}

std::vector<CreatorRecord> CreatorHistory::all() const {
    std::vector<CreatorRecord> records;
    records.reserve(creators_.size());
    for (const std::list<Pubkey>* order : {&clean_order_, &ended_order_}) {
        for (const Pubkey& creator : *order) {
            records.push_back(creators_.at(creator).record);
        }
    }
    return records;
}

}  // namespace sniperforge::detect
