// SPDX-License-Identifier: MIT
// TransactionReader: reads a few of the newest transactions of each venue's program now and then,
// so that a program that has changed is noticed before an order meets it; those of an account that
// does not say what it is (a curve its coin); and those whose logs tell of a new pool, and not
// which. By RPC, one call at a time, off the hot path.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/model/transaction.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"

namespace sniperforge::feed {

class TransactionEvents {
 public:
    virtual ~TransactionEvents() = default;
    // Each once, of one program oldest first; those of a round are samples. Failed ones are not
    // read.
    virtual void on_transaction(const ChainTransaction& transaction) = 0;
    // A round over the venue's newest transactions ended; incomplete: some could not be read.
    virtual void on_round(VenueId venue, bool is_complete) = 0;
};

struct TransactionReaderStatistics {
    std::uint64_t rounds = 0;        // Of one venue, complete ones.
    std::uint64_t transactions = 0;  // Read.
    std::uint64_t failures = 0;      // Calls without a usable answer.
    std::uint64_t lookups = 0;       // Accounts and signatures whose transaction was read.
    // Given up after four answers without it, or two minutes, or asked for while kLookupsMax
    // waited.
    std::uint64_t lookups_lost = 0;
};
[[nodiscard]] std::string to_json(const TransactionReaderStatistics& statistics);

// What the pipeline asks of it.
class TransactionLookups {
 public:
    virtual ~TransactionLookups() = default;
    // The account's newest transaction. Asked for again later when there is none yet.
    virtual void look_up(const Pubkey& account) = 0;
    // This one, heard of at processed.
    virtual void look_up(const Signature& signature) = 0;
    virtual void on_tick(MonoTime now) = 0;
    // Venues are not trusted before their first round: false when there are no rounds.
    [[nodiscard]] virtual bool is_checking() const = 0;
};

class TransactionReader final : public TransactionLookups {
 public:
    // Of both kinds, that wait.
    static constexpr std::size_t kLookupsMax = 256;

    TransactionReader(net::Reactor& reactor, rpc::RpcClient& rpc,
                      const config::FeedSettings& settings, TransactionEvents& events);
    ~TransactionReader() override;
    TransactionReader(const TransactionReader&) = delete;
    TransactionReader& operator=(const TransactionReader&) = delete;

    // The first rounds at once, one venue after the other, then one every
    // shape_check_interval each, sooner as long as there was nothing to read. None when that is
    // zero; look_up() works all the same.
    void start();
    void look_up(const Pubkey& account) override;
    void look_up(const Signature& signature) override;
    void on_tick(MonoTime now) override;
    [[nodiscard]] bool is_checking() const override;
    [[nodiscard]] const TransactionReaderStatistics& statistics() const;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

// The venues that the settings name. Settings that were loaded name none that does not exist.
[[nodiscard]] std::vector<VenueId> venues_of(const config::FeedSettings& settings);

}  // namespace sniperforge::feed
