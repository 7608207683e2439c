// SPDX-License-Identifier: MIT
// AccountTracker: merges what several sources say about the watched accounts into one stream per
// account that never goes back in time and ends at the last write.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "sniperforge/model/chain_update.hpp"

namespace sniperforge::feed {

// Dense place of a watched account; free again after remove().
using AccountIndex = std::uint32_t;

// Who an update came from, counted per account: the sockets that carry it, in its own order, the
// two that tell of its program, and RPC.
using SourceId = std::size_t;
inline constexpr std::size_t kCopiesMax = 4;  // Three copies and one on its way to replace one.
inline constexpr std::size_t kProgramCopiesMax = 2;
inline constexpr SourceId kProgramSource = kCopiesMax;
inline constexpr SourceId kRpcSource = kProgramSource + kProgramCopiesMax;
inline constexpr std::size_t kSourcesMax = kRpcSource + 1;

// 64 bits over everything of an account that can change. Not cryptographic: it tells copies of
// one update apart from other updates of the same account in the same slot.
[[nodiscard]] std::uint64_t content_hash(const AccountUpdate& update);

class AccountTracker {
 public:
    enum class Verdict : std::uint8_t {
        Fresh,      // Apply it.
        Duplicate,  // Another source said it first.
        Stale,      // Older than what we hold.
        Unchanged,  // A read of a newer slot says what we hold: known to be true up to there.
    };
    enum class Comparison : std::uint8_t {
        Same,
        HeldNewer,  // We hold a newer slot: nothing to compare.
        Differs,    // The account was written after what we hold.
    };

    // Nothing when it is there already.
    std::optional<AccountIndex> add(const Pubkey& account);
    void remove(AccountIndex index);
    [[nodiscard]] std::optional<AccountIndex> find(const Pubkey& account) const;
    [[nodiscard]] std::size_t size() const { return index_.size(); }
    // Places ever taken: every index is below it. Free ones are not used.
    [[nodiscard]] std::size_t places() const { return records_.size(); }
    [[nodiscard]] bool is_used(AccountIndex index) const { return records_[index].is_used; }
    [[nodiscard]] const Pubkey& account(AccountIndex index) const {
        return records_[index].account;
    }
    // Of the newest update; zero before the first.
    [[nodiscard]] Slot slot(AccountIndex index) const { return records_[index].slot; }

    // Several writes of one account may share a slot, and sources may leave intermediate ones out.
    // Each source's updates come in write order. Within a slot the contents heard so far are a
    // list, and each source has a place in it: content found behind a source's place is a copy,
    // anything else is new. So the last delivered content is always that of the last write, as
    // soon as one source has sent it.
    [[nodiscard]] Verdict observe(AccountIndex index, const AccountUpdate& update, SourceId source);
    // What was heard of the account before it was watched: copies of that are no news.
    void seed(AccountIndex index, Slot slot, std::uint64_t content);
    // From now on the source is another socket.
    void replace_source(AccountIndex index, SourceId source) { records_[index].next[source] = 0; }
    // What the chain says against what we hold.
    [[nodiscard]] Comparison compare(AccountIndex index, const AccountUpdate& update) const;

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
    std::vector<AccountIndex> free_;
    std::unordered_map<Pubkey, AccountIndex, KeyHash> index_;
};

}  // namespace sniperforge::feed
