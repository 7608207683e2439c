// SPDX-License-Identifier: MIT
// What can be wrong with one node of the simulated cluster, and with the chain under all of them.
// Plain data: a default NodeFaults is a healthy node. Chance comes from the node's own seeded
// generator, so that faults change neither the chain nor the market.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/sim/scenario.hpp"
#include "sniperforge/sim/world_faults.hpp"

namespace sniperforge::sim {

enum class NotificationKind : std::uint8_t { Account, Program, Logs, Signature, Slot, Root };
inline constexpr std::size_t kNotificationKinds = 6;

// Probabilities are per request, notification or frame, 0 to 1.
struct NodeFaults {
    // ---- The node ----
    bool is_down = false;  // Open connections end, new ones are refused.
    // It serves the state, the slots and the notifications of so many slots ago, up to
    // kSlotsBehindMax. A node that is told so stands still until it is that far behind.
    // Transactions still reach the chain; preflight runs on the old state. Behind by more than 128
    // slots getHealth says so, as a real node does; up to there it says "ok".
    std::uint32_t slots_behind = 0;
    // It tells of slots so many above the true ones, or below: in getSlot, getEpochInfo,
    // getLatestBlockhash, slot and root notifications, and what it makes of minContextSlot; and of
    // block heights: in getBlockHeight, getEpochInfo and getLatestBlockhash. All else is true. Up
    // to kSlotsOffMax.
    int slots_off = 0, heights_off = 0;
    // One-way delay of each HTTP request, each HTTP answer and each WebSocket message to the
    // client; `jitter` adds up to so much more. Order within a socket stays.
    Duration latency{0}, jitter{0};

    // ---- Answers over HTTP ----
    // Only requests that call one of these methods are hit by the rest of this block; empty: all.
    std::vector<std::string> methods{};
    double too_many_requests_probability = 0;  // HTTP 429.
    // Calls that one second of the node's clock admits, as providers count; more are answered
    // with 429. 0: no limit. Counts every method.
    std::uint32_t requests_per_second_max = 0;
    std::optional<std::uint32_t> retry_after_s{};  // Header of those answers; absent when not set.
    double gateway_error_probability = 0;          // HTTP 5xx with an HTML body.
    int gateway_status = 503;                      // 500 to 599.
    double hang_probability = 0;                   // No answer, ever; the connection stays open.
    double truncate_probability = 0;               // Content-Length promises more than comes.
    double reset_probability = 0;                  // The connection ends within the answer's head.
    std::uint32_t drip_bytes_per_second = 0;       // Answers come so slowly; 0: at once.
    // A JSON-RPC error instead of a result, with the text and data that nodes send with its code.
    double rpc_error_probability = 0;
    int rpc_error_code = -32'603;
    // numSlotsBehind of -32005, without which the node is "unhealthy"; so far behind the node's
    // slot is the contextSlot of -32016.
    std::optional<std::uint64_t> rpc_error_slots_behind{};

    // ---- Transactions ----
    // Of sendTransaction, whatever `methods` says. Lost: answered with its signature as always, and
    // the chain never hears of it. Phantom: the chain has it, and the answer is an error, or none
    // ever comes.
    double lost_probability = 0;
    double phantom_error_probability = 0;
    double phantom_hang_probability = 0;
    // getSignatureStatuses knows nothing of the transactions of so many last slots, up to
    // kSlotsBehindMax.
    std::uint32_t stale_status_slots = 0;

    // ---- Accounts ----
    // Of each account that getTokenAccountsByOwner would list: it is left out, as by a node whose
    // index lacks it. 1: the list is empty.
    double omitted_account_probability = 0;

    // ---- Another form: accounts with a layout of their own, and fields, over HTTP and PubSub ----
    std::uint32_t account_bytes_more = 0;  // At the end of each.
    bool is_account_kind_new = false;      // Their first eight bytes are others.
    // Of each answer or notification: one field is called otherwise, everywhere in it.
    double renamed_field_probability = 0;
    // JSON with white space between its tokens, as servers write it that are not Agave. No fault:
    // it means the same.
    bool is_spaced = false;

    // ---- PubSub ----
    bool is_silent = false;              // No notifications; the socket stays open.
    bool is_without_pongs = false;       // Pings of clients are not answered.
    double frame_reset_probability = 0;  // The connection ends in the middle of a frame.
    double subscribe_refusal_probability = 0;
    double subscribe_silence_probability = 0;  // Neither refused nor confirmed nor served.
    bool is_unsubscribe_ignored = false;       // Answered with true; notifications go on.
    // Only these are hit by the rest; empty: all.
    std::vector<NotificationKind> notification_kinds{};
    double miss_probability = 0;
    double duplicate_probability = 0;
    double delay_probability = 0;  // Sent `delay` later, out of order.
    Duration delay{0};
    double reorder_probability = 0;  // Sent after the socket's next notification.

