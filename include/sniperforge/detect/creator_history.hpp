// SPDX-License-Identifier: MIT
// CreatorHistory: what those who launch tokens have launched before, and what became of it, as far
// as it was seen: in this run and, where their files are loaded, in earlier ones. Pure and bounded.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::detect {

// How a token ended: its pool lost much of both sides at once, or its creator sold much of what he
// had at once.
enum class TokenEnd : std::uint8_t { None, Emptied, Dumped };

struct LaunchedToken {
    Pubkey mint;
    WallTime launched_at{};  // Zero: it was there before anybody looked.
    TokenEnd end = TokenEnd::None;
};

// A moment, by the chain and by our clock.
struct SeenAt {
    Slot slot{};
    WallTime at{};
};

// What is known of a creator.
struct CreatorPast {
    std::uint32_t launches = 0;             // Tokens, each once.
    std::uint32_t emptied = 0, dumped = 0;  // Of them, those that ended.
    SeenAt first{}, last{};                 // When something was seen of him.
    // From a launch that was seen to its end: the shortest time.
    std::optional<std::uint32_t> ended_within_seconds{};

    [[nodiscard]] std::uint32_t ended() const { return emptied + dumped; }
};
// 3 launches since 2026-11-29T10:00:00Z, 1 emptied, 1 dumped by the creator, the soonest after 240
// s, seen last 2026-11-30T10:00:00Z
[[nodiscard]] std::string to_string(const CreatorPast& past);

struct CreatorRecord {
    static constexpr std::size_t kTokensMax = 16;

    Pubkey creator;
    CreatorPast past{};
    // The newest, the oldest of them first. What is said of one that is no longer here counts as of
    // another token: against him.
    std::vector<LaunchedToken> tokens{};
};

class CreatorHistory {
 public:
    // Half of it for those none of whose tokens ended, half for the others: of each half the one
    // that was seen least lately goes first. The first half is about eight hours of all launches
    // there are (some 25,000 a day on pump.fun); whoever ends what he launches is few, and is
    // remembered for longer. Some 320 bytes each, 5 MB.
    static constexpr std::size_t kCreatorsMax = 16'384;

    // As they were told before; one that is known is replaced.
    void put(CreatorRecord record);
    // The creator made a pool of a token: a launch if the token is another one.
    const CreatorRecord& launched(const Pubkey& creator, const Pubkey& mint, const SeenAt& seen);
    // Null: it had ended before.
    const CreatorRecord* ended(const Pubkey& creator, const Pubkey& mint, TokenEnd end,
                               const SeenAt& seen);
    void clear();

    // Null: nothing was seen of him.
    [[nodiscard]] const CreatorRecord* find(const Pubkey& creator) const;
    [[nodiscard]] std::size_t size() const { return creators_.size(); }
    // In an order in which put() makes the same history of them.
    [[nodiscard]] std::vector<CreatorRecord> all() const;

 private:
    struct Entry {
        CreatorRecord record;
        std::list<Pubkey>::iterator place;
    };
    [[nodiscard]] std::list<Pubkey>& order_of(const CreatorRecord& record) {
        return record.past.ended() > 0 ? ended_order_ : clean_order_;
    }
    [[nodiscard]] Entry& entry_of(const Pubkey& creator, const SeenAt& seen);
    // Now the newest of its half, which may have become the other one.
    void move_up(Entry& entry, std::list<Pubkey>& from);

    std::unordered_map<Pubkey, Entry, KeyHash> creators_;
    std::list<Pubkey> clean_order_, ended_order_;  // Seen least lately first.
};

}  // namespace sniperforge::detect
