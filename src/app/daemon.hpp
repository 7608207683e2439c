// SPDX-License-Identifier: MIT
// Daemon: the composition root. Builds the stages in pipeline order on one reactor, boots them
// against the chain, runs until told to stop, drains, reconciles and reports.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/manual_command.hpp"
#include "app/round_trip.hpp"
#include "sniperforge/config/settings.hpp"
#include "sniperforge/engine/history.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/engine/recorder.hpp"
#include "sniperforge/engine/run_report.hpp"
#include "sniperforge/execute/executor.hpp"
#include "sniperforge/feed/feed.hpp"
#include "sniperforge/journal/disk.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/ops/control.hpp"
#include "sniperforge/ops/service_manager.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/signer/policy_signer.hpp"

namespace sniperforge::app {

struct DaemonOptions {
    config::Settings settings;  // Endpoints and Jupiter's URL filled in.
    std::string state_dir;
    std::string boot_id;   // Which start of the machine this is; empty: as the kernel names it.
    std::string scenario;  // For the report; empty against an external cluster. On paper: which
                           // chain, unless it is mainnet.
    double time_compression = 1.0;
    std::uint64_t seed = 0;
    Duration duration{0};  // Zero: until stopped.
    // What the endpoints must turn out to serve: Sim is a cluster in this process, Test any other
    // chain than mainnet, Live mainnet. Paper, which signs nothing, takes any.
    Provenance provenance = Provenance::Sim;
    bool is_virtual_time = false;
    bool is_flattening = false;  // Buys nothing, sells every position, and ends when that is done.
    std::optional<RoundTripOptions> round_trip{};  // Buys once, sells that, and ends.
    bool is_narrowed = false;            // By limits of the command line, below those of the file.
    bool is_adopted_sold = false;        // Then also what belongs to no position.
    bool is_shortfall_accepted = false;  // What is missing at the start is known to a person.
    bool is_drawdown_accepted = false;   // And what was lost at the highest limit that there is.
    bool is_ladder_restarted = false;    // A person has looked why it stopped.
    engine::OrderWatcher* watcher = nullptr;  // Hears each order's way; outlives the daemon.
    Lamports funding;  // Asked from the cluster's faucet before trading; zero: none is asked for.
    // What a reload reads, and is held against: the settings as the file said them.
    std::string config_path{};  // Empty: there is none.
    config::Settings settings_loaded{};
    bool is_certificate_asked = false;  // What loosens a limit must have been drilled.
    std::string record_to{};            // File of a recording; empty: none is made.
    // Under virtual time: records in one commit of the journal; 0: the recorder's own number.
    std::uint64_t journal_group = 0;
    journal::Disk* disk = nullptr;  // Below the journal, in drills; outlives the daemon.
    std::function<void(const std::string&)> progress;  // One line now and then; may be empty.
    std::function<bool()> is_stop_requested;           // A signal arrived; may be empty.
    ops::ServiceManager* manager = nullptr;  // That started this process; outlives the daemon.
    // A command of a person that waits, as the control socket would bring it, and what became of
    // the last; both may be empty.
    std::function<std::optional<engine::OperatorCommand>()> next_command{};
    std::function<void(const ManualResult&)> on_obeyed{};

    // It keeps what it began with and ends by itself. A reload would lift the limits of one that
    // is narrowed: they are in no file.
    [[nodiscard]] bool is_single_job() const {
        return is_flattening || is_narrowed || round_trip.has_value();
    }
};

// A position that is left at the end of a run, with what of it the chain was found to have.
struct PositionLeft {
    Pubkey mint;
    TokenAmount in_books, on_chain;
    bool is_kept = false;  // No order for its mint is signed (signer.tokens_kept).
    [[nodiscard]] bool is_set_aside() const { return on_chain.is_zero(); }
};

// How a run ended.
struct DaemonResult {
    int exit_code = 0;  // 0 ok, 1 failed, 3 the cluster was not ready, 4 refused.
    std::string error;  // Empty when it ran.
    engine::RunReport report;
    // Nothing was done: the state directory is of another chain, or of an earlier life of it.
    bool is_other_chain = false;
    bool is_key_gone = false;  // The process with the key ended before it: exit_code is 1.
    bool is_unproven = false;  // It ended before its books were held against the chain.
    bool is_held_up = false;   // Of those: by what the chain told, or would not tell.
    std::optional<RoundTripOutcome> round_trip{};  // Of one that ran.
    // A doubt that it ended with, also of what the chain has more.
    std::vector<portfolio::BalanceMismatch> doubted{};
    // It ended with less on the chain than in its books.
    [[nodiscard]] bool is_short() const {
        return std::ranges::any_of(doubted, &portfolio::BalanceMismatch::is_short);
    }
    std::map<Pubkey, TokenAmount> tokens_outside{};  // What belongs to no position.
    std::vector<Pubkey> tokens_kept{};               // The signer signs no order for these mints.
    std::vector<PositionLeft> positions_left{};
};

class Daemon {
 public:
    // `history`: of the earlier runs in the state directory, for the same wallet. Without a key the
    // run is on paper: it reads the chain, and has nothing that could sign.
    [[nodiscard]] static Result<std::unique_ptr<Daemon>> create(
        net::Reactor& reactor, std::optional<signer::SigningKey> key, const DaemonOptions& options,
        engine::History history = {});
    ~Daemon();

    // Returns when the run has ended and everything is written.
    [[nodiscard]] DaemonResult run();

 private:
    struct State;
    explicit Daemon(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace sniperforge::app
