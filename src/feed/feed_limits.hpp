// SPDX-License-Identifier: MIT
// The bounds of the feed, in one place.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sniperforge/core/time.hpp"
#include "sniperforge/feed/priority.hpp"
#include "sniperforge/rpc/account_reader.hpp"

namespace sniperforge::feed {

inline constexpr std::size_t kSignaturesMax = 512;
// Unwatched accounts that programs told of: eight seconds of a busy program's 2,000 a second.
inline constexpr std::size_t kRecentAccountsMax = 16'384;
// Transactions that made pools, of which two endpoints tell within a second or so.
inline constexpr std::size_t kRecentSignaturesMax = 4'096;
inline constexpr std::size_t kSuspicionsMax = 1'024;

// How long a socket may be away before what others hear too moves from it: reconnecting is cheaper
// than thousands of new subscriptions. What it alone carried moves at once.
inline constexpr Duration kLossPatience = std::chrono::seconds{5};
inline constexpr Duration kEventPatience = std::chrono::seconds{1};
// A socket that stalled or refused something is chosen after the others for so long.
inline constexpr Duration kDoubt = std::chrono::seconds{60};
// A connected socket without slots is opened anew after this many stall windows, and not before
// kSilenceMin: leaders that skip their four slots are common, and no fault of the socket's.
inline constexpr int kSilentWindows = 4;
inline constexpr Duration kSilenceMin = std::chrono::seconds{5};
// The same while others announce slots: then it is the socket.
inline constexpr Duration kSilenceMinAlone = std::chrono::seconds{2};

// Why a socket cannot be had is told again after so long, and another reason after so long: a
// server that says something else each time fills no disk.
inline constexpr Duration kTroubleAgain = std::chrono::minutes{10};
inline constexpr Duration kTroubleNews = std::chrono::seconds{30};

// A socket that we gave up stays open so long before we give it up again, twice as long each time
// up to the limit: what did not help is not repeated at the node's cost. All over again when it was
// no trouble for kReopenCalm. While nobody else is live the limit is that of reconnecting.
inline constexpr Duration kReopenWaitMin = std::chrono::seconds{4};
inline constexpr Duration kReopenWaitMax = std::chrono::seconds{60};
inline constexpr Duration kReopenCalm = std::chrono::seconds{60};
// A socket that falls behind again within kDoubt has to keep pace for twice as many slots as the
// last time before it counts: each change of mind is a look at every account.
inline constexpr std::uint32_t kPaceSlotsMax = 64;

// Slots that a copy may take to tell what another one told: its own, and one of jitter.
inline constexpr std::uint64_t kDeafSlots = 2;
inline constexpr std::uint32_t kRenewalsPerSlot = 16;  // Of each socket.
// A socket that needed so many renewals within 64 slots is opened anew.
inline constexpr std::uint32_t kRenewalsMax = 64;
inline constexpr std::uint64_t kRenewalsWindow = 64;

// Between sockets whose loads differ by more than a quarter, so many accounts move each second.
inline constexpr std::size_t kRebalanceBatch = 64;
inline constexpr Duration kRebalanceInterval = std::chrono::seconds{1};

// Reads of what an owner holds, while it holds nothing: after half a slot, one, two and four.
inline constexpr std::uint32_t kHoldingsTriesMax = 5;

// Tags of subscriptions that are not of one account.
inline constexpr std::uint32_t kProgramTag = 0xffff'fff0;
inline constexpr std::uint32_t kLogsTag = 0xffff'ffe0;
inline constexpr std::uint32_t kCreationLogsTag = 0xffff'ffe1;  // Nothing else is told there.

[[nodiscard]] constexpr rpc::ReadPriority read_priority(Priority priority) {
    switch (priority) {
        case Priority::Position:
            return rpc::ReadPriority::Position;
        case Priority::Armed:
            return rpc::ReadPriority::Armed;
        case Priority::Scanned:
            break;
    }
    return rpc::ReadPriority::Scan;
}

// In the ledger of a socket; 0 is for slots and signatures.
[[nodiscard]] constexpr std::uint8_t rank_of(Priority priority) {
    return static_cast<std::uint8_t>(kPriorities - static_cast<std::size_t>(priority));
}

}  // namespace sniperforge::feed
