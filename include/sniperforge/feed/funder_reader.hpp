// SPDX-License-Identifier: MIT
// FunderReader: who gave a key its first lamports. Who launches many tokens takes a new key for
// each, and the new key has to be paid for: by a transfer that the key's own past begins with. By
// RPC, one call at a time and so many a second, off the hot path.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/model/transaction.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"

namespace sniperforge::feed {

class FunderEvents {
 public:
    virtual ~FunderEvents() = default;
    // Once for each that was looked up. Nothing: its past is longer than what is read, begins
    // otherwise than with a transfer, or could not be read.
    virtual void on_funder(const Pubkey& account, const std::optional<Pubkey>& funder) = 0;
};

struct FunderReaderStatistics {
    std::uint64_t calls = 0;
    std::uint64_t found = 0, hidden = 0;  // Of those that were looked up.
    std::uint64_t lost = 0;               // Asked for while kWaitingMax waited.
};

// The funder of `account`, if this transaction is what it begins with: there were no lamports
// before it, there are after it, and a transfer or an account creation of the system program
// brought some.
[[nodiscard]] std::optional<Pubkey> funder_in(const ChainTransaction& transaction,
                                              const Pubkey& account);

// What the pipeline asks of it.
class FunderLookups {
 public:
    virtual ~FunderLookups() = default;
    // Its answer comes later. False: too many wait, nothing will come.
    [[nodiscard]] virtual bool look_up(const Pubkey& account) = 0;
    virtual void on_tick(MonoTime now) = 0;
};

class FunderReader final : public FunderLookups {
 public:
    static constexpr std::size_t kWaitingMax = 256;
    // A key with as many transactions, failed ones too, is not new.
    static constexpr std::uint32_t kListedMax = 50;

    FunderReader(net::Reactor& reactor, rpc::RpcClient& rpc, std::uint32_t calls_per_second,
                 FunderEvents& events);
    ~FunderReader() override;
    FunderReader(const FunderReader&) = delete;
    FunderReader& operator=(const FunderReader&) = delete;

    [[nodiscard]] bool look_up(const Pubkey& account) override;
    void on_tick(MonoTime now) override;
    [[nodiscard]] const FunderReaderStatistics& statistics() const;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sniperforge::feed
