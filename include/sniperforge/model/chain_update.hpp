// SPDX-License-Identifier: MIT
// ChainUpdate: anything the node told us, decoded, undigested. A borrowed view: it lives as long
// as the frame it came from, so a stage that keeps something copies it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge {

// One account as it stood after `slot`. A closed account has zero lamports and no data.
struct AccountUpdate {
    Slot slot;
    Pubkey pubkey;
    Pubkey owner;
    Lamports lamports;
    BytesView data;
    // Read by RPC: written in `slot` or at any time before. Otherwise written in `slot`.
    bool is_read = false;
};

struct SlotUpdate {
    Slot slot;
    Slot parent;
    Slot root;
};

// A transaction's log lines, unescaped.
struct LogsUpdate {
    Slot slot;
    Signature signature;
    bool is_failed = false;
    std::span<const std::string_view> lines;
};

// The outcome of a signature we subscribed to; `error` is the chain's JSON, empty on success.
struct SignatureUpdate {
    Slot slot;
    Signature signature;
    std::string_view error;
};

// Nothing of the chain is heard: every account is stale until FeedRestored.
struct FeedLost {
    std::string_view endpoint;
    std::string_view reason;
};
// The chain is heard again, and every watched account was read afresh, except those that an
// AccountsLost names which came before this.
struct FeedRestored {
    std::string_view endpoint;
};
// Partly blind: these accounts may change unheard, or rest on an abandoned fork, until an
// AccountsRestored names them. While the whole feed is lost neither is told, until just before the
// FeedRestored.
struct AccountsLost {
    std::span<const Pubkey> accounts;
    std::string_view reason;
};
// Heard again and read afresh; what was read came before this.
struct AccountsRestored {
    std::span<const Pubkey> accounts;
};

using ChainUpdate = std::variant<AccountUpdate, SlotUpdate, LogsUpdate, SignatureUpdate, FeedLost,
                                 FeedRestored, AccountsLost, AccountsRestored>;

// When the hops of one update happened; the differences are each stage's share.
struct Trace {
    MonoTime received;  // The read that completed the frame returned.
    MonoTime decoded;
    MonoTime detected;
    MonoTime decided;
    MonoTime approved;
    MonoTime journalled;
    MonoTime built;
    MonoTime signed_at;
    MonoTime sent;  // The last byte was handed to the socket.
};

}  // namespace sniperforge
