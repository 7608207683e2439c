// SPDX-License-Identifier: MIT
// What a daemon consists of: the stages in pipeline order, and how far the run is. Its way from the
// boot to the trading is in daemon.cpp, its end in daemon_end.cpp, what is told of it in
// daemon_status.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/admin.hpp"
#include "app/boot.hpp"
#include "app/capital_ladder.hpp"
#include "app/daemon.hpp"
#include "app/manual_command.hpp"
#include "app/money.hpp"
#include "app/reload.hpp"
#include "app/replica.hpp"
#include "sniperforge/dashboard/order_timeline.hpp"
#include "sniperforge/recording/recording.hpp"

namespace sniperforge::app {

struct Daemon::State {
    // Without `parts` the run is on paper.
    State(net::Reactor& event_loop, std::optional<RealMoney::Parts> parts,
          const DaemonOptions& daemon_options, std::unique_ptr<recording::Recording> recorded,
          std::unique_ptr<engine::Recorder> disk, std::unique_ptr<execute::Lanes> senders,
          engine::History history);
    ~State() { reactor.cancel(tick_timer); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    // ---- The run ----
    void start();
    void tick();
    void on_tick(MonoTime now);
    void watch_signer();
    // Between two updates, all of it or nothing (daemon_control.cpp).
    [[nodiscard]] Result<void> take_over(const ReloadPlan& plan);
    [[nodiscard]] Result<void> start_control();
    [[nodiscard]] Result<void> start_admin();
    using Answered = std::function<void(const ManualResult&)>;
    void serve_commands(MonoTime now);
    void obey(const engine::OperatorCommand& command, const Answered& answered);
    // Why nothing is done now, whatever is ordered.
    [[nodiscard]] std::optional<ManualResult> refusal_of(
        const engine::OperatorCommand& command) const;
    void begin_resume(const engine::OperatorCommand& command, const Answered& answered);
    // Lets go of what stands once the disk has that it ended.
    void advance_resume(MonoTime now);
    void answer_resume(ManualResult result);
    // No tick follows: who still waits for an answer gets none otherwise.
    void abandon_resume();
    // Control thread: what `status` and `stop` are not.
    [[nodiscard]] std::optional<std::string> answer_line(std::string_view line);
    [[nodiscard]] std::string reload();
    void adopt_outside();
    // Each look at the chain that found the books equal to it, for reports.
    void note_books_equal();
    // The books were held against the chain since the start; a doubt that came of it stands.
    [[nodiscard]] bool is_compared();

    // ---- Its end ----
    // Running -> draining -> reconciled -> ended.
    void advance_end(MonoTime now);
    [[nodiscard]] bool is_start_too_long(MonoTime now) const;
    // What was to be sold is: also by fills that cannot be taken back any more. What the chain
    // does not have cannot be.
    [[nodiscard]] bool is_flat();
    [[nodiscard]] bool is_drained(MonoTime now);
    [[nodiscard]] std::size_t fills_provisional() const {
        return real ? real->executor.fills_provisional() : 0;
    }
    void read_last_balances();
    [[nodiscard]] rpc::ReadOptions balances_options() const;
    void reconcile(const Result<portfolio::ChainBalances>& chain, Commitment commitment);
    void end_with(int code, std::string error);

    // ---- What is told of it ----
    [[nodiscard]] std::string_view phase() const;
    void report_progress();
    // The service manager, of this tick: last, so that a tick that hangs is missed.
    void tell_manager(MonoTime now);
    // Once: how long the process took to where entries are let in. `check_kills` reads it.
    void note_entries_begun();
    void collect_report();
    // Hands what there is to tell to whoever tells it; never waits.
    void publish();
    [[nodiscard]] std::shared_ptr<const Replica> make_replica();
    // Nothing where nobody shows it, and in between.
    [[nodiscard]] std::optional<dashboard::Snapshot> take_shown();

    std::unique_ptr<recording::Recording> recording;  // Null: the run is not recorded.
    net::Reactor& reactor;
    DaemonOptions options;
    std::unique_ptr<engine::Recorder> recorder;
    engine::RecordKeeper& records;  // The recorder, or what is recorded of it.
    rpc::RpcClient rpc;
    std::unique_ptr<execute::Lanes> lanes;
    std::unique_ptr<engine::Pipeline> pipeline_held;
    engine::Pipeline& pipeline;
    feed::Feed feed;
    feed::TransactionReader transactions;
    feed::FunderReader funders;
    feed::HolderReader holders;
    std::unique_ptr<RealMoney> real;    // One of the two.
    std::unique_ptr<PaperMoney> paper;  // Without a key: nothing here can sign.
    execute::OrderDesk& desk;           // Of it.
    Boot boot;
    std::optional<Reloader> reloader;  // These outlive the thread that waits in them.
    std::optional<Handover<engine::OperatorCommand, ManualResult>> commands;
    // A `resume` whose record is on its way to the disk. Whoever asked may have been answered.
    struct Resuming {
        engine::OperatorCommand command;
        std::uint64_t write_number = 0;
        MonoTime since;
        Answered answered;
    };
    std::optional<Resuming> resuming;
    std::unique_ptr<ops::ControlServer> control;
    std::unique_ptr<Admin> admin;  // Null: ops.listen is empty.
    // For the dashboard alone: nothing without an admin server.
    std::optional<dashboard::OrderTimeline> timeline;
    std::uint64_t shown = 0;
    // Of the publishing itself, and what the next replica begins with.
    LatencyCounts tick_to_send, tick_to_send_quoted;
    std::uint64_t published = 0;
    Duration publish_time{0};
    std::optional<RoundTrip> trip;
    std::optional<CapitalLadder> ladder;  // Of who trades on a chain of others.

    net::TimerId tick_timer = 0;
    engine::RunReport report;
    MonoTime begun_at, started_at, ended_at, settled_at, status_due, progress_due, shown_due,
        manager_status_due;
    std::uint64_t rss_bytes_max = 0;
    std::uint64_t equal_noted = 0;
    bool is_running = false, is_draining = false, is_reconciling = false, is_ended = false;
    bool is_stop_wanted = false;
    bool is_other_chain = false;
    bool is_signer_gone = false;
    bool are_entries_begun = false;
    int exit_code = 0;
    std::string end_error;
};

}  // namespace sniperforge::app
