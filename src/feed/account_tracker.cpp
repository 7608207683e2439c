// SPDX-License-Identifier: MIT
#include "feed/account_tracker.hpp"

#include <algorithm>

#include "sniperforge/core/assert.hpp"
#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::feed {
namespace {

// Odd constants without structure: fractional parts of square roots of the first primes.
constexpr std::uint64_t kFirst = 0x6a09e667f3bcc909ULL;
constexpr std::uint64_t kSecond = 0xbb67ae8584caa73bULL;

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    const u128 product = static_cast<u128>(a ^ kFirst) * (b ^ kSecond);
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t mix_bytes(std::uint64_t hash, BytesView bytes) {
    std::size_t offset = 0;
    for (; offset + sizeof(std::uint64_t) <= bytes.size(); offset += sizeof(std::uint64_t)) {
        hash = mix(hash, read_le<std::uint64_t>(bytes, offset));
    }
    std::uint64_t rest = 0;
    std::memcpy(&rest, bytes.data() + offset, bytes.size() - offset);
    return mix(hash, rest);
}

}  // namespace

std::uint64_t content_hash(const AccountUpdate& update) {
    std::uint64_t hash = mix(update.lamports.raw(), update.data.size());
    hash = mix_bytes(hash, update.owner.bytes);
    return update.data.empty() ? hash : mix_bytes(hash, update.data);
}

std::optional<AccountIndex> AccountTracker::add(const Pubkey& account) {
    const auto [place, is_new] =
        index_.try_emplace(account, static_cast<AccountIndex>(records_.size()));
    if (!is_new) {
        return std::nullopt;
    }
    if (free_.empty()) {
        records_.emplace_back();
    } else {
        place->second = free_.back();
        free_.pop_back();
    }
    Record& record = records_[place->second];
    record = Record{};
    record.account = account;
    record.is_used = true;
    return place->second;
}

void AccountTracker::remove(AccountIndex index) {
    SF_ASSERT(index < records_.size() && records_[index].is_used);
    index_.erase(records_[index].account);
    records_[index] = Record{};
    free_.push_back(index);
}

std::optional<AccountIndex> AccountTracker::find(const Pubkey& account) const {
    const auto found = index_.find(account);
    return found == index_.end() ? std::nullopt : std::optional{found->second};
}

void AccountTracker::seed(AccountIndex index, Slot slot, std::uint64_t content) {
    Record& record = records_[index];
    record.has_update = true;
    record.slot = slot;
    record.count = 1;
    record.contents[0] = content;
}

void AccountTracker::append(Record& record, std::uint64_t content, SourceId source) {
    if (record.count == kContentsMax) {
        std::shift_left(record.contents.begin(), record.contents.end(), 1);
        for (auto& place : record.next) {
            place = static_cast<std::uint8_t>(place > 0 ? place - 1 : 0);
        }
        --record.count;
    }
    record.contents[record.count++] = content;
    record.next[source] = record.count;
}

AccountTracker::Verdict AccountTracker::observe(AccountIndex index, const AccountUpdate& update,
                                                SourceId source) {
    Record& record = records_[index];
    if (record.has_update && update.slot < record.slot) {
        return Verdict::Stale;
    }
    const std::uint64_t content = content_hash(update);
    if (!record.has_update || update.slot > record.slot) {
        const bool is_unchanged =
            update.is_read && record.has_update && record.contents[record.count - 1U] == content;
        record.has_update = true;
        record.slot = update.slot;
        record.count = 0;
        record.next.fill(0);
        append(record, content, source);
        return is_unchanged ? Verdict::Unchanged : Verdict::Fresh;
    }
    for (std::size_t i = record.next[source]; i < record.count; ++i) {
        if (record.contents[i] == content) {
            record.next[source] = static_cast<std::uint8_t>(i + 1);
            return Verdict::Duplicate;
        }
    }
    if (record.contents[record.count - 1U] == content) {
        return Verdict::Duplicate;  // Written again as it stands: nothing changed.
    }
    append(record, content, source);
    return Verdict::Fresh;
}

AccountTracker::Comparison AccountTracker::compare(AccountIndex index,
                                                   const AccountUpdate& update) const {
    const Record& record = records_[index];
    if (record.has_update && update.slot < record.slot) {
        return Comparison::HeldNewer;
    }
    const auto end = record.contents.begin() + record.count;
    // In the same slot the read may have caught an earlier write than the last that we heard.
    const auto begin =
        update.slot == record.slot || record.count == 0 ? record.contents.begin() : end - 1;
    return std::find(begin, end, content_hash(update)) != end ? Comparison::Same
                                                              : Comparison::Differs;
}

}  // namespace sniperforge::feed
