// SPDX-License-Identifier: MIT
#include "feed/account_tracker.hpp"

#include <algorithm>

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

bool AccountTracker::add(const Pubkey& account) {
    const auto [place, is_new] = index_.try_emplace(account, records_.size());
    if (!is_new) {
        return false;
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
    return true;
}

bool AccountTracker::remove(const Pubkey& account) {
    const auto found = index_.find(account);
    if (found == index_.end()) {
        return false;
    }
    records_[found->second] = Record{};
    free_.push_back(found->second);
    index_.erase(found);
    return true;
}

std::vector<Pubkey> AccountTracker::accounts() const {
    std::vector<Pubkey> out;
    out.reserve(index_.size());
    for (const Record& record : records_) {
        if (record.is_used) {
            out.push_back(record.account);
        }
    }
    return out;
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

AccountTracker::Verdict AccountTracker::observe(const AccountUpdate& update, SourceId source) {
    const auto found = index_.find(update.pubkey);
    if (found == index_.end()) {
        return Verdict::Unknown;
    }
    Record& record = records_[found->second];
    if (record.has_update && update.slot < record.slot) {
        return Verdict::Stale;
    }
    const std::uint64_t content = content_hash(update);
    if (!record.has_update || update.slot > record.slot) {
        record.has_update = true;
        record.slot = update.slot;
        record.count = 0;
        record.next.fill(0);
        append(record, content, source);
        return Verdict::Fresh;
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

}  // namespace sniperforge::feed
