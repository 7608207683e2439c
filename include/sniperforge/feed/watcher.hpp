// SPDX-License-Identifier: MIT
// What the pipeline asks of whoever brings it the chain. A recorded market brings what it has.
#pragma once

#include <span>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/feed/priority.hpp"

namespace sniperforge::feed {

class Watcher {
 public:
    virtual ~Watcher() = default;
    // Subscribes to the accounts' changes, then reads them by RPC (so that nothing falls in
    // between) and delivers what was read as updates; an account that does not exist has zero
    // lamports. For those watched already it can only raise the priority. May be called from
    // on_chain_update(), as may all below.
    virtual void watch(std::span<const Pubkey> accounts, Priority priority) = 0;
    // The same of accounts that belong together, a pool's mostly: they go to the sockets of the
    // first one, as far as there is room, so that what is written to them at once arrives in one
    // stream.
    virtual void watch_together(std::span<const Pubkey> accounts, Priority priority) = 0;
    virtual void unwatch(std::span<const Pubkey> accounts) = 0;
    // Of watched accounts; others are ignored.
    virtual void set_priority(std::span<const Pubkey> accounts, Priority priority) = 0;
    // Reads the token accounts that it owns once, at processed, and delivers them as updates; asked
    // again, up to 5 times within 8 slots, while there are none.
    virtual void read_holdings(const Pubkey& owner) = 0;
    // At confirmed, on every endpoint; the first answer is delivered. The last 512 are kept.
    virtual void watch_signature(const Signature& signature) = 0;
    // Told by the owner several times a slot: silence, moves between sockets, the audit.
    virtual void on_tick(MonoTime now) = 0;
};

}  // namespace sniperforge::feed
