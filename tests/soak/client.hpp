// SPDX-License-Identifier: MIT
// The daemon's side of the soak: the pool and the feed with the settings of the daemon, a judge
// over what they deliver, and a reader that measures what failing over costs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "integration/faults/feed_oracle.hpp"
#include "sniperforge/feed/feed.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"
#include "traffic.hpp"
#include "truth.hpp"

namespace sniperforge::soak {

struct ClientOptions {
    Profile profile;
    std::uint64_t seed = 1;
    // Pools that we hold positions in and pools that may be entered: their accounts have copies on
    // other endpoints. As many as the daemon has them.
    std::size_t position_pools = 12, armed_pools = 256;
    // What real time does to the judge, in slots.
    std::uint64_t slack_slots = 1;
};

// What one phase, its sick and its well part, did to the client.
struct PhaseResult {
    std::size_t index = 0;
    std::uint64_t faults = 0;             // That the node counted.
    std::optional<Duration> noticed{};    // First blind account, since the phase's beginning.
    std::optional<Duration> recovered{};  // Everything seen again, since then.
    Duration blind{0}, blind_longest{0};
    // Account losses; and account-slots believed although nothing was heard (see Findings).
    std::uint64_t accounts_lost = 0, copied_lost = 0, stale = 0, stale_single = 0, duplicates = 0;
    TrafficCounts traffic{};
};

// The process at one time.
struct Sample {
    MonoTime at;
    Duration cpu{0}, run_delay{0};
    std::uint64_t resident_bytes = 0, anonymous_bytes = 0;
    std::uint64_t updates = 0, notifications = 0;
};

struct Result {
    std::vector<PhaseResult> phases;
    Sample begin, end;  // Of all phases: after warming up, and before the last comparison.
    faults::Findings findings;
    std::size_t differing = 0;  // Held states that are not the chain's, at the end.
    std::uint64_t launches = 0;
    std::uint64_t audit_slots_max = 0;  // That a rotation of the audit may take.
    feed::FeedStatistics feed;
    std::vector<std::string> violations;
};

class Client {
 public:
    // `on_over` is called once, when the chain's side is over and everything has been compared.
    Client(net::Reactor& reactor, const Truth& truth, const ClientOptions& options,
           std::function<void()> on_over);
    ~Client();

    [[nodiscard]] const Result& result() const { return result_; }

 private:
    void connect();
    template <typename Action>
    void after(Duration delay, Action action);
    void tick();
    void watch_truth();
    void judge();
    void follow_phase();
    void close_phase();
    void note_blindness();
    [[nodiscard]] Sample sample() const;
    void check_phase(const PhaseResult& phase);
    void check_end();
    void finish();

    net::Reactor& reactor_;
    const Truth& truth_;
    ClientOptions options_;
    std::function<void()> on_over_;
    std::vector<Pubkey> accounts_;
    std::unique_ptr<faults::FeedOracle> oracle_;
    std::unique_ptr<rpc::RpcClient> rpc_;
    std::unique_ptr<feed::Feed> feed_;
    std::unique_ptr<Traffic> traffic_;
    std::uint64_t slots_seen_ = 0;
    std::optional<PhaseResult> phase_;  // The one that is on.
    MonoTime phase_since_;
    std::optional<MonoTime> blind_since_;
    faults::Findings at_phase_;  // When it began.
    std::optional<MonoTime> over_at_;
    bool is_finished_ = false;
    bool is_remembered_ = false;
    Result result_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace sniperforge::soak
