// SPDX-License-Identifier: MIT
// A simulated cluster that outlives its daemons, all on one virtual reactor: they live, are killed
// at any event, lose the machine's power, and start again on what they left. A kill is what it
// leaves: the files as they are at that moment, whatever was only in memory lost.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/daemon.hpp"
#include "app/drill_clock.hpp"
#include "app/drill_commands.hpp"
#include "app/drill_disk.hpp"
#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/engine/history.hpp"
#include "sniperforge/journal/intent_ring.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "sniperforge/sim/cluster.hpp"

namespace sniperforge::app {

// A directory of its own, in memory where the machine offers that, and removed afterwards.
class ScratchDirectory {
 public:
    ScratchDirectory();
    ~ScratchDirectory();
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

 private:
    std::string path_;
};

// The settings with the endpoints of the cluster, all of its nodes, in place of their own. What
// names accounts of another chain (pools, lookup tables) is left out.
void use_simulated_cluster(config::Settings& settings, const sim::Cluster& cluster);
// Which of these settings a drill does not run with: the above, and what only live mode has.
[[nodiscard]] std::vector<std::string> settings_not_drilled(const config::Settings& settings);

// In the drills of these seeds the journal goes on in segments.
[[nodiscard]] constexpr bool is_journal_short(std::uint64_t seed) { return seed % 2 == 1; }
// In those of these old segments of the journal are deleted.
[[nodiscard]] constexpr bool is_journal_pruned(std::uint64_t seed) { return seed % 8 == 3; }
// In every other one of these not by their number, but by their bytes.
[[nodiscard]] constexpr bool is_journal_pruned_by_bytes(std::uint64_t seed) {
    return seed % 16 == 11;
}

struct DrillWorldOptions {
    std::uint64_t seed = 1;
    sim::ClusterOptions cluster;  // Seeds are filled in.
    config::Settings settings;
    std::uint32_t nonces = 0;  // Of the wallet, made before the first daemon lives.
    // Records that the journal writes at once; 0: as many as the recorder would.
    std::uint64_t journal_group = 0;
};

class DrillWorld {
 public:
    [[nodiscard]] static Result<std::unique_ptr<DrillWorld>> create(
        const DrillWorldOptions& options);

    // Whose money it is.
    [[nodiscard]] static Pubkey wallet_of(std::uint64_t seed);

    // A daemon on what the last one left, until it has lived so long, or is told to stop.
    [[nodiscard]] Result<DaemonResult> live(Duration life,
                                            std::function<bool()> is_stop_requested = {});
    // The next daemon is told that whatever is missing at its start is known.
    void accept_shortfall() { is_shortfall_accepted_ = true; }
    // What a person orders of whichever daemon lives; outlives this.
    void listen_to(DrillCommands& commands) { commands_ = &commands; }
    // Until die() is called or so much time has passed, whichever is first.
    [[nodiscard]] Result<void> live_and_die(Duration life);
    // From within any event: the daemon that lives now is gone with it. Once a life.
    void die();
    // Called as a life dies, before anything more happens.
    void on_death(std::function<void()> listener) { death_listener_ = std::move(listener); }
    // As die(), with the journal as it is at this step of its next turn, and all else so much
    // later. None: at no turn.
    void die_at(DrillDisk::Turn turn, Duration after) {
        dies_at_ = turn;
        dies_after_ = after;
    }
    [[nodiscard]] bool has_died_turning() const { return durable_turning_.has_value(); }
    // After a kill: what the journal had not synced is gone, and the ring with the machine's
    // memory. Of the bytes that were written and not synced, a part may be there, torn.
    [[nodiscard]] Result<void> lose_power(double share_kept = 0);

    [[nodiscard]] Result<engine::History> history() const;
    [[nodiscard]] net::VirtualReactor& reactor() { return reactor_; }
    // Of the machine that the daemons run on: it is so much later there, or earlier.
    void jump_wall(Duration by) { clock_.jump(by); }
    [[nodiscard]] sim::Cluster& cluster() { return *cluster_; }
    [[nodiscard]] DrillDisk& disk() { return disk_; }
    [[nodiscard]] std::string journal_path() const { return path_ + "/journal.sfj"; }
    // A copy of it, with the segments that the daemons have deleted, where there are any.
    [[nodiscard]] std::string whole_journal() const;
    [[nodiscard]] std::string ring_path() const { return path_ + "/intents.ring"; }

 private:
    explicit DrillWorld(const DrillWorldOptions& options);
    void make_nonces();
    [[nodiscard]] Result<std::unique_ptr<Daemon>> create_daemon(
        Duration life, std::function<bool()> is_stop_requested);
    void turned(DrillDisk::Turn turn);
    [[nodiscard]] std::string turning_path() const { return directory_.path() + "/turning"; }
    [[nodiscard]] std::string ended_path() const { return directory_.path() + "/ended"; }

    DrillWorldOptions options_;
    ScratchDirectory directory_;
    std::string path_ = directory_.path() + "/0";
    std::string boot_id_ = "first start of the machine";
    int deaths_ = 0;
    std::function<void()> death_listener_;
    DrillCommands* commands_ = nullptr;
    bool is_alive_ = false, is_shortfall_accepted_ = false;
    // Where the last one died on such a step: what was on disk then of its newest segment.
    std::optional<std::uint64_t> durable_turning_;
    // What the ring said of the journal then.
    std::array<char, journal::kRingJournalBytes> ring_turning_{};
    std::uint64_t durable_at_death_ = 0;
    DrillDisk::Turn dies_at_ = DrillDisk::Turn::None;
    Duration dies_after_{0};
    DrillDisk disk_;
    net::VirtualReactor reactor_;
    DrillClock clock_{reactor_};
    std::unique_ptr<sim::Cluster> cluster_;
};

}  // namespace sniperforge::app