    [[nodiscard]] bool operator==(const NodeFaults&) const = default;
};

inline constexpr std::uint32_t kSlotsBehindMax = 300;
inline constexpr int kSlotsOffMax = 1'000'000'000;
inline constexpr std::uint32_t kAccountBytesMoreMax = 4'096;

// Every problem of the values, one a line; numbers are given with their range.
[[nodiscard]] Result<void> check(const NodeFaults& faults);

// What was done, counted each time.
enum class FaultKind : std::uint8_t {
    ConnectionRefused,
    Latency,  // Messages that were held back by latency or jitter.
    StaleAnswer,
    TooManyRequests,
    GatewayError,
    Hang,
    TruncatedAnswer,
    ResetAnswer,
    DrippedAnswer,
    RpcError,
    LostTransaction,
    PhantomError,
    PhantomHang,
    StaleStatus,  // Statuses that were withheld.
    OmittedAccount,
    FalseSlot,            // Or height, in answers and notifications (slots_off, heights_off).
    UnservedTransaction,  // getTransaction said null of one that is there (Cluster::withhold).
    SilencedNotification,
    WithheldPong,
    FrameReset,
    SubscribeRefusal,
    SubscribeSilence,
    IgnoredUnsubscribe,
    MissedNotification,
    DuplicatedNotification,
    DelayedNotification,
    ReorderedNotification,
    // Of the world around the nodes. The attacks are in the order of JupiterAttack.
    JupiterSystemTransfer,
    JupiterTokenTransfer,
    JupiterApprove,
    JupiterSetAuthority,
    JupiterCloseToStranger,
    JupiterForeignDestination,
    JupiterHiddenInTable,
    JupiterLowMinimum,
    JupiterHighAmountIn,
    JupiterForeignPayer,
    JupiterExtraSigner,
    JupiterUnknownProgram,
    JupiterExcessivePriorityFee,
    JupiterSkewedQuote,
    JupiterWrongMint,
    JupiterWrongAmount,
    JupiterMalformed,
    JupiterGatewayError,
    ClockJump,
    Sandwich,
    RugPull,
    RugMint,
    RugFreeze,
    RugPause,
    RugTheft,
    RugGift,
    ShapeChange,
    LongerAccount,  // Accounts that were served with more bytes than they have.
    NewAccountKind,
    RenamedField,
    SpacedAnswer,
    UnknownInstruction,  // Calls of a program that succeeded, and nobody knows what they did.
};
inline constexpr std::size_t kFaultKinds = 59;
[[nodiscard]] FaultKind fault_kind(JupiterAttack attack);
// "too_many_requests": a word for reports.
[[nodiscard]] std::string_view fault_name(FaultKind kind);

struct FaultCounters {
    std::array<std::uint64_t, kFaultKinds> counts{};

    [[nodiscard]] std::uint64_t operator[](FaultKind kind) const {
        return counts[static_cast<std::size_t>(kind)];
    }
    void count(FaultKind kind) { ++counts[static_cast<std::size_t>(kind)]; }
    void add(const FaultCounters& other);
    [[nodiscard]] std::uint64_t total() const;
};

// One entry of a timeline: from `at` on a node (all without `node`), or Jupiter, has exactly these
// faults.
struct FaultEvent {
    Duration at{0};  // Since the start of the cluster.
    std::optional<std::size_t> node{};
    std::optional<NodeFaults> faults{};
    std::optional<ForkOptions> fork{};  // Of the chain.
    std::optional<JupiterFaults> jupiter{};
    std::optional<ClockJump> clock{};
    std::optional<MarketFaults> market{};
    std::optional<Rug> rug{};
    std::optional<ShapeChange> shape{};
};

// Reads a timeline of lines `SECONDS.nodeN.FAULT: value` (`SECONDS.all.FAULT`, `SECONDS.fork`,
// `SECONDS.jupiter.FAULT`, `SECONDS.market.FAULT`, `SECONDS.rug.KIND`, `SECONDS.shape.VENUE`,
// `SECONDS.clock.jump_s`); docs/simulation.md lists the faults. What one of them has at one time is
// written together and replaces what it had before; `SECONDS.nodeN.healthy: true` ends all. Sorted
// by time. Every problem with its line, among them nodes that `node_count` does not hold.
[[nodiscard]] Result<std::vector<FaultEvent>> fault_timeline(std::span<const ScenarioPair> pairs,
                                                             std::size_t node_count);

}  // namespace sniperforge::sim
