// SPDX-License-Identifier: MIT
// A pool as one node has it at one moment: everything that a quote of it rests on, in one read.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/dex/quote_context.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"

namespace sniperforge::app {

struct LivePool {
    dex::PoolBook book;
    PoolIndex index;
    Slot slot;                   // Of the read.
    std::int64_t unix_time = 0;  // Of the chain's clock in it.
    bool is_one_read = true;     // False: more accounts than one read takes.
    // All that were read, those that were asked for besides among them; nothing: no such account.
    std::map<Pubkey, std::optional<rpc::AccountData>> accounts;

    [[nodiscard]] const dex::Pool& pool() const { return book.pool(index); }
    [[nodiscard]] const rpc::AccountData* account(const Pubkey& key) const;
    [[nodiscard]] dex::QuoteContext context() const { return dex::quote_context(unix_time, slot); }
    // The pool with these accounts of it as a transaction would leave them, in that slot.
    [[nodiscard]] LivePool after(std::span<const rpc::AccountData> written, Slot at) const;
    // Whether what quotes rest on is the same to the byte.
    [[nodiscard]] bool is_as(const LivePool& other) const;
};

// At processed, from the one node that `rpc` has. `also`: more accounts of the same moment. An
// error says what is wrong with the account of that address. A pool that cannot be quoted is not
// one: the quote says why.
[[nodiscard]] Result<LivePool> read_live_pool(net::Reactor& reactor, rpc::RpcClient& rpc,
                                              const Pubkey& pool, std::span<const Pubkey> also);

}  // namespace sniperforge::app
