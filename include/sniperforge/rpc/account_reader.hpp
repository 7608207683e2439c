// SPDX-License-Identifier: MIT
// AccountReader: everybody's account reads in as few getMultipleAccounts as possible. What is
// wanted is collected, without repetition and the important first, and goes out in batches of 100:
// a full one as soon as some endpoint's budget takes it, a partial one after a bounded wait.
// Batches are spread over the endpoints and overlap. Nobody's minimum slot keeps others waiting:
// those that some endpoint is known to have reached share a read, each of the others is read by
// itself, and when a shared one fails those who need less are read once more without the rest.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"

namespace sniperforge::rpc {

// What getMultipleAccounts takes at most (protocol rpc 2).
inline constexpr std::size_t kAccountsPerRead = 100;

// Whose reads go first.
enum class ReadPriority : std::uint8_t { Position, Armed, Scan };
inline constexpr std::size_t kReadPriorities = 3;

// Gets what it wanted. May want and forget during the calls.
class AccountSink {
 public:
    virtual ~AccountSink() = default;
    // `account` is null when there is none of that key; valid during the call.
    virtual void on_account(const Pubkey& pubkey, const AccountData* account,
                            Slot context_slot) = 0;
    // The read failed at every endpoint that could be asked. Whoever still wants it wants it again,
    // after a pause of its own.
    virtual void on_unread(const Pubkey& pubkey, const RpcError& why) = 0;
};

struct AccountReaderOptions {
    Commitment commitment = Commitment::Processed;
    // How long the first account of a partial batch waits for others.
    Duration wait_max = std::chrono::milliseconds{1};
    std::size_t open_max = 0;  // Reads under way; 0: as many as the endpoints have connections.
};

struct AccountReaderStatistics {
    std::uint64_t reads = 0;     // getMultipleAccounts asked for.
    std::uint64_t accounts = 0;  // In them.
    std::uint64_t repeated = 0;  // Wanted while they were waiting already.
    std::uint64_t failed = 0;    // Accounts whose read failed.

    // Used share of what the reads could have carried; 1 when there was none.
    [[nodiscard]] double fill() const {
        return reads == 0
                   ? 1.0
                   : static_cast<double>(accounts) / static_cast<double>(reads * kAccountsPerRead);
    }
};

class AccountReader {
 public:
    AccountReader(net::Reactor& reactor, RpcClient& rpc, AccountReaderOptions options = {});
    ~AccountReader();
    AccountReader(const AccountReader&) = delete;
    AccountReader& operator=(const AccountReader&) = delete;

    // Reads each account once, from a state not before `slot_min`, and after this call: a read that
    // is under way does not count. Wanting what already waits raises its priority and its slot.
    void want(AccountSink& sink, std::span<const Pubkey> accounts, ReadPriority priority,
              std::optional<Slot> slot_min = std::nullopt);
    // Nothing is told to `sink` any more. Must be called before it is gone.
    void forget(const AccountSink& sink);
    // Does not wait for this account any more; a read that is under way is still told.
    void forget(const AccountSink& sink, const Pubkey& account);

    [[nodiscard]] std::size_t waiting() const { return wanted_.size(); }
    [[nodiscard]] std::size_t under_way() const { return under_way_; }
    [[nodiscard]] const AccountReaderStatistics& statistics() const { return statistics_; }

 private:
    struct Asker {
        AccountSink* sink = nullptr;
        std::uint64_t registration = 0;  // Of the sink: another one later is not the same.
        std::optional<Slot> slot_min;
        bool is_apart = false;  // A read that it shared failed.
    };
    struct Wanted {
        ReadPriority priority = ReadPriority::Scan;
        std::uint64_t ticket = 0;  // Of its place in the queue; older places are void.
        MonoTime since;
        std::vector<Asker> askers;
    };
    struct Place {
        Pubkey pubkey;
        std::uint64_t ticket = 0;
    };
    struct Batch {
        std::vector<Pubkey> keys;
        std::vector<ReadPriority> priorities;    // By key.
        std::vector<std::vector<Asker>> askers;  // By key.
        std::optional<Slot> slot_min;            // The highest that any of them needs.
        bool is_shared = false;                  // Else all of them need this one.

        // Removes from `waiting` those whom this batch serves, and takes the account for them.
        void take(const Pubkey& pubkey, ReadPriority priority, std::vector<Asker>& waiting,
                  std::optional<Slot> slot_best);
    };

    void pump();
    void wait_until(MonoTime at);
    [[nodiscard]] Batch take_batch();
    void read(Batch batch);
    void want_apart(const Pubkey& pubkey, ReadPriority priority, Asker asker, const RpcError& why);
    void on_read(const Batch& batch, const RpcResult<MultipleAccounts>& result);
    [[nodiscard]] bool is_listening(const Asker& asker) const;
    // Its read may be shared: it needs no slot, or one that an endpoint has come to.
    [[nodiscard]] static bool is_served(const Asker& asker, std::optional<Slot> slot_best) {
        return !asker.is_apart && asker.slot_min <= slot_best;
    }

    net::Reactor& reactor_;
    RpcClient& rpc_;
    AccountReaderOptions options_;
    std::unordered_map<Pubkey, Wanted, KeyHash> wanted_;
    std::array<std::deque<Place>, kReadPriorities> queues_;
    std::unordered_map<const AccountSink*, std::uint64_t> sinks_;
    std::uint64_t next_ticket_ = 1;
    std::uint64_t next_registration_ = 1;
    std::size_t under_way_ = 0;
    net::TimerId timer_ = 0;
    AccountReaderStatistics statistics_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);  // Answers may outlive us.
};

}  // namespace sniperforge::rpc
