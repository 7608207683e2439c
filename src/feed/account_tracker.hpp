// SPDX-License-Identifier: MIT
// AccountTracker: merges what several sources say about the watched accounts into one stream per
// account that never goes back in time and ends at the last write.
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "sniperforge/model/chain_update.hpp"

namespace sniperforge::feed {

// Who an update came from: the position of the endpoint, or RPC.
using SourceId = std::size_t;
inline constexpr std::size_t kSourcesMax = 8;
inline constexpr SourceId kRpcSource = kSourcesMax - 1;

// 64 bits over everything of an account that can change. Not cryptographic: it tells copies of
// one update apart from other updates of the same account in the same slot.
[[nodiscard]] std::uint64_t content_hash(const AccountUpdate& update);

class AccountTracker {
 public:
    enum class Verdict : std::uint8_t {
        Fresh,      // Apply it.
        Duplicate,  // Another source said it first.
        Stale,      // Older than what we hold.
        Unknown,    // Not watched.
    };

    bool add(const Pubkey& account);     // False when it is there already.
    bool remove(const Pubkey& account);  // False when it is not.
    [[nodiscard]] bool contains(const Pubkey& account) const { return index_.contains(account); }
    [[nodiscard]] std::size_t size() const { return index_.size(); }
    // All of them, in an order that depends on the calls alone.
    [[nodiscard]] std::vector<Pubkey> accounts() const;

    // Several writes of one account may share a slot, and sources may leave intermediate ones out.
    // Each source's updates come in write order. Within a slot the contents heard so far are a
    // list, and each source has a place in it: content found behind a source's place is a copy,
    // anything else is new. So the last delivered content is always that of the last write, as
    // soon as one source has sent it.
    [[nodiscard]] Verdict observe(const AccountUpdate& update, SourceId source);

 private:
    // Contents of one slot to tell apart; a slot with more writes may deliver copies, in order.
    static constexpr std::size_t kContentsMax = 4;
    struct Record {
        Pubkey account;
        Slot slot;
        std::array<std::uint64_t, kContentsMax> contents{};
        // Index in `contents` behind what the source said last.
        std::array<std::uint8_t, kSourcesMax> next{};
        std::uint8_t count = 0;
        bool is_used = false;
        bool has_update = false;
    };
    static void append(Record& record, std::uint64_t content, SourceId source);

    std::vector<Record> records_;
    std::vector<std::size_t> free_;
    std::unordered_map<Pubkey, std::size_t, KeyHash> index_;
};

}  // namespace sniperforge::feed
