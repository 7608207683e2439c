// SPDX-License-Identifier: MIT
// SubscriptionLedger: what one socket is subscribed to or means to be, and how far each of them
// got. No I/O: PubSub sends what this says and tells it what was answered.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/rpc/types.hpp"

namespace sniperforge::rpc {

// One subscription as asked for; two equal ones are one.
struct Subscription {
    enum class Kind : std::uint8_t { Slots, Account, Program, Logs, Signature };
    Kind kind = Kind::Slots;
    Pubkey key{};            // Account, program or mentioned account.
    Signature signature{};   // Signature only.
    ProgramFilter filter{};  // Program only.
    Commitment commitment = Commitment::Processed;

    [[nodiscard]] auto operator<=>(const Subscription&) const = default;
};

// What the owner attaches to a subscription. Lower ranks are sent first.
struct SubscriptionLabel {
    static constexpr std::uint8_t kRanks = 4;
    std::uint32_t tag = 0;
    std::uint8_t rank = 0;
};

// The JSON-RPC request that opens it, and the one that ends it.
[[nodiscard]] std::string subscribe_request(const Subscription& what, std::uint64_t id);
[[nodiscard]] std::string unsubscribe_request(Subscription::Kind kind, std::uint64_t subscription,
                                              std::uint64_t id);
[[nodiscard]] std::string describe(const Subscription& what);  // For people.

class SubscriptionLedger {
 public:
    // Refused ones are sent again later.
    enum class Status : std::uint8_t { Waiting, Sent, Active, Refused };
    struct Entry {
        Subscription what;
        SubscriptionLabel label;
        Status status = Status::Waiting;
        std::uint64_t subscription = 0;  // The node's id, when Active.
        bool is_used = false;            // False: the place is free for another.
    };

    // False when it is there already.
    bool add(const Subscription& what, SubscriptionLabel label = {});
    void set_rank(std::size_t index, std::uint8_t rank);
    [[nodiscard]] std::optional<std::size_t> find(const Subscription& what) const;
    void remove(std::size_t index);

    // A new connection: everything has to be sent again.
    void restart();
    // The next one to send, now Sent; nothing when none waits. By rank, then by age.
    [[nodiscard]] std::optional<std::size_t> take_next();
    void activate(std::size_t index, std::uint64_t subscription);
    void refuse(std::size_t index);
    // Refused ones wait to be sent again.
    void retry_refused();

    [[nodiscard]] const Entry& entry(std::size_t index) const { return entries_[index]; }
    [[nodiscard]] std::optional<std::size_t> find_active(std::uint64_t subscription) const;
    // Every one was answered, and no account or slot subscription stands refused: those carry
    // state that would go stale unseen. The others miss events, which costs chances, not truth.
    [[nodiscard]] bool is_settled() const { return holding_back_ == 0; }
    [[nodiscard]] std::size_t size() const { return index_.size(); }

 private:
    [[nodiscard]] static bool holds_back(const Entry& entry);
    void set_status(Entry& entry, Status status);
    void enqueue(std::size_t index) { waiting_[entries_[index].label.rank].push_back(index); }

    std::vector<Entry> entries_;
    std::vector<std::size_t> free_;
    std::map<Subscription, std::size_t> index_;
    // By rank: places; those no longer waiting are skipped.
    std::array<std::deque<std::size_t>, SubscriptionLabel::kRanks> waiting_;
    std::unordered_map<std::uint64_t, std::size_t> active_;
    std::size_t holding_back_ = 0;
};

}  // namespace sniperforge::rpc
