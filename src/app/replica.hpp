// SPDX-License-Identifier: MIT
// Replica: what is told of a running daemon, as plain values. The loop fills one in a few times a
// second and hands it over; whoever answers people makes text of it on a thread of its own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/dashboard/snapshot.hpp"
#include "sniperforge/engine/history.hpp"
#include "sniperforge/engine/recorder.hpp"
#include "sniperforge/engine/run_report.hpp"
#include "sniperforge/execute/lanes.hpp"
#include "sniperforge/execute/nonce_statistics.hpp"
#include "sniperforge/feed/feed.hpp"
#include "sniperforge/feed/transaction_reader.hpp"
#include "sniperforge/model/trading_state.hpp"
#include "sniperforge/rpc/health.hpp"
#include "sniperforge/telemetry/histogram.hpp"

namespace sniperforge::app {

// Upper bounds of the buckets that latencies are told in: two or three a decade where an order's
// time is, from a hot cache to a provider's worst answer.
inline constexpr std::array<Duration, 19> kLatencyBounds{
    std::chrono::microseconds{5},   std::chrono::microseconds{10},
    std::chrono::microseconds{20},  std::chrono::microseconds{30},
    std::chrono::microseconds{50},  std::chrono::microseconds{75},
    std::chrono::microseconds{100}, std::chrono::microseconds{200},
    std::chrono::microseconds{500}, std::chrono::milliseconds{1},
    std::chrono::milliseconds{2},   std::chrono::milliseconds{5},
    std::chrono::milliseconds{10},  std::chrono::milliseconds{50},
    std::chrono::milliseconds{100}, std::chrono::milliseconds{250},
    std::chrono::seconds{1},        std::chrono::milliseconds{2'500},
    std::chrono::seconds{10}};

struct LatencyCounts {
    std::array<std::uint64_t, kLatencyBounds.size()> at_most{};  // Of kLatencyBounds.
    std::uint64_t count = 0;
    std::uint64_t sum_ns = 0;

    // The histogram's walk is some microseconds, and without a new value it is left out.
    void follow(const telemetry::Histogram& histogram);
};

struct Replica {
    MonoTime at;             // The loop's clock when it was made.
    std::string_view phase;  // A literal.
    engine::RunReport report;
    std::vector<StandingCause> standing;
    bool is_comparison_due = false;  // The books wait to be held against the chain.
    std::map<Pubkey, TokenAmount> kept;
    std::optional<engine::Doubt> doubt;
    std::vector<Signature> unread;
    feed::FeedStatistics feed;
    feed::TransactionReaderStatistics transactions;
    std::vector<rpc::EndpointHealth> endpoints;
    std::vector<execute::LaneStatistics> lanes;
    execute::NonceStatistics nonces;

    // For metrics alone.
    std::array<std::uint64_t, kStrategyCount> intents{};
    Lamports wallet, positions_cost, positions_value;
    LatencyCounts tick_to_send, tick_to_send_quoted;
    engine::RecorderLoad recorder;
    engine::RecorderDrops recorder_drops;
    bool is_recorder_failed = false;
    // Of all replicas before this one, and what making them took of the loop.
    std::uint64_t published = 0;
    Duration publish_time{0};
    std::uint64_t status_dropped = 0, admin_dropped = 0;

    std::string admin_url;  // Empty: there is no admin server.
    // What the dashboard shows besides: once a second, and only where there is such a server. Its
    // phase, feed, endpoints, lanes and report are not filled in: they stand above.
    std::optional<dashboard::Snapshot> shown;
};

// One line, as `status` has it.
[[nodiscard]] std::string status_json(const Replica& replica);

}  // namespace sniperforge::app
